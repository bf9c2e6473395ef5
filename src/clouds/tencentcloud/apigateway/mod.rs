//! API Gateway: API 3.0, version `2018-08-08`, or the API of 2017 before it.

mod actions;
pub mod client;
pub mod endpoint;
pub mod errors;
pub mod list;
pub mod model;
pub mod other_regions;
mod rate_limits;
mod target;
pub mod usage_plan_list;
pub mod usage_plans;
pub mod v2017;
pub mod v2018;
pub mod version;
