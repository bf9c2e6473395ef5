//! Many callers against a service that keeps its limits, in time that does not pass.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;
use crate::http::retry::{Next, Outcome, Progress, RetryPolicy, next};
use crate::http::{RetrySafety, Verdict};

const OPERATION: &str = "CreateApiKey";
/// As many as Terraform walks at once.
const WORKERS: usize = 10;
/// The way to the service, and the way back.
const WAY: Duration = Duration::from_millis(40);

/// What a service allows: so many a second, and so many at once after a rest.
struct Limit {
    per_second: f64,
    burst: f64,
    tokens: f64,
    at: Duration,
}

impl Limit {
    fn new(per_second: f64, burst: f64) -> Self {
        Self {
            per_second,
            burst,
            tokens: burst,
            at: Duration::ZERO,
        }
    }

    fn allows(&mut self, at: Duration) -> bool {
        self.tokens = (self.tokens + (at - self.at).as_secs_f64() * self.per_second).min(self.burst);
        self.at = at;
        let allowed = self.tokens >= 1.0;
        if allowed {
            self.tokens -= 1.0;
        }
        allowed
    }

    /// How long so many calls take at best.
    fn dictates(&self, calls: usize) -> Duration {
        Duration::from_secs_f64((calls as f64 - self.burst).max(0.0) / self.per_second)
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Turn,
    Arrival,
    Response { throttled: bool },
}

struct Run {
    took: Duration,
    throttled: usize,
    /// The attempts of the call that needed most of them.
    attempts: u32,
}

/// Has each process, with its own rate limiter, make so many calls.
fn simulate(processes: &[RateLimiter], calls: usize, limit: &mut Limit, policy: &RetryPolicy) -> Run {
    let start = Instant::now();
    let mut events = BinaryHeap::new();
    let mut left = vec![calls; processes.len()];
    let mut attempts = vec![0_u32; processes.len() * WORKERS];
    let mut run = Run {
        took: Duration::ZERO,
        throttled: 0,
        attempts: 0,
    };
    let mut chance = 0.5_f64;
    for worker in 0..attempts.len() {
        left[worker / WORKERS] -= 1;
        events.push(Reverse((Duration::ZERO, worker, Event::Turn)));
    }
    while let Some(Reverse((now, worker, event))) = events.pop() {
        let process = worker / WORKERS;
        let rate_limiter = &processes[process];
        match event {
            Event::Turn => {
                let mut at = now;
                for bucket in rate_limiter.buckets(OPERATION) {
                    at += bucket.take(start + at);
                }
                at += rate_limiter.throttle_delay(OPERATION, start + at);
                events.push(Reverse((at + WAY, worker, Event::Arrival)));
            }
            Event::Arrival => {
                let throttled = !limit.allows(now);
                events.push(Reverse((now + WAY, worker, Event::Response { throttled })));
            }
            Event::Response { throttled: false } => {
                rate_limiter.served(OPERATION);
                (attempts[worker], run.took) = (0, now);
                if left[process] > 0 {
                    left[process] -= 1;
                    events.push(Reverse((now, worker, Event::Turn)));
                }
            }
            Event::Response { throttled: true } => {
                rate_limiter.throttled(OPERATION, Duration::ZERO, start + now);
                run.throttled += 1;
                attempts[worker] += 1;
                run.attempts = run.attempts.max(attempts[worker]);
                let progress = Progress {
                    attempt: attempts[worker],
                    ..Progress::default()
                };
                chance = (chance * 997.0).fract();
                let outcome = Outcome::Answered(Verdict::Throttled {
                    after: None,
                    certain: true,
                });
                match next(outcome, RetrySafety::NonIdempotent, &progress, policy, chance) {
                    Next::Wait(wait) => events.push(Reverse((now + wait, worker, Event::Turn))),
                    other => panic!("a call was given up after {} attempts: {other:?}", attempts[worker]),
                }
            }
        }
    }
    run
}

fn policy(attempts: u32) -> RetryPolicy {
    RetryPolicy {
        attempts,
        initial_backoff: Duration::from_millis(200),
        max_backoff: Duration::from_secs(20),
        max_retry_after: Duration::from_secs(60),
    }
}

fn of_aws() -> RateLimiter {
    let rate = Rate {
        interval: Duration::from_millis(205),
        burst: 4,
    };
    RateLimiter::new([(OPERATION, rate)], None)
}

/// Expects that no call is given up, and that all take no more than 1.3 times as long as the limits dictate.
fn expect(name: &str, processes: &[RateLimiter], mut limit: Limit, policy: &RetryPolicy) {
    let dictated = limit.dictates(300 * processes.len());
    let run = simulate(processes, 300, &mut limit, policy);
    let ratio = run.took.as_secs_f64() / dictated.as_secs_f64();
    assert!(
        ratio <= 1.3,
        "{name}: {:.1} s, {ratio:.2} of what the limits dictate; {} throttled, at most {} times one call",
        run.took.as_secs_f64(),
        run.throttled,
        run.attempts
    );
}

#[test]
fn three_hundred_keys_take_little_longer_than_the_limits_dictate() {
    expect("known limits", &[of_aws()], Limit::new(5.0, 5.0), &policy(25));
}

#[test]
fn two_processes_that_do_not_know_of_each_other_share_the_limits() {
    expect(
        "two processes",
        &[of_aws(), of_aws()],
        Limit::new(5.0, 5.0),
        &policy(25),
    );
    expect(
        "four processes",
        &[of_aws(), of_aws(), of_aws(), of_aws()],
        Limit::new(5.0, 5.0),
        &policy(25),
    );
}

#[test]
fn limits_that_nobody_publishes_are_found() {
    for (per_second, burst) in [(2.0, 2.0), (5.0, 5.0), (20.0, 20.0), (50.0, 10.0), (100.0, 100.0)] {
        let name = format!("{per_second} a second");
        expect(
            &name,
            &[RateLimiter::default()],
            Limit::new(per_second, burst),
            &policy(12),
        );
    }
}
