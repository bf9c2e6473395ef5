//! Users.

pub mod create;
pub mod list_resource;
pub mod resource;

pub use self::list_resource::UserList;
pub use self::resource::{State, User};

/// The resource type of the official provider.
const TYPE: &str = "scaleway_iam_user";
