//! API Gateway: REST API `2015-07-09`.

pub mod client;
mod cursor;
pub mod errors;
pub mod list;
pub mod model;
mod rate_limits;
pub mod usage_plan_key_list;
pub mod usage_plan_keys;
