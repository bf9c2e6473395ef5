//! What is written down of a creation.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::framework::identity::ObjectId;

/// What is known of a creation before its request is sent. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The resource type, such as `aws_api_gateway_api_key`.
    pub resource_type: String,
    /// The base URL of the API.
    pub endpoint: String,
    /// The region; empty where the service has none.
    pub region: String,
    /// Whose credentials are used, as far as that is known without a call.
    pub account: String,
    /// The name of the object, for messages and for lists that filter by name.
    pub name: String,
    /// What only this creation's request carries, such as the SHA-256 of a secret.
    pub proof: BTreeMap<String, String>,
    /// When the request was sent, by this machine's clock.
    pub sent: DateTime<Utc>,
    /// The id of the object, once the service has answered.
    pub id: Option<String>,
}

impl Record {
    /// Whether this record is known to be about an object.
    pub fn is_about(&self, object: &ObjectId) -> bool {
        self.id.as_ref() == Some(&object.id)
            && self.resource_type == object.resource_type
            && (object.region.is_empty() || self.region == object.region)
    }
}
