//! What all resources share: the trait they implement, the plan, and the way from Terraform's calls to theirs.

mod cloud;
mod error;
mod handler;
pub mod plan;
mod validate;

use std::future::Future;

use chrono::{DateTime, Utc};
pub use cloud::{Client, Cloud, Configuration, Connection};
pub use error::{Error, Failure, Kind, Leaving};
pub use handler::{Handler, Managed, Outcome};
pub use validate::validate;

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

    /// Makes the object. Unknown values of the plan are for the service to give.
    fn create(
        client: &Self::Client,
        plan: Self::State,
    ) -> impl Future<Output = Result<Self::State, Failure<Self::State>>> + Send;

    /// Looks at the object. `None` only when it certainly does not exist.
    fn read(
        client: &Self::Client,
        prior: Self::State,
    ) -> impl Future<Output = Result<Option<Self::State>, Error>> + Send;

    /// Changes the object in place.
    fn update(
        client: &Self::Client,
        prior: Self::State,
        plan: Self::State,
    ) -> impl Future<Output = Result<Self::State, Failure<Self::State>>> + Send;

    /// Removes the object. One that is gone already is removed.
    fn delete(
        client: &Self::Client,
        prior: Self::State,
    ) -> impl Future<Output = Result<(), Failure<Self::State>>> + Send;

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
