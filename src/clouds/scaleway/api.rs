//! The vendor's calls: IAM, `v1alpha1`.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde::{Deserialize, Serialize};

use super::{Client, refusal};
use crate::clouds;
use crate::http::{Answer, Pace, Patience, Repeat, Service, Verdict};
use crate::lifecycle::{Error, Kind};
use crate::secret::Secret;
use crate::signing::{self, token};

/// The calls.
#[derive(Clone)]
pub struct Api<'c> {
    client: &'c Client,
    token: &'c Secret,
    url: &'c str,
    pace: Arc<Pace>,
    patience: Patience,
}

/// A key, as the service answers it. Of the two bearers the one that is not set is absent.
#[derive(Debug, Deserialize)]
pub struct ApiKey {
    /// The key's id.
    #[serde(default)]
    pub access_key: String,
    /// The secret, in the answer to its creation only.
    pub secret_key: Option<Secret>,
    /// The application that holds it.
    pub application_id: Option<String>,
    /// The user who holds it.
    pub user_id: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// When it was made: RFC 3339, UTC, microseconds.
    pub created_at: Option<String>,
    /// When it was last changed: RFC 3339, UTC, microseconds.
    pub updated_at: Option<String>,
    /// When it ends: RFC 3339, UTC.
    pub expires_at: Option<String>,
    /// The project it uses in Object Storage.
    pub default_project_id: Option<String>,
    /// Whether it can be changed.
    pub editable: Option<bool>,
    /// The address it was made from.
    pub creation_ip: Option<String>,
}

/// What a new key is to be.
#[derive(Debug, Serialize)]
pub struct NewApiKey<'a> {
    /// The application that is to hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<&'a str>,
    /// The user who is to hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<&'a str>,
    /// When it is to end: RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<&'a str>,
    /// The project it is to use in Object Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_project_id: Option<&'a str>,
    /// Its description; empty for none.
    pub description: &'a str,
}

/// What of a key is to change.
#[derive(Debug, Default, Serialize)]
pub struct Changes<'a> {
    /// The new description; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// The new project for Object Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_project_id: Option<&'a str>,
}

#[derive(Deserialize)]
struct ApiKeys {
    #[serde(default)]
    api_keys: Vec<ApiKey>,
}

const PATH: &str = "/iam/v1alpha1/api-keys";

impl Client {
    /// The calls.
    pub fn api(&self, patience: Patience) -> Result<Api<'_>, Error> {
        let url = self.url.as_ref().map_err(Clone::clone)?;
        Ok(Api {
            token: self.token.as_ref().map_err(Clone::clone)?,
            // The vendor publishes no limits, and seems to count by where calls come from.
            pace: self.paces.of(url.clone(), Pace::default),
            url,
            client: self,
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

    /// Makes a key. The answer holds its secret, as no later one does.
    pub async fn create_api_key(&self, key: &NewApiKey<'_>) -> Result<ApiKey, Error> {
        let operation = "CreateAPIKey";
        let body = clouds::json_body(operation, key)?;
        let answer = self
            .send(operation, Method::POST, PATH, body, Repeat::OnlyIfNotRun)
            .await;
        let key = answer
            .and_then(|answer| clouds::parse::<ApiKey>(operation, &answer))
            .map_err(clouds::uncertain)?;
        if key.access_key.is_empty() {
            return Err(Error::new(operation, Kind::Uncertain, "the answer names no access key"));
        }
        Ok(key)
    }

    /// Reads a key; `None` when it does not exist.
    pub async fn get_api_key(&self, access_key: &str) -> Result<Option<ApiKey>, Error> {
        match self
            .send(
                "GetAPIKey",
                Method::GET,
                &path(access_key),
                Bytes::new(),
                Repeat::Always,
            )
            .await
        {
            Ok(answer) => clouds::parse("GetAPIKey", &answer).map(Some),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads one page, counted from 1, of the keys that an application or a user holds, newest first; an empty one is behind the last.
    pub async fn list_api_keys(&self, bearer_id: Option<&str>, page: u32) -> Result<Vec<ApiKey>, Error> {
        let mut path = format!("{PATH}?order_by=created_at_desc&page={page}&page_size={PAGE}");
        let organization_id = self.client.organization_id.as_deref();
        for (parameter, value) in [("bearer_id", bearer_id), ("organization_id", organization_id)] {
            if let Some(value) = value {
                path.push_str(&format!("&{parameter}={}", clouds::encoded(value)));
            }
        }
        let operation = "ListAPIKeys";
        let answer = self
            .send(operation, Method::GET, &path, Bytes::new(), Repeat::Always)
            .await?;
        clouds::parse::<ApiKeys>(operation, &answer).map(|keys| keys.api_keys)
    }

    /// Changes a key.
    pub async fn update_api_key(&self, access_key: &str, changes: &Changes<'_>) -> Result<ApiKey, Error> {
        let body = clouds::json_body("UpdateAPIKey", changes)?;
        let answer = self
            .send("UpdateAPIKey", Method::PATCH, &path(access_key), body, Repeat::Always)
            .await?;
        clouds::parse("UpdateAPIKey", &answer)
    }

    /// Removes a key. One that is gone already is removed.
    pub async fn delete_api_key(&self, access_key: &str) -> Result<(), Error> {
        match self
            .send(
                "DeleteAPIKey",
                Method::DELETE,
                &path(access_key),
                Bytes::new(),
                Repeat::Always,
            )
            .await
        {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    async fn send(
        &self,
        operation: &'static str,
        method: Method,
        path: &str,
        body: Bytes,
        repeat: Repeat,
    ) -> Result<Answer, Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let answer = clouds::exchange(&self.client.http, self, operation, request, body, repeat, self.patience).await?;
        if answer.status.is_success() {
            Ok(answer)
        } else {
            Err(refusal::error(operation, &answer))
        }
    }
}

impl Service for Api<'_> {
    fn authorize(&self, request: &mut Request<Bytes>, _: DateTime<Utc>) -> Result<(), signing::Error> {
        token::authorize(request, self.token)
    }

    fn classify(&self, answer: &Answer) -> Verdict {
        refusal::verdict(answer)
    }

    fn pace(&self) -> &Pace {
        &self.pace
    }
}

/// The longest page the service gives.
const PAGE: u32 = 100;

impl ApiKey {
    /// When the key was made.
    pub fn created(&self) -> Option<DateTime<Utc>> {
        instant(self.created_at.as_deref())
    }

    /// When the key ends; none for never.
    pub fn expires(&self) -> Option<DateTime<Utc>> {
        instant(self.expires_at.as_deref())
    }

    /// Who holds it.
    pub fn bearer_id(&self) -> Option<&str> {
        self.application_id.as_deref().or(self.user_id.as_deref())
    }
}

/// A time in RFC 3339; none where it is none.
pub fn instant(text: Option<&str>) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text?).ok()?;
    Some(time.with_timezone(&Utc))
}

fn path(access_key: &str) -> String {
    format!("{PATH}/{}", clouds::encoded(access_key))
}
