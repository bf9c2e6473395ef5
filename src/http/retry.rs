//! Whether to retry, and when. Pure.

use std::time::Duration;

use chrono::TimeDelta;

use super::{RetrySafety, Verdict};

/// How calls are retried: exponential backoff with full jitter.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Maximum number of attempts, including the first.
    pub attempts: u32,
    /// Upper bound of the wait after the first attempt. It doubles with each attempt.
    pub initial_backoff: Duration,
    /// Limit of the doubling.
    pub max_backoff: Duration,
    /// Limit of the wait that a server asks for.
    pub max_retry_after: Duration,
}

/// Outcome of one attempt.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    /// A complete response was received.
    Answered(Verdict),
    /// No connection was established: certainly not executed.
    NotSent,
    /// Sent, and no complete response received: may have been executed.
    Lost,
}

/// State of a call across its attempts.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    /// Number of attempts so far.
    pub(super) attempt: u32,
    /// The clock offsets it was signed with: all but the last were rejected for clock skew.
    pub(super) offsets: Vec<TimeDelta>,
    /// The clock offset to sign it with if the last one is rejected, too.
    pub(super) correction: Option<TimeDelta>,
    /// Whether its credentials have been renewed.
    pub(super) renewed: bool,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Return the result.
    Stop,
    /// Retry after this time.
    Wait(Duration),
    /// Retry with the service's time.
    CorrectClock,
    /// Retry with renewed credentials, if there are any.
    Renew,
}

/// Decides what to do after an attempt. `random` is between 0 and 1.
pub(super) fn next(
    outcome: Outcome,
    retry_safety: RetrySafety,
    progress: &Progress,
    policy: &RetryPolicy,
    random: f64,
) -> Next {
    let asked = match (outcome, retry_safety) {
        (Outcome::Answered(Verdict::Done), _) => return Next::Stop,
        (Outcome::Answered(Verdict::ClockSkew), _) => return correct_clock(progress),
        (Outcome::Answered(Verdict::Expired), _) if progress.renewed => return Next::Stop,
        (Outcome::Answered(Verdict::Expired), _) => return Next::Renew,
        (
            Outcome::Answered(Verdict::Transient { .. } | Verdict::Throttled { certain: false, .. }) | Outcome::Lost,
            RetrySafety::NonIdempotent,
        ) => return Next::Stop,
        (Outcome::Answered(Verdict::Throttled { after, .. } | Verdict::Transient { after }), _) => after,
        (Outcome::NotSent | Outcome::Lost, _) => None,
    };
    let attempts = match outcome {
        Outcome::NotSent => policy.attempts.min(UNREACHABLE_ATTEMPTS),
        Outcome::Answered(_) | Outcome::Lost => policy.attempts,
    };
    if progress.attempt >= attempts {
        return Next::Stop;
    }
    let share = match outcome {
        // A host that refuses connections does so for a while: the few attempts must last longer than that.
        Outcome::NotSent => f64::midpoint(1.0, random.clamp(0.0, 1.0)),
        Outcome::Answered(_) | Outcome::Lost => random.clamp(0.0, 1.0),
    };
    let asked = asked.unwrap_or_default().min(policy.max_retry_after);
    Next::Wait(asked.max(policy.backoff(progress.attempt).mul_f64(share)))
}

fn correct_clock(progress: &Progress) -> Next {
    match progress.correction {
        Some(_) if progress.offsets.len() <= MAX_CORRECTIONS => Next::CorrectClock,
        _ => Next::Stop,
    }
}

/// A name that does not resolve or a port that refuses connections is mostly a typing error, which the user should hear about soon.
const UNREACHABLE_ATTEMPTS: u32 = 3;

/// One for the local clock, and more for servers whose clocks are wrong.
const MAX_CORRECTIONS: usize = 3;

