//! What all resources share: the trait they implement, the plan, and the way from Terraform's calls to theirs.

mod apply;
mod cloud;
pub mod creation;
mod error;
mod handler;
mod known;
mod leftovers;
pub mod plan;
mod task;
pub mod timeouts;
// A declaration makes public structs, and these are for tests of this module only.
#[cfg(test)]
#[allow(unreachable_pub)]
mod toy;
mod unset;
mod validate;

use std::future::Future;

use chrono::{DateTime, Utc};
pub use cloud::{Client, Cloud, Configuration, Configured, Connection};
pub use creation::{Candidate, Found, Repetition};
pub use error::{Error, Kind};
pub use handler::{Handler, Managed, Outcome};
pub use known::Known;
pub use leftovers::Trace;

pub use task::Task;
pub use validate::validate;

use crate::records::Record;
use crate::tf::block::Block;
use crate::tf::check::Complaint;
use crate::tf::{Diagnostic, Path};

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

    /// Fills what the plan derives ([`Unset::Derived`](crate::tf::schema::Unset::Derived)) and tells what is wrong with it.
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

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The attribute concerned.
    pub path: Path,
    /// What is wrong with it.
    pub complaint: Complaint,
}

impl Invalid {
    /// The error that this attribute cannot be as it is.
    pub fn attribute(name: &str, message: impl Into<String>) -> Self {
        Self {
            path: Path::attribute(name),
            complaint: Complaint::error(message),
        }
    }

    /// The same complaint at a place further out, where the attribute itself has no address.
    fn moved_to(self, path: &Path) -> Self {
        let message = match self.path.name() {
            Some(name) => format!("has an \"{name}\" that {}", self.complaint.message),
            None => self.complaint.message,
        };
        Self {
            path: path.clone(),
            complaint: Complaint {
                message,
                ..self.complaint
            },
        }
    }
}
