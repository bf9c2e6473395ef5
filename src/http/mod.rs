//! The HTTP client: limits the rate, signs, sends, classifies the response, retries.
//!
//! It knows no vendor and no resource. A [`Service`] says how requests are signed, what responses mean and how fast the vendor may be
//! called; each [`Call`] says whether it may be retried.

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
mod settings;
mod tls;
mod tunnel;

pub use self::call::{Call, Deadline, OnStop, Response, RetrySafety, Service, Verdict};
pub use self::client::Client;
pub use self::network::{Network, Proxies, Trust};
pub use self::rate_limit::{Rate, RateLimiter, RateLimiters};
pub use self::retry::RetryPolicy;
pub use self::settings::Settings;

/// Why a call has no response.
///
/// No message contains a path, a query, a header or a body.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request was sent and no complete response received: the operation may have been executed.
    #[error("{operation}: response from {host} lost (attempts: {attempts})")]
    Lost {
        /// What was called.
        operation: &'static str,
        /// The host, with the port unless that is the scheme's default.
        host: String,
        /// How often it was sent.
        attempts: u32,
        /// Why the last attempt failed.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// No connection was established, or it was closed before the first byte of the request: the operation was certainly not executed.
    #[error("{operation}: no connection to {host} (attempts: {attempts})")]
    NotSent {
        /// What was called.
        operation: &'static str,
        /// The host, with the port unless that is the scheme's default.
        host: String,
        /// How often a connection was tried.
        attempts: u32,
        /// Why the last attempt failed.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The deadline passed before the call could be sent: the operation was certainly not executed.
    #[error("{operation}: no time left to send it")]
    DeadlineExceeded {
        /// What was to be called.
        operation: &'static str,
    },
    /// Terraform asked the provider to stop while the call was waiting. A call with [`RetrySafety::NonIdempotent`] was certainly not
    /// executed.
    #[error("{operation}: stopped while waiting for the next attempt")]
    Stopped {
        /// What was to be called.
        operation: &'static str,
    },
    /// The request could not be signed, so it was not sent.
    #[error("{operation}: request cannot be signed")]
    Unsigned {
        /// What was to be called.
        operation: &'static str,
        /// Why.
        source: signing::Error,
    },
    /// The request's URI is not an absolute `http` or `https` URL, or has dot segments or unescaped characters that the HTTP client would
    /// change.
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
                "CreateApiKey: response from 127.0.0.1:4010 lost (attempts: 2)",
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
            (
                Error::DeadlineExceeded { operation },
                "CreateApiKey: no time left to send it",
            ),
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
