//! What goes into the loop and what comes out.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, StatusCode};
use zeroize::Zeroizing;

use super::Pace;
use crate::signing;

/// One operation to be carried out, whatever number of requests that takes.
pub struct Call {
    /// The vendor's name of the operation, such as `CreateApiKey`: for pacing, logs and errors.
    pub operation: &'static str,
    /// The request, unsigned, with an absolute URI. A body that holds a secret is wiped after use when it was made by
    /// [`Bytes::from_owner`] of a wiping buffer.
    pub request: Request<Bytes>,
    /// When it may be sent again.
    pub repeat: Repeat,
}

/// When a call may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Also when it may have run: reads, and writes that may run twice.
    Always,
    /// Only when it certainly did not run: whatever creates something.
    OnlyIfNotRun,
}

/// A whole answer, success or not.
pub struct Answer {
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
    /// Final: hand it over.
    Done,
    /// Refused for coming too fast: certainly not run.
    Throttled {
        /// How long the vendor asks to wait, where it says so in its own way. `Retry-After` is read by the loop.
        after: Option<Duration>,
    },
    /// Something failed on the vendor's side that may heal: may have run.
    Transient {
        /// As with [`Verdict::Throttled`].
        after: Option<Duration>,
    },
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
    fn classify(&self, answer: &Answer) -> Verdict;

    /// How fast this account may be called.
    fn pace(&self) -> &Pace;
}

impl Verdict {
    /// This verdict, with a wait where it has none of its own.
    pub(super) fn or_after(self, otherwise: Option<Duration>) -> Self {
        match self {
            Self::Done => Self::Done,
            Self::Throttled { after } => Self::Throttled {
                after: after.or(otherwise),
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
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
