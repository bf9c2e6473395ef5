use chrono::{DateTime, SecondsFormat, Utc};
use http::{HeaderMap, header};
use serde_json::{Map, Value, json};

use super::Key;

/// The two kinds of JSON the service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// `_links` and `_embedded`, times as text: what a request without `Accept: application/json` gets.
    Hal,
    /// The shapes of the service model.
    Plain,
}

impl Flavour {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accepts = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut kinds = accepts.flat_map(|value| value.split([',', ';']));
        if kinds.any(|kind| kind.trim() == "application/json") {
            Self::Plain
        } else {
            Self::Hal
        }
    }
}

/// Whether an answer carries the keys' values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    Hidden,
    Shown,
}

/// One key. Unset members are absent, not null.
pub(super) fn key(key: &Key, values: Values, flavour: Flavour) -> Map<String, Value> {
    let mut members = linked(&format!("/apikeys/{}", key.id), flavour);
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("id", json!(key.id));
    if values == Values::Shown {
        set("value", json!(key.value));
    }
    let texts = [
        ("name", &key.name),
        ("customerId", &key.customer_id),
        ("description", &key.description),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            set(name, json!(text));
        }
    }
    set("enabled", json!(key.enabled));
    set("createdDate", time(key.created, flavour));
    set("lastUpdatedDate", time(key.updated, flavour));
    set("stageKeys", json!([]));
    if !key.tags.is_empty() {
        set("tags", json!(key.tags));
    }
    members
}

/// No members yet, but for the link of an object in the flavour that has some.
pub(super) fn linked(path: &str, flavour: Flavour) -> Map<String, Value> {
    match flavour {
        Flavour::Hal => Map::from_iter([("_links".to_owned(), json!({ "self": { "href": path } }))]),
        Flavour::Plain => Map::new(),
    }
}

/// A page of keys; `position` is present only when there is another page.
pub(super) fn page(keys: Vec<Map<String, Value>>, position: Option<String>, flavour: Flavour) -> Value {
    let mut page = match flavour {
        Flavour::Plain => json!({ "item": keys }),
        Flavour::Hal => json!({ "_links": { "self": { "href": "/apikeys" } }, "_embedded": { "item": keys } }),
    };
    if let Some(position) = position {
        page["position"] = json!(position);
    }
    page
}

fn time(time: DateTime<Utc>, flavour: Flavour) -> Value {
    match flavour {
        Flavour::Plain => json!(time.timestamp()),
        Flavour::Hal => json!(time.to_rfc3339_opts(SecondsFormat::Secs, true)),
    }
}
