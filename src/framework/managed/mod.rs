//! Objects that Terraform manages: the trait of a resource, and the way from Terraform's calls to its functions.

mod apply;
mod candidate;
pub mod creation;
mod generate;
mod handler;
mod leftovers;
pub mod plan;
mod recorder;
mod resource;
// A declaration makes public structs, and these are for tests of this module only.
#[cfg(test)]
#[allow(unreachable_pub)]
mod test_resource;

pub use self::candidate::{Candidate, Trace};
pub use self::handler::{Handler, Managed};
pub use self::recorder::StateRecorder;
pub use self::resource::{Imported, PlanContext, Resource, StateWriter};
