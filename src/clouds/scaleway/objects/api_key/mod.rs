//! API keys.

pub mod create;
pub mod resource;

pub use self::resource::{ApiKey, State};

/// The resource type of the official provider.
const TYPE: &str = "scaleway_iam_api_key";
