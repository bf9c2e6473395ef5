//! The API of 2017: form-encoded requests, JSON responses, signed with signature v1.
//!
//! Source: the vendor's documentation of API Gateway before API 3.0, of 2017 and as revised in 2020. The vendor marks it as hidden and no
//! longer maintained.

mod errors;
mod model;

use ::http::request::Builder;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Method, Request};

use self::errors::Outcome;
pub(super) use self::errors::{FAILED, INVALID_PARAMETER};
pub(super) use self::model::{RequestBody, ResponseBody};
use super::errors::SHUTDOWN;
use super::target::Target;
use crate::clouds::shared::calls;
use crate::clouds::tencentcloud::endpoint::Service;
use crate::framework::{Error, Kind};
use crate::http::{Response, Verdict};
use crate::signing::v1::{self, Hash, Parameters};
use crate::signing::{self, Credentials};

/// API Gateway as the API of 2017 serves it.
pub const SERVICE: Service = Service {
    name: "apigateway",
    domain: "api.qcloud.com",
    path: "v2/index.php",
};

/// What the caller of this version can choose.
pub struct V2017Options {
    /// HTTP method: GET or POST.
    pub method: Method,
    /// Hash function of signatures.
    pub hash: Hash,
}

impl V2017Options {
    pub(super) fn request(&self, target: &Target<'_>, body: &impl RequestBody) -> (Builder, Bytes) {
        let mut parameters = Parameters::default();
        parameters.insert("Action", target.action);
        parameters.insert("Region", target.region);
        body.add_to(&mut parameters, target.action);
        let encoded = parameters.encoded();
        let request = Request::builder().method(&self.method);
        if self.method == Method::GET {
            return (request.uri(format!("{}?{}", target.url, *encoded)), Bytes::new());
        }
        let request = request
            .uri(target.url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        (request, Bytes::from_owner(encoded))
    }

    pub(super) fn sign(
        &self,
        request: &mut Request<Bytes>,
        credentials: &Credentials,
        random_fraction: fn() -> f64,
        at: DateTime<Utc>,
    ) -> Result<(), signing::Error> {
        v1::sign(request, credentials, self.hash, nonce(random_fraction), at)
    }
}

/// Whether to retry, by the error code in the body, as in API 3.0.
pub(super) fn verdict(answer: &Response) -> Verdict {
    match serde_json::from_slice::<Outcome>(&answer.body) {
        Ok(outcome) => outcome.verdict(),
        Err(_) => crate::clouds::tencentcloud::apigateway::errors::verdict_of_status(answer),
    }
}

/// Parses a response. Without a response, or with one that is not of this API, the error says that the API may have been shut down.
pub(super) fn parse<T: ResponseBody>(
    action: &'static str,
    answer: Result<Response, Error>,
) -> Result<Option<T>, Error> {
    let parsed = answer.and_then(|answer| {
        calls::parse::<Outcome>(action, &answer)?.success(action)?;
        calls::parse::<T::Words>(action, &answer).map(T::from_words)
    });
    parsed.map_err(|error| match error.kind {
        // The advice on this error is about what the call may have done.
        Kind::Malformed => Error {
            message: format!("{}. {RETIREMENT}. {SHUTDOWN}", error.message),
            ..error
        },
        Kind::NotServed | Kind::Unreachable => {
            let advice = format!("{} {RETIREMENT}. {SHUTDOWN}.", error.remedy().unwrap_or_default());
            error.advise(advice)
        }
        _ => error,
    })
}

/// Source: the vendor's general notice on API 2.0. Whether the host still answers is unknown.
const RETIREMENT: &str = "The vendor planned to shut down its API of 2017 from 2023-01-01, so it may no longer answer. To use API 3.0, \
                          remove `api_version` from the provider block";

/// A random positive number of 52 bits, so that no two requests are likely to share it.
fn nonce(random_fraction: fn() -> f64) -> u64 {
    const HALF: u64 = 1 << 26;
    let half = || (random_fraction() * (HALF - 1) as f64) as u64;
    half() * HALF + half() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_positive_and_uses_all_random_bits() {
        assert_eq!(nonce(|| 0.0), 1);
        assert_eq!(nonce(|| 0.5), (1 << 51) - (1 << 26) + (1 << 25));
        assert_eq!(nonce(|| 1.0), 1 << 52);
    }
}
