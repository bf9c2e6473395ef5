//! The vendor's calls: API Gateway, API 3.0, version `2018-08-08`.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde::{Deserialize, Serialize};

use super::Client;
use super::refusal::Refusal;
use crate::clouds;
use crate::http::{Answer, Pace, Patience, Repeat, Service, Verdict};
use crate::lifecycle::{Error, Kind};
use crate::secret::Secret;
use crate::signing::{self, Credentials, tc3};
use crate::tf::Attr;

/// The actions that are called.
pub const ACTIONS: [&str; 7] = [CREATE, DESCRIBE, LIST, ENABLE, DISABLE, UPDATE, DELETE];

const CREATE: &str = "CreateApiKey";
const DESCRIBE: &str = "DescribeApiKey";
const LIST: &str = "DescribeApiKeysStatus";
const ENABLE: &str = "EnableApiKey";
const DISABLE: &str = "DisableApiKey";
const UPDATE: &str = "UpdateApiKey";
const DELETE: &str = "DeleteApiKey";

/// The regions the product is, or was, served in. Source: the common parameters of its API, 2025, and older lists.
pub const REGIONS: [&str; 15] = [
    "ap-guangzhou",
    "ap-shanghai",
    "ap-nanjing",
    "ap-beijing",
    "ap-chengdu",
    "ap-chongqing",
    "ap-hongkong",
    "ap-singapore",
    "ap-seoul",
    "ap-tokyo",
    "ap-bangkok",
    "ap-mumbai",
    "na-siliconvalley",
    "na-toronto",
    "eu-frankfurt",
];

/// The calls in one region.
#[derive(Clone)]
pub struct Api<'c> {
    client: &'c Client,
    credentials: &'c Credentials,
    url: &'c str,
    region: String,
    pace: Arc<Pace>,
    patience: Patience,
}

/// A key, as the service answers it. Every property can be null.
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
    /// When it was made: RFC 3339, UTC.
    pub created_time: Option<String>,
    /// When it was last changed: RFC 3339, UTC.
    pub modified_time: Option<String>,
    status: Option<i64>,
}

/// Whether callers can use a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// They can. It can be changed and bound, but not deleted.
    On,
    /// They cannot. It can be deleted, but not changed or bound.
    Off,
}

