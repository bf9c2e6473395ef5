//! Scaleway IAM: API `v1alpha1`, authorized by a token.

pub mod auth;
pub mod client;
#[cfg(test)]
mod empties;
pub mod iam;
pub mod objects;
pub mod provider_block;
mod setting_sources;

use crate::framework::Cloud;
use crate::framework::managed::Managed;
use crate::host::Clock;

/// The cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<objects::api_key::ApiKey>::handler(connection, clock)])
}
