use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{Bearer, Key};

/// Whether the answer is the one that shows the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    Null,
    Shown,
}

/// One key; of the two bearers only the one that is set is a member.
pub(super) fn key(key: &Key, secret: Secret) -> Value {
    let mut members = json!({
        "access_key": key.access_key,
        "secret_key": (secret == Secret::Shown).then_some(&key.secret_key),
        "description": key.description,
        "created_at": key.created_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "updated_at": key.updated_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "expires_at": key.expires_at.map(expiry),
        "default_project_id": key.default_project_id,
        "editable": key.editable,
        "deletable": key.deletable,
        "managed": key.managed,
        "creation_ip": key.creation_ip,
    });
    match &key.bearer {
        Bearer::Application(id) => members["application_id"] = json!(id),
        Bearer::User(id) => members["user_id"] = json!(id),
    }
    members
}

/// The same instant in UTC, with a fraction only if there is one.
fn expiry(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
