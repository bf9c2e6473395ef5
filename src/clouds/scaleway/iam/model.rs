//! Request and response bodies.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// A key in a response. The bearer that is not set is absent.
#[derive(Debug, Deserialize)]
pub struct ApiKey {
    /// The key's id.
    #[serde(default)]
    pub access_key: String,
    /// The secret key, only in the response to the creation.
    pub secret_key: Option<Secret>,
    /// The application that holds it.
    pub application_id: Option<String>,
    /// The user who holds it.
    pub user_id: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The creation time: RFC 3339, UTC, microseconds.
    pub created_at: Option<String>,
    /// The time of the last change: RFC 3339, UTC, microseconds.
    pub updated_at: Option<String>,
    /// The expiry time: RFC 3339, UTC.
    pub expires_at: Option<String>,
    /// The project it uses in Object Storage.
    pub default_project_id: Option<String>,
    /// Whether it can be changed.
    pub editable: Option<bool>,
    /// The IP address it was created from.
    pub creation_ip: Option<String>,
}

/// A key to create.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewApiKey<'a> {
    /// The application that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<&'a str>,
    /// The user who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<&'a str>,
    /// The expiry time: RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<&'a str>,
    /// The project it uses in Object Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_project_id: Option<&'a str>,
    /// Its description; empty for none.
    pub description: &'a str,
}

/// An update of a key.
#[derive(Debug, Default, Serialize)]
pub struct Changes<'a> {
    /// The new description; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// The new project for Object Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_project_id: Option<&'a str>,
}

/// A page of keys.
#[derive(Deserialize)]
pub(in crate::clouds::scaleway) struct ApiKeys {
    pub(in crate::clouds::scaleway) api_keys: Vec<ApiKey>,
    total_count: Option<serde_json::Value>,
}

impl ApiKeys {
    /// How many keys there are on all pages, if the response says so.
    pub(in crate::clouds::scaleway) fn total(&self) -> Option<usize> {
        self.total_count.as_ref()?.as_u64()?.try_into().ok()
    }
}

/// A time as the official provider stores it: cut to whole seconds; the service knows times to the microsecond.
pub fn whole_seconds(time: Option<String>) -> Option<String> {
    match instant(time.as_deref()) {
        Some(instant) => Some(instant.to_rfc3339_opts(SecondsFormat::Secs, true)),
        None => time,
    }
}

/// A time in RFC 3339; `None` if it is not one.
pub fn instant(text: Option<&str>) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text?).ok()?;
    Some(time.with_timezone(&Utc))
}
