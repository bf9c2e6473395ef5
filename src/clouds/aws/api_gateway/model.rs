//! Request and response bodies.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::clouds::aws::tags::Tags;
use crate::schema::Attr;
use crate::secret::Secret;

/// A key in a response. Absent, null and empty mean the same.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The key's id.
    #[serde(default)]
    pub id: String,
    /// The secret, if requested.
    pub value: Option<Secret>,
    /// Its name; need not be unique.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The customer at the vendor's marketplace.
    pub customer_id: Option<String>,
    /// Whether callers can use it.
    #[serde(default)]
    pub enabled: bool,
    created_date: Option<serde_json::Value>,
    last_updated_date: Option<serde_json::Value>,
    stage_keys: Option<Vec<serde_json::Value>>,
    tags: Option<Tags>,
}

/// A key to create.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// Whether callers can use it. Always sent: its default at the service is false.
    pub enabled: bool,
    /// The secret, exposed. It is unique in an account and region.
    pub value: &'a str,
    /// The customer at the vendor's marketplace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<&'a str>,
    /// Its tags.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// A change of one property.
#[derive(Debug, PartialEq, Eq)]
pub struct Replace {
    /// The property's path, such as `/name`.
    pub path: &'static str,
    /// Its new value, as a string whatever its type.
    pub value: String,
}

/// A key of a usage plan in a response.
#[derive(Debug, Deserialize)]
pub struct UsagePlanKey {
    /// The id of the API key.
    #[serde(default)]
    pub id: String,
    /// `API_KEY`.
    #[serde(rename = "type")]
    pub key_type: Option<String>,
    /// The secret of the API key.
    pub value: Option<Secret>,
    /// The name of the API key.
    pub name: Option<String>,
}

/// Which properties of a key a response has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    /// All.
    Value,
    /// All but the secret.
    NoValue,
}

/// A page of the keys of a usage plan.
#[derive(Deserialize)]
pub(in crate::clouds::aws) struct UsagePlanKeys {
    pub(in crate::clouds::aws) item: Vec<UsagePlanKey>,
    pub(in crate::clouds::aws) position: Option<String>,
}

/// A page of keys.
#[derive(Deserialize)]
pub(in crate::clouds::aws) struct ApiKeys {
    pub(in crate::clouds::aws) item: Vec<ApiKey>,
    pub(in crate::clouds::aws) position: Option<String>,
}

impl UsagePlanKey {
    /// Whether the response has the secret.
    pub fn has_value(&self) -> bool {
        self.value.as_ref().is_some_and(|value| !value.expose().is_empty())
    }
}

impl ApiKey {
    /// Whether the response has the secret.
    pub fn has_value(&self) -> bool {
        self.value.as_ref().is_some_and(|value| !value.expose().is_empty())
    }

    /// The creation time, to the second.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        time(self.created_date.as_ref())
    }

    /// The creation time: RFC 3339, UTC, whole seconds.
    pub fn created(&self) -> Attr<String> {
        rfc3339(self.created_at())
    }

    /// The time of the last change: RFC 3339, UTC, whole seconds.
    pub fn last_updated(&self) -> Attr<String> {
        rfc3339(time(self.last_updated_date.as_ref()))
    }

    /// The stages it is bound to, in the deprecated way.
    pub fn stage_keys(&self) -> Vec<String> {
        let stages = self.stage_keys.iter().flatten();
        stages.filter_map(|stage| stage.as_str()).map(str::to_owned).collect()
    }

    /// Its tags.
    pub fn tags(&self) -> Tags {
        self.tags.clone().unwrap_or_default()
    }
}

fn rfc3339(time: Option<DateTime<Utc>>) -> Attr<String> {
    time.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)).into()
}

/// Epoch seconds as integer, fraction or string, or a time as string.
fn time(value: Option<&serde_json::Value>) -> Option<DateTime<Utc>> {
    let text = match value? {
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::String(text) => text.clone(),
        _ => return None,
    };
    let seconds = text
        .parse::<f64>()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds.floor() as i64, 0));
    seconds.or_else(|| {
        DateTime::parse_from_rfc3339(&text)
            .ok()
            .map(|time| time.with_timezone(&Utc))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_key_says_whether_it_is_enabled_and_nothing_that_was_not_given() {
        let body = |key: &NewApiKey<'_>| serde_json::to_string(key).ok();
        let bare = |enabled| NewApiKey {
            name: "n",
            description: None,
            enabled,
            value: "v",
            customer_id: None,
            tags: Tags::new(),
        };
        assert_eq!(
            body(&bare(true)).as_deref(),
            Some(r#"{"name":"n","enabled":true,"value":"v"}"#)
        );
        assert_eq!(
            body(&bare(false)).as_deref(),
            Some(r#"{"name":"n","enabled":false,"value":"v"}"#)
        );
        let full = NewApiKey {
            description: Some("d"),
            customer_id: Some("c"),
            tags: [("k".to_owned(), "t".to_owned())].into(),
            ..bare(true)
        };
        let expected = r#"{"name":"n","description":"d","enabled":true,"value":"v","customerId":"c","tags":{"k":"t"}}"#;
        assert_eq!(body(&full).as_deref(), Some(expected));
    }

    #[test]
    fn a_time_is_read_in_every_form_and_never_invented() {
        let rows = [
            (json!(1_700_000_000), Attr::Known("2023-11-14T22:13:20Z".to_owned())),
            (json!(1_700_000_000.75), Attr::Known("2023-11-14T22:13:20Z".to_owned())),
            (json!("1700000000"), Attr::Known("2023-11-14T22:13:20Z".to_owned())),
            (
                json!("2023-11-14T23:13:20+01:00"),
                Attr::Known("2023-11-14T22:13:20Z".to_owned()),
            ),
            (json!("soon"), Attr::Null),
            (json!(null), Attr::Null),
            (json!(1e300), Attr::Null),
        ];
        for (value, expected) in rows {
            assert_eq!(rfc3339(time(Some(&value))), expected, "{value}");
        }
        assert_eq!(time(None), None);
    }
}
