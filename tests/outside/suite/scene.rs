//! The cloud of a run, and what all proxies of the run know of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sandbox::Sandbox;

use super::kind::Kind;
use super::live::{self, Live};

pub struct Scene {
    pub kind: Kind,
    pub sandbox: Sandbox,
    start: Instant,
    /// When each object was seen first; none for what was there before.
    births: Mutex<BTreeMap<String, Option<Instant>>>,
    /// What a person has made, as it was made.
    strangers: Mutex<Vec<Live>>,
}

impl Scene {
    pub fn new(kind: Kind, sandbox: Sandbox) -> Self {
        live::prepare(kind, &sandbox);
        Self {
            kind,
            sandbox,
            start: Instant::now(),
            births: Mutex::default(),
            strangers: Mutex::default(),
        }
    }

    /// Where the cloud is.
    pub fn address(&self) -> SocketAddr {
        let url = self.sandbox.url(self.kind.cloud());
        url.trim_start_matches("http://").parse().unwrap()
    }

    /// How long the run has been going on.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// How long ago the object was seen first, which is now if it never was.
    pub fn age(&self, id: &str) -> Duration {
        let mut births = self.births.lock().unwrap_or_else(PoisonError::into_inner);
        let birth = births.entry(id.to_owned()).or_insert_with(|| Some(Instant::now()));
        birth.map_or(Duration::MAX, |birth| birth.elapsed())
    }

    /// Has a person make an object like the run's.
    pub fn insert_stranger(&self, name: &str) -> String {
        self.is_made_by_hand(live::insert_stranger(self.kind, &self.sandbox, name))
    }

    /// Has a person have made the very object that the run's first resource is to make, so long ago that every list shows it.
    pub fn insert_first(&self, name: &str) {
        let first = live::insert_first(self.kind, &self.sandbox, name);
        let mut births = self.births.lock().unwrap_or_else(PoisonError::into_inner);
        births.insert(first.id.clone(), None);
        drop(births);
        self.is_made_by_hand(first);
    }

    fn is_made_by_hand(&self, stranger: Live) -> String {
        self.age(&stranger.id);
        let id = stranger.id.clone();
        self.strangers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(stranger);
        id
    }

    pub fn strangers(&self) -> Vec<Live> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All objects of the kind.
    pub fn live(&self) -> Vec<Live> {
        live::all(self.kind, &self.sandbox)
    }
}
