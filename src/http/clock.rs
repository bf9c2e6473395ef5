//! An estimate of the service's clock, from its responses.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// The offset of the service's clock from the local one, and the offset that requests are signed with.
#[derive(Debug, Default)]
pub(super) struct ServiceClock(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The offsets in the latest responses, newest last.
    seen: VecDeque<TimeDelta>,
    followed: TimeDelta,
}

/// How many responses are remembered, so that a single server with a wrong clock is outvoted.
const REMEMBERED: usize = 5;

/// A smaller offset is not the cause of a rejection: the services tolerate at least five minutes.
const TOLERATED: TimeDelta = TimeDelta::minutes(2);

impl ServiceClock {
    /// Records the offset that a response showed.
    pub(super) fn learn(&self, offset: TimeDelta) {
        self.with(|state| {
            if state.seen.len() == REMEMBERED {
                state.seen.pop_front();
            }
            state.seen.push_back(offset);
        });
    }

    /// The service's time at the local time `here`; `None` before the first response.
    pub(super) fn at(&self, here: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(here + self.with(|state| state.offset())?)
    }

    /// The offset that new calls are signed with. It is zero until the service has accepted another one: a wrong `Date` header must not
    /// invalidate correct signatures.
    pub(super) fn followed(&self) -> TimeDelta {
        self.with(|state| state.followed)
    }

    /// Signs new calls with this offset, which the service has accepted.
    pub(super) fn follow(&self, offset: TimeDelta) {
        self.with(|state| state.followed = offset);
    }

    /// The offset to retry a call with that was rejected with each of these offsets, the last time by a response that showed the offset
    /// `shown`; `None` if no other offset is known that would make a difference.
    ///
    /// `shown` comes first: a server with a wrong clock compares with that clock. Then come the offsets that other calls have found.
    pub(super) fn correction(&self, refused: &[TimeDelta], shown: Option<TimeDelta>) -> Option<TimeDelta> {
        let differ = |one: TimeDelta, other: TimeDelta| (one - other).abs() > TOLERATED;
        let shown = shown.filter(|shown| refused.last().is_none_or(|last| differ(*shown, *last)));
        let (followed, seen) = self.with(|state| (state.followed, state.offset()));
        let known = [Some(followed), seen].into_iter().flatten();
        shown.or_else(|| {
            known
                .into_iter()
                .find(|offset| refused.iter().all(|refused| differ(*offset, *refused)))
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// The median of the offsets; of two in the middle the one closer to zero.
    fn offset(&self) -> Option<TimeDelta> {
        let mut seen: Vec<_> = self.seen.iter().copied().collect();
        seen.sort_unstable();
        let middle = [seen.len().checked_sub(1)? / 2, seen.len() / 2];
        middle
            .iter()
            .filter_map(|index| seen.get(*index).copied())
            .min_by_key(TimeDelta::abs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: &[i64]) -> Vec<TimeDelta> {
        minutes.iter().copied().map(TimeDelta::minutes).collect()
    }

    #[test]
    fn the_services_time_is_known_once_an_answer_told_it_and_one_wrong_answer_does_not_change_it() {
        let rows: [(&[i64], Option<i64>); 8] = [
            (&[], None),
            (&[10], Some(10)),
            (&[60, 10], Some(10)),
            (&[-60, -10], Some(-10)),
            (&[10, 10, 60, 10], Some(10)),
            (&[10, -60, 10], Some(10)),
            (&[0, 60, 0, 60, 0], Some(0)),
            // Ours was set right in the meantime.
            (&[10, 10, 10, 10, 10, 0, 0, 0], Some(0)),
        ];
        let here = DateTime::UNIX_EPOCH;
        for (seen, expected) in rows {
            let clock = ServiceClock::default();
            minutes(seen).into_iter().for_each(|offset| clock.learn(offset));
            let expected = expected.map(|expected| here + TimeDelta::minutes(expected));
            assert_eq!(clock.at(here), expected, "{seen:?}");
        }
    }

    #[test]
    fn a_refused_time_is_corrected_by_its_own_answer_else_by_what_others_found() {
        // What others showed, what is followed, what the call was signed with, what its answer shows, the correction.
        let rows: [(&[i64], i64, &[i64], Option<i64>, Option<i64>); 11] = [
            (&[10], 0, &[0], Some(10), Some(10)),
            (&[-10], 0, &[0], Some(-10), Some(-10)),
            // Signed before another call found the right offset.
            (&[10], 10, &[0], Some(10), Some(10)),
            (&[], 10, &[0], None, Some(10)),
            (&[10], 0, &[0], None, Some(10)),
            // A server of a wrong clock, after and before the correction.
            (&[10, 60], 10, &[60], Some(10), Some(10)),
            (&[10, 10, 70], 10, &[0], Some(1), Some(10)),
            // It judged by that clock.
            (&[60, 0], 0, &[0, 60], Some(0), Some(0)),
            (&[60, 60], 0, &[0, 60], Some(60), None),
            (&[1], 0, &[0], Some(1), None),
            (&[], 0, &[0], None, None),
        ];
        for (seen, followed, refused, shown, expected) in rows {
            let clock = ServiceClock::default();
            minutes(seen).into_iter().for_each(|offset| clock.learn(offset));
            clock.follow(TimeDelta::minutes(followed));
            let found = clock.correction(&minutes(refused), shown.map(TimeDelta::minutes));
            let row = (seen, followed, refused, shown);
            assert_eq!(found, expected.map(TimeDelta::minutes), "{row:?}");
        }
    }
}
