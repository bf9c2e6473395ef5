//! API 3.0, version `2018-08-08`: JSON requests and responses, signed with TC3-HMAC-SHA256.

use ::http::request::Builder;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::model::Envelope;
use super::target::Target;
use crate::clouds::shared::calls;
use crate::clouds::tencentcloud::endpoint::Service;
use crate::framework::Error;
use crate::http::{Response, Verdict};
use crate::signing::{self, Credentials, tc3};

/// API Gateway as API 3.0 serves it.
pub const SERVICE: Service = Service {
    name: "apigateway",
    domain: "tencentcloudapi.com",
    path: "",
};

pub(super) fn request(target: &Target<'_>, body: &impl Serialize) -> Result<(Builder, Bytes), Error> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(target.url)
        .header(CONTENT_TYPE, "application/json")
        .header("X-TC-Action", target.action)
        .header("X-TC-Version", "2018-08-08")
        .header("X-TC-Region", target.region)
        .header("X-TC-Language", "en-US");
    Ok((request, calls::json_body(target.action, body)?))
}

pub(super) fn sign(
    request: &mut Request<Bytes>,
    credentials: &Credentials,
    at: DateTime<Utc>,
) -> Result<(), signing::Error> {
    tc3::sign(request, credentials, SERVICE.name, at)
}

/// Whether to retry, by the error code in the body. The status is 200 for every call that reached the service.
pub(super) fn verdict(answer: &Response) -> Verdict {
    let refusal = serde_json::from_slice::<Envelope<IgnoredAny>>(&answer.body);
    match refusal.ok().and_then(|envelope| envelope.response.error) {
        Some(refusal) => refusal.verdict(),
        None => crate::clouds::tencentcloud::apigateway::errors::verdict_of_status(answer),
    }
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(
    action: &'static str,
    answer: &Response,
) -> Result<(Option<T>, Option<String>), Error> {
    let Envelope { response } = calls::parse(action, answer)?;
    match response.error {
        None => Ok((response.result, response.request_id)),
        Some(refusal) => Err(Error {
            request_id: response.request_id,
            ..refusal.into_error(action)
        }),
    }
}
