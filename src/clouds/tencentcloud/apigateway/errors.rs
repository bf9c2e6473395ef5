//! Errors of API 3.0.
//!
//! Source: the error codes on the page of each action, and the common error codes of API 3.0.

use serde::{Deserialize, Deserializer};

use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::{Response, Verdict};

/// The `Error` of a response. Without a code it is not the vendor's, and does not parse.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Refusal {
    #[serde(deserialize_with = "code")]
    code: String,
    #[serde(default)]
    message: String,
}

/// Source: the vendor's notices since May 2024. Without a full stop, so that other sentences can follow.
pub(super) const SHUTDOWN: &str = "The vendor is also shutting API Gateway down: no new instances since 2024-07-01, and console and APIs \
                                   end in batches from 2026-10-30";

impl Refusal {
    /// Whether the call is to be retried.
    pub fn verdict(&self) -> Verdict {
        match (self.code.as_str(), self.family()) {
            ("LimitExceeded.RequestLimitExceeded", _) | (_, "RequestLimitExceeded") => Verdict::Throttled {
                after: None,
                certain: true,
            },
            (_, "InternalError" | "ResourceUnavailable" | "ServiceUnavailable") => Verdict::Transient { after: None },
            ("AuthFailure.SignatureExpire", _) => Verdict::ClockSkew,
            ("AuthFailure.TokenFailure", _) => Verdict::Expired,
            _ => Verdict::Done,
        }
    }

    /// Converts it into an error of this action.
    pub fn into_error(self, action: &'static str) -> Error {
        let kind = self.kind();
        let advice = match self.code.as_str() {
            "UnsupportedOperation.ResourceIsInUse" => Some("The key is bound to a usage plan. Unbind it first."),
            "UnsupportedOperation.UinNotInWhiteList" => {
                Some("Manual keys are only available to accounts that the vendor has allowlisted.")
            }
            _ => None,
        };
        let sunset = || {
            format!(
                "Check the region and the endpoint of the provider block. {SHUTDOWN}. Nothing was removed from the state."
            )
        };
        Error {
            code: Some(self.code),
            advice: match kind {
                Kind::NotServed => Some(sunset()),
                _ => advice.map(str::to_owned),
            },
            ..Error::new(action, kind, self.message)
        }
    }

    fn kind(&self) -> Kind {
        match (self.code.as_str(), self.family()) {
            ("ResourceNotFound.InvalidAccessKeyId" | "ResourceNotFound.InvalidUsagePlan", _) => Kind::NotFound,
            (
                "FailedOperation.AccessKeyExist"
                | "UnsupportedOperation.AlreadyBindUsagePlan"
                | "UnsupportedOperation.ResourceIsInUse"
                | "UnsupportedOperation.UnsupportedBindApiKey",
                _,
            ) => Kind::Conflict,
            ("LimitExceeded.RequestLimitExceeded", _) | (_, "RequestLimitExceeded") => Kind::Throttled,
            (_, "LimitExceeded") => Kind::Limit,
            ("AuthFailure.UnauthorizedOperation", _) | (_, "UnauthorizedOperation") => Kind::Denied,
            (_, "AuthFailure") => Kind::Unauthenticated,
            ("InvalidParameterValue.InvalidRegion", _)
            | (_, "ActionOffline" | "InvalidAction" | "NoSuchProduct" | "NoSuchVersion" | "UnsupportedRegion") => {
                Kind::NotServed
            }
            (_, "InternalError" | "ResourceUnavailable" | "ServiceUnavailable") => Kind::Server,
            _ => Kind::Invalid,
        }
    }

    /// The first of the one or two levels of the code.
    fn family(&self) -> &str {
        self.code.split('.').next().unwrap_or_default()
    }
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let code = String::deserialize(deserializer)?;
    let is_empty = || serde::de::Error::custom("no code");
    Some(code).filter(|code| !code.is_empty()).ok_or_else(is_empty)
}

/// The verdict on a response without a code of the service, which comes from a proxy or load balancer.
pub(in crate::clouds::tencentcloud) fn verdict_of_status(answer: &Response) -> Verdict {
    match answer.status.as_u16() {
        429 => Verdict::Throttled {
            after: None,
            certain: false,
        },
        500.. => Verdict::Transient { after: None },
        _ => calls::verdict_of_success(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_maps_to_a_kind_and_a_verdict() {
        let throttled = Verdict::Throttled {
            after: None,
            certain: true,
        };
        let transient = Verdict::Transient { after: None };
        let done = Verdict::Done;
        #[rustfmt::skip]
        let rows = [
            ("ResourceNotFound.InvalidAccessKeyId", Kind::NotFound, done),
            ("ResourceNotFound.InvalidUsagePlan", Kind::NotFound, done),
            ("ResourceNotFound", Kind::Invalid, done),
            ("FailedOperation.AccessKeyExist", Kind::Conflict, done),
            ("UnsupportedOperation.AlreadyBindUsagePlan", Kind::Conflict, done),
            ("UnsupportedOperation.ResourceIsInUse", Kind::Conflict, done),
            ("UnsupportedOperation.UnsupportedBindApiKey", Kind::Conflict, done),
            ("UnsupportedOperation.InvalidStatus", Kind::Invalid, done),
            ("RequestLimitExceeded", Kind::Throttled, throttled),
            ("RequestLimitExceeded.UinLimitExceeded", Kind::Throttled, throttled),
            ("RequestLimitExceeded.GlobalRegionUinLimitExceeded", Kind::Throttled, throttled),
            ("RequestLimitExceeded.IPLimitExceeded", Kind::Throttled, throttled),
            ("LimitExceeded.RequestLimitExceeded", Kind::Throttled, throttled),
            ("LimitExceeded.ApiKeyCountLimitExceeded", Kind::Limit, done),
            ("InternalError", Kind::Server, transient),
            ("InternalError.OssException", Kind::Server, transient),
            ("ServiceUnavailable", Kind::Server, transient),
            ("ResourceUnavailable", Kind::Server, transient),
            ("AuthFailure.SignatureFailure", Kind::Unauthenticated, done),
            ("AuthFailure.SignatureExpire", Kind::Unauthenticated, Verdict::ClockSkew),
            ("AuthFailure.SecretIdNotFound", Kind::Unauthenticated, done),
            ("AuthFailure.TokenFailure", Kind::Unauthenticated, Verdict::Expired),
            ("AuthFailure.UnauthorizedOperation", Kind::Denied, done),
            ("UnauthorizedOperation.UncertifiedUser", Kind::Denied, done),
            ("ActionOffline", Kind::NotServed, done),
            ("NoSuchProduct", Kind::NotServed, done),
            ("InvalidAction", Kind::NotServed, done),
            ("UnsupportedRegion", Kind::NotServed, done),
            ("InvalidParameterValue.InvalidRegion", Kind::NotServed, done),
            ("InvalidParameter.FormatError", Kind::Invalid, done),
            ("RequestLimitExceededByNobody", Kind::Invalid, done),
            ("", Kind::Invalid, done),
        ];
        for (code, kind, verdict) in rows {
            let refusal = Refusal {
                code: code.to_owned(),
                message: String::new(),
            };
            assert_eq!(refusal.verdict(), verdict, "{code}");
            assert_eq!(refusal.into_error("DescribeApiKey").kind, kind, "{code}");
        }
    }
}
