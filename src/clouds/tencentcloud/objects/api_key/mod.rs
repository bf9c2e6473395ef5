//! API keys.

pub mod create;
pub mod resource;

pub use self::resource::{ApiKey, State};

/// The resource type of the official provider.
const TYPE: &str = "tencentcloud_api_gateway_api_key";
