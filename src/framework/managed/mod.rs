//! Objects that Terraform manages: the trait of a resource, and the way from Terraform's calls to its functions.

mod apply;
pub mod creation;
mod handler;
mod leftovers;
pub mod plan;
// A declaration makes public structs, and these are for tests of this module only.
#[cfg(test)]
#[allow(unreachable_pub)]
mod test_resource;

use std::future::Future;

use chrono::{DateTime, Utc};

pub use self::creation::{Candidate, Found, Repetition};
pub use self::handler::{Handler, Managed};
pub use self::leftovers::Trace;
use super::records::Record;
use super::{Client, Diagnostic, Error, Invalid, Task};
use crate::schema::block::Block;
use crate::schema::check::Complaint;

/// A kind of object at a cloud that Terraform manages.
///
/// Its attributes are declared once, as [`Resource::State`]; schema, validation, plan and documentation come from there. What
/// is left to say is how such an object is made, read, changed, removed and found.
pub trait Resource: Sized + Send + Sync + 'static {
    /// The resource's name in a configuration.
    const TYPE: &'static str;

    /// The declaration of its attributes, and its state.
    type State: Block + Clone + Send + Sync;

    /// The connection to its cloud.
    type Client: Client;

    /// What is wrong with a configuration beyond its single attributes. Values may be unknown.
    fn check(config: &Self::State) -> Vec<Invalid> {
        let _ = config;
        Vec::new()
    }

    /// Completes a state that was written by an official provider, or by an older version.
    fn upgrade(state: Self::State) -> Self::State {
        state
    }

    /// Fills what the plan derives ([`Unset::Derived`](crate::schema::Unset::Derived)) and tells what is wrong with it.
    ///
    /// Must be a function of its arguments: Terraform plans the same change twice and compares. There is no client while the
    /// provider is not configured.
    fn settle(context: &Settling<'_, Self>, prior: Option<&Self::State>, plan: &mut Self::State) -> Vec<Invalid> {
        let _ = (context, prior, plan);
        Vec::new()
    }

    /// Compares what interrupted runs have written down with the service: for each record what became of its request.
    fn trace(task: &Task<'_, Self>, records: &[Record]) -> impl Future<Output = Result<Vec<Trace>, Error>> + Send;

    /// Makes the object. Unknown values of the plan are for the service to give. What exists is to be told to the task
    /// ([`Task::is_now`]) as soon as it does.
    fn create(task: &Task<'_, Self>, plan: Self::State) -> impl Future<Output = Result<Self::State, Error>> + Send;

    /// Looks at the object. `None` only when it certainly does not exist.
    fn read(
        task: &Task<'_, Self>,
        prior: Self::State,
    ) -> impl Future<Output = Result<Option<Self::State>, Error>> + Send;

    /// Changes the object in place. The task is to be told of each step.
    fn update(
        task: &Task<'_, Self>,
        prior: Self::State,
        plan: Self::State,
    ) -> impl Future<Output = Result<Self::State, Error>> + Send;

    /// Removes the object. One that is gone already is removed.
    fn delete(task: &Task<'_, Self>, prior: Self::State) -> impl Future<Output = Result<(), Error>> + Send;

    /// The state from which the object with this import id is read.
    fn import(id: &str) -> Result<Imported<Self::State>, Complaint>;
}

/// What a plan may look at besides the prior state.
pub struct Settling<'a, R: Resource> {
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
