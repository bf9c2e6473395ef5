//! What goes into the loop and what comes out.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, StatusCode};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::RateLimiter;
use crate::signing;

/// One operation to be carried out, whatever number of requests that takes.
pub struct Call {
    /// The vendor's name of the operation, such as `CreateApiKey`: for pacing, logs and errors.
    pub operation: &'static str,
    /// The request, unsigned, with an absolute URI. A body that holds a secret is wiped after use when it was made by
    /// [`Bytes::from_owner`] of a wiping buffer.
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

/// A whole answer, success or not.
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, wiped when dropped.
    pub body: Zeroizing<Vec<u8>>,
}

/// What an answer means for the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Final: hand it over. What it proves is for the caller to tell.
    Done,
    /// Refused for coming too fast.
    Throttled {
        /// How long the vendor asks to wait, where it says so in its own way. `Retry-After` is read by the loop.
        after: Option<Duration>,
        /// Whether that is the vendor's own error, so that the call certainly did not run. A bare status 429 proves nothing: it can
        /// come from whatever stands in between, after the call ran.
        certain: bool,
    },
    /// Something failed on the vendor's side that may heal: may have run.
    Transient {
        /// As with [`Verdict::Throttled`].
        after: Option<Duration>,
    },
    /// Refused for the time it was signed at, or perhaps for that: certainly not run. Sent again with the service's own time,
    /// where that differs from the one it was signed at.
    ClockSkew,
    /// Refused because the credentials have expired: certainly not run. Sent once more, if there are new ones.
    Expired,
}

/// A vendor's API as one account sees it.
pub trait Service: Send + Sync {
    /// Signs a request as of `at`. Called before every attempt, on a fresh copy of the request.
    ///
    /// # Errors
    ///
    /// [`signing::Error`] when the request cannot be signed; the call ends with it.
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error>;

    /// What an answer means for the loop.
    fn classify(&self, answer: &Response) -> Verdict;

    /// Replaces credentials that have ended by new ones. Whether there are any; static ones have no successor.
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
    /// This verdict, with a wait where it has none of its own.
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
