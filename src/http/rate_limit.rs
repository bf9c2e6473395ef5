//! Client-side rate limits, per account.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The rate limiters of all accounts that a configuration calls. Everything that calls one account shares its limiter. Clones are the same
/// rate limiters.
#[derive(Clone, Debug, Default)]
pub struct RateLimiters(Arc<Mutex<BTreeMap<String, Arc<RateLimiter>>>>);

/// The rate limits of one account. The default has no fixed limits.
///
/// An operation that the service throttles all the same, since others call it too or no limits are published, is slowed down until it is no
/// longer throttled, and then gradually sped up again.
#[derive(Debug, Default)]
pub struct RateLimiter {
    operations: Vec<(&'static str, Bucket)>,
    all: Option<Bucket>,
    throttles: Mutex<BTreeMap<&'static str, AdaptiveThrottle>>,
}

/// A token bucket: `burst` calls at once, and one per `interval` in the long run.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Time to refill one token.
    pub interval: Duration,
    /// Size of the bucket; 0 counts as 1.
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
            throttles: Mutex::default(),
        }
    }

    /// The limits of an operation, to be waited for one after the other. The operation's own limit comes first, so that a waiting call
    /// takes no token from other operations.
    pub(super) fn buckets(&self, operation: &str) -> impl Iterator<Item = &Bucket> {
        let own = self
            .operations
            .iter()
            .filter(move |(name, _)| *name == operation)
            .map(|(_, bucket)| bucket);
        own.chain(&self.all)
    }

    /// How long a throttled operation has to wait at `now`.
    pub(super) fn throttle_delay(&self, operation: &str, now: Instant) -> Duration {
        let mut throttles = self.throttles.lock().unwrap_or_else(PoisonError::into_inner);
        throttles
            .get_mut(operation)
            .map_or(Duration::ZERO, |throttle| throttle.take(now))
    }

    /// Records that an operation was throttled, and that the service asks to wait for `after`.
    pub(super) fn throttled(&self, operation: &'static str, after: Duration, now: Instant) {
        let mut throttles = self.throttles.lock().unwrap_or_else(PoisonError::into_inner);
        throttles
            .entry(operation)
            .or_insert_with(|| AdaptiveThrottle::new(self.interval(operation), now))
            .slow_down(after, now);
    }

    /// Records that an operation was not throttled.
    pub(super) fn served(&self, operation: &str) {
        let mut throttles = self.throttles.lock().unwrap_or_else(PoisonError::into_inner);
        if throttles
            .get_mut(operation)
            .is_some_and(|throttle| throttle.speed_up() == Throttling::Off)
        {
            throttles.remove(operation);
        }
    }

    /// The interval between calls of an operation in the long run.
    fn interval(&self, operation: &str) -> Duration {
        let intervals = self.buckets(operation).map(|bucket| bucket.rate.interval);
        intervals.max().unwrap_or_default()
    }
}

impl RateLimiters {
    /// The rate limiter of an account, made by `new` on first use.
    pub fn for_account(&self, account: String, new: impl FnOnce() -> RateLimiter) -> Arc<RateLimiter> {
        let mut rate_limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(rate_limiters.entry(account).or_insert_with(|| Arc::new(new())))
    }
}

/// Spaces the calls of a throttled operation: the interval grows with each throttled call, and shrinks with each served one.
#[derive(Debug)]
struct AdaptiveThrottle {
    /// The interval without throttling.
    unthrottled: Duration,
    interval: Duration,
    /// When the next call may be sent.
    next: Instant,
    /// Until then, further throttled calls were in flight together and count once.
    settled: Instant,
}

#[derive(PartialEq, Eq)]
enum Throttling {
    On,
    Off,
}

impl AdaptiveThrottle {
    const MAX_INTERVAL: Duration = Duration::from_secs(4);
    /// Growth of the interval after a throttled call, and shrinkage after a served one. Several processes that share a limit, or one that
    /// does not know it, come within a fifth of the allowed rate (see the simulation).
    const GROWTH: f64 = 0.3;
    const SHRINKAGE: f64 = 0.05;

    fn new(unthrottled: Duration, now: Instant) -> Self {
        Self {
            unthrottled,
            // The start without a known limit.
            interval: unthrottled.max(Duration::from_millis(25)),
            next: now,
            settled: now,
        }
    }

    fn slow_down(&mut self, after: Duration, now: Instant) {
        self.next = self.next.max(now + after);
        if now >= self.settled {
            self.interval = self.interval.mul_f64(1.0 + Self::GROWTH).min(Self::MAX_INTERVAL);
            self.settled = now + self.interval.mul_f64(2.0);
        }
    }

    fn speed_up(&mut self) -> Throttling {
        self.interval = self.interval.mul_f64(1.0 - Self::SHRINKAGE);
        if self.interval <= self.unthrottled.max(Duration::from_millis(10)) {
            Throttling::Off
        } else {
            Throttling::On
        }
    }

    fn take(&mut self, now: Instant) -> Duration {
        let at = self.next.max(now);
        self.next = at + self.interval;
        at - now
    }
}

/// A token bucket, represented by the instant at which it will be full again.
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

    /// Takes a token at `now`. Returns how long to wait before using it.
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
