//! One operation on one object, while it is under way.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Diagnostic;
use super::Known;
use super::managed::Resource;
use super::records::Records;
use crate::schema::block::Block;
use crate::value::{Object, Value};

/// What an operation works with, and what is to be kept of it whatever becomes of it.
pub struct Task<'a, R: Resource> {
    /// The connection to the cloud.
    pub client: &'a R::Client,
    /// When the time for it is over.
    pub deadline: Instant,
    /// The objects that are known to be somebody's.
    pub known: &'a Known,
    pub(super) records: &'a Records,
    stop: &'a CancellationToken,
    kept: Mutex<Kept>,
}

/// What is true when an operation has ended, in whatever way.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The object as it is; none where there is none.
    pub(super) state: Option<Object>,
    /// What the user should know.
    pub(super) warnings: Vec<Diagnostic>,
}

impl<'a, R: Resource> Task<'a, R> {
    /// A task on an object that is as in `prior`.
    pub(super) fn new(
        client: &'a R::Client,
        deadline: Instant,
        known: &'a Known,
        records: &'a Records,
        stop: &'a CancellationToken,
        prior: Option<Object>,
    ) -> Self {
        Self {
            client,
            deadline,
            known,
            records,
            stop,
            kept: Mutex::new(Kept {
                state: prior,
                warnings: Vec::new(),
            }),
        }
    }

    /// Records what is true from now on. Called as soon as a call has changed it: the record goes to Terraform even if the next
    /// line panics.
    pub fn is_now(&self, state: &R::State) {
        let state = known(state.to_object());
        if let Some(id) = state.get("id").and_then(Value::as_str) {
            self.known.own(id);
        }
        self.kept().state = Some(state);
    }

    /// Tells the user something that is no failure.
    pub fn warn(&self, warning: Diagnostic) {
        self.kept().warnings.push(warning);
    }

    /// Whether Terraform has asked to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until Terraform asks to stop.
    pub(super) async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    pub(super) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A state without unknown values: what a service did not say is nothing.
pub(super) fn known(object: Object) -> Object {
    let settle = |(name, value): (String, Value)| (name, if value.is_wholly_known() { value } else { Value::Null });
    object.into_iter().map(settle).collect()
}
