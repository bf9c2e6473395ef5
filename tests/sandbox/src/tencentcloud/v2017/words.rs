//! The words of API 3.0 in those of the API of 2017, and back.

use serde_json::{Map, Value, json};

use super::Form;
use crate::options::{DescribedSecrets, Spelling};
use crate::tencentcloud::actions::Action;

/// The parameters of an action. Those that it does not know are left alone, unlike in API 3.0.
pub(super) fn asked(action: Action, form: &Form) -> Map<String, Value> {
    let names: &[(&str, &str)] = match action {
        Action::CreateApiKey => &[
            ("secretID", "AccessKeyId"),
            ("secretKey", "AccessKeySecret"),
            ("type", "AccessKeyType"),
        ],
        Action::DeleteApiKey | Action::DisableApiKey | Action::EnableApiKey => &[("secretId", "AccessKeyId")],
        Action::DescribeApiKeysStatus => &[("limit", "Limit"), ("offset", "Offset")],
        Action::DescribeUsagePlanSecretIds => {
            &[("usagePlanId", "UsagePlanId"), ("limit", "Limit"), ("offset", "Offset")]
        }
        Action::BindSecretIds | Action::DeleteUsagePlan | Action::DescribeUsagePlan | Action::UnBindSecretIds => {
            &[("usagePlanId", "UsagePlanId")]
        }
        Action::CreateUsagePlan => &[
            ("usagePlanName", "UsagePlanName"),
            ("usagePlanDesc", "UsagePlanDesc"),
            ("maxRequestNum", "MaxRequestNum"),
            ("maxRequestNumPreSec", "MaxRequestNumPreSec"),
        ],
        _ => &[("secretID", "AccessKeyId"), ("secretKey", "AccessKeySecret")],
    };
    let given = names.iter().filter_map(|(old, new)| Some((*new, form.get(*old)?)));
    let mut asked: Map<_, _> = given.map(|(name, value)| (name.to_owned(), json!(value))).collect();
    match action {
        Action::DescribeApiKeysStatus => {
            asked.insert("Filters".to_owned(), filters(form));
        }
        Action::BindSecretIds | Action::UnBindSecretIds => {
            asked.insert("AccessKeyIds".to_owned(), json!(list(form, "secretIds.")));
        }
        _ => {}
    }
    asked
}

/// The values of the numbered parameters that begin so.
fn list<'a>(form: &'a Form, prefix: &str) -> Vec<&'a String> {
    let numbered = form.iter().filter(|(name, _)| name.starts_with(prefix));
    numbered.map(|(_, value)| value).collect()
}

fn filters(form: &Form) -> Value {
    let of = |name: &str, values: Vec<&String>| json!({ "Name": name, "Values": values });
    let ids = list(form, "secretIDs.");
    let mut filters = Vec::new();
    if !ids.is_empty() {
        filters.push(of("AccessKeyId", ids));
    }
    for (old, new) in [("searchId", "AccessKeyId"), ("searchName", "SecretName")] {
        if let Some(value) = form.get(old).filter(|value| !value.is_empty()) {
            filters.push(of(new, vec![value]));
        }
    }
    filters.into()
}

/// What the `Result` of an action is here.
pub(super) fn told(action: Action, result: &Value, secrets: DescribedSecrets) -> Map<String, Value> {
    let all = [
        "secretID",
        "secretName",
        "status",
        "type",
        "createdTime",
        "modifiedTime",
    ];
    match action {
        Action::CreateApiKey => key(result, &["secretName", "secretID", "secretKey", "type", "createdTime"]),
        Action::DescribeApiKey => {
            let mut members = key(result, &all);
            if secrets == DescribedSecrets::Shown {
                members.append(&mut key(result, &["secretKey"]));
            }
            members
        }
        Action::UpdateApiKey => key(result, &["secretID", "secretKey", "type", "modifiedTime"]),
        Action::DescribeApiKeysStatus => {
            let keys = result["ApiKeySet"].as_array().into_iter().flatten();
            let keys: Vec<_> = keys.map(|listed| key(listed, &all)).collect();
            let mut members = Map::new();
            members.insert("totalCount".to_owned(), result["TotalCount"].clone());
            members.insert("apiKeyStatusSet".to_owned(), json!(keys));
            members
        }
        Action::CreateUsagePlan => plan(result),
        Action::DescribeUsagePlan => {
            let mut members = plan(result);
            members.insert("modifiedTime".to_owned(), result["ModifiedTime"].clone());
            members
        }
        Action::DescribeUsagePlanSecretIds => {
            let keys = result["AccessKeyList"].as_array().into_iter().flatten();
            // These pages spell `secretId` in both generations.
            let key = |key: &Value| json!({ "secretId": key["AccessKeyId"], "secretName": key["SecretName"], "status": key["Status"] });
            let mut members = Map::new();
            members.insert("totalCount".to_owned(), result["TotalCount"].clone());
            members.insert("secretIdList".to_owned(), keys.map(key).collect());
            members
        }
        _ => Map::new(),
    }
}