impl RetryPolicy {
    fn backoff(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.initial_backoff.saturating_mul(doubled).min(self.max_backoff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const POLICY: RetryPolicy = RetryPolicy {
        attempts: 5,
        initial_backoff: SECOND,
        max_backoff: Duration::from_secs(6),
        max_retry_after: Duration::from_secs(30),
    };

    fn sent(attempt: u32) -> Progress {
        Progress {
            attempt,
            ..Progress::default()
        }
    }

    fn throttled(seconds: u64) -> Outcome {
        Outcome::Answered(Verdict::Throttled {
            after: Some(Duration::from_secs(seconds)),
            certain: true,
        })
    }

    #[test]
    fn a_call_is_repeated_only_when_it_may_be() {
        let transient = Outcome::Answered(Verdict::Transient { after: None });
        let expired = Outcome::Answered(Verdict::Expired);
        let throttled = |certain| Outcome::Answered(Verdict::Throttled { after: None, certain });
        let again = Next::Wait(SECOND);
        let rows = [
            ("done", Outcome::Answered(Verdict::Done), Next::Stop, Next::Stop),
            ("throttled", throttled(true), again, again),
            ("throttled by somebody", throttled(false), again, Next::Stop),
            ("expired", expired, Next::Renew, Next::Renew),
            ("transient", transient, again, Next::Stop),
            ("not sent", Outcome::NotSent, again, again),
            ("lost", Outcome::Lost, again, Next::Stop),
        ];
        for (name, outcome, always, only_if_not_run) in rows {
            assert_eq!(
                next(outcome, RetrySafety::Idempotent, &sent(1), &POLICY, 1.0),
                always,
                "{name}"
            );
            assert_eq!(
                next(outcome, RetrySafety::NonIdempotent, &sent(1), &POLICY, 1.0),
                only_if_not_run,
                "{name}"
            );
        }
    }

    #[test]
    fn waits_double_up_to_a_bound_and_end_with_the_attempts() {
        let waits: Vec<_> = (1..=6)
            .map(|attempt| next(Outcome::Lost, RetrySafety::Idempotent, &sent(attempt), &POLICY, 1.0))
            .collect();
        let wait = |seconds| Next::Wait(Duration::from_secs(seconds));
        assert_eq!(waits, [wait(1), wait(2), wait(4), wait(6), Next::Stop, Next::Stop]);
    }

    #[test]
    fn a_host_that_cannot_be_reached_is_given_up_early() {
        assert_eq!(
            next(Outcome::NotSent, RetrySafety::Idempotent, &sent(2), &POLICY, 1.0),
            Next::Wait(2 * SECOND)
        );
        assert_eq!(
            next(Outcome::NotSent, RetrySafety::Idempotent, &sent(3), &POLICY, 1.0),
            Next::Stop
        );
        let once = RetryPolicy { attempts: 1, ..POLICY };
        assert_eq!(
            next(Outcome::NotSent, RetrySafety::Idempotent, &sent(1), &once, 1.0),
            Next::Stop
        );
    }

    #[test]
    fn a_wait_is_a_random_share_of_the_bound_and_no_shorter_than_asked() {
        let rows = [
            ("full share", throttled(0), 3, 1.0, 4000),
            ("a quarter", throttled(0), 3, 0.25, 1000),
            ("no share", throttled(0), 3, 0.0, 0),
            (
                "no share of a host that cannot be reached",
                Outcome::NotSent,
                2,
                0.0,
                1000,
            ),
            ("full share of it", Outcome::NotSent, 2, 1.0, 2000),
            ("asked for more", throttled(9), 3, 0.5, 9000),
            ("asked for less", throttled(1), 3, 1.0, 4000),
            ("asked for too much", throttled(3600), 3, 1.0, 30_000),
            ("random beyond its range", throttled(0), 1, 7.0, 1000),
            ("random is no number", throttled(3), 1, f64::INFINITY, 3000),
        ];
        for (name, outcome, attempt, random, millis) in rows {
            let expected = Next::Wait(Duration::from_millis(millis));
            assert_eq!(
                next(outcome, RetrySafety::NonIdempotent, &sent(attempt), &POLICY, random),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn a_wrong_clock_is_corrected_a_few_times_and_ended_credentials_are_renewed_once() {
        let minutes = |minutes| Some(TimeDelta::minutes(minutes));
        let offsets = |corrections: usize| vec![TimeDelta::zero(); 1 + corrections];
        #[rustfmt::skip]
        let rows = [
            ("wrong", Verdict::ClockSkew, Progress { correction: minutes(10), ..sent(1) }, Next::CorrectClock),
            ("no better time known", Verdict::ClockSkew, sent(1), Next::Stop),
            ("corrected", Verdict::ClockSkew, Progress { correction: minutes(10), offsets: offsets(1), ..sent(2) }, Next::CorrectClock),
            ("corrected often", Verdict::ClockSkew, Progress { correction: minutes(10), offsets: offsets(3), ..sent(4) }, Next::Stop),
            ("last attempt", Verdict::ClockSkew, Progress { correction: minutes(10), ..sent(5) }, Next::CorrectClock),
            ("ended", Verdict::Expired, sent(1), Next::Renew),
            ("ended again", Verdict::Expired, Progress { renewed: true, ..sent(2) }, Next::Stop),
        ];
        for (name, verdict, progress, expected) in rows {
            for retry_safety in [RetrySafety::Idempotent, RetrySafety::NonIdempotent] {
                let found = next(Outcome::Answered(verdict), retry_safety, &progress, &POLICY, 1.0);
                assert_eq!(found, expected, "{name}");
            }
        }
    }

    #[test]
    fn many_attempts_do_not_overflow() {
        let patient = RetryPolicy {
            attempts: u32::MAX,
            ..POLICY
        };
        let last = next(
            Outcome::Lost,
            RetrySafety::Idempotent,
            &sent(u32::MAX - 1),
            &patient,
            1.0,
        );
        assert_eq!(last, Next::Wait(POLICY.max_backoff));
    }
}
