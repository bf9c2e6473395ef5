//! API keys.

pub mod create;
pub mod data_source;
pub mod list_resource;
pub mod resource;

pub use self::data_source::ApiKeyData;
pub use self::list_resource::ApiKeyList;
pub use self::resource::{ApiKey, State};

/// The resource type of the official provider.
const TYPE: &str = "scaleway_iam_api_key";
