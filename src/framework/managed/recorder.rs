//! What Terraform is told of an object, whatever becomes of the operation on it.

use std::sync::{Mutex, PoisonError};

use crate::framework::identity::ObjectId;
use crate::framework::ownership::Ownership;
use crate::schema::block::Block;
use crate::value::{Object, Value};

/// Keeps the state of an object while it is created, updated or deleted: what was recorded last reaches Terraform even if the operation
/// fails, or panics.
pub struct StateRecorder<'a, S> {
    ownership: &'a Ownership,
    object_id: fn(&S) -> Option<ObjectId>,
    recorded: Mutex<Option<Object>>,
}

impl<'a, S: Block> StateRecorder<'a, S> {
    /// Begins with the prior state, if there is one.
    pub(super) fn new(ownership: &'a Ownership, object_id: fn(&S) -> Option<ObjectId>, prior: Option<Object>) -> Self {
        Self {
            ownership,
            object_id,
            recorded: Mutex::new(prior),
        }
    }

    /// Records what exists. To be called as soon as a call has created or changed something, before anything else that can fail.
    pub fn record(&self, state: &S) {
        if let Some(id) = (self.object_id)(state) {
            self.ownership.own(&id);
        }
        let state = nullify_unknowns(state.to_object());
        *self.recorded.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    /// What was recorded last.
    pub(super) fn recorded(&self) -> Option<Object> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A state without unknown values: what a service does not say is null.
pub(super) fn nullify_unknowns(object: Object) -> Object {
    let nullified = |(name, value): (String, Value)| (name, if value.is_wholly_known() { value } else { Value::Null });
    object.into_iter().map(nullified).collect()
}
