//! How fast an account may be called.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The paces of all accounts that this process calls: limits are an account's, whatever number of configurations calls it.
#[derive(Debug, Default)]
pub struct Paces(Mutex<BTreeMap<String, Arc<Pace>>>);

/// The limits of one account, to be shared by all who call in its name. The default knows no limit beforehand.
///
/// An operation that is throttled all the same, because others call too or because no limits are published, is slowed down until
/// it is throttled no more, and then finds its way back.
#[derive(Debug, Default)]
pub struct Pace {
    operations: Vec<(&'static str, Bucket)>,
    all: Option<Bucket>,
    brakes: Mutex<BTreeMap<&'static str, Brake>>,
}

/// At most `burst` calls at once, and one per `interval` in the long run.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How long one call takes to be made up for.
    pub interval: Duration,
    /// How many calls may go at once after a rest; none counts as one.
    pub burst: u32,
}

impl Pace {
    /// Limits for single operations, by their [`operation`](super::Call::operation), and one for all calls together.
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
            .or_insert_with(|| Brake::new(self.interval(operation), now))
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

impl Paces {
    /// The pace of an account, which `new` makes when nobody has called it yet.
    pub fn of(&self, account: String, new: impl FnOnce() -> Pace) -> Arc<Pace> {
        let mut paces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(paces.entry(account).or_insert_with(|| Arc::new(new())))
    }
}

/// Keeps the calls of a throttled operation apart: twice as far with each throttle, and a little less with each call that was served.
#[derive(Debug)]
struct Brake {
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

impl Brake {
    const SLOWEST: Duration = Duration::from_secs(4);

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
            self.interval = (self.interval * 2).min(Self::SLOWEST);
            self.settled = now + self.interval.max(Duration::from_millis(500));
        }
    }

    fn ease(&mut self) -> Eased {
        self.interval = self.interval.mul_f64(0.93);
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
mod tests {
    use super::*;

    fn waits(bucket: &Bucket, now: Instant, calls: usize) -> Vec<u128> {
        (0..calls).map(|_| bucket.take(now).as_millis()).collect()
    }

    #[test]
    fn after_the_burst_calls_are_spread_out() {
        let bucket = Bucket::new(Rate {
            interval: Duration::from_millis(200),
            burst: 3,
        });
        assert_eq!(waits(&bucket, Instant::now(), 6), [0, 0, 0, 200, 400, 600]);
    }

    #[test]
    fn a_rest_refills_up_to_the_burst() {
        let bucket = Bucket::new(Rate {
            interval: Duration::from_millis(200),
            burst: 3,
        });
        let start = Instant::now();
        assert_eq!(waits(&bucket, start, 3), [0, 0, 0]);
        assert_eq!(waits(&bucket, start + Duration::from_millis(200), 2), [0, 200]);
        assert_eq!(waits(&bucket, start + Duration::from_secs(3600), 4), [0, 0, 0, 200]);
    }

    #[test]
    fn a_burst_of_none_still_lets_one_through() {
        let bucket = Bucket::new(Rate {
            interval: Duration::from_secs(20),
            burst: 0,
        });
        assert_eq!(waits(&bucket, Instant::now(), 2), [0, 20_000]);
    }

    #[test]
    fn an_operation_is_under_its_own_limit_first_and_then_under_that_of_all() {
        let rate = |burst| Rate {
            interval: Duration::from_secs(1),
            burst,
        };
        let pace = Pace::new([("CreateApiKey", rate(5)), ("DeleteApiKey", rate(6))], Some(rate(40)));
        let bursts = |operation| {
            pace.buckets(operation)
                .map(|bucket| bucket.rate.burst)
                .collect::<Vec<_>>()
        };
        assert_eq!(bursts("CreateApiKey"), [5, 40]);
        assert_eq!(bursts("GetApiKey"), [40]);
        assert_eq!(Pace::default().buckets("GetApiKey").count(), 0);
    }

    proptest::proptest! {
        #[test]
        fn no_window_ever_sees_more_calls_than_burst_and_rate_allow(
            burst in 1..10_u32,
            pauses in proptest::collection::vec(0..500_u64, 1..60),
        ) {
            let interval = Duration::from_millis(100);
            let bucket = Bucket::new(Rate { interval, burst });
            let mut now = Instant::now();
            let mut sent: Vec<Instant> = Vec::new();
            for pause in pauses {
                now += Duration::from_millis(pause);
                sent.push(now + bucket.take(now));
            }
            for (first, start) in sent.iter().enumerate() {
                for (count, end) in sent[first..].iter().enumerate().skip(burst as usize) {
                    let earned = *end - *start;
                    proptest::prop_assert!(interval * (count as u32 + 1 - burst) <= earned);
                }
            }
        }
    }
}
