//! Which object is meant.

use std::fmt;

/// An object at a service: its type, its region and its id. The account is that of the connection, which has an
/// [ownership registry](super::ownership::Ownership) of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// The resource type, such as `aws_api_gateway_api_key`.
    pub resource_type: &'static str,
    /// The region; empty where ids are the same in all regions.
    pub region: String,
    /// The id, as the service has it.
    pub id: String,
}

impl ObjectId {
    /// An object of a service whose ids are the same in all regions.
    pub fn global(resource_type: &'static str, id: impl Into<String>) -> Self {
        Self::regional(resource_type, "", id)
    }

    /// An object in a region.
    pub fn regional(resource_type: &'static str, region: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            resource_type,
            region: region.into(),
            id: id.into(),
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}
