//! Users.

pub mod create;
pub mod resource;

pub use self::resource::{State, User};

/// The resource type of the official provider.
const TYPE: &str = "scaleway_iam_user";