fn plan(plan: &Value) -> Map<String, Value> {
    let members = [
        ("usagePlanId", "UsagePlanId"),
        ("usagePlanName", "UsagePlanName"),
        ("usagePlanDesc", "UsagePlanDesc"),
        ("createdTime", "CreatedTime"),
    ];
    let members = members.map(|(old, new)| (old.to_owned(), plan[new].clone()));
    members.into_iter().collect()
}

fn key(key: &Value, members: &[&str]) -> Map<String, Value> {
    let member = |name: &str| match name {
        "secretID" => "AccessKeyId",
        "secretKey" => "AccessKeySecret",
        "secretName" => "SecretName",
        "type" => "AccessKeyType",
        "status" => "Status",
        "createdTime" => "CreatedTime",
        _ => "ModifiedTime",
    };
    members
        .iter()
        .map(|name| ((*name).to_owned(), key[member(name)].clone()))
        .collect()
}

/// The code for what API 3.0 has this code for. A code of this API stands for itself.
pub(super) fn code(code: &str) -> i64 {
    let family = code.split('.').next().unwrap_or_default();
    match (code, family) {
        ("AuthFailure.SecretIdNotFound", _) => 4104,
        ("AuthFailure.TokenFailure", _) => 4105,
        ("AuthFailure.SignatureExpire" | "ReplayAttack", _) => 4500,
        ("LimitExceeded.RequestLimitExceeded", _) | (_, "RequestLimitExceeded") => 4400,
        ("AuthFailure.UnauthorizedOperation", _) | (_, "UnauthorizedOperation") => 4101,
        (_, "AuthFailure") => 4100,
        (_, "ResourceNotFound") => 5000,
        (_, "FailedOperation" | "LimitExceeded" | "UnsupportedOperation") => 5100,
        (_, "InternalError") => 6000,
        (_, "ActionOffline" | "InvalidAction" | "NoSuchProduct" | "NoSuchVersion") => 6100,
        (_, "ServiceUnavailable" | "ResourceUnavailable") => 6200,
        _ => code.parse().unwrap_or(4000),
    }
}

/// An answer in the spelling that is asked for.
pub(super) fn spelled(answer: Value, spelling: Spelling) -> Value {
    match spelling {
        Spelling::Declared => answer,
        Spelling::Sampled => sampled(answer),
    }
}

fn sampled(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| match (name.as_str(), value) {
                ("secretID", id) => ("secretId".to_owned(), id),
                ("code", Value::Number(code)) => (name, code.to_string().into()),
                (_, value) => (name, sampled(value)),
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(sampled).collect(),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn each_code_of_api_3_has_one_of_2017() {
        let rows = [
            ("MissingParameter", 4000),
            ("InvalidParameter.FormatError", 4000),
            ("UnsupportedRegion", 4000),
            ("AuthFailure.SignatureFailure", 4100),
            ("UnauthorizedOperation", 4101),
            ("AuthFailure.SecretIdNotFound", 4104),
            ("AuthFailure.TokenFailure", 4105),
            ("RequestLimitExceeded", 4400),
            ("LimitExceeded.RequestLimitExceeded", 4400),
            ("AuthFailure.SignatureExpire", 4500),
            ("ResourceNotFound.InvalidAccessKeyId", 5000),
            ("FailedOperation.AccessKeyExist", 5100),
            ("UnsupportedOperation.InvalidStatus", 5100),
            ("LimitExceeded.ApiKeyCountLimitExceeded", 5100),
            ("InternalError.OssException", 6000),
            ("ActionOffline", 6100),
            ("ServiceUnavailable", 6200),
            ("4110", 4110),
        ];
        for (new, old) in rows {
            assert_eq!(code(new), old, "{new}");
        }
    }

    #[test]
    fn the_samples_spelling_has_texts_for_codes() {
        let declared = json!({ "code": 0, "apiKeyStatusSet": [{ "secretID": "a", "status": 1 }] });
        let sampled = json!({ "code": "0", "apiKeyStatusSet": [{ "secretId": "a", "status": 1 }] });
        assert_eq!(spelled(declared.clone(), Spelling::Declared), declared);
        assert_eq!(spelled(declared, Spelling::Sampled), sampled);
    }
}
