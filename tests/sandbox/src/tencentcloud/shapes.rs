use chrono::{DateTime, SecondsFormat, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Key, KeyKind, Status};
use crate::options::ListedSecrets;
use crate::random;
use crate::reply::Reply;

/// Every processed call is answered with HTTP 200.
pub(super) fn success(result: &Value) -> Reply {
    let body = json!({ "Response": { "Result": result, "RequestId": random::uuid() } });
    Reply::json(StatusCode::OK, &body)
}

/// A refusal is answered with HTTP 200 too.
pub(super) fn failure(code: &str, message: &str) -> Reply {
    let error = json!({ "Code": code, "Message": message });
    Reply::json(
        StatusCode::OK,
        &json!({ "Response": { "Error": error, "RequestId": random::uuid() } }),
    )
}

pub(super) fn key(key: &Key, secrets: ListedSecrets) -> Value {
    let tags: Vec<Value> = key
        .tags
        .iter()
        .map(|(name, value)| json!({ "Key": name, "Value": value }))
        .collect();
    json!({
        "AccessKeyId": key.id,
        "AccessKeySecret": (secrets == ListedSecrets::Shown).then_some(&key.secret),
        "AccessKeyType": match key.kind {
            KeyKind::Auto => "auto",
            KeyKind::Manual => "manual",
        },
        "SecretName": key.name,
        "CreatedTime": time(key.created),
        "ModifiedTime": time(key.modified),
        "Status": status(key.status),
        "Tags": if tags.is_empty() { Value::Null } else { tags.into() },
    })
}

pub(super) fn status(status: Status) -> u8 {
    match status {
        Status::Disabled => 0,
        Status::Enabled => 1,
    }
}

pub(super) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
