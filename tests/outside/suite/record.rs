//! What has come by at a proxy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::kind::Operation;

#[derive(Clone, Default)]
pub struct Record {
    /// A line for each thing that happened.
    pub journal: Vec<String>,
    /// When requests of each operation came, since the beginning of the run.
    pub arrivals: BTreeMap<Operation, Vec<Duration>>,
    /// The keys that were made by what came by.
    pub made: BTreeSet<String>,
    /// The keys that an answer to a create has named.
    pub told: BTreeSet<String>,
    /// The answers that went back unchanged.
    pub answers: BTreeMap<Operation, Vec<Vec<u8>>>,
    /// The body of the latest create.
    pub asked: Vec<u8>,
    /// How many requests have not been dealt with yet.
    pub under_way: usize,
}

/// A record that is written by a proxy and read by the run.
#[derive(Default)]
pub struct Shelf {
    record: Mutex<Record>,
    grown: Condvar,
}

impl Shelf {
    pub fn open(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the condition does not hold any more; whether it came to that.
    pub fn wait_while(&self, condition: impl FnMut(&mut Record) -> bool, patience: Duration) -> bool {
        let waited = self.grown.wait_timeout_while(self.open(), patience, condition);
        let (_record, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        !timeout.timed_out()
    }

    /// Notes a request that is under way from now on, and gives its number among those of its operation.
    pub fn arrive(&self, operation: Operation, elapsed: Duration) -> usize {
        let mut record = self.open();
        let arrivals = record.arrivals.entry(operation).or_default();
        let number = arrivals.len();
        arrivals.push(elapsed);
        drop(record);
        self.begin();
        number
    }

    /// Something is under way.
    pub fn begin(&self) {
        self.open().under_way += 1;
        self.grown.notify_all();
    }

    /// Something has ended that was under way.
    pub fn end(&self) {
        self.open().under_way -= 1;
        self.grown.notify_all();
    }
}
