//! The service's clock, as far as its answers tell it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// How far the service's clock runs ahead of ours, and by how much of that requests are signed.
#[derive(Debug, Default)]
pub(super) struct ServiceClock(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The offsets that the latest answers showed, newest last.
    seen: VecDeque<TimeDelta>,
    followed: TimeDelta,
}

/// How many answers are remembered: one server of many whose clock is wrong is outvoted.
const REMEMBERED: usize = 5;

/// Below this a refusal has another cause: the services tolerate five minutes and more.
const TOLERATED: TimeDelta = TimeDelta::minutes(2);

impl ServiceClock {
    /// Takes note of an offset that an answer showed.
    pub(super) fn learn(&self, offset: TimeDelta) {
        self.with(|state| {
            if state.seen.len() == REMEMBERED {
                state.seen.pop_front();
            }
            state.seen.push_back(offset);
        });
    }

    /// The service's time when ours is `here`; `None` before any answer told it.
    pub(super) fn at(&self, here: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(here + self.with(|state| state.offset())?)
    }

    /// The offset that new calls are signed with. It is zero until another one has proved right: a service that tells its time
    /// wrong must not spoil signatures that are right.
    pub(super) fn followed(&self) -> TimeDelta {
        self.with(|state| state.followed)
    }

    /// From here on new calls are signed with this offset, which the service has accepted.
    pub(super) fn follow(&self, offset: TimeDelta) {
        self.with(|state| state.followed = offset);
    }

    /// The offset to sign a call with that was refused for its time, signed with these offsets one after the other, and at last by an
    /// answer that showed the offset `shown`; `None` where no other is known that would make a difference.
    ///
    /// What that answer showed comes first: it may come from one server of many, whose clock is wrong, and which judges by it. Then
    /// comes what other calls have found in the meantime.
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
    /// The median of what was seen; of two in the middle the one nearer to our own clock.
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
