//! API Gateway: API 3.0, version `2018-08-08`, or the API of 2017 before it.

pub mod client;
pub mod errors;
pub mod model;
mod rate_limits;
pub mod v2017;
pub mod v2018;
pub mod version;
