//! AWS API Gateway: REST API `2015-07-09`, signed with Signature Version 4.

pub mod api_gateway;
pub mod auth;
pub mod client;
#[cfg(test)]
mod empties;
pub mod endpoint;
pub mod objects;
pub mod provider_block;
mod setting_sources;
pub mod tags;

use crate::framework::managed::Managed;
use crate::framework::{Cloud, Data, List, Objects};
use crate::host::Clock;

/// The cloud and its objects.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| Objects {
        resources: vec![
            Managed::<objects::api_key::ApiKey>::handler(connection, clock),
            Managed::<objects::usage_plan_key::UsagePlanKey>::handler(connection, clock),
        ],
        data_sources: vec![
            Data::<objects::api_key::ApiKeyData>::handler(connection),
            Data::<objects::api_key::ApiKeysData>::handler(connection),
        ],
        lists: vec![
            List::<objects::api_key::ApiKeyList>::handler(connection),
            List::<objects::usage_plan_key::UsagePlanKeyList>::handler(connection),
        ],
    })
}
