//! Keys that were made lately: one of them may have been left behind by a run that was killed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::OnceCell;

use crate::lifecycle::Error;

/// The keys of each place that were made lately. A place is looked at once per configuration, however many keys are planned, and
/// whatever comes of it.
pub(super) struct Lately<T>(Mutex<BTreeMap<String, Arc<Look<T>>>>);

type Look<T> = OnceCell<Result<Vec<T>, Error>>;

/// How long ago is lately: long enough for somebody to come back to a run that broke off, short enough that few keys are looked at.
const LATELY: TimeDelta = TimeDelta::hours(1);

/// How far a key's time of creation may lie before the moment its request was sent: both clocks' times and the key's are cut to
/// whole seconds.
const ROUNDING: TimeDelta = TimeDelta::seconds(3);

/// Whether a key was made lately. Both times are by the service's clock.
pub(super) fn is_recent(created: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    created > now - LATELY
}

/// Whether a key can have been made by a request that was sent at `sent`. Both times are by the service's clock.
pub(super) fn is_since(created: Option<DateTime<Utc>>, sent: DateTime<Utc>) -> bool {
    created.is_none_or(|created| created >= sent - ROUNDING)
}

impl<T> Lately<T> {
    /// The keys of a place, which `look` looks at if nobody has.
    pub(super) async fn at(
        &self,
        place: &str,
        look: impl Future<Output = Result<Vec<T>, Error>>,
    ) -> Result<Keys<T>, Error> {
        let known = {
            let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(places.entry(place.to_owned()).or_default())
        };
        match known.get_or_init(|| look).await {
            Ok(_) => Ok(Keys(known)),
            Err(error) => Err(error.clone()),
        }
    }
}

impl<T> Default for Lately<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// The keys that a look has found.
pub(super) struct Keys<T>(Arc<Look<T>>);

impl<T> Keys<T> {
    /// One by one.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.get().into_iter().flatten().flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::lifecycle::Kind;

    #[tokio::test]
    async fn a_place_is_looked_at_once_whatever_comes_of_it() {
        let lately = Lately::default();
        let looks = Cell::new(0);
        let look = |result: Result<Vec<u8>, Error>| async {
            looks.set(looks.get() + 1);
            result
        };
        let failed = || Err(Error::new("GetApiKeys", Kind::Denied, ""));
        for _ in 0..2 {
            let found = lately.at("here", look(Ok(vec![1, 2]))).await;
            assert_eq!(
                found.map(|keys| keys.iter().copied().collect::<Vec<_>>()),
                Ok(vec![1, 2])
            );
            let found = lately.at("there", look(failed())).await;
            assert_eq!(found.map(|_| ()).map_err(|error| error.kind), Err(Kind::Denied));
        }
        assert_eq!(looks.get(), 2);
    }

    #[test]
    fn a_key_can_be_as_old_as_its_request_and_a_little_older() {
        let at = |seconds: i64| DateTime::from_timestamp(1_700_000_000 + seconds, 0);
        let sent = at(0).unwrap_or_default();
        for (created, expected) in [
            (at(60), true),
            (at(0), true),
            (at(-3), true),
            (at(-4), false),
            (None, true),
        ] {
            assert_eq!(is_since(created, sent), expected, "{created:?}");
        }
        for (age, expected) in [(0, true), (3599, true), (3601, false), (-60, true)] {
            assert_eq!(is_recent(at(-age).unwrap_or_default(), sent), expected, "{age}");
        }
    }
}
