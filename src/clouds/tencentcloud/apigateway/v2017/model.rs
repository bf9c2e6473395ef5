//! The parameters and the JSON of the API of 2017.
//!
//! The documentation of 2017 spells `secretId` throughout, that of 2020 `secretID` in some actions. Requests follow the latter;
//! responses are read in either spelling.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::clouds::tencentcloud::apigateway::model::{self, Binding, NewApiKey, OfKey, Page, PageOfPlan};
use crate::secret::Secret;
use crate::signing::v1::Parameters;

/// The body of a request.
pub(in super::super) trait RequestBody {
    /// Adds it to the parameters of an action.
    fn add_to(&self, parameters: &mut Parameters, action: &str);
}

/// The body of a response.
pub(in super::super) trait ResponseBody: Sized {
    /// The JSON of a response that is not an error.
    type Words: for<'de> Deserialize<'de>;

    /// The body as API 3.0 would have it.
    fn from_words(words: Self::Words) -> Option<Self>;
}

/// A key. The action decides which properties are present.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct ApiKey {
    #[serde(rename = "secretID", alias = "secretId")]
    secret_id: Option<String>,
    secret_key: Option<Secret>,
    secret_name: Option<String>,
    r#type: Option<String>,
    created_time: Option<String>,
    modified_time: Option<String>,
    #[serde(default, deserialize_with = "number")]
    status: Option<i64>,
}

/// A page of keys, without their secrets.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Keys {
    #[serde(default, deserialize_with = "number")]
    total_count: Option<i64>,
    api_key_status_set: Option<Vec<ApiKey>>,
}

/// A page of the keys of a usage plan.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct BoundKeys {
    #[serde(default, deserialize_with = "number")]
    total_count: Option<i64>,
    secret_id_list: Option<Vec<ApiKey>>,
}

impl RequestBody for NewApiKey<'_> {
    fn add_to(&self, parameters: &mut Parameters, _: &str) {
        parameters.insert("secretName", self.secret_name);
        parameters.insert("type", self.access_key_type);
        for (name, value) in [("secretID", self.access_key_id), ("secretKey", self.access_key_secret)] {
            if let Some(value) = value {
                parameters.insert(name, value);
            }
        }
    }
}

impl RequestBody for OfKey<'_> {
    fn add_to(&self, parameters: &mut Parameters, action: &str) {
        let id = match action {
            "DeleteApiKey" | "DisableApiKey" | "EnableApiKey" => "secretId",
            _ => "secretID",
        };
        parameters.insert(id, self.access_key_id);
        if let Some(secret) = self.access_key_secret {
            parameters.insert("secretKey", secret);
        }
    }
}

impl RequestBody for Page<'_> {
    fn add_to(&self, parameters: &mut Parameters, _: &str) {
        parameters.insert("limit", self.limit.to_string());
        parameters.insert("offset", self.offset.to_string());
        for filter in &self.filters {
            let parameter = match filter.name {
                "AccessKeyId" => "searchId",
                _ => "searchName",
            };
            for value in filter.values {
                parameters.insert(parameter, value);
            }
        }
    }
}

impl RequestBody for Binding<'_> {
    fn add_to(&self, parameters: &mut Parameters, _: &str) {
        parameters.insert("usagePlanId", self.usage_plan_id);
        for (number, id) in self.access_key_ids.iter().enumerate() {
            parameters.insert(&format!("secretIds.{number}"), *id);
        }
    }
}

impl RequestBody for PageOfPlan<'_> {
    fn add_to(&self, parameters: &mut Parameters, _: &str) {
        parameters.insert("usagePlanId", self.usage_plan_id);
        parameters.insert("limit", self.limit.to_string());
        parameters.insert("offset", self.offset.to_string());
    }
}

impl ResponseBody for model::ApiKey {
    type Words = ApiKey;

    fn from_words(key: ApiKey) -> Option<Self> {
        Some(Self {
            access_key_id: key.secret_id,
            access_key_secret: key.secret_key,
            access_key_type: key.r#type,
            secret_name: key.secret_name,
            created_time: key.created_time,
            modified_time: key.modified_time,
            status: key.status,
        })
    }
}

impl ResponseBody for model::Keys {
    type Words = Keys;

    fn from_words(keys: Keys) -> Option<Self> {
        let listed = keys
            .api_key_status_set?
            .into_iter()
            .filter_map(model::ApiKey::from_words);
        Some(Self {
            total_count: keys.total_count,
            api_key_set: Some(listed.collect()),
        })
    }
}

impl ResponseBody for model::BoundKeys {
    type Words = BoundKeys;

