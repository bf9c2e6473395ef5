//! Temporary credentials: the security token service, API 3.0, version `2018-08-13`.

use std::sync::Arc;

use ::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use ::http::{Method, Request};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};

use crate::clouds::shared::calls::{self, Caller};
use crate::clouds::tencentcloud::apigateway::errors::Refusal;
use crate::clouds::tencentcloud::endpoint::Service;
use crate::framework::{Error, Kind};
use crate::http::{self, RateLimiter, Response, RetrySafety, Verdict};
use crate::secret::Secret;
use crate::signing::{self, Credentials, tc3};

/// This service.
pub const SERVICE: Service = Service {
    name: "sts",
    domain: "tencentcloudapi.com",
    path: "",
};

/// Credentials that were given for a time.
#[derive(Debug)]
pub struct Given {
    /// The credentials.
    pub credentials: Credentials,
    /// When they end.
    pub expires: DateTime<Utc>,
}

/// The body of `AssumeRole`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRole {
    /// The role.
    pub role_arn: String,
    /// Name of the session.
    pub role_session_name: String,
    /// How long, in seconds.
    pub duration_seconds: i64,
    /// A policy that narrows the role, in JSON, percent-encoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// An identifier agreed on with the role's owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Who assumes the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// The device of multi-factor authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// The code that it shows.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed_option")]
    pub token_code: Option<Secret>,
}

/// The body of `AssumeRoleWithSAML`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithSaml {
    /// The assertion.
    #[serde(rename = "SAMLAssertion", serialize_with = "exposed")]
    pub saml_assertion: Secret,
    /// The identity provider.
    pub principal_arn: String,
    /// The role.
    pub role_arn: String,
    /// Name of the session.
    pub role_session_name: String,
    /// How long, in seconds.
    pub duration_seconds: i64,
}

/// The body of `AssumeRoleWithWebIdentity`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithWebIdentity {
    /// The identity provider.
    pub provider_id: String,
    /// The token.
    #[serde(serialize_with = "exposed")]
    pub web_identity_token: Secret,
    /// The role.
    pub role_arn: String,
    /// Name of the session.
    pub role_session_name: String,
    /// How long, in seconds.
    pub duration_seconds: i64,
}

/// The body of `GetSessionToken`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetSessionToken {
    /// The device of multi-factor authentication.
    pub serial_number: String,
    /// The code that it shows.
    #[serde(serialize_with = "exposed")]
    pub token_code: Secret,
    /// How long, in seconds.
    pub duration_seconds: i64,
}

/// The service, as somebody calls it.
pub struct Sts<'a> {
    /// What calls are made with.
    pub(super) caller: Caller,
    /// Where the service is.
    pub url: &'a str,
    /// The region that calls name.
    pub region: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    response: ResponseBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResponseBody {
    credentials: Option<Issued>,
    expired_time: Option<i64>,
    account_id: Option<String>,
    error: Option<Refusal>,
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Issued {
    token: Secret,
    tmp_secret_id: String,
    tmp_secret_key: Secret,
}

/// Who signs a call.
enum Signer<'a> {
    /// These credentials.
    With(&'a Credentials),
    /// Nobody: a token in the body is proof.
    Token,
}

/// One call, as the loop sees it.
struct Exchange<'a> {
    signer: Signer<'a>,
    rate_limiter: &'a RateLimiter,
}

