//! API Gateway: REST API `2015-07-09`.

pub mod client;
pub mod errors;
pub mod list;
pub mod model;
mod rate_limits;
pub mod usage_plan_keys;
