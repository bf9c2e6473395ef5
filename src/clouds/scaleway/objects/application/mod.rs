//! Applications.

pub mod create;
pub mod resource;

pub use self::resource::{Application, State};

/// The resource type of the official provider.
const TYPE: &str = "scaleway_iam_application";
