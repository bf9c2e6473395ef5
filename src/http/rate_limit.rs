//! How fast an account may be called.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The rate limiters of all accounts that a configuration calls: limits are an account's, whatever calls it.
#[derive(Debug, Default)]
pub struct RateLimiters(Mutex<BTreeMap<String, Arc<RateLimiter>>>);

/// The limits of one account, to be shared by all who call in its name. The default knows no limit beforehand.
///
/// An operation that is throttled all the same, because others call too or because no limits are published, is slowed down until
/// it is throttled no more, and then finds its way back.
#[derive(Debug, Default)]
pub struct RateLimiter {
    operations: Vec<(&'static str, Bucket)>,
    all: Option<Bucket>,
    brakes: Mutex<BTreeMap<&'static str, AdaptiveThrottle>>,
}

/// At most `burst` calls at once, and one per `interval` in the long run.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How long one call takes to be made up for.
    pub interval: Duration,
    /// How many calls may go at once after a rest; none counts as one.
    pub burst: u32,
}

impl RateLimiter {
    /// Limits for single operations, by their [`operation`](crate::http::Call::operation), and one for all calls together.
    pub fn new(operations: impl IntoIterator<Item = (&'static str, Rate)>, all: Option<Rate>) -> Self {
        Self {
            operations: operations
                .into_iter()
                .map(|(name, rate)| (name, Bucket::new(rate)))
                .collect(),
            all: all.map(Bucket::new),
            brakes: Mutex::default(),
        }
    }

    /// The limits that an operation is under, to be waited for one after the other. The narrow one comes first: what
    /// waits for its own operation's turn takes nothing from the others yet.
    pub(super) fn buckets(&self, operation: &str) -> impl Iterator<Item = &Bucket> {
        let own = self
            .operations
            .iter()
            .filter(move |(name, _)| *name == operation)
            .map(|(_, bucket)| bucket);
        own.chain(&self.all)
    }

    /// How long an operation has to wait at `now` for having been throttled.
    pub(super) fn brake(&self, operation: &str, now: Instant) -> Duration {
        let mut brakes = self.brakes.lock().unwrap_or_else(PoisonError::into_inner);
        brakes
            .get_mut(operation)
            .map_or(Duration::ZERO, |brake| brake.take(now))
    }

    /// Takes note that an operation was throttled, and asked to wait for `after`.
    pub(super) fn throttled(&self, operation: &'static str, after: Duration, now: Instant) {
        let mut brakes = self.brakes.lock().unwrap_or_else(PoisonError::into_inner);
        brakes
            .entry(operation)
            .or_insert_with(|| AdaptiveThrottle::new(self.interval(operation), now))
            .pull(after, now);
    }

    /// Takes note that an operation was not throttled.
    pub(super) fn served(&self, operation: &str) {
        let mut brakes = self.brakes.lock().unwrap_or_else(PoisonError::into_inner);
        if brakes
            .get_mut(operation)
            .is_some_and(|brake| brake.ease() == Eased::Off)
        {
            brakes.remove(operation);
        }
    }

    /// How far apart calls of an operation are in the long run.
    fn interval(&self, operation: &str) -> Duration {
        let intervals = self.buckets(operation).map(|bucket| bucket.rate.interval);
        intervals.max().unwrap_or_default()
    }
}

impl RateLimiters {
    /// The rate limiter of an account, which `new` makes when nobody has called it yet.
    pub fn of(&self, account: String, new: impl FnOnce() -> RateLimiter) -> Arc<RateLimiter> {
        let mut rate_limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(rate_limiters.entry(account).or_insert_with(|| Arc::new(new())))
    }
}

/// Keeps the calls of a throttled operation apart: further with each throttle, and a little less with each call that was served.
#[derive(Debug)]
struct AdaptiveThrottle {
    /// How far apart calls are when nothing is wrong.
    released: Duration,
    interval: Duration,
    /// When the next call may go.
    next: Instant,
    /// Until when further throttles are those of calls that were under way together.
    settled: Instant,
}

#[derive(PartialEq, Eq)]
enum Eased {
    On,
    Off,
}

impl AdaptiveThrottle {
    const SLOWEST: Duration = Duration::from_secs(4);
    /// How much further apart calls are after a throttle, and how much closer after one that was served. Several processes that
    /// share a limit, or one that does not know it, come within a fifth of what it allows (see the simulation).
    const SLOWER: f64 = 0.3;
    const FASTER: f64 = 0.05;

    fn new(released: Duration, now: Instant) -> Self {
        Self {
            released,
            // Where no limit is known: as if it were twenty a second.
            interval: released.max(Duration::from_millis(25)),
            next: now,
            settled: now,
        }
    }

    fn pull(&mut self, after: Duration, now: Instant) {
        self.next = self.next.max(now + after);
        if now >= self.settled {
            self.interval = self.interval.mul_f64(1.0 + Self::SLOWER).min(Self::SLOWEST);
            self.settled = now + self.interval.mul_f64(2.0);
        }
    }

    fn ease(&mut self) -> Eased {
        self.interval = self.interval.mul_f64(1.0 - Self::FASTER);
        if self.interval <= self.released.max(Duration::from_millis(10)) {
            Eased::Off
        } else {
            Eased::On
        }
    }

    fn take(&mut self, now: Instant) -> Duration {
        let at = self.next.max(now);
        self.next = at + self.interval;
        at - now
    }
}

/// A token bucket, kept as the one moment at which it will be full again.
#[derive(Debug)]
pub(super) struct Bucket {
    rate: Rate,
    full_at: Mutex<Option<Instant>>,
}

impl Bucket {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::new(None),
        }
    }

    /// Takes a token at `now` and says how long to wait before using it.
    pub(super) fn take(&self, now: Instant) -> Duration {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = full_at.map_or(now, |full_at| full_at.max(now)) + self.rate.interval;
        *full_at = Some(filled);
        (filled - now).saturating_sub(self.rate.interval * self.rate.burst.max(1))
    }
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
