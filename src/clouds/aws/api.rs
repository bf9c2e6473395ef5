//! The vendor's calls: API Gateway REST API, `2015-07-09`.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Client;
use super::refusal::Refusal;
use super::tags::Tags;
use crate::clouds;
use crate::http::{Answer, Pace, Patience, Repeat, Service, Verdict};
use crate::lifecycle::{Error, Kind};
use crate::secret::Secret;
use crate::signing::canonical::PathRule;
use crate::signing::{self, Credentials, sigv4};
use crate::tf::Attr;

/// The calls in one region.
#[derive(Clone)]
pub struct Api<'c> {
    client: &'c Client,
    credentials: &'c Credentials,
    region: String,
    url: String,
    pace: Arc<Pace>,
    patience: Patience,
}

/// A key, as the service answers it. What is not set is absent, null or empty, and all three mean the same.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The key's id.
    #[serde(default)]
    pub id: String,
    /// The secret, where it was asked for.
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
    tags: Option<Tags>,
}

/// What a new key is to be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// Whether callers can use it. Always sent: to the service, absent means that they cannot.
    pub enabled: bool,
    /// The secret, exposed. No two keys of an account and region have the same.
    pub value: &'a str,
    /// The customer at the vendor's marketplace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<&'a str>,
    /// Its tags.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// A change of one property: its path, such as `/name`, and what it becomes.
#[derive(Debug, PartialEq, Eq)]
pub struct Replace {
    /// The property's path.
    pub path: &'static str,
    /// Its new value, as a text whatever its type.
    pub value: String,
}

/// Which properties a key is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    /// All.
    Value,
    /// All but the secret.
    NoValue,
}

#[derive(Deserialize)]
struct ApiKeys {
    #[serde(default)]
    item: Vec<ApiKey>,
    position: Option<String>,
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Client {
    /// The calls in a region.
    pub fn api(&self, region: String, patience: Patience) -> Result<Api<'_>, Error> {
        let credentials = self.credentials.as_ref().map_err(Clone::clone)?;
        let url = self.endpoint.url(&region)?;
        let account = format!("{} {url} {region}", credentials.access_key_id);
        Ok(Api {
            pace: self.paces.of(account, super::pace),
            credentials,
            url,
            client: self,
            region,
            patience,
        })
    }
}

