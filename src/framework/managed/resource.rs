//! The trait of a resource.

use std::future::Future;

use chrono::{DateTime, Utc};

use super::candidate::Trace;
use super::recorder::StateRecorder;
use crate::framework::client::Client;
use crate::framework::context::Context;
use crate::framework::identity::ObjectId;
use crate::framework::records::Record;
use crate::framework::{Diagnostic, Error, Invalid, panics};
use crate::schema::block::Block;
use crate::schema::check::ValidationIssue;
use crate::value::Object;

/// A kind of object at a cloud that Terraform manages.
///
/// Its attributes are declared once, as [`Resource::State`]; schema, validation, plan and documentation come from there. What
/// is left to say is how such an object is made, read, changed, removed and found.
pub trait Resource: Sized + Send + Sync + 'static {
    /// The resource's name in a configuration.
    const TYPE: &'static str;

    /// What such an object is called in messages, such as "API key".
    const NOUN: &'static str;

    /// Whether its creation carries [random values](Context::secret): then a plan keeps what they follow from, where Terraform hands it
    /// to the apply.
    const IS_RANDOM: bool = false;

    /// The declaration of its attributes, and its state.
    type State: Block + Clone + Send + Sync;

    /// The declaration of what identifies an object, and which of it an import has to say: each attribute required or optional. That of
    /// the official resource, where there is one.
    type Identity: Block;

    /// The connection to its cloud.
    type Client: Client;

    /// What is wrong with a configuration beyond its single attributes. Values may be unknown.
    fn check(config: &Self::State) -> Vec<Invalid> {
        let _ = config;
        Vec::new()
    }

    /// Which object a state is about. None where the state has no id yet.
    fn object_id(state: &Self::State) -> Option<ObjectId>;

    /// What is known of the identity of the object that a state is about; null or unknown for the rest. There is no client while the
    /// provider is not configured.
    fn identity(client: Option<&Self::Client>, state: &Self::State) -> Self::Identity;

    /// Completes a state that was written by an official provider, or by an older version.
    fn upgrade(state: Self::State, writer: StateWriter) -> Self::State {
        let _ = writer;
        state
    }

    /// Fills what the plan derives ([`Unset::CustomizePlan`](crate::schema::Unset::CustomizePlan)) and tells what is wrong with it.
    ///
    /// Must be a function of its arguments: Terraform plans the same change twice and compares. There is no client while the
    /// provider is not configured.
    fn customize_plan(
        context: &PlanContext<'_, Self>,
        prior: Option<&Self::State>,
        plan: &mut Self::State,
    ) -> Vec<Invalid> {
        let _ = (context, prior, plan);
        Vec::new()
    }

    /// Compares what interrupted runs have written down with the service: for each record what became of its request.
    fn trace(
        context: &Context<Self::Client>,
        records: &[Record],
    ) -> impl Future<Output = Result<Vec<Trace>, Error>> + Send;

    /// Creates the object. Unknown values of the plan are for the service to give. What exists is to be
    /// [recorded](StateRecorder::record) as soon as it does.
    fn create(
        context: &Context<Self::Client>,
        recorder: &StateRecorder<'_, Self::State>,
        plan: Self::State,
    ) -> impl Future<Output = Result<Self::State, Error>> + Send;

    /// Reads the object. `None` only when it certainly does not exist.
    fn read(
        context: &Context<Self::Client>,
        prior: Self::State,
    ) -> impl Future<Output = Result<Option<Self::State>, Error>> + Send;

    /// Updates the object in place. Each step is to be recorded.
    fn update(
        context: &Context<Self::Client>,
        recorder: &StateRecorder<'_, Self::State>,
        prior: Self::State,
        plan: Self::State,
    ) -> impl Future<Output = Result<Self::State, Error>> + Send;

    /// Deletes the object. One that does not exist any more is deleted.
    fn delete(
        context: &Context<Self::Client>,
        recorder: &StateRecorder<'_, Self::State>,
        prior: Self::State,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// The state from which the object with this import id is read.
    fn import(id: &str) -> Result<Imported<Self::State>, ValidationIssue>;

    /// The state from which the object with this identity is read. What an import has to say is there.
    fn import_identity(identity: Self::Identity) -> Result<Imported<Self::State>, Invalid>;
}

/// Which provider wrote a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateWriter {
    /// This one. Its states have the `timeouts` block of the schema, if only as null.
    This,
    /// The official provider, which has no such block.
    Official,
}

/// What a plan may use besides the prior state.
pub struct PlanContext<'a, R: Resource> {
    /// The configuration: what is null there is for the plan to fill.
    pub config: &'a R::State,
    /// The connection to the cloud, for its settings only: a plan makes no calls.
    pub client: Option<&'a R::Client>,
    /// The current time.
    pub now: DateTime<Utc>,
}

/// An object to be read into the state for the first time.
#[derive(Debug)]
pub struct Imported<S> {
    /// What its import id tells.
    pub state: S,
    /// What the user should know.
    pub warning: Option<Diagnostic>,
}

/// Reads an object of a resource's own schema.
pub(super) fn decode<R: Resource>(object: &Object) -> Result<R::State, Diagnostic> {
    R::State::from_object(object).ok_or_else(|| mismatch(R::TYPE))
}

pub(super) fn mismatch(type_name: &str) -> Diagnostic {
    panics::diagnostic(&format!("An object of type {type_name} does not match its own schema."))
}
