//! Requests and responses as the JSON of API 3.0.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::errors::Refusal;
use crate::schema::Attr;
use crate::secret::Secret;

/// A key in a response. Every property can be null.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ApiKey {
    /// The key's id.
    pub access_key_id: Option<String>,
    /// The secret.
    pub access_key_secret: Option<Secret>,
    /// `auto` or `manual`.
    pub access_key_type: Option<String>,
    /// Its name.
    pub secret_name: Option<String>,
    /// Time of creation: RFC 3339, UTC.
    pub created_time: Option<String>,
    /// Time of the last change: RFC 3339, UTC.
    pub modified_time: Option<String>,
    pub(in crate::clouds::tencentcloud) status: Option<i64>,
}

/// Whether a key is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Enabled: it can be changed and bound, but not deleted.
    On,
    /// Disabled: it can be deleted, but not changed or bound.
    Off,
}

/// A key to be created. Id and secret are set for manual keys only.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NewApiKey<'a> {
    /// Its name.
    pub secret_name: &'a str,
    /// `auto` or `manual`.
    pub access_key_type: &'a str,
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<&'a str>,
    /// The secret, exposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_secret: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct OfKey<'a> {
    pub(in crate::clouds::tencentcloud) access_key_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::clouds::tencentcloud) access_key_secret: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct Page<'a> {
    pub(in crate::clouds::tencentcloud) limit: usize,
    pub(in crate::clouds::tencentcloud) offset: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::clouds::tencentcloud) filters: Vec<Filter<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct Filter<'a> {
    pub(in crate::clouds::tencentcloud) name: &'a str,
    pub(in crate::clouds::tencentcloud) values: [&'a str; 1],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct Keys {
    pub(in crate::clouds::tencentcloud) total_count: Option<i64>,
    pub(in crate::clouds::tencentcloud) api_key_set: Option<Vec<ApiKey>>,
}

/// A key of a usage plan in a response. Every property can be null.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BoundKey {
    /// The key's id.
    pub access_key_id: Option<String>,
    /// Its name.
    pub secret_name: Option<String>,
}

/// Keys to be bound to a usage plan, or unbound from it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct Binding<'a> {
    pub(in crate::clouds::tencentcloud) usage_plan_id: &'a str,
    pub(in crate::clouds::tencentcloud) access_key_ids: [&'a str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct PageOfPlan<'a> {
    pub(in crate::clouds::tencentcloud) usage_plan_id: &'a str,
    pub(in crate::clouds::tencentcloud) limit: usize,
    pub(in crate::clouds::tencentcloud) offset: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct BoundKeys {
    pub(in crate::clouds::tencentcloud) total_count: Option<i64>,
    pub(in crate::clouds::tencentcloud) access_key_list: Option<Vec<BoundKey>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::clouds::tencentcloud) struct Envelope<T> {
    pub(in crate::clouds::tencentcloud) response: Response<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: Deserialize<'de>")]
pub(in crate::clouds::tencentcloud) struct Response<T> {
    #[serde(default = "none")]
    pub(in crate::clouds::tencentcloud) result: Option<T>,
    pub(in crate::clouds::tencentcloud) error: Option<Refusal>,
    pub(in crate::clouds::tencentcloud) request_id: Option<String>,
}

impl ApiKey {
    /// Time of creation, to the second.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        let time = DateTime::parse_from_rfc3339(self.created_time.as_deref()?).ok()?;
        Some(time.with_timezone(&Utc))
    }

    /// The status, if the response has one.
    pub fn status(&self) -> Option<Status> {
        match self.status {
            Some(1) => Some(Status::On),
            Some(0) => Some(Status::Off),
            _ => None,
        }
    }
}

impl Status {
    /// The status a plan or state holds: enabled unless it says otherwise.
    pub fn from_attr(attribute: &Attr<String>) -> Self {
        match attribute.text() {
            "off" => Self::Off,
            _ => Self::On,
        }
    }

    /// Its value in a configuration.
    pub fn word(self) -> Attr<String> {
        let word = match self {
            Self::On => "on",
            Self::Off => "off",
        };
        Attr::Known(word.to_owned())
    }
}

pub(in crate::clouds::tencentcloud) fn of_key(id: &str) -> OfKey<'_> {
    OfKey {
        access_key_id: id,
        access_key_secret: None,
    }
}

fn none<T>() -> Option<T> {
    None
}
