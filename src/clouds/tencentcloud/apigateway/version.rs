//! The versions of the vendor's API. What can be called is the same in both; how a call goes over the wire differs.

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
    /// The API before that, of 2017.
    V2017(v2017::V2017Options),
}

/// What a call asks: in the words of API 3.0 as it is serialized, in those of 2017 by its own trait.
pub(super) trait Asked: Serialize + v2017::Asked {}

impl<T: Serialize + v2017::Asked> Asked for T {}

/// What a call is answered with: in the words of API 3.0 as it is deserialized, in those of 2017 by its own trait.
pub(super) trait Told: for<'de> Deserialize<'de> + v2017::Told {}

impl<T: for<'de> Deserialize<'de> + v2017::Told> Told for T {}

impl Version {
    /// The service that speaks it.
    pub fn service(&self) -> Service {
        match self {
            Self::V2018 => v2018::SERVICE,
            Self::V2017(_) => v2017::SERVICE,
        }
    }

    /// The request of a call, unsigned, and its body.
    pub(super) fn request(&self, target: &Target<'_>, asked: &impl Asked) -> Result<(Builder, Bytes), Error> {
        match self {
            Self::V2018 => v2018::request(target, asked),
            Self::V2017(options) => Ok(options.request(target, asked)),
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

    /// What an answer means for the loop.
    pub(super) fn verdict(&self, answer: &Response) -> Verdict {
        match self {
            Self::V2018 => v2018::verdict(answer),
            Self::V2017(_) => v2017::verdict(answer),
        }
    }

    /// What an answer says, with the vendor's id of the request.
    pub(super) fn told<T: Told>(
        &self,
        action: &'static str,
        answer: Result<Response, Error>,
    ) -> Result<(Option<T>, Option<String>), Error> {
        match self {
            Self::V2018 => v2018::told(action, &answer?),
            Self::V2017(_) => v2017::told(action, answer).map(|told| (told, None)),
        }
    }
}
