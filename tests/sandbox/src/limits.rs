use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::options::RateLimits;

/// A token bucket's size and speed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) burst: f64,
}

impl Rate {
    /// As many at once as come in a second.
    pub(crate) const fn per_second(requests: f64) -> Self {
        Self {
            per_second: requests,
            burst: requests,
        }
    }
}

/// The requests that each limited name may still make.
#[derive(Debug)]
pub(crate) struct Limits {
    mode: RateLimits,
    buckets: BTreeMap<String, Bucket>,
}

impl Limits {
    pub(crate) fn new(mode: RateLimits) -> Self {
        Self {
            mode,
            buckets: BTreeMap::new(),
        }
    }

    /// Spends one request of `name`, or says after how many whole seconds, at least 1, there is one to spend.
    pub(crate) fn spend(&mut self, name: String, rate: Rate, now: DateTime<Utc>) -> Result<(), u32> {
        if self.mode == RateLimits::Off {
            return Ok(());
        }
        let bucket = self.buckets.entry(name).or_insert(Bucket {
            tokens: rate.burst,
            at: now,
        });
        bucket.refill(rate, now);
        if bucket.tokens < 1.0 {
            let wait = (1.0 - bucket.tokens) / rate.per_second;
            return Err(wait.ceil().max(1.0) as u32);
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: DateTime<Utc>,
}

impl Bucket {
    fn refill(&mut self, rate: Rate, now: DateTime<Utc>) {
        let elapsed = (now - self.at).as_seconds_f64().max(0.0);
        self.tokens = (self.tokens + elapsed * rate.per_second).min(rate.burst);
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use chrono::TimeDelta;

    use super::*;

    fn spent(limits: &mut Limits, rate: Rate, at: DateTime<Utc>) -> usize {
        (0..100)
            .take_while(|_| limits.spend("name".to_owned(), rate, at).is_ok())
            .count()
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let mut limits = Limits::new(RateLimits::On);
        let rate = Rate {
            per_second: 10.0,
            burst: 40.0,
        };
        let start = DateTime::UNIX_EPOCH;
        assert_eq!(spent(&mut limits, rate, start), 40);
        assert_eq!(limits.spend("name".to_owned(), rate, start), Err(1));
        assert_eq!(spent(&mut limits, rate, start + TimeDelta::seconds(1)), 10);
        assert_eq!(spent(&mut limits, rate, start + TimeDelta::seconds(60)), 40);
    }

    #[test]
    fn names_are_limited_apart() {
        let mut limits = Limits::new(RateLimits::On);
        let rate = Rate::per_second(1.0);
        assert!(limits.spend("one".to_owned(), rate, DateTime::UNIX_EPOCH).is_ok());
        assert!(limits.spend("two".to_owned(), rate, DateTime::UNIX_EPOCH).is_ok());
        assert!(limits.spend("one".to_owned(), rate, DateTime::UNIX_EPOCH).is_err());
    }

    #[test]
    fn without_rate_limits_nothing_is_counted() {
        let mut limits = Limits::new(RateLimits::Off);
        assert_eq!(spent(&mut limits, Rate::per_second(1.0), DateTime::UNIX_EPOCH), 100);
    }
}
