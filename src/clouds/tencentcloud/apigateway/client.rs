//! The calls of API Gateway. The [`version`](crate::clouds::tencentcloud::apigateway::version) of the API decides how they are encoded.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;

use super::actions::{CREATE, DELETE, DESCRIBE, DISABLE, ENABLE, UPDATE};
use super::endpoint::Endpoint;
use super::model::{ApiKey, NewApiKey, OfKey, Status, of_key};
use super::target::Target;
use super::v2017;
use super::version::{RequestBody, ResponseBody, Version};
use crate::clouds::shared::calls::{self, Caller};
use crate::clouds::shared::credential_cache::ActiveCredentials;
use crate::clouds::shared::errors::unknown_argument;
use crate::clouds::tencentcloud::auth::session::Session;
use crate::clouds::tencentcloud::client::Client;
use crate::framework::{Error, Kind};
use crate::http::{Deadline, RateLimiter, RateLimiters, Response, RetrySafety, Service, Verdict};
use crate::secret::Secret;
use crate::signing;

/// The regions that API Gateway is, or was, served in. Source: the common parameters of its API, 2025, and older lists.
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

/// Calls in one region.
#[derive(Clone)]
pub struct Api {
    rate_limiters: RateLimiters,
    random_fraction: fn() -> f64,
    session: Session,
    credentials: ActiveCredentials,
    endpoint: Arc<Endpoint>,
    region: String,
    caller: Caller,
}

impl Client {
    /// Calls in the provider's region.
    pub async fn api(&self, deadline: Deadline) -> Result<Api, Error> {
        let region = self.region.known().ok_or_else(|| unknown_argument("region"))?;
        let region = &region.value;
        let session = self.session.as_ref().map_err(Clone::clone)?;
        let endpoint = self.endpoint.as_ref().map_err(Clone::clone)?;
        let credentials = session.credentials(deadline).await;
        let credentials = credentials.map_err(|error| {
            error.with_identity(&crate::clouds::tencentcloud::client::summary(
                session,
                region,
                &endpoint.url,
            ))
        })?;
        Ok(Api {
            caller: Caller::new(
                &self.http,
                rate_limiter(&self.rate_limiters, session, &endpoint.url, region),
                deadline,
            ),
            rate_limiters: self.rate_limiters.clone(),
            random_fraction: self.random_fraction,
            session: session.clone(),
            credentials: ActiveCredentials::new(credentials),
            endpoint: Arc::clone(endpoint),
            region: region.clone(),
        })
    }
}

fn rate_limiter(all: &RateLimiters, session: &Session, url: &str, region: &str) -> Arc<RateLimiter> {
    let account = format!("{} {url} {region}", session.identity().account());
    all.for_account(account, super::rate_limits::rate_limits)
}

impl Api {
    /// The same calls in another region.
    pub fn in_region(&self, region: &str) -> Self {
        Self {
            caller: self.caller.with_rate_limiter(rate_limiter(
                &self.rate_limiters,
                &self.session,
                &self.endpoint.url,
                region,
            )),
            region: region.to_owned(),
            ..self.clone()
        }
    }

    /// The same calls, to complete an operation that has begun: no stop request cancels them.
    pub fn to_finish(&self) -> Self {
        Self {
            caller: self.caller.to_finish(),
            ..self.clone()
        }
    }

    /// How the calls are sent.
    pub(in crate::clouds) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The region the calls go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The base URL the calls go to.
    pub fn url(&self) -> &str {
        &self.endpoint.url
    }

    /// The account whose keys these calls see, as far as the credentials tell.
    pub fn account(&self) -> String {
        self.session.identity().account()
    }

    /// Creates a key, which is enabled. The response holds its id and secret.
    pub async fn create_api_key(&self, key: &NewApiKey<'_>) -> Result<ApiKey, Error> {
        let made = self.send::<ApiKey>(CREATE, key, RetrySafety::NonIdempotent).await;
        let (made, request_id) = match made.map_err(calls::uncertain) {
            Err(error) => return Err(self.explained(error, key).await),
            Ok(made) => made,
        };
        let found = match made {
            Some(made) if !matches_request(&made, key) => "the response is not about the key that was to be created",
            Some(made)
                if made
                    .access_key_secret
                    .as_ref()
                    .is_none_or(|secret| secret.expose().is_empty()) =>
            {
                "the response has no secret"
            }
            Some(made) => return Ok(made),
            None => "the response has no key",
        };
        Err(Error {
            request_id,
            ..Error::new(CREATE, Kind::Uncertain, found)
        })
    }

    /// Why a key could not be created. The API of 2017 has no code for an id that is taken, so the key of that id is read.
    async fn explained(&self, error: Error, key: &NewApiKey<'_>) -> Error {
        let is_vague = self.is_of_2017(&error, v2017::FAILED);
        let Some(id) = key.access_key_id.filter(|_| is_vague) else {
            return error;
        };
        match self.to_finish().describe_api_key(id).await {
            Ok(Some(_)) => Error {
                kind: Kind::Conflict,
                ..error
            },
            Ok(None) | Err(_) => error,
        }
    }

