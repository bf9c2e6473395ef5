//! Operations of API Gateway: REST API, `2015-07-09`.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use serde_json::json;

use super::errors::{self, Refusal};
use super::model::{ApiKey, Include, NewApiKey, Replace};
use crate::clouds::aws::auth::session::Session;
use crate::clouds::aws::client::Client;
use crate::clouds::aws::tags::Tags;
use crate::clouds::shared::calls::{self, Caller};
use crate::clouds::shared::credential_cache::ActiveCredentials;
use crate::framework::{Error, Kind};
use crate::http::{Deadline, RateLimiter, Response, RetrySafety, Service, Verdict};
use crate::schema::Attr;
use crate::signing::canonical::PathRule;
use crate::signing::{self, sigv4};

/// The operations in one region.
#[derive(Clone)]
pub struct Api {
    session: Session,
    credentials: ActiveCredentials,
    region: String,
    url: String,
    caller: Caller,
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Client {
    /// The operations in a key's region, or in the provider's.
    pub async fn api(&self, region: &Attr<String>, deadline: Deadline) -> Result<Api, Error> {
        let session = self.session.as_ref().map_err(Clone::clone)?;
        let region = match region {
            Attr::Known(region) => region.clone(),
            _ => session.region(deadline).await?,
        };
        let url = self.endpoint.url(&region)?;
        let credentials = session.credentials(deadline).await;
        let credentials = credentials
            .map_err(|error| error.with_identity(&crate::clouds::aws::client::summary(session, &region, &url)))?;
        let account = format!("{} {url} {region}", session.identity().account());
        Ok(Api {
            caller: Caller::new(
                &self.http,
                self.rate_limiters.for_account(account, super::rate_limits::rate_limits),
                deadline,
            ),
            session: session.clone(),
            credentials: ActiveCredentials::new(credentials),
            url,
            region,
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

    /// The region the calls go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The base URL the calls go to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A key for the account, as far as it is known without a call.
    pub fn account(&self) -> String {
        self.session.identity().account()
    }

    /// What the calls are made with.
    pub(in crate::clouds) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Creates a key. The response has its value.
    pub async fn create_api_key(&self, key: &NewApiKey<'_>) -> Result<ApiKey, Error> {
        let operation = "CreateApiKey";
        let body = calls::json_body(operation, key)?;
        let answer = self
            .send(operation, Method::POST, "/apikeys", body, RetrySafety::NonIdempotent)
            .await;
        let created = answer
            .and_then(|answer| calls::parse::<ApiKey>(operation, &answer))
            .and_then(|created| match &created.value {
                Some(value) if value.expose() == key.value && !created.id.is_empty() => Ok(created),
                _ => Err(calls::not_about(operation, "the key that was to be created")),
            });
        created.map_err(calls::uncertain)
    }

    /// Reads a key; `None` if it does not exist.
    pub async fn get_api_key(&self, id: &str, include: Include) -> Result<Option<ApiKey>, Error> {
        let query = match include {
            Include::Value => "?includeValue=true",
            Include::NoValue => "",
        };
        let path = format!("/apikeys/{}{query}", calls::encoded(id));
        match self
            .send("GetApiKey", Method::GET, &path, Bytes::new(), RetrySafety::Idempotent)
            .await
        {
            Ok(answer) => match calls::parse::<ApiKey>("GetApiKey", &answer)? {
                key if key.id != id => Err(calls::not_about("GetApiKey", &format!("the key {id}"))),
                key if include == Include::Value && !key.has_value() => Err(Error::new(
                    "GetApiKey",
                    Kind::Malformed,
                    "the response has no value of the key",
                )),
                key => Ok(Some(key)),
            },
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Updates a key. The response has no value, and its tags may be stale.
    pub async fn update_api_key(&self, id: &str, changes: &[Replace]) -> Result<ApiKey, Error> {
        let changes: Vec<_> = changes
            .iter()
            .map(|change| json!({"op": "replace", "path": change.path, "value": change.value}))
            .collect();
        let operation = "UpdateApiKey";
        let body = calls::json_body(operation, &json!({"patchOperations": changes}))?;
        let path = format!("/apikeys/{}", calls::encoded(id));
        let answer = self
            .send(operation, Method::PATCH, &path, body, RetrySafety::Idempotent)
            .await?;
        let changed = calls::parse::<ApiKey>(operation, &answer)?;
        if changed.id == id {
            Ok(changed)
        } else {
            Err(calls::not_about(operation, &format!("the key {id}")))
        }
    }

    /// Deletes a key. One that does not exist is not an error.
    pub async fn delete_api_key(&self, id: &str) -> Result<(), Error> {
        let path = format!("/apikeys/{}", calls::encoded(id));
        match self
            .send(
                "DeleteApiKey",
                Method::DELETE,
                &path,
                Bytes::new(),
                RetrySafety::Idempotent,
            )
            .await
        {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Sets tags.
    pub async fn tag_resource(&self, arn: &str, tags: &Tags) -> Result<(), Error> {
        let path = format!("/tags/{}", calls::encoded(arn));
        let body = calls::json_body("TagResource", &json!({"tags": tags}))?;
        self.send("TagResource", Method::PUT, &path, body, RetrySafety::Idempotent)
            .await
            .map(drop)
    }

    /// Removes tags.
    pub async fn untag_resource<'k>(&self, arn: &str, keys: impl IntoIterator<Item = &'k str>) -> Result<(), Error> {
        let keys: Vec<_> = keys
            .into_iter()
            .map(|key| format!("tagKeys={}", calls::encoded(key)))
            .collect();
        let path = format!("/tags/{}?{}", calls::encoded(arn), keys.join("&"));
        self.send(
            "UntagResource",
            Method::DELETE,
            &path,
            Bytes::new(),
            RetrySafety::Idempotent,
        )
        .await
        .map(drop)
    }

    /// Who calls, from where and whom, in one line without secrets.
    pub fn summary(&self) -> String {
        crate::clouds::aws::client::summary(&self.session, &self.region, &self.url)
    }

    pub(super) async fn send(
        &self,
        operation: &'static str,
        method: Method,
        path_and_query: &str,
        body: Bytes,
        retry_safety: RetrySafety,
    ) -> Result<Response, Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path_and_query}", self.url))
            .header(ACCEPT, JSON);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, JSON);
        }
        let answer = self
            .caller
            .exchange(self, operation, request, body, retry_safety)
            .await?;
        match Refusal::from_response(&answer) {
            None => Ok(answer),
            Some(refusal) => Err(refusal.into_error(operation, &answer).with_identity(&self.summary())),
        }
    }
}

impl Service for Api {
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error> {
        let scope = sigv4::Scope {
            region: &self.region,
            service: "apigateway",
            path: PathRule::Normalized,
        };
        sigv4::sign(request, &self.credentials.current(), &scope, at)
    }

    fn classify(&self, answer: &Response) -> Verdict {
        errors::verdict(answer)
    }

    async fn renew(&self) -> bool {
        let renewed = self
            .session
            .renewed(&self.credentials.current(), self.caller.deadline())
            .await;
        match renewed {
            Some(renewed) => {
                self.credentials.replace(renewed);
                true
            }
            None => false,
        }
    }

    fn rate_limiter(&self) -> &RateLimiter {
        self.caller.rate_limiter()
    }
}
