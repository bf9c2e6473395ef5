//! Which objects are somebody's already.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::identity::ObjectId;

/// The ids of the objects that this process's states hold, or that were created here, and the calls that tell of them.
#[derive(Debug, Default)]
pub struct Ownership {
    ids: Mutex<BTreeMap<ObjectId, Existence>>,
    /// How many calls are under way, and how many have begun.
    calls: watch::Sender<(usize, u64)>,
    /// The create requests that are under way, and the number of the next one.
    requests: watch::Sender<(BTreeSet<u64>, u64)>,
}

/// Whether an object that was somebody's still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existence {
    Exists,
    Gone,
}

/// A call that is under way.
#[derive(Debug)]
pub(super) struct Visit<'k>(&'k Ownership);

/// A create request that is under way.
#[derive(Debug)]
pub(super) struct Request<'k>(&'k Ownership, u64);

impl Ownership {
    /// Takes note of an object that a state holds, or that was created here.
    pub fn own(&self, id: &ObjectId) {
        self.claim(id);
    }

    /// Takes note of an object that is said to be new. `false` where it is somebody's already, or nothing names it.
    pub fn claim(&self, id: &ObjectId) -> bool {
        !id.id.is_empty() && self.ids().insert(id.clone(), Existence::Exists) != Some(Existence::Exists)
    }

    /// Takes note that an object was deleted here. Another one can be created under its id where ids are chosen.
    pub(super) fn is_gone(&self, id: &ObjectId) {
        if let Some(existence) = self.ids().get_mut(id) {
            *existence = Existence::Gone;
        }
    }

    /// Whether a state holds this object, or it was created here. One that was deleted here counts: a list may show it for a while.
    pub fn owns(&self, id: &ObjectId) -> bool {
        self.ids().contains_key(id)
    }

    /// Whether one of the objects that a state holds, or that were created here, is as asked for.
    pub fn owns_one(&self, is_wanted: impl Fn(&ObjectId) -> bool) -> bool {
        self.ids().keys().any(is_wanted)
    }

    /// Counts a call until what is returned is dropped.
    pub(super) fn visit(&self) -> Visit<'_> {
        self.calls.send_modify(|(under_way, begun)| {
            *under_way += 1;
            *begun += 1;
        });
        Visit(self)
    }

    /// Waits until no call but the caller's own is under way, and none has begun for a while: then the states of this run have been
    /// shown, as far as they can be.
    pub(super) async fn quiet(&self) {
        let mut calls = self.calls.subscribe();
        loop {
            // There is a sender as long as there is `self`.
            let _ = calls.wait_for(|(under_way, _)| *under_way <= 1).await;
            calls.mark_unchanged();
            if tokio::time::timeout(QUIET, calls.changed()).await.is_err() {
                return;
            }
        }
    }

    /// Counts a create request until what is returned is dropped, which has to be after its object was claimed.
    pub(super) fn request(&self) -> Request<'_> {
        let mut number = 0;
        self.requests.send_modify(|(requests, next)| {
            number = *next;
            *next += 1;
            requests.insert(number);
        });
        Request(self, number)
    }

    /// Waits until the create requests that are under way now have ended: what they create is claimed then.
    pub(super) async fn requests_ended(&self) {
        let mut requests = self.requests.subscribe();
        let now = requests.borrow().0.clone();
        // There is a sender as long as there is `self`.
        let _ = requests.wait_for(|(requests, _)| requests.is_disjoint(&now)).await;
    }

    fn ids(&self) -> MutexGuard<'_, BTreeMap<ObjectId, Existence>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long Terraform may take between two calls of one walk, with other providers' objects in between.
const QUIET: std::time::Duration = std::time::Duration::from_secs(2);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.0.calls.send_modify(|(under_way, _)| *under_way -= 1);
    }
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        self.0.requests.send_modify(|(requests, _)| {
            requests.remove(&self.1);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

    fn id(id: &str) -> ObjectId {
        ObjectId::regional("toys_toy", "here", id)
    }

    #[test]
    fn an_object_is_claimed_once() {
        let ownership = Ownership::default();
        ownership.own(&id("state"));
        for (name, is_new, owned) in [
            ("state", false, true),
            ("new", true, true),
            ("new", false, true),
            ("", false, false),
        ] {
            assert_eq!(
                (ownership.claim(&id(name)), ownership.owns(&id(name))),
                (is_new, owned),
                "{name:?}"
            );
        }
    }

    #[test]
    fn the_same_id_in_another_region_or_of_another_type_is_another_object() {
        let ownership = Ownership::default();
        ownership.own(&id("1"));
        for other in [
            ObjectId::regional("toys_toy", "there", "1"),
            ObjectId::regional("toys_car", "here", "1"),
        ] {
            assert!(!ownership.owns(&other), "{other:?}");
        }
    }

    #[test]
    fn the_id_of_a_deleted_object_can_be_claimed_again() {
        let ownership = Ownership::default();
        ownership.is_gone(&id("manual"));
        assert!(!ownership.owns(&id("manual")));
        ownership.own(&id("manual"));
        ownership.is_gone(&id("manual"));
        assert!(ownership.owns(&id("manual")));
        assert!(ownership.claim(&id("manual")));
        assert!(!ownership.claim(&id("manual")));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_quiet_once_other_calls_have_ended_and_none_has_begun_for_a_while() {
        let ownership = Ownership::default();
        let _own = ownership.visit();
        let begun = Instant::now();
        let others = async {
            let first = ownership.visit();
            tokio::time::sleep(Duration::from_secs(10)).await;
            drop(first);
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(ownership.visit());
        };
        tokio::join!(ownership.quiet(), others);
        assert_eq!(begun.elapsed().as_secs(), 11 + QUIET.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_requests_that_are_under_way_are_waited_for() {
        let ownership = Ownership::default();
        let begun = Instant::now();
        let early = async {
            let _request = ownership.request();
            tokio::time::sleep(Duration::from_secs(3)).await;
        };
        let late = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let _request = ownership.request();
            tokio::time::sleep(Duration::from_secs(9)).await;
        };
        let waits = async {
            ownership.requests_ended().await;
            assert_eq!(begun.elapsed().as_secs(), 3);
        };
        tokio::join!(early, waits, late);
    }
}
