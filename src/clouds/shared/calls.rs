//! Carrying out a vendor's call.

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

/// What calls of one task are made with: the client, the account's rate limiter, and the time there is.
#[derive(Clone)]
pub(in crate::clouds) struct Caller<'c> {
    http: &'c http::Client,
    rate_limiter: Arc<RateLimiter>,
    deadline: Deadline,
}

impl<'c> Caller<'c> {
    pub(in crate::clouds) fn new(http: &'c http::Client, rate_limiter: Arc<RateLimiter>, deadline: Deadline) -> Self {
        Self {
            http,
            rate_limiter,
            deadline,
        }
    }

    /// The same, for what is left to do once something was done, or may have been.
    pub(in crate::clouds) fn to_finish(&self) -> Self {
        Self {
            deadline: self.deadline.to_finish(),
            ..self.clone()
        }
    }

    /// The same, with no more time than until then.
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

    /// The same calls, limited as those of another account or region.
    pub(in crate::clouds) fn with_rate_limiter(&self, rate_limiter: Arc<RateLimiter>) -> Self {
        Self {
            rate_limiter,
            ..self.clone()
        }
    }

    /// How fast the account may be called.
    pub(in crate::clouds) fn rate_limiter(&self) -> &RateLimiter {
        &self.rate_limiter
    }

    /// How long calls may take.
    pub(in crate::clouds) fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The current time here.
    pub(in crate::clouds) fn now(&self) -> DateTime<Utc> {
        self.http.now()
    }

    /// What the clock of a service that verifies signatures shows when the one here shows `here`. Its answers tell that, and are
    /// believed as far as the signatures it has verified bear them out.
    pub(in crate::clouds) fn at_service(&self, here: DateTime<Utc>) -> DateTime<Utc> {
        let signed = self.http.signing_time(here);
        let told = self.http.service_time(here);
        told.filter(|told| (*told - signed).abs() <= SIGNATURE_TOLERANCE)
            .unwrap_or(signed)
    }

    /// Carries out a call, and hands over its answer whatever that says.
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

/// How far a signature's time may be from the service's. Source: the vendors' documentation of Signature Version 4 and of
/// `AuthFailure.SignatureExpire`.
const SIGNATURE_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// A body in JSON, wiped after use: it may hold a secret.
pub(in crate::clouds) fn json_body(operation: &'static str, body: &impl Serialize) -> Result<Bytes, Error> {
    let mut buffer = Buffer::new(4096, usize::MAX);
    match serde_json::to_writer(&mut buffer, body) {
        Ok(()) => Ok(Bytes::from_owner(buffer.into_bytes())),
        Err(error) => Err(unsendable(operation, &error)),
    }
}

/// The error of a call that creates something.
pub(in crate::clouds) fn uncertain(error: Error) -> Error {
    let kind = if error.leaves_doubt() {
        Kind::Uncertain
    } else {
        error.kind
    };
    Error { kind, ..error }
}

/// The error that an answer is about something else than what was asked.
pub(in crate::clouds) fn not_about(operation: &'static str, what: &str) -> Error {
    Error::new(operation, Kind::Malformed, format!("the response is not about {what}"))
}

/// What an answer says.
pub(in crate::clouds) fn parse<T: for<'de> Deserialize<'de>>(
    operation: &'static str,
    answer: &Response,
) -> Result<T, Error> {
    serde_json::from_slice(&answer.body).map_err(|_| unreadable(operation, answer))
}

/// The error that a request could not even be put together.
fn unsendable(operation: &'static str, error: &dyn StdError) -> Error {
    Error::new(operation, Kind::Invalid, format!("the request cannot be made: {error}"))
}

/// The error that a call has no answer.
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
    // The call's name leads both texts; once is enough.
    let message = message
        .strip_prefix(operation)
        .map_or(message.as_str(), |rest| rest.trim_start_matches(": "));
    Error::new(operation, kind, message)
}

/// A header of an answer as text.
pub(in crate::clouds) fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|value| value.to_str().ok())
}

/// A text as a segment of a path, or a value of a query.
pub(in crate::clouds) fn encoded(text: &str) -> impl Display {
    // The unreserved set of RFC 3986 stays as it is.
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