impl Api<'_> {
    /// The same calls, for what is left to do once something was done, or may have been.
    pub fn to_finish(&self) -> Self {
        Self {
            patience: self.patience.to_finish(),
            ..self.clone()
        }
    }

    /// The current time here.
    pub fn now(&self) -> DateTime<Utc> {
        self.client.http.now()
    }

    /// What the service's clock shows when the one here shows `here`.
    pub fn at_service(&self, here: DateTime<Utc>) -> DateTime<Utc> {
        self.client.http.at_service(here)
    }

    /// Makes a key. The answer holds its value.
    pub async fn create_api_key(&self, key: &NewApiKey<'_>) -> Result<ApiKey, Error> {
        let operation = "CreateApiKey";
        let body = clouds::json_body(operation, key)?;
        let answer = self
            .send(operation, Method::POST, "/apikeys", body, Repeat::OnlyIfNotRun)
            .await;
        let key = answer
            .and_then(|answer| clouds::parse::<ApiKey>(operation, &answer))
            .map_err(clouds::uncertain)?;
        if key.id.is_empty() {
            return Err(Error::new(
                operation,
                Kind::Uncertain,
                "the answer names no id of the key that was made",
            ));
        }
        Ok(key)
    }

    /// Reads a key; `None` when it does not exist.
    pub async fn get_api_key(&self, id: &str, include: Include) -> Result<Option<ApiKey>, Error> {
        let query = match include {
            Include::Value => "?includeValue=true",
            Include::NoValue => "",
        };
        let path = format!("/apikeys/{}{query}", clouds::encoded(id));
        match self
            .send("GetApiKey", Method::GET, &path, Bytes::new(), Repeat::Always)
            .await
        {
            Ok(answer) => clouds::parse("GetApiKey", &answer).map(Some),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads one page of the keys whose names begin with `name`, newest first, and where the next one begins.
    pub async fn get_api_keys(
        &self,
        name: &str,
        include: Include,
        position: Option<&str>,
    ) -> Result<(Vec<ApiKey>, Option<String>), Error> {
        let mut path = "/apikeys?".to_owned();
        if include == Include::Value {
            path.push_str("includeValues=true&");
        }
        path.push_str("limit=500");
        for (parameter, value) in [("name", Some(name)), ("position", position)] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                path.push_str(&format!("&{parameter}={}", clouds::encoded(value)));
            }
        }
        let answer = self
            .send("GetApiKeys", Method::GET, &path, Bytes::new(), Repeat::Always)
            .await?;
        let keys: ApiKeys = clouds::parse("GetApiKeys", &answer)?;
        let next = keys
            .position
            .filter(|next| !next.is_empty() && Some(next.as_str()) != position);
        Ok((keys.item, next))
    }

    /// Changes properties of a key. The answer has no value, and its tags are not to be relied on.
    pub async fn update_api_key(&self, id: &str, changes: &[Replace]) -> Result<ApiKey, Error> {
        let changes: Vec<_> = changes
            .iter()
            .map(|change| json!({"op": "replace", "path": change.path, "value": change.value}))
            .collect();
        let operation = "UpdateApiKey";
        let body = clouds::json_body(operation, &json!({"patchOperations": changes}))?;
        let path = format!("/apikeys/{}", clouds::encoded(id));
        let answer = self.send(operation, Method::PATCH, &path, body, Repeat::Always).await?;
        clouds::parse(operation, &answer)
    }

    /// Removes a key. One that is gone already is removed.
    pub async fn delete_api_key(&self, id: &str) -> Result<(), Error> {
        let path = format!("/apikeys/{}", clouds::encoded(id));
        match self
            .send("DeleteApiKey", Method::DELETE, &path, Bytes::new(), Repeat::Always)
            .await
        {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Sets tags.
    pub async fn tag_resource(&self, arn: &str, tags: &Tags) -> Result<(), Error> {
        let path = format!("/tags/{}", clouds::encoded(arn));
        let body = clouds::json_body("TagResource", &json!({"tags": tags}))?;
        self.send("TagResource", Method::PUT, &path, body, Repeat::Always)
            .await
            .map(drop)
    }

    /// Removes tags.
    pub async fn untag_resource<'k>(&self, arn: &str, keys: impl IntoIterator<Item = &'k str>) -> Result<(), Error> {
        let keys: Vec<_> = keys
            .into_iter()
            .map(|key| format!("tagKeys={}", clouds::encoded(key)))
            .collect();
        let path = format!("/tags/{}?{}", clouds::encoded(arn), keys.join("&"));
        self.send("UntagResource", Method::DELETE, &path, Bytes::new(), Repeat::Always)
            .await
            .map(drop)
    }

    async fn send(
        &self,
        operation: &'static str,
        method: Method,
        path_and_query: &str,
        body: Bytes,
        repeat: Repeat,
    ) -> Result<Answer, Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path_and_query}", self.url))
            .header(ACCEPT, JSON);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, JSON);
        }
        let answer = clouds::exchange(&self.client.http, self, operation, request, body, repeat, self.patience).await?;
        match Refusal::of(&answer) {
            None => Ok(answer),
            Some(refusal) => Err(refusal.into_error(operation, &answer)),
        }
    }
}

impl Service for Api<'_> {
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error> {
        let scope = sigv4::Scope {
            region: &self.region,
            service: "apigateway",
            path: PathRule::Normalized,
        };
        sigv4::sign(request, self.credentials, &scope, at)
    }

    fn classify(&self, answer: &Answer) -> Verdict {
        Refusal::of(answer).map_or(Verdict::Done, |refusal| refusal.verdict())
    }

    fn pace(&self) -> &Pace {
        &self.pace
    }
}

impl ApiKey {
    /// When the key was made, to the second.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        time(self.created_date.as_ref())
    }

    /// When the key was made: RFC 3339, UTC, whole seconds.
    pub fn created(&self) -> Attr<String> {
        rfc3339(self.created_at())
    }

    /// When the key was last changed: RFC 3339, UTC, whole seconds.
    pub fn last_updated(&self) -> Attr<String> {
        rfc3339(time(self.last_updated_date.as_ref()))
    }

    /// Its tags.
    pub fn tags(&self) -> Tags {
        self.tags.clone().unwrap_or_default()
    }
}

fn rfc3339(time: Option<DateTime<Utc>>) -> Attr<String> {
    time.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)).into()
}

/// Epoch seconds as integer, fraction or text; or a time as text.
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
