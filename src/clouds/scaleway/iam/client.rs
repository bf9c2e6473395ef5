//! Operations of IAM, `v1alpha1`.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use tokio::sync::OnceCell;

use super::errors;
use super::model::{ApiKey, Changes, NewApiKey};
use crate::clouds::scaleway::auth::identity::Identity;
use crate::clouds::scaleway::client::Client;
use crate::clouds::shared::calls::{self, Caller};
use crate::framework::{Error, Kind};
use crate::http::{Deadline, RateLimiter, Response, RetrySafety, Service, Verdict};
use crate::signing::{self, token};

/// The calls.
#[derive(Clone)]
pub struct Api {
    pub(super) identity: Arc<Identity>,
    pub(super) organization_id: Arc<OnceCell<String>>,
    caller: Caller,
}

pub(super) const PATH: &str = "/iam/v1alpha1/api-keys";

impl Client {
    /// The operations.
    pub fn api(&self, deadline: Deadline) -> Result<Api, Error> {
        let identity = self.identity.as_ref().map_err(Clone::clone)?;
        // The vendor publishes no limits, and seems to count per client address.
        let rate_limiter = self
            .rate_limiters
            .for_account(identity.url.clone(), RateLimiter::default);
        Ok(Api {
            identity: Arc::clone(identity),
            organization_id: Arc::clone(&self.organization_id),
            caller: Caller::new(&self.http, rate_limiter, deadline),
        })
    }
}

impl Api {
    /// The same operations, to finish after something was changed or may have been.
    pub fn to_finish(&self) -> Self {
        Self {
            caller: self.caller.to_finish(),
            ..self.clone()
        }
    }

    /// The base URL the calls go to.
    pub fn url(&self) -> &str {
        &self.identity.url
    }

    /// A key for the account, as far as it is known without a call.
    pub fn account(&self) -> &str {
        self.identity.organization_id.as_deref().unwrap_or_default()
    }

    /// Who calls, from where and whom, in one line without secrets.
    pub fn summary(&self) -> &str {
        &self.identity.summary
    }

    /// What the calls are made with.
    pub(in crate::clouds) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Creates a key. Only this response has its secret key.
    pub async fn create_api_key(&self, key: &NewApiKey<'_>) -> Result<ApiKey, Error> {
        let operation = "CreateAPIKey";
        let body = calls::json_body(operation, key)?;
        let answer = self
            .send(operation, Method::POST, PATH, body, RetrySafety::NonIdempotent)
            .await;
        let created = answer
            .and_then(|answer| calls::parse::<ApiKey>(operation, &answer))
            .and_then(|created| match &created.secret_key {
                _ if created.access_key.is_empty() || created.description.as_deref() != Some(key.description) => {
                    Err(calls::not_about(operation, "the key that was to be created"))
                }
                Some(secret) if !secret.expose().is_empty() => Ok(created),
                _ => Err(Error::new(operation, Kind::Malformed, "the response has no secret key")),
            });
        created.map_err(calls::uncertain)
    }

    /// Reads a key; `None` if it does not exist.
    pub async fn get_api_key(&self, access_key: &str) -> Result<Option<ApiKey>, Error> {
        match self
            .send(
                "GetAPIKey",
                Method::GET,
                &path(access_key),
                Bytes::new(),
                RetrySafety::Idempotent,
            )
            .await
        {
            Ok(answer) => about("GetAPIKey", access_key, &answer).map(Some),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Updates a key.
    pub async fn update_api_key(&self, access_key: &str, changes: &Changes<'_>) -> Result<ApiKey, Error> {
        let body = calls::json_body("UpdateAPIKey", changes)?;
        let answer = self
            .send(
                "UpdateAPIKey",
                Method::PATCH,
                &path(access_key),
                body,
                RetrySafety::Idempotent,
            )
            .await?;
        about("UpdateAPIKey", access_key, &answer)
    }

    /// Deletes a key. One that does not exist is not an error.
    pub async fn delete_api_key(&self, access_key: &str) -> Result<(), Error> {
        match self
            .send(
                "DeleteAPIKey",
                Method::DELETE,
                &path(access_key),
                Bytes::new(),
                RetrySafety::Idempotent,
            )
            .await
        {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) async fn send(
        &self,
        operation: &'static str,
        method: Method,
        path: &str,
        body: Bytes,
        retry_safety: RetrySafety,
    ) -> Result<Response, Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.identity.url));
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let answer = self
            .caller
            .exchange(self, operation, request, body, retry_safety)
            .await?;
        if answer.status.is_success() {
            Ok(answer)
        } else {
            Err(errors::error(operation, resource(path), &answer).with_identity(&self.identity.summary))
        }
    }
}

impl Service for Api {
    fn authorize(&self, request: &mut Request<Bytes>, _: DateTime<Utc>) -> Result<(), signing::Error> {
        token::authorize(request, &self.identity.token)
    }

    fn classify(&self, answer: &Response) -> Verdict {
        errors::verdict(answer)
    }

    fn rate_limiter(&self) -> &RateLimiter {
        self.caller.rate_limiter()
    }
}

/// The key in a response, which must be the requested one.
fn about(operation: &'static str, access_key: &str, answer: &Response) -> Result<ApiKey, Error> {
    let key = calls::parse::<ApiKey>(operation, answer)?;
    if key.access_key == access_key {
        Ok(key)
    } else {
        Err(calls::not_about(operation, &format!("the key {access_key}")))
    }
}

/// The maximum page size.
pub(super) const PAGE: usize = 100;

/// What errors call the objects under a path.
fn resource(path: &str) -> &'static str {
    let names = [
        ("/iam/v1alpha1/applications", "application"),
        ("/iam/v1alpha1/users", "user"),
    ];
    let found = names.into_iter().find(|(collection, _)| path.starts_with(collection));
    found.map_or("access_key", |(_, name)| name)
}

fn path(access_key: &str) -> String {
    format!("{PATH}/{}", calls::encoded(access_key))
}
