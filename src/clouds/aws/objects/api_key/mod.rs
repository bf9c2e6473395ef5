//! API keys.

pub mod create;
pub mod data_source;
pub mod list_resource;
pub mod plural_data_source;
pub mod resource;

pub use self::data_source::ApiKeyData;
pub use self::list_resource::ApiKeyList;
pub use self::plural_data_source::ApiKeysData;
pub use self::resource::{ApiKey, State};

/// The resource type of the official provider.
const TYPE: &str = "aws_api_gateway_api_key";
