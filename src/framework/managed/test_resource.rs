//! A cloud for tests, whose calls do as they are told.

use super::leftovers::Trace;
use super::{Imported, Resource};
use crate::block;
use crate::framework::records::Record;
use crate::framework::{Client, Configuration, Error, Invalid, Kind, Task};
use crate::schema::Attr;
use crate::schema::block::Block;
use crate::schema::check::Complaint;
use crate::schema::{computed, required};

block! {
    /// A toy.
    pub struct State {
        /// ID of the toy.
        id: String = computed(),
        /// Name of the toy.
        name: String = required(),
    }
}

/// What the calls do.
pub(super) struct Toys {
    pub(super) create: fn(&Task<'_, Toy>, State) -> Result<State, Error>,
    pub(super) read: fn(State) -> Result<Option<State>, Error>,
    pub(super) update: fn(&Task<'_, Toy>, State, State) -> Result<State, Error>,
    pub(super) delete: fn(State) -> Result<(), Error>,
}

impl Default for Toys {
    fn default() -> Self {
        Self {
            create: |_, _| panic!("no create is expected"),
            read: |_| panic!("no read is expected"),
            update: |_, _, _| panic!("no update is expected"),
            delete: |_| panic!("no delete is expected"),
        }
    }
}

impl Client for Toys {
    const CLOUD: &'static str = "toys";
    const TITLE: &'static str = "Toys";
    const OFFICIAL: &'static str = "toys/toys";

    type Settings = State;

    fn configure(_: State, _: &Configuration) -> Result<Self, Vec<Invalid>> {
        Ok(Self::default())
    }

    fn summary(&self) -> Result<String, &Error> {
        Ok("somebody".to_owned())
    }
}

pub(super) struct Toy;

impl Resource for Toy {
    const TYPE: &'static str = "toys_toy";

    type State = State;
    type Client = Toys;

    async fn trace(_: &Task<'_, Self>, records: &[Record]) -> Result<Vec<Trace>, Error> {
        Ok(records.iter().map(|_| Trace::Absent).collect())
    }

    async fn create(task: &Task<'_, Self>, plan: State) -> Result<State, Error> {
        (task.client.create)(task, plan)
    }

    async fn read(task: &Task<'_, Self>, prior: State) -> Result<Option<State>, Error> {
        (task.client.read)(prior)
    }

    async fn update(task: &Task<'_, Self>, prior: State, plan: State) -> Result<State, Error> {
        (task.client.update)(task, prior, plan)
    }

    async fn delete(task: &Task<'_, Self>, prior: State) -> Result<(), Error> {
        (task.client.delete)(prior)
    }

    fn import(_: &str) -> Result<Imported<State>, Complaint> {
        Err(Complaint::error("cannot be imported"))
    }
}

/// A toy as a state or, without an id, as a plan holds it.
pub(super) fn toy(id: Option<&str>, name: &str) -> State {
    State {
        id: id.map_or(Attr::Unknown, |id| Attr::Known(id.to_owned())),
        name: Attr::Known(name.to_owned()),
    }
}

/// The error that a call failed in this way.
pub(super) fn error(kind: Kind) -> Error {
    Error::new("CallToy", kind, "it failed")
}

/// The object that a toy is to Terraform.
pub(super) fn object(state: &State) -> crate::value::Object {
    state.to_object()
}
