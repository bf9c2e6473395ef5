//! Scaleway IAM: API `v1alpha1`, authorized by a token.

pub mod auth;
pub mod client;
#[cfg(test)]
mod empties;
pub mod iam;
pub mod objects;
pub mod provider_block;
mod setting_sources;

use crate::framework::managed::Managed;
use crate::framework::{Cloud, Data, List, Objects};
use crate::host::Clock;

/// The cloud and its objects.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| Objects {
        resources: vec![
            Managed::<objects::api_key::ApiKey>::handler(connection, clock),
            Managed::<objects::application::Application>::handler(connection, clock),
            Managed::<objects::user::User>::handler(connection, clock),
        ],
        data_sources: vec![Data::<objects::api_key::ApiKeyData>::handler(connection)],
        lists: vec![
            List::<objects::api_key::ApiKeyList>::handler(connection),
            List::<objects::application::ApplicationList>::handler(connection),
            List::<objects::user::UserList>::handler(connection),
        ],
    })
}
