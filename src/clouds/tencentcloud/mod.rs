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

use crate::framework::managed::Managed;
use crate::framework::{Cloud, Data, List, Objects};
use crate::host::Clock;

/// Tencent Cloud and its objects.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| Objects {
        resources: vec![
            Managed::<objects::api_key::ApiKey>::handler(connection, clock),
            Managed::<objects::api_key_attachment::Attachment>::handler(connection, clock),
        ],
        data_sources: vec![Data::<objects::api_key::ApiKeysData>::handler(connection)],
        lists: vec![
            List::<objects::api_key::ApiKeyList>::handler(connection),
            List::<objects::api_key_attachment::AttachmentList>::handler(connection),
        ],
    })
}