    fn from_words(keys: BoundKeys) -> Option<Self> {
        let key = |key: ApiKey| model::BoundKey {
            access_key_id: key.secret_id,
            secret_name: key.secret_name,
        };
        let listed = keys.secret_id_list;
        Some(Self {
            total_count: keys.total_count,
            access_key_list: listed.map(|listed| listed.into_iter().map(key).collect()),
        })
    }
}

/// Whether the service did what was asked. A response that is not an error says so without a value.
impl ResponseBody for bool {
    type Words = IgnoredAny;

    fn from_words(_: IgnoredAny) -> Option<Self> {
        None
    }
}

/// A number, a numeric string or a Boolean: the documentation declares numbers, its samples show strings, and it calls a status a
/// Boolean, too.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        Value::Bool(holds) => Some(holds.into()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::clouds::tencentcloud::apigateway::model::{Filter, Status, of_key};

    #[test]
    fn a_key_is_read_in_either_spelling() {
        for (id, status) in [
            ("secretID", "1"),
            ("secretId", "1"),
            ("secretID", r#""1""#),
            ("secretId", "true"),
        ] {
            let text = format!(
                r#"{{"code":0,"{id}":"AKIDXXXXWKipDlK","secretKey":"asdkXXXXKOlhKn","secretName":"mytest","status":{status},
                    "type":"auto","createdTime":"2017-08-07T00:00:00Z","modifiedTime":"2017-08-08T00:00:00Z"}}"#
            );
            let key = model::ApiKey::from_words(serde_json::from_str(&text).unwrap()).unwrap();
            assert_eq!(key.status(), Some(Status::On), "{text}");
            assert_eq!(key.access_key_id.as_deref(), Some("AKIDXXXXWKipDlK"));
            assert_eq!(key.access_key_secret.unwrap().expose(), "asdkXXXXKOlhKn");
            assert_eq!(key.access_key_type.as_deref(), Some("auto"));
            assert_eq!(key.secret_name.as_deref(), Some("mytest"));
            assert_eq!(key.created_time.as_deref(), Some("2017-08-07T00:00:00Z"));
            assert_eq!(key.modified_time.as_deref(), Some("2017-08-08T00:00:00Z"));
        }
    }

    #[test]
    fn a_page_is_read_without_secrets() {
        let text = r#"{"code":"0","totalCount":2,"apiKeyStatusSet":[{"secretId":"one","status":1},{"secretID":"two","status":0}]}"#;
        let keys = model::Keys::from_words(serde_json::from_str(text).unwrap()).unwrap();
        let keys = keys.api_key_set.unwrap();
        let ids: Vec<_> = keys.iter().filter_map(|key| key.access_key_id.as_deref()).collect();
        assert_eq!(ids, ["one", "two"]);
        assert!(keys.iter().all(|key| key.access_key_secret.is_none()));
    }

    #[test]
    fn each_action_has_its_own_parameters() {
        let key = NewApiKey {
            secret_name: "a name",
            access_key_type: "manual",
            access_key_id: Some("an_id"),
            access_key_secret: Some("a_secret"),
        };
        let automatic = NewApiKey {
            access_key_type: "auto",
            access_key_id: None,
            access_key_secret: None,
            ..key
        };
        let changed = OfKey {
            access_key_secret: Some("a_secret"),
            ..of_key("an_id")
        };
        let named = Page {
            limit: 100,
            offset: 200,
            filters: vec![Filter {
                name: "SecretName",
                values: ["a name"],
            }],
        };
        let of_id = Page {
            filters: vec![Filter {
                name: "AccessKeyId",
                values: ["an_id"],
            }],
            ..named
        };
        let page = Page {
            filters: Vec::new(),
            ..named
        };
        let rows: [(&str, &dyn RequestBody, &str); 10] = [
            (
                "CreateApiKey",
                &key,
                "secretID=an_id&secretKey=a_secret&secretName=a%20name&type=manual",
            ),
            ("CreateApiKey", &automatic, "secretName=a%20name&type=auto"),
            ("DescribeApiKey", &of_key("an_id"), "secretID=an_id"),
            ("UpdateApiKey", &changed, "secretID=an_id&secretKey=a_secret"),
            ("EnableApiKey", &of_key("an_id"), "secretId=an_id"),
            ("DisableApiKey", &of_key("an_id"), "secretId=an_id"),
            ("DeleteApiKey", &of_key("an_id"), "secretId=an_id"),
            (
                "DescribeApiKeysStatus",
                &named,
                "limit=100&offset=200&searchName=a%20name",
            ),
            ("DescribeApiKeysStatus", &of_id, "limit=100&offset=200&searchId=an_id"),
            ("DescribeApiKeysStatus", &page, "limit=100&offset=200"),
        ];
        for (action, body, expected) in rows {
            let mut parameters = Parameters::default();
            body.add_to(&mut parameters, action);
            assert_eq!(*parameters.encoded(), expected, "{action}");
        }
    }
}
