//! Errors of the API of 2017.
//!
//! Source: the pages "Error Codes" of the vendor's documentation of API Gateway, and of other products of that time for codes that are
//! missing there.

use serde::Deserialize;

use super::model::number;
use crate::framework::{Error, Kind};
use crate::http::Verdict;

/// The code for everything that fails on a key. Only the message says why.
pub(in super::super) const FAILED: &str = "5100";

/// The code for every invalid parameter.
pub(in super::super) const INVALID_PARAMETER: &str = "4000";

/// The result that every response carries.
#[derive(Deserialize)]
#[serde(try_from = "Words")]
pub(super) struct Outcome(Words);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    #[serde(deserialize_with = "code")]
    code: i64,
    /// Message of the product.
    #[serde(default)]
    message: String,
    /// Name of the code.
    #[serde(default)]
    code_desc: String,
}

impl TryFrom<Words> for Outcome {
    type Error = &'static str;

    /// Rejects HTTP statuses, which come from a proxy: the vendor's codes have four digits, and a name.
    fn try_from(words: Words) -> Result<Self, Self::Error> {
        match words.code {
            100..=599 if words.code_desc.is_empty() => Err("not the vendor's code"),
            _ => Ok(Self(words)),
        }
    }
}

impl Outcome {
    /// Whether the call is to be retried.
    pub(super) fn verdict(&self) -> Verdict {
        match self.0.code {
            4105 => Verdict::Expired,
            4200 | 4500 => Verdict::ClockSkew,
            4400 => Verdict::Throttled {
                after: None,
                certain: true,
            },
            _ if self.kind() == Kind::Server => Verdict::Transient { after: None },
            _ => Verdict::Done,
        }
    }

    /// Converts an error result into an error of this action.
    pub(super) fn success(self, action: &'static str) -> Result<(), Error> {
        let kind = match self.0.code {
            0 => return Ok(()),
            _ => self.kind(),
        };
        let code = self.0.code.to_string();
        let advice = match (code.as_str(), action) {
            (FAILED, "DeleteApiKey") => {
                Some("A key that is bound to a usage plan cannot be deleted. If this key is bound, unbind it first.")
            }
            ("4600", _) => Some("Set `protocol` (TENCENTCLOUD_PROTOCOL) to HTTPS."),
            _ => None,
        };
        let message = [self.0.message, self.0.code_desc];
        let message = message.into_iter().find(|text| !text.is_empty());
        Err(Error {
            code: Some(code),
            advice: advice.map(str::to_owned),
            ..Error::new(action, kind, message.unwrap_or_default())
        })
    }

    fn kind(&self) -> Kind {
        match self.0.code {
            4101..=4103 | 4110 | 4300 => Kind::Denied,
            4100..=4199 | 4200 | 4500 => Kind::Unauthenticated,
            4400 => Kind::Throttled,
            4600 => Kind::NotConfigured,
            5000 => Kind::NotFound,
            6100 => Kind::NotServed,
            // Partly done, or an internal error of the service.
            5400 | 6000..=6999 => Kind::Server,
            _ => Kind::Invalid,
        }
    }
}

fn code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    number(deserializer)?.ok_or_else(|| serde::de::Error::custom("no number"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

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
            (4000, Kind::Invalid, done),
            (4100, Kind::Unauthenticated, done),
            (4101, Kind::Denied, done),
            (4102, Kind::Denied, done),
            (4103, Kind::Denied, done),
            (4104, Kind::Unauthenticated, done),
            (4105, Kind::Unauthenticated, Verdict::Expired),
            (4106, Kind::Unauthenticated, done),
            (4110, Kind::Denied, done),
            (4200, Kind::Unauthenticated, Verdict::ClockSkew),
            (4300, Kind::Denied, done),
            (4400, Kind::Throttled, throttled),
            (4500, Kind::Unauthenticated, Verdict::ClockSkew),
            (4600, Kind::NotConfigured, done),
            (5000, Kind::NotFound, done),
            (5100, Kind::Invalid, done),
            (5200, Kind::Invalid, done),
            (5300, Kind::Invalid, done),
            (5400, Kind::Server, transient),
            (5500, Kind::Invalid, done),
            (6000, Kind::Server, transient),
            (6100, Kind::NotServed, done),
            (6200, Kind::Server, transient),
            (6999, Kind::Server, transient),
            (1, Kind::Invalid, done),
        ];
        for (code, kind, verdict) in rows {
            for text in [format!(r#"{{"code":{code}}}"#), format!(r#"{{"code":"{code}"}}"#)] {
                let outcome: Outcome = serde_json::from_str(&text).unwrap();
                assert_eq!(outcome.verdict(), verdict, "{text}");
                let error = outcome.success("DescribeApiKey").unwrap_err();
                assert_eq!((error.kind, error.code), (kind, Some(code.to_string())), "{text}");
            }
        }
    }

    #[test]
    fn only_the_code_decides_about_success() {
        for text in [
            r#"{"code":0}"#,
            r#"{"code":"0","message":"","codeDesc":"Success"}"#,
            r#"{"code":0,"codeDesc":"odd"}"#,
        ] {
            let outcome: Outcome = serde_json::from_str(text).unwrap();
            assert_eq!(outcome.verdict(), Verdict::Done, "{text}");
            outcome.success("DescribeApiKey").unwrap();
        }
        for text in [
            "{}",
            r#"{"code":null}"#,
            r#"{"code":"Success"}"#,
            r#"{"code":429,"message":"too many requests"}"#,
            r#"{"code":"403"}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Outcome>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_error_has_the_products_message_or_else_the_name_of_the_code() {
        let rows = [
            (
                r#"{"code":5100,"message":"(100004) no","codeDesc":"Failed"}"#,
                "(100004) no",
            ),
            (r#"{"code":5100,"message":"","codeDesc":"Failed"}"#, "Failed"),
            (r#"{"code":5100}"#, ""),
        ];
        for (text, expected) in rows {
            let outcome: Outcome = serde_json::from_str(text).unwrap();
            assert_eq!(outcome.success("UpdateApiKey").unwrap_err().message, expected);
        }
    }
}
