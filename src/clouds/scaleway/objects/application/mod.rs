//! Applications.

pub mod create;
pub mod list_resource;
pub mod resource;

pub use self::list_resource::ApplicationList;
pub use self::resource::{Application, State};

/// The resource type of the official provider.
const TYPE: &str = "scaleway_iam_application";
