//! One way to send a request: rate limiter, sign, send, classify, perhaps again.
//!
//! Knows no vendor and no resource. What a vendor's answers mean, how its requests are signed and how fast it may be
//! called comes in as a [`Service`]; whether an operation may run twice comes in with each [`Call`].

use std::error::Error as StdError;

use crate::signing;

mod call;
mod client;
mod clock;
mod connection;
mod connector;
mod date;
mod network;
mod no_proxy;
mod proxy;
mod rate_limit;
mod retry;
mod retry_after;
mod roots;
mod settings;
mod tunnel;

pub use self::call::{Call, Deadline, OnStop, Response, RetrySafety, Service, Verdict};
pub use self::client::Client;
pub use self::network::{Network, Proxies, Trust};
pub use self::rate_limit::{Rate, RateLimiter, RateLimiters};
pub use self::retry::RetryPolicy;
pub use self::settings::Settings;

/// Why a call has no answer.
///
/// No text of it holds a path, a query, a header or a body.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request went out and no whole answer came back: the operation may have run.
    #[error("{operation}: answer from {host} lost (attempts: {attempts})")]
    Lost {
        /// What was called.
        operation: &'static str,
        /// Whom it was sent to, with the port unless that is the scheme's own.
        host: String,
        /// How often it was sent.
        attempts: u32,
        /// What became of the last attempt.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// No connection came up, or it was closed before the request's first byte: the operation certainly did not run.
    #[error("{operation}: no connection to {host} (attempts: {attempts})")]
    NotSent {
        /// What was called.
        operation: &'static str,
        /// Where a connection was sought, with the port unless that is the scheme's own.
        host: String,
        /// How often.
        attempts: u32,
        /// What became of the last attempt.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The time the call may take was over before it could be sent: the operation certainly did not run.
    #[error("{operation}: no time left to send it")]
    Late {
        /// What was to be called.
        operation: &'static str,
    },
    /// The provider was asked to stop while the call waited for its turn. A call with [`RetrySafety::NonIdempotent`] certainly
    /// did not run.
    #[error("{operation}: stopped while waiting for the next attempt")]
    Stopped {
        /// What was to be called.
        operation: &'static str,
    },
    /// The request could not be signed, and was not sent.
    #[error("{operation}: request cannot be signed")]
    Unsigned {
        /// What was to be called.
        operation: &'static str,
        /// Why.
        source: signing::Error,
    },
    /// The request's URI is not an absolute `http` or `https` URL, or has dot segments or unescaped characters that would
    /// be changed on the way.
    #[error("{operation}: URL is not an absolute http or https URL that can be sent as written")]
    Url {
        /// What was to be called.
        operation: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_operation_and_host_and_leave_the_cause_to_their_source() {
        let operation = "CreateApiKey";
        let host = || "127.0.0.1:4010".to_owned();
        let rows = [
            (
                Error::Lost {
                    operation,
                    host: host(),
                    attempts: 2,
                    source: "reset".into(),
                },
                "CreateApiKey: answer from 127.0.0.1:4010 lost (attempts: 2)",
            ),
            (
                Error::NotSent {
                    operation,
                    host: host(),
                    attempts: 3,
                    source: "refused".into(),
                },
                "CreateApiKey: no connection to 127.0.0.1:4010 (attempts: 3)",
            ),
            (Error::Late { operation }, "CreateApiKey: no time left to send it"),
            (
                Error::Stopped { operation },
                "CreateApiKey: stopped while waiting for the next attempt",
            ),
            (
                Error::Unsigned {
                    operation,
                    source: signing::Error::Host,
                },
                "CreateApiKey: request cannot be signed",
            ),
            (
                Error::Url { operation },
                "CreateApiKey: URL is not an absolute http or https URL that can be sent as written",
            ),
        ];
        for (error, text) in rows {
            assert_eq!(error.to_string(), text);
        }
    }
}