    /// Whether the region is the reason of an error, given that the same call succeeded in another region.
    pub fn is_about_region(&self, error: &Error) -> bool {
        matches!(error.kind, Kind::NotServed | Kind::Denied) || self.is_of_2017(error, v2017::INVALID_PARAMETER)
    }

    pub(super) fn is_of_2017(&self, error: &Error, code: &str) -> bool {
        matches!(self.endpoint.version, Version::V2017(_)) && error.code.as_deref() == Some(code)
    }

    /// Reads a key; `None` if this region has none of this id.
    pub async fn describe_api_key(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        let described = match self
            .send::<ApiKey>(DESCRIBE, &of_key(id), RetrySafety::Idempotent)
            .await
        {
            Err(error) if error.kind == Kind::NotFound => return Ok(None),
            described => described?,
        };
        match described {
            (Some(key), _) if key.access_key_id.as_deref() == Some(id) => Ok(Some(key)),
            (_, request_id) => Err(Error {
                request_id,
                ..calls::not_about(DESCRIBE, &format!("the key {id}"))
            }),
        }
    }

    /// Enables or disables a key.
    pub async fn set_status(&self, id: &str, status: Status) -> Result<(), Error> {
        let action = match status {
            Status::On => ENABLE,
            Status::Off => DISABLE,
        };
        self.confirmed(action, &of_key(id), RetrySafety::Idempotent).await
    }

    /// Replaces the secret of an enabled manual key.
    pub async fn update_api_key(&self, id: &str, secret: &Secret) -> Result<Option<ApiKey>, Error> {
        let body = OfKey {
            access_key_secret: Some(secret.expose()),
            ..of_key(id)
        };
        let (changed, request_id) = self.send::<ApiKey>(UPDATE, &body, RetrySafety::Idempotent).await?;
        match changed {
            Some(key) if key.access_key_id.as_deref().is_some_and(|other| other != id) => Err(Error {
                request_id,
                ..calls::not_about(UPDATE, &format!("the key {id}"))
            }),
            changed => Ok(changed),
        }
    }

    /// Deletes a disabled key. Succeeds if the key does not exist.
    pub async fn delete_api_key(&self, id: &str) -> Result<(), Error> {
        match self.confirmed(DELETE, &of_key(id), RetrySafety::Idempotent).await {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Calls an action that responds with whether it succeeded. Null counts as success, since the documentation allows it.
    pub(super) async fn confirmed(
        &self,
        action: &'static str,
        body: &impl RequestBody,
        retry_safety: RetrySafety,
    ) -> Result<(), Error> {
        match self.send(action, body, retry_safety).await? {
            (Some(false), request_id) => Err(Error {
                request_id,
                ..Error::new(action, Kind::Server, "the service responded that the action failed")
            }),
            _ => Ok(()),
        }
    }

    /// Who calls, from where and whom, in one line without secrets.
    pub fn summary(&self) -> String {
        crate::clouds::tencentcloud::client::summary(&self.session, &self.region, &self.endpoint.url)
    }

    pub(super) async fn send<T: ResponseBody>(
        &self,
        action: &'static str,
        body: &impl RequestBody,
        retry_safety: RetrySafety,
    ) -> Result<(Option<T>, Option<String>), Error> {
        let Endpoint { url, version, .. } = &*self.endpoint;
        let target = Target {
            url,
            region: &self.region,
            action,
        };
        let (request, body) = version.request(&target, body)?;
        let answer = self.caller.exchange(self, action, request, body, retry_safety).await;
        let parsed = version.parse(action, answer);
        parsed.map_err(|error| error.with_identity(&self.summary()))
    }
}

impl Service for Api {
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error> {
        let version = &self.endpoint.version;
        version.sign(request, &self.credentials.current(), self.random_fraction, at)
    }

    fn classify(&self, answer: &Response) -> Verdict {
        self.endpoint.version.verdict(answer)
    }

    async fn renew(&self) -> bool {
        let caller = &self.caller;
        let renewed = self
            .session
            .renewed(&self.credentials.current(), caller.deadline())
            .await;
        let Some(renewed) = renewed else { return false };
        self.credentials.replace(renewed);
        true
    }

    fn rate_limiter(&self) -> &RateLimiter {
        self.caller.rate_limiter()
    }
}

/// Whether a new key matches its request. Only the id must be present in the response.
fn matches_request(made: &ApiKey, asked: &NewApiKey<'_>) -> bool {
    let agrees = |made: &Option<String>, asked: Option<&str>| {
        made.as_deref().zip(asked).is_none_or(|(made, asked)| made == asked)
    };
    let secret = made.access_key_secret.as_ref().map(Secret::expose);
    made.access_key_id.as_ref().is_some_and(|id| !id.is_empty())
        && agrees(&made.access_key_id, asked.access_key_id)
        && agrees(&made.secret_name, Some(asked.secret_name))
        && secret
            .zip(asked.access_key_secret)
            .is_none_or(|(made, asked)| made == asked)
}
