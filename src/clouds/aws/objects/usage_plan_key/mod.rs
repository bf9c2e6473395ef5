//! API keys in usage plans.

pub mod create;
pub mod list_resource;
pub mod resource;

pub use self::list_resource::UsagePlanKeyList;
pub use self::resource::{State, UsagePlanKey};

/// The resource type of the official provider.
const TYPE: &str = "aws_api_gateway_usage_plan_key";
