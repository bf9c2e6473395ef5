use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use chrono::{DateTime, Utc};
use sandbox::credentials::{AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY};
use sandbox::{Cloud, Sandbox};
use serde_json::Value;

use crate::client::{Answer, Request, authority, send};

/// A caller of AWS: who signs, for where, when.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    url: String,
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) at: DateTime<Utc>,
}

impl Caller {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        Self {
            url: sandbox.url(Cloud::Aws),
            access_key: AWS_ACCESS_KEY_ID.to_owned(),
            secret: AWS_SECRET_ACCESS_KEY.to_owned(),
            token: None,
            region: "us-east-1".to_owned(),
            service: "apigateway".to_owned(),
            at: Utc::now(),
        }
    }

    /// The caller with something about it changed.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    pub(crate) fn call(&self, method: &str, target: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::new(method, target)
            .header("accept", "application/json")
            .body(body);
        self.send(&self.signed(request))
    }

    pub(crate) fn send(&self, request: &Request) -> Answer {
        send(&self.url, request).unwrap()
    }

    /// The request with a signature over `host` and all headers it has.
    pub(crate) fn signed(&self, request: Request) -> Request {
        let request = request.header("host", authority(&self.url));
        let identity = Credentials::new(&self.access_key, &self.secret, self.token.clone(), None, "test").into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(SystemTime::from(self.at))
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let url = format!("{}{}", self.url, request.target);
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let body = SignableBody::Bytes(request.body.as_bytes());
        let signable = SignableRequest::new(&request.method, url, headers, body).unwrap();
        let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
        instructions
            .headers()
            .fold(request.clone(), |request, (name, value)| request.header(name, value))
    }
}

/// The error code and the message of a refusal.
pub(crate) fn refusal(answer: &Answer) -> (u16, String, String) {
    let code = answer.header("x-amzn-errortype").unwrap_or_default().to_owned();
    let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
    (answer.status, code, message)
}