impl Sts<'_> {
    /// Credentials that `action` gives.
    ///
    /// # Errors
    ///
    /// Whatever it is, nothing was done to a key, and nothing is known of one: no kind of error says so.
    pub async fn give(
        &self,
        action: &'static str,
        body: &impl Serialize,
        by: Option<&Credentials>,
    ) -> Result<Given, Error> {
        let response = self.call(action, body, by).await?;
        let given = response.credentials.zip(response.expired_time.and_then(time));
        let (issued, expires) = given.ok_or_else(|| lacking(action, "credentials and when they expire"))?;
        let credentials = Credentials {
            access_key_id: issued.tmp_secret_id,
            secret_access_key: issued.tmp_secret_key,
            session_token: Some(issued.token),
        };
        Ok(Given { credentials, expires })
    }

    /// The account that somebody belongs to.
    ///
    /// # Errors
    ///
    /// As with [`Sts::give`].
    pub async fn account_id(&self, of: &Credentials) -> Result<String, Error> {
        let action = "GetCallerIdentity";
        let response = self.call(action, &serde_json::json!({}), Some(of)).await?;
        response.account_id.ok_or_else(|| lacking(action, "an account"))
    }

    async fn call(
        &self,
        action: &'static str,
        body: &impl Serialize,
        by: Option<&Credentials>,
    ) -> Result<ResponseBody, Error> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.url)
            .header(CONTENT_TYPE, "application/json")
            .header("X-TC-Action", action)
            .header("X-TC-Version", "2018-08-13")
            .header("X-TC-Region", self.region)
            .header("X-TC-Language", "en-US");
        let body = calls::json_body(action, body)?;
        let exchange = Exchange {
            signer: by.map_or(Signer::Token, Signer::With),
            rate_limiter: self.caller.rate_limiter(),
        };
        let answer = self
            .caller
            .exchange(&exchange, action, request, body, RetrySafety::Idempotent)
            .await;
        let answer = answer.map_err(credential_error)?;
        let Envelope { response } = calls::parse(action, &answer).map_err(credential_error)?;
        match response.error {
            None => Ok(response),
            Some(refusal) => Err(credential_error(Error {
                request_id: response.request_id,
                ..refusal.into_error(action)
            })),
        }
    }
}

impl http::Service for Exchange<'_> {
    fn authorize(&self, request: &mut Request<Bytes>, at: DateTime<Utc>) -> Result<(), signing::Error> {
        match self.signer {
            Signer::With(credentials) => tc3::sign(request, credentials, SERVICE.name, at),
            Signer::Token => {
                let headers = request.headers_mut();
                headers.insert(AUTHORIZATION, HeaderValue::from_static("SKIP"));
                headers.insert("X-TC-Timestamp", HeaderValue::from(at.timestamp()));
                Ok(())
            }
        }
    }

    fn classify(&self, answer: &Response) -> Verdict {
        let refusal = serde_json::from_slice::<Envelope>(&answer.body);
        match refusal.ok().and_then(|envelope| envelope.response.error) {
            Some(refusal) => refusal.verdict(),
            None => crate::clouds::tencentcloud::apigateway::errors::verdict_of_status(answer),
        }
    }

    fn rate_limiter(&self) -> &RateLimiter {
        self.rate_limiter
    }
}

/// The rate limiter of these calls. Source: 600 calls a second and action, on the pages of the service; nobody comes near.
pub fn rate_limiter() -> Arc<RateLimiter> {
    Arc::default()
}

/// A failure on the way to credentials says something of us, and nothing of a key: neither that it is gone, nor that something may
/// have been done to it.
pub(super) fn credential_error(error: Error) -> Error {
    let kind = match error.kind {
        Kind::Denied | Kind::Stopped | Kind::Throttled | Kind::TimedOut => error.kind,
        Kind::Uncertain | Kind::Unreachable | Kind::Server => Kind::Unreachable,
        _ => Kind::Unauthenticated,
    };
    let advice = "No other credentials were tried. Check the roles in the provider block and the environment.";
    Error { kind, ..error }.advise(advice)
}

pub(super) fn lacking(operation: &'static str, what: &str) -> Error {
    credential_error(Error::new(
        operation,
        Kind::Unauthenticated,
        format!("the response lacks {what}"),
    ))
}

pub(super) fn time(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

fn exposed_option<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => exposed(secret, serializer),
        None => serializer.serialize_none(),
    }
}
