//! Calls in the API of 2017: a form in, JSON out, signed with signature v1.
//!
//! Source: the vendor's documents of API Gateway before API 3.0, of 2017 and as revised in 2020, which say of themselves that they are
//! hidden and no longer kept up.

mod errors;
mod model;

use ::http::request::Builder;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{Method, Request};

use self::errors::Outcome;
pub(super) use self::errors::{FAILED, INVALID_PARAMETER};
pub(super) use self::model::{Asked, Told};
use super::errors::SHUTDOWN;
use super::target::Target;
use crate::clouds::shared::calls;
use crate::clouds::tencentcloud::endpoint::Service;
use crate::framework::{Error, Kind};
use crate::http::{Response, Verdict};
use crate::signing::v1::{self, Hash, Parameters};
use crate::signing::{self, Credentials};

/// API Gateway in this version.
pub const SERVICE: Service = Service {
    name: "apigateway",
    domain: "api.qcloud.com",
    path: "v2/index.php",
};

/// What this version leaves to the caller.
pub struct V2017Options {
    /// GET or POST.
    pub method: Method,
    /// The hash of signatures.
    pub hash: Hash,
}

impl V2017Options {
    pub(super) fn request(&self, target: &Target<'_>, asked: &impl Asked) -> (Builder, Bytes) {
        let mut parameters = Parameters::default();
        parameters.insert("Action", target.action);
        parameters.insert("Region", target.region);
        asked.put_into(&mut parameters, target.action);
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

/// By the code in the body, as in API 3.0.
pub(super) fn verdict(answer: &Response) -> Verdict {
    match serde_json::from_slice::<Outcome>(&answer.body) {
        Ok(outcome) => outcome.verdict(),
        Err(_) => crate::clouds::tencentcloud::apigateway::errors::verdict_of_status(answer),
    }
}

/// What an answer says. Where there is none, or none of this API, its end may be the reason, and the error says so.
pub(super) fn told<T: Told>(action: &'static str, answer: Result<Response, Error>) -> Result<Option<T>, Error> {
    let told = answer.and_then(|answer| {
        calls::parse::<Outcome>(action, &answer)?.success(action)?;
        calls::parse::<T::Words>(action, &answer).map(T::of)
    });
    told.map_err(|error| match error.kind {
        // It leaves in doubt what was done. The advice will be on that.
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

/// Source: the vendor's general notice on API 2.0. Whether the host still answers could not be found out.
const RETIREMENT: &str = "This is the vendor's API of 2017, whose end the vendor has announced: planned from 2023-01-01, it may answer \
                          no more. To use API 3.0, remove `api_version` from the provider block";

/// A number that no other request bears, as far as chance goes: positive, and of 52 bits.
fn nonce(random_fraction: fn() -> f64) -> u64 {
    const HALF: u64 = 1 << 26;
    let half = || (random_fraction() * (HALF - 1) as f64) as u64;
    half() * HALF + half() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_positive_and_uses_all_that_chance_gives() {
        assert_eq!(nonce(|| 0.0), 1);
        assert_eq!(nonce(|| 0.5), (1 << 51) - (1 << 26) + (1 << 25));
        assert_eq!(nonce(|| 1.0), 1 << 52);
    }
}
