//! What goes into the loop and what comes out.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, StatusCode};
use tokio::time::Instant;
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
    /// How long it may take.
    pub patience: Patience,
}

/// How long a call may take, its waits and repetitions included.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// When it ends: a wait that would go on longer is not begun, an attempt under way is given up.
    pub until: Instant,
    /// What a stop does to it.
    pub stopped: Stopped,
}

/// What becomes of a call's waits when the provider is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// They end, and the call with them.
    GivesUp,
    /// They go on: what was begun is to be finished.
    GoesOn,
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
    Misdated,
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
    fn classify(&self, answer: &Answer) -> Verdict;

    /// Replaces credentials that have ended by new ones. Whether there are any; static ones have no successor.
    fn renew(&self) -> impl Future<Output = bool> + Send {
        std::future::ready(false)
    }

    /// How fast this account may be called.
    fn pace(&self) -> &Pace;
}

impl Patience {
    /// The patience of an operation that has not begun: a stop ends it.
    pub fn until(until: Instant) -> Self {
        Self {
            until,
            stopped: Stopped::GivesUp,
        }
    }

    /// The patience of what is left to do once something was done, or may have been: half a minute at least, stop or not.
    pub fn to_finish(self) -> Self {
        Self {
            until: self.until.max(Instant::now() + Duration::from_secs(30)),
            stopped: Stopped::GoesOn,
        }
    }
}

impl Verdict {
    /// This verdict, with a wait where it has none of its own.
    pub(super) fn or_after(self, otherwise: Option<Duration>) -> Self {
        match self {
            Self::Done | Self::Misdated | Self::Expired => self,
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
