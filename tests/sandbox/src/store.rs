use std::collections::BTreeMap;
use std::fmt;

use crate::world::{SharedWorld, World, lock};

/// A key that can be told from others.
pub trait Identified {
    /// What the cloud calls the key by, unique within the cloud.
    fn id(&self) -> &str;
}

/// The keys of one cloud in the order of their creation.
#[derive(Debug)]
pub(crate) struct Store<K> {
    /// Never reused, so that a paging token stays valid while keys come and go.
    next: u64,
    keys: BTreeMap<u64, K>,
}

impl<K> Default for Store<K> {
    fn default() -> Self {
        Self {
            next: 0,
            keys: BTreeMap::new(),
        }
    }
}

impl<K: Identified> Store<K> {
    /// All keys with their ordinal numbers, oldest first.
    pub(crate) fn numbered(&self) -> impl DoubleEndedIterator<Item = (u64, &K)> {
        self.keys.iter().map(|(number, key)| (*number, key))
    }

    /// All keys, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.keys.values()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&K> {
        self.iter().find(|key| key.id() == id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut K> {
        self.keys.values_mut().find(|key| key.id() == id)
    }

    pub(crate) fn insert(&mut self, key: K) {
        self.keys.insert(self.next, key);
        self.next += 1;
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<K> {
        let number = self.numbered().find(|(_, key)| key.id() == id)?.0;
        self.keys.remove(&number)
    }
}

/// Somebody else's hand on a cloud: it sees and changes keys without a request, a signature or a rule.
pub struct Outside<'a, K> {
    pub(crate) world: &'a SharedWorld,
    store: fn(&mut World) -> &mut Store<K>,
}

impl<'a, K: Identified + Clone> Outside<'a, K> {
    pub(crate) fn new(world: &'a SharedWorld, store: fn(&mut World) -> &mut Store<K>) -> Self {
        Self { world, store }
    }

    /// All keys of the cloud in every region, oldest first, secrets included.
    pub fn keys(&self) -> Vec<K> {
        self.with(|store| store.iter().cloned().collect())
    }

    /// The key of that id.
    pub fn key(&self, id: &str) -> Option<K> {
        self.with(|store| store.get(id).cloned())
    }

    /// Adds a key as if it had been made elsewhere, and gives its id.
    pub fn insert(&self, key: K) -> String {
        let id = key.id().to_owned();
        self.with(|store| store.insert(key));
        id
    }

    /// Takes a key away, as if deleted elsewhere.
    pub fn remove(&self, id: &str) -> Option<K> {
        self.with(|store| store.remove(id))
    }

    /// Changes a key in place and gives what it became; `None` if there is no such key.
    pub fn update(&self, id: &str, change: impl FnOnce(&mut K)) -> Option<K> {
        self.with(|store| {
            let key = store.get_mut(id)?;
            change(key);
            Some(key.clone())
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Store<K>) -> T) -> T {
        act((self.store)(&mut lock(self.world)))
    }
}

impl<K> fmt::Debug for Outside<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}
