//! Tencent Cloud API Gateway: API 3.0, version `2018-08-08`, or the API of 2017 before it.

pub mod apigateway;
pub mod auth;
pub mod client;
#[cfg(test)]
mod empties;
pub mod endpoint;
pub mod objects;
pub mod provider_block;
mod setting_sources;

use crate::framework::Cloud;
use crate::framework::managed::Managed;
use crate::host::Clock;

/// Tencent Cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<objects::api_key::ApiKey>::handler(connection, clock)])
}