/// What a new key is to be. Id and secret are given for manual keys only.
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
struct OfKey<'a> {
    access_key_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_secret: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page<'a> {
    limit: usize,
    offset: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<[Filter<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Filter<'a> {
    name: &'a str,
    values: [&'a str; 1],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    api_key_set: Option<Vec<ApiKey>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<T> {
    response: Response<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: Deserialize<'de>")]
struct Response<T> {
    #[serde(default = "none")]
    result: Option<T>,
    error: Option<Refusal>,
    request_id: Option<String>,
}

impl Client {
    /// The calls in the provider's region.
    pub fn api(&self, patience: Patience) -> Result<Api<'_>, Error> {
        let region = self.region.known().ok_or_else(|| clouds::not_known_yet("region"))?;
        let credentials = self.credentials.as_ref().map_err(Clone::clone)?;
        let url = self.url.as_ref().map_err(Clone::clone)?;
        Ok(Api {
            pace: self.pace(credentials, url, region),
            credentials,
            url,
            region: region.clone(),
            client: self,
            patience,
        })
    }

    fn pace(&self, credentials: &Credentials, url: &str, region: &str) -> Arc<Pace> {
        let account = format!("{} {url} {region}", credentials.access_key_id);
        self.paces.of(account, super::pace)
    }
}

impl Api<'_> {
    /// The same calls in another region.
    pub fn in_region(&self, region: &str) -> Self {
        Self {
            pace: self.client.pace(self.credentials, self.url, region),
            region: region.to_owned(),
            ..self.clone()
        }
    }

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

    /// The region the calls go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Makes a key; it is enabled. The answer holds its id and secret.
    pub async fn create_api_key(&self, key: &NewApiKey<'_>) -> Result<ApiKey, Error> {
        let made = self.send::<ApiKey>(CREATE, key, Repeat::OnlyIfNotRun).await;
        let (made, request_id) = made.map_err(clouds::uncertain)?;
        made.filter(|key| key.access_key_id.as_ref().is_some_and(|id| !id.is_empty()))
            .ok_or_else(|| Error {
                request_id,
                ..Error::new(
                    CREATE,
                    Kind::Uncertain,
                    "the answer names no id of the key that was made",
                )
            })
    }

    /// Reads a key of this region; `None` when there is none.
    pub async fn describe_api_key(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        let described = match self.send::<ApiKey>(DESCRIBE, &of_key(id), Repeat::Always).await {
            Err(error) if error.kind == Kind::NotFound => return Ok(None),
            described => described?,
        };
        match described {
            (Some(key), _) if key.access_key_id.as_deref() == Some(id) => Ok(Some(key)),
            (_, request_id) => Err(Error {
                request_id,
                ..Error::new(
                    DESCRIBE,
                    Kind::Malformed,
                    format!("the answer is not about the key {id}"),
                )
            }),
        }
    }

    /// Reads all keys of this region, or those of a name. Their secrets may be left out.
    pub async fn list_api_keys(&self, name: Option<&str>) -> Result<Vec<ApiKey>, Error> {
        let filter = |name| Filter {
            name: "SecretName",
            values: [name],
        };
        let mut keys = Vec::new();
        loop {
            let page = Page {
                limit: PAGE,
                offset: keys.len(),
                filters: name.map(|name| [filter(name)]),
            };
            let (listed, _) = self.send::<Keys>(LIST, &page, Repeat::Always).await?;
            let listed = listed.and_then(|listed| listed.api_key_set).unwrap_or_default();
            let is_last = listed.len() < PAGE;
            keys.extend(listed);
            if is_last {
                return Ok(keys);
            }
        }
    }

    /// Enables or disables a key.
    pub async fn set_status(&self, id: &str, status: Status) -> Result<(), Error> {
        let action = match status {
            Status::On => ENABLE,
            Status::Off => DISABLE,
        };
        self.confirmed(action, id).await
    }

    /// Gives an enabled manual key a new secret.
    pub async fn update_api_key(&self, id: &str, secret: &Secret) -> Result<Option<ApiKey>, Error> {
        let body = OfKey {
            access_key_secret: Some(secret.expose()),
            ..of_key(id)
        };
        self.send(UPDATE, &body, Repeat::Always).await.map(|(key, _)| key)
    }

    /// Removes a disabled key. One that is gone already is removed.
    pub async fn delete_api_key(&self, id: &str) -> Result<(), Error> {
        match self.confirmed(DELETE, id).await {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// An action that is answered with whether it was done; null is not taken for a no, since the documentation allows it.
    async fn confirmed(&self, action: &'static str, id: &str) -> Result<(), Error> {
        match self.send(action, &of_key(id), Repeat::Always).await? {
            (Some(false), request_id) => Err(Error {
                request_id,
                ..Error::new(action, Kind::Server, "the service answered that it was not done")
            }),
            _ => Ok(()),
        }
    }

    async fn send<T: for<'de> Deserialize<'de>>(
        &self,
        action: &'static str,
        body: &impl Serialize,
        repeat: Repeat,
    ) -> Result<(Option<T>, Option<String>), Error> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.url)
            .header(CONTENT_TYPE, "application/json")
            .header("X-TC-Action", action)
            .header("X-TC-Version", "2018-08-08")
            .header("X-TC-Region", &self.region)
            .header("X-TC-Language", "en-US");
        let body = clouds::json_body(action, body)?;
        let answer = clouds::exchange(&self.client.http, self, action, request, body, repeat, self.patience).await?;
        let Envelope { response } = clouds::parse(action, &answer)?;
        match response.error {
            None => Ok((response.result, response.request_id)),
            Some(refusal) => Err(Error {
                request_id: response.request_id,
                ..refusal.into_error(action)
            }),
        }
    }
}

impl Service for Api<'_> {
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error> {
        tc3::sign(request, self.credentials, "apigateway", at)
    }

    /// By the code in the body; the status is 200 for every call that reached the service. Any other comes from before it.
    fn classify(&self, answer: &Answer) -> Verdict {
        let refusal = serde_json::from_slice::<Envelope<serde::de::IgnoredAny>>(&answer.body);
        match refusal.ok().and_then(|envelope| envelope.response.error) {
            Some(refusal) => refusal.verdict(),
            None if answer.status.as_u16() == 429 => Verdict::Throttled { after: None },
            None if answer.status.is_server_error() => Verdict::Transient { after: None },
            None => Verdict::Done,
        }
    }

    fn pace(&self) -> &Pace {
        &self.pace
    }
}

/// The longest page the service gives.
const PAGE: usize = 100;

impl ApiKey {
    /// When the key was made, to the second.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        let time = DateTime::parse_from_rfc3339(self.created_time.as_deref()?).ok()?;
        Some(time.with_timezone(&Utc))
    }

    /// Whether callers can use it, where the answer says so.
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
    pub fn of(attribute: &Attr<String>) -> Self {
        match attribute.text() {
            "off" => Self::Off,
            _ => Self::On,
        }
    }

    /// The word for it in a configuration.
    pub fn word(self) -> Attr<String> {
        let word = match self {
            Self::On => "on",
            Self::Off => "off",
        };
        Attr::Known(word.to_owned())
    }
}

fn of_key(id: &str) -> OfKey<'_> {
    OfKey {
        access_key_id: id,
        access_key_secret: None,
    }
}

fn none<T>() -> Option<T> {
    None
}
