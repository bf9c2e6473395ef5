//! Calls, responses, and what the retry loop needs to know of a service.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, StatusCode};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::RateLimiter;
use crate::signing;

/// One operation of a service, however many requests it takes.
pub struct Call {
    /// The vendor's name of the operation, such as `CreateApiKey`: for rate limits, logs and errors.
    pub operation: &'static str,
    /// The request, unsigned, with an absolute URI. To have a body with a secret zeroized after use, make it by [`Bytes::from_owner`] of
    /// a zeroizing buffer.
    pub request: Request<Bytes>,
    /// Whether it may be sent again.
    pub retry_safety: RetrySafety,
    /// When it must be over.
    pub deadline: Deadline,
}

/// When a call must be over, including waits and retries.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    /// The instant. A wait that would last longer is not started, an attempt in flight is abandoned.
    pub at: Instant,
    /// What a stop request does to the call.
    pub on_stop: OnStop,
}

/// What happens to a waiting call when Terraform asks the provider to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStop {
    /// The call is cancelled.
    Cancel,
    /// The call goes on, because it completes an operation that has begun.
    Continue,
}

/// Whether a call may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetrySafety {
    /// Always: reads, and writes that may be executed twice.
    Idempotent,
    /// Only if it was certainly not executed: calls that create something.
    NonIdempotent,
}

/// A complete response, whatever its status.
pub struct Response {
    /// HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, zeroized on drop.
    pub body: Zeroizing<Vec<u8>>,
}

/// What a response means for the retry loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Final: the caller gets the response, and decides what it means.
    Done,
    /// Rejected for exceeding a rate limit.
    Throttled {
        /// The wait that the vendor asks for by its own means. The loop reads `Retry-After` itself.
        after: Option<Duration>,
        /// Whether this is the vendor's own error, so that the call was certainly not executed. A bare status 429 proves nothing: a proxy
        /// can send it after the call was executed.
        certain: bool,
    },
    /// A temporary failure of the service: the call may have been executed.
    Transient {
        /// As with [`Verdict::Throttled`].
        after: Option<Duration>,
    },
    /// Rejected because of the time of the signature, or perhaps because of it: certainly not executed. Retried with the service's time,
    /// if that differs from the time of the signature.
    ClockSkew,
    /// Rejected because the credentials have expired: certainly not executed. Retried once with renewed credentials.
    Expired,
}

/// A vendor's API, called by one account.
pub trait Service: Send + Sync {
    /// Signs a request for the time `at`. Called before every attempt, with a fresh copy of the request.
    ///
    /// # Errors
    ///
    /// [`signing::Error`], which ends the call.
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error>;

    /// Classifies a response.
    fn classify(&self, answer: &Response) -> Verdict;

    /// Renews expired credentials. Returns whether there are new ones; static credentials cannot be renewed.
    fn renew(&self) -> impl Future<Output = bool> + Send {
        std::future::ready(false)
    }

    /// The rate limiter of this account.
    fn rate_limiter(&self) -> &RateLimiter;
}

impl Deadline {
    /// The deadline of an operation that has not begun: a stop request cancels it.
    pub fn at(at: Instant) -> Self {
        Self {
            at,
            on_stop: OnStop::Cancel,
        }
    }

    /// The deadline of calls that complete an operation, or find out what it has done: at least 30 s from now, and no stop request
    /// cancels them.
    pub fn to_finish(self) -> Self {
        Self {
            at: self.at.max(Instant::now() + Duration::from_secs(30)),
            on_stop: OnStop::Continue,
        }
    }
}

impl Verdict {
    /// This verdict, with this wait unless it has its own.
    pub(super) fn or_after(self, otherwise: Option<Duration>) -> Self {
        match self {
            Self::Done | Self::ClockSkew | Self::Expired => self,
            Self::Throttled { after, certain } => Self::Throttled {
                after: after.or(otherwise),
                certain,
            },
            Self::Transient { after } => Self::Transient {
                after: after.or(otherwise),
            },
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .field("retry_safety", &self.retry_safety)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
