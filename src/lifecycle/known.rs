//! What a process knows of the keys that exist.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::RwLock;

/// The ids of objects that this process has met. A key outside of it may be one that nobody knows.
#[derive(Debug, Default)]
pub struct Known {
    owned: Mutex<BTreeSet<String>>,
    before: Mutex<BTreeSet<String>>,
    creations: RwLock<()>,
}

impl Known {
    /// Takes note of an object that a state holds, or that was made here.
    pub fn own(&self, id: &str) {
        if !id.is_empty() {
            lock(&self.owned).insert(id.to_owned());
        }
    }

    /// Whether a state holds this object, or it was made here.
    pub fn owns(&self, id: &str) -> bool {
        lock(&self.owned).contains(id)
    }

    /// Takes note of objects that were there before anything was made here.
    pub fn saw_before<'i>(&self, ids: impl IntoIterator<Item = &'i str>) {
        lock(&self.before).extend(ids.into_iter().map(str::to_owned));
    }

    /// Whether a request of ours, whose answer was lost, may have made this object: nobody else is known to have.
    pub fn may_be_lost(&self, id: &str) -> bool {
        !self.owns(id) && !lock(&self.before).contains(id)
    }

    /// Held for reading while an object is being made and for writing while one is looked for, so that nobody takes for lost
    /// what is just on its way to somebody else.
    pub(super) fn creations(&self) -> &RwLock<()> {
        &self.creations
    }
}

fn lock(ids: &Mutex<BTreeSet<String>>) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
    ids.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_state_holds_was_made_here_or_was_there_before_is_not_lost() {
        let known = Known::default();
        known.own("state");
        known.own("");
        known.saw_before(["before"]);
        for (id, owned, lost) in [
            ("state", true, false),
            ("before", false, false),
            ("other", false, true),
            ("", false, true),
        ] {
            assert_eq!((known.owns(id), known.may_be_lost(id)), (owned, lost), "{id:?}");
        }
    }
}
