//! The two versions of the vendor's API. They have the same actions and differ in encoding, signature and error codes.

use ::http::request::Builder;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use serde::{Deserialize, Serialize};

use super::target::Target;
use super::{v2017, v2018};
use crate::clouds::tencentcloud::endpoint::Service;
use crate::framework::Error;
use crate::http::{Response, Verdict};
use crate::signing::{self, Credentials};

/// A version of the API.
pub enum Version {
    /// API 3.0, version `2018-08-08`.
    V2018,
    /// The API of 2017, which preceded it.
    V2017(v2017::V2017Options),
}

/// The body of a request: serialized for API 3.0, added to the parameters for the API of 2017.
pub(super) trait RequestBody: Serialize + v2017::RequestBody {}

impl<T: Serialize + v2017::RequestBody> RequestBody for T {}

/// The body of a response: deserialized for API 3.0, converted from its own JSON for the API of 2017.
pub(super) trait ResponseBody: for<'de> Deserialize<'de> + v2017::ResponseBody {}

impl<T: for<'de> Deserialize<'de> + v2017::ResponseBody> ResponseBody for T {}

impl Version {
    /// The service, as this version names and serves it.
    pub fn service(&self) -> Service {
        match self {
            Self::V2018 => v2018::SERVICE,
            Self::V2017(_) => v2017::SERVICE,
        }
    }

    /// Builds the unsigned request of a call, and its body.
    pub(super) fn request(&self, target: &Target<'_>, body: &impl RequestBody) -> Result<(Builder, Bytes), Error> {
        match self {
            Self::V2018 => v2018::request(target, body),
            Self::V2017(options) => Ok(options.request(target, body)),
        }
    }

    /// Signs a request.
    pub(super) fn sign(
        &self,
        request: &mut Request<Bytes>,
        credentials: &Credentials,
        random_fraction: fn() -> f64,
        at: DateTime<Utc>,
    ) -> Result<(), signing::Error> {
        match self {
            Self::V2018 => v2018::sign(request, credentials, at),
            Self::V2017(options) => options.sign(request, credentials, random_fraction, at),
        }
    }

    /// Whether a call is to be retried after this response.
    pub(super) fn verdict(&self, answer: &Response) -> Verdict {
        match self {
            Self::V2018 => v2018::verdict(answer),
            Self::V2017(_) => v2017::verdict(answer),
        }
    }

    /// Parses a response: its body, and the vendor's request id.
    pub(super) fn parse<T: ResponseBody>(
        &self,
        action: &'static str,
        answer: Result<Response, Error>,
    ) -> Result<(Option<T>, Option<String>), Error> {
        match self {
            Self::V2018 => v2018::parse(action, &answer?),
            Self::V2017(_) => v2017::parse(action, answer).map(|body| (body, None)),
        }
    }
}
