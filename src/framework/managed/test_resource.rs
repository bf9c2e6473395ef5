//! A cloud for tests, whose calls do as they are told.

use super::candidate::Trace;
use super::recorder::StateRecorder;
use super::resource::{Imported, Resource};
use crate::block;
use crate::framework::records::Record;
use crate::framework::{Client, Configuration, Context, Error, Invalid, Kind, ObjectId};
use crate::schema::block::Block;
use crate::schema::check::ValidationIssue;
use crate::schema::{Attr, computed, required};

block! {
    /// A toy.
    pub struct State {
        /// ID of the toy.
        id: String = computed(),
        /// Name of the toy.
        name: String = required(),
    }
}

block! {
    /// What identifies a toy.
    pub struct Identity {
        /// ID of the toy.
        id: String = required(),
    }
}

/// What the calls do.
pub(super) struct TestClient {
    pub(super) create: fn(&StateRecorder<'_, State>, State) -> Result<State, Error>,
    pub(super) read: fn(State) -> Result<Option<State>, Error>,
    pub(super) update: fn(&StateRecorder<'_, State>, State, State) -> Result<State, Error>,
    pub(super) delete: fn(State) -> Result<(), Error>,
}

impl Default for TestClient {
    fn default() -> Self {
        Self {
            create: |_, _| panic!("no create is expected"),
            read: |_| panic!("no read is expected"),
            update: |_, _, _| panic!("no update is expected"),
            delete: |_| panic!("no delete is expected"),
        }
    }
}

impl Client for TestClient {
    const CLOUD: &'static str = "toys";
    const TITLE: &'static str = "TestClient";
    const OFFICIAL: &'static str = "toys/toys";

    type Settings = State;

    fn configure(_: State, _: &Configuration) -> Result<Self, Vec<Invalid>> {
        Ok(Self::default())
    }

    fn summary(&self) -> Result<String, &Error> {
        Ok("somebody".to_owned())
    }
}

pub(super) struct TestResource;

impl Resource for TestResource {
    const TYPE: &'static str = "toys_toy";
    const NOUN: &'static str = "toy";

    type State = State;
    type Identity = Identity;
    type Client = TestClient;

    fn object_id(state: &State) -> Option<ObjectId> {
        Some(ObjectId::global(Self::TYPE, state.id.known()?))
    }

    fn identity(_: Option<&TestClient>, state: &State) -> Identity {
        Identity { id: state.id.clone() }
    }

    async fn trace(_: &Context<TestClient>, records: &[Record]) -> Result<Vec<Trace>, Error> {
        Ok(records.iter().map(|_| Trace::Absent).collect())
    }

    async fn create(
        context: &Context<TestClient>,
        recorder: &StateRecorder<'_, State>,
        plan: State,
    ) -> Result<State, Error> {
        (context.client.create)(recorder, plan)
    }

    async fn read(context: &Context<TestClient>, prior: State) -> Result<Option<State>, Error> {
        (context.client.read)(prior)
    }

    async fn update(
        context: &Context<TestClient>,
        recorder: &StateRecorder<'_, State>,
        prior: State,
        plan: State,
    ) -> Result<State, Error> {
        (context.client.update)(recorder, prior, plan)
    }

    async fn delete(context: &Context<TestClient>, _: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        (context.client.delete)(prior)
    }

    fn import(_: &str) -> Result<Imported<State>, ValidationIssue> {
        Err(ValidationIssue::error("cannot be imported"))
    }

    fn import_identity(_: Identity) -> Result<Imported<State>, Invalid> {
        Err(Invalid::attribute("id", "cannot be imported"))
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

/// The id of a toy.
pub(super) fn toy_id(id: &str) -> ObjectId {
    ObjectId::global(TestResource::TYPE, id)
}
