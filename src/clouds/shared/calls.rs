//! API calls.

use std::error::Error as StdError;
use std::fmt::Display;
use std::sync::Arc;

use ::http::request::Builder;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

pub(in crate::clouds) use super::unreadable::{unreadable, verdict_of_success};
use crate::framework::{Error, Kind};
use crate::http::{self, Call, Deadline, RateLimiter, Response, RetrySafety, Service};
use crate::secret::buffer::Buffer;

/// The HTTP client, rate limit and deadline of the calls of one task.
#[derive(Clone)]
pub(in crate::clouds) struct Caller {
    http: Arc<http::Client>,
    rate_limiter: Arc<RateLimiter>,
    deadline: Deadline,
}

impl Caller {
    pub(in crate::clouds) fn new(http: &Arc<http::Client>, rate_limiter: Arc<RateLimiter>, deadline: Deadline) -> Self {
        Self {
            http: Arc::clone(http),
            rate_limiter,
            deadline,
        }
    }

    /// The same, to finish after something was changed or may have been.
    pub(in crate::clouds) fn to_finish(&self) -> Self {
        Self {
            deadline: self.deadline.to_finish(),
            ..self.clone()
        }
    }

    /// The same, with an earlier deadline.
    pub(in crate::clouds) fn within(&self, until: Instant) -> Self {
        let deadline = Deadline {
            at: self.deadline.at.min(until),
            ..self.deadline
        };
        Self {
            deadline,
            ..self.clone()
        }
    }

    /// The same, with the rate limit of another account or region.
    pub(in crate::clouds) fn with_rate_limiter(&self, rate_limiter: Arc<RateLimiter>) -> Self {
        Self {
            rate_limiter,
            ..self.clone()
        }
    }

    /// The rate limit of the account.
    pub(in crate::clouds) fn rate_limiter(&self) -> &RateLimiter {
        &self.rate_limiter
    }

    /// The deadline.
    pub(in crate::clouds) fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The local time.
    pub(in crate::clouds) fn now(&self) -> DateTime<Utc> {
        self.http.now()
    }

    /// The time at a service that verifies signatures, for the local time `here`. The time in its responses is used if it agrees with that
    /// of signatures which it has accepted.
    pub(in crate::clouds) fn at_service(&self, here: DateTime<Utc>) -> DateTime<Utc> {
        let signed = self.http.signing_time(here);
        let told = self.http.service_time(here);
        told.filter(|told| (*told - signed).abs() <= SIGNATURE_TOLERANCE)
            .unwrap_or(signed)
    }

    /// Makes a call, and returns its response whatever its status.
    pub(in crate::clouds) async fn exchange(
        &self,
        service: &impl Service,
        operation: &'static str,
        request: Builder,
        body: Bytes,
        retry_safety: RetrySafety,
    ) -> Result<Response, Error> {
        let request = request.body(body).map_err(|error| unsendable(operation, &error))?;
        let call = Call {
            operation,
            request,
            retry_safety,
            deadline: self.deadline,
        };
        let answer = self.http.send(service, call).await;
        answer.map_err(|error| unanswered(operation, &error))
    }
}

/// The clock skew that services accept in signatures. Source: the vendors' documentation of Signature Version 4 and of
/// `AuthFailure.SignatureExpire`.
const SIGNATURE_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// A JSON body, wiped after use: it may hold a secret.
pub(in crate::clouds) fn json_body(operation: &'static str, body: &impl Serialize) -> Result<Bytes, Error> {
    let mut buffer = Buffer::new(4096, usize::MAX);
    match serde_json::to_writer(&mut buffer, body) {
        Ok(()) => Ok(Bytes::from_owner(buffer.into_bytes())),
        Err(error) => Err(unsendable(operation, &error)),
    }
}

/// Marks the error of a creating call as uncertain if the object may have been created.
pub(in crate::clouds) fn uncertain(error: Error) -> Error {
    let kind = if error.leaves_doubt() {
        Kind::Uncertain
    } else {
        error.kind
    };
    Error { kind, ..error }
}

/// The error that a response is about another object than the request.
pub(in crate::clouds) fn not_about(operation: &'static str, what: &str) -> Error {
    Error::new(operation, Kind::Malformed, format!("the response is not about {what}"))
}

/// Parses a response.
pub(in crate::clouds) fn parse<T: for<'de> Deserialize<'de>>(
    operation: &'static str,
    answer: &Response,
) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(|_| unreadable(operation, answer))
}

/// The error that a request could not be built.
fn unsendable(operation: &'static str, error: &dyn StdError) -> Error {
    Error::new(
        operation,
        Kind::Invalid,
        format!("the request cannot be built: {error}"),
    )
}

/// The error that a call has no response.
fn unanswered(operation: &'static str, error: &http::Error) -> Error {
    let kind = match error {
        http::Error::Lost { .. } => Kind::Uncertain,
        http::Error::DeadlineExceeded { .. } => Kind::TimedOut,
        http::Error::NotSent { .. } => Kind::Unreachable,
        http::Error::Stopped { .. } => Kind::Stopped,
        http::Error::Unsigned { .. } => Kind::NotConfigured,
        http::Error::Url { .. } => Kind::NotConfigured,
    };
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    // Both texts begin with the name of the call.
    let message = message
        .strip_prefix(operation)
        .map_or(message.as_str(), |rest| rest.trim_start_matches(": "));
    Error::new(operation, kind, message)
}

/// A header of a response.
pub(in crate::clouds) fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|value| value.to_str().ok())
}

/// A text percent-encoded as a path segment or query value.
pub(in crate::clouds) fn encoded(text: &str) -> impl Display {
    // The unreserved set of RFC 3986 is not encoded.
    const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, UNRESERVED)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(in crate::clouds) mod tests {
    use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use zeroize::Zeroizing;

    use super::*;

    /// An answer as a cloud might give it. A header without a value is left out.
    pub(in crate::clouds) fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Response {
        let headers = headers.iter().filter(|(_, value)| !value.is_empty());
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.collect::<HeaderMap>(),
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }

    #[test]
    fn a_failure_of_the_service_and_what_is_not_the_vendors_leaves_open_what_was_created() {
        let rows = [
            (Kind::Malformed, Kind::Uncertain, Kind::Uncertain),
            (Kind::Server, Kind::Uncertain, Kind::Uncertain),
            (Kind::Uncertain, Kind::Uncertain, Kind::Uncertain),
            (Kind::Unreachable, Kind::Unreachable, Kind::Unreachable),
            (Kind::Stopped, Kind::Stopped, Kind::Stopped),
            (Kind::TimedOut, Kind::TimedOut, Kind::TimedOut),
            (Kind::Throttled, Kind::Throttled, Kind::Uncertain),
            (Kind::Denied, Kind::Denied, Kind::Denied),
            (Kind::Conflict, Kind::Conflict, Kind::Conflict),
        ];
        for (found, with_code, without) in rows {
            let bare = Error::new("CreateApiKey", found, "");
            let coded = Error {
                code: Some("Code".to_owned()),
                ..bare.clone()
            };
            assert_eq!(uncertain(coded).kind, with_code, "{found:?}");
            assert_eq!(uncertain(bare).kind, without, "{found:?}");
        }
    }

    #[test]
    fn an_id_is_encoded_whole() {
        let arn = "arn:aws:apigateway:us-east-1::/apikeys/a1";
        assert_eq!(
            encoded(arn).to_string(),
            "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapikeys%2Fa1"
        );
        assert_eq!(encoded("a b-c_d.e~f").to_string(), "a%20b-c_d.e~f");
    }
}
