//! Errors of the service.
//!
//! Source: the error types of the vendor's SDKs, and recorded responses.

use http::StatusCode;
use serde::{Deserialize, Deserializer};

use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::{Response, Verdict};

/// The vendor's error format: a JSON object with a `type`. The other fields depend on the type.
#[derive(Deserialize)]
struct Refusal {
    r#type: String,
    #[serde(default, deserialize_with = "null_is_default")]
    message: String,
    #[serde(default, deserialize_with = "null_is_default")]
    details: Vec<Detail>,
    #[serde(default, deserialize_with = "null_is_default")]
    resource: String,
    #[serde(default, deserialize_with = "null_is_default")]
    reason: String,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default, deserialize_with = "null_is_default")]
    argument_name: String,
    #[serde(default, deserialize_with = "null_is_default")]
    reason: String,
    #[serde(default, deserialize_with = "null_is_default")]
    help_message: String,
    #[serde(default, deserialize_with = "null_is_default")]
    action: String,
    #[serde(default, deserialize_with = "null_is_default")]
    resource: String,
    quota: Option<serde_json::Number>,
}

/// The header of the vendor's gateway for a request that it did not forward. Source: recorded responses.
const RATE_LIMITED: &str = "x-envoy-ratelimited";

/// Whether a call may be retried. A throttle is a 429 of the gateway without a body or a time to wait. It cannot be distinguished from that of
/// a proxy, and proves nothing.
pub fn verdict(answer: &Response) -> Verdict {
    let is_expired = |refusal: &Refusal| refusal.r#type == "denied_authentication" && refusal.reason == "expired";
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => Verdict::Throttled {
            after: None,
            certain: refusal(answer).is_some(),
        },
        StatusCode::NOT_IMPLEMENTED => Verdict::Done,
        StatusCode::UNAUTHORIZED if refusal(answer).as_ref().is_some_and(is_expired) => Verdict::Expired,
        status if status.is_server_error() => Verdict::Transient { after: None },
        _ => calls::verdict_of_success(answer),
    }
}

/// The error in a response, by the type in its body. It has a code only if the response has the vendor's error format: otherwise it can come
/// from a proxy, and proves nothing. `resource` is what errors call the kind of object that the call is about.
pub fn error(operation: &'static str, resource: &str, answer: &Response) -> Error {
    let request_id = calls::header(answer, "x-request-id").map(str::to_owned);
    let Some(refusal) = refusal(answer) else {
        if answer.status == StatusCode::TOO_MANY_REQUESTS && calls::header(answer, RATE_LIMITED).is_some() {
            return Error {
                code: Some(RATE_LIMITED.to_owned()),
                request_id,
                ..Error::new(
                    operation,
                    Kind::Throttled,
                    "the limit of the vendor's gateway is reached",
                )
            };
        }
        return Error {
            request_id,
            ..calls::unreadable(operation, answer)
        };
    };
    let kind = match (refusal.r#type.as_str(), answer.status.as_u16()) {
        ("not_found", 404) if refusal.resource == resource => Kind::NotFound,
        // Something else that the request names, such as the application of a key, or the API itself does not exist.
        ("not_found", _) => Kind::NotServed,
        ("permissions_denied", _) => Kind::Denied,
        ("denied_authentication", _) => Kind::Unauthenticated,
        ("quotas_exceeded", _) => Kind::Limit,
        ("transient_state" | "resource_expired" | "locked", _) => Kind::Conflict,
        ("invalid_arguments" | "precondition_failed", _) => Kind::Invalid,
        (_, 401) => Kind::Unauthenticated,
        (_, 403) => Kind::Denied,
        (_, 409) => Kind::Conflict,
        (_, 429) => Kind::Throttled,
        (_, 500..) => Kind::Server,
        _ => Kind::Invalid,
    };
    let message = refusal.words();
    Error {
        code: Some(refusal.r#type),
        request_id,
        ..Error::new(operation, kind, message)
    }
}

/// The vendor's types are words; others are URLs, as in RFC 9457.
fn refusal(answer: &Response) -> Option<Refusal> {
    let refusal: Refusal = serde_json::from_slice(&answer.body).ok()?;
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_word(&refusal.r#type).then_some(refusal)
}

fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Refusal {
    /// The details, without which the message says little.
    fn words(&self) -> String {
        let message = Some(self.message.clone()).filter(|message| !message.is_empty());
        let details = self.details.iter().filter_map(Detail::words);
        let reason = Some(&self.reason).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| format!("reason: {reason}"));
        message
            .into_iter()
            .chain(details)
            .chain(reason)
            .collect::<Vec<_>>()
            .join("; ")
    }
}

impl Detail {
    fn words(&self) -> Option<String> {
        let words = match (self.argument_name.as_str(), self.action.as_str(), &self.quota) {
            ("", "", None) => return None,
            ("", "", Some(quota)) => format!("quota of {}: {quota}", self.resource),
            ("", action, _) => format!("missing permission: {action} {}", self.resource),
            (argument, ..) => format!("{argument}: {} {}", self.reason, self.help_message),
        };
        Some(words.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::shared::calls::tests::answer;

    #[test]
    fn a_throttle_of_the_vendors_gateway_is_told_from_one_of_somebody_in_between() {
        let rows = [
            ("x-envoy-ratelimited", "true", Some(RATE_LIMITED)),
            ("via", "1.1 proxy", None),
        ];
        for (name, value, code) in rows {
            let error = error("CreateAPIKey", "access_key", &answer(429, &[(name, value)], ""));
            assert_eq!((error.kind, error.code.as_deref()), (Kind::Throttled, code), "{name}");
        }
    }

    #[test]
    fn each_refusal_has_its_meaning_and_its_words() {
        #[rustfmt::skip]
        let rows = [
            (404, r#"{"type":"not_found","message":"resource is not found","resource":"access_key","resource_id":"SCW"}"#,
             Kind::NotFound, "not_found: resource is not found"),
            (404, r#"{"type":"not_found","message":"resource is not found","resource":"project"}"#,
             Kind::NotServed, "not_found: resource is not found"),
            (404, r#"{"type":"not_found","message":"no route"}"#, Kind::NotServed, "not_found: no route"),
            (404, "<html>", Kind::Malformed,
             "the response cannot be read: status 404, content type not given, 6 bytes, not JSON: \"<html>\""),
            (403, r#"{"type":"permissions_denied","message":"insufficient permissions",
                      "details":[{"action":"read","resource":"api_key"}]}"#,
             Kind::Denied, "permissions_denied: insufficient permissions; missing permission: read api_key"),
            (409, r#"{"type":"something_new","message":"taken"}"#, Kind::Conflict, "something_new: taken"),
            (403, r#"{"type":"permissions_denied","message":null,"details":null}"#, Kind::Denied, "permissions_denied"),
            (418, r#"{"type":"something_new","message":"no"}"#, Kind::Invalid, "something_new: no"),
            (403, "", Kind::Malformed, "the response cannot be read: status 403, content type not given, 0 bytes"),
            (401, r#"{"type":"denied_authentication","message":"authentication is denied","reason":"expired"}"#,
             Kind::Unauthenticated, "denied_authentication: authentication is denied; reason: expired"),
            (400, r#"{"type":"invalid_arguments","message":"invalid argument(s)",
                      "details":[{"argument_name":"expires_at","reason":"constraint","help_message":"must be set"}]}"#,
             Kind::Invalid, "invalid_arguments: invalid argument(s); expires_at: constraint must be set"),
            (403, r#"{"type":"quotas_exceeded","message":"quota exceeded",
                      "details":[{"resource":"iam_api_keys","quota":100,"current":100}]}"#,
             Kind::Limit, "quotas_exceeded: quota exceeded; quota of iam_api_keys: 100"),
            (409, r#"{"type":"transient_state","message":"busy"}"#, Kind::Conflict, "transient_state: busy"),
            (429, "", Kind::Throttled, "the response cannot be read: status 429, content type not given, 0 bytes"),
            (503, "<html>", Kind::Server,
             "the response cannot be read: status 503, content type not given, 6 bytes, not JSON: \"<html>\""),
        ];
        for (status, body, kind, words) in rows {
            let error = error("GetAPIKey", "access_key", &answer(status, &[], body));
            assert_eq!(error.kind, kind, "{status} {body}");
            assert_eq!(error.to_string(), format!("GetAPIKey: {words}"));
        }
    }

    #[test]
    fn only_what_was_asked_for_can_turn_out_not_to_exist() {
        let answer = |resource: &str| {
            let body = format!(r#"{{"type":"not_found","message":"resource is not found","resource":"{resource}"}}"#);
            answer(404, &[], &body)
        };
        for resource in ["access_key", "application", "user"] {
            let kinds = ["access_key", "application", "user"].map(|other| error("Get", resource, &answer(other)).kind);
            let found = kinds.iter().filter(|kind| **kind == Kind::NotFound).count();
            assert_eq!(found, 1, "{resource}: {kinds:?}");
            assert_eq!(error("Get", resource, &answer(resource)).kind, Kind::NotFound);
        }
    }

    #[test]
    fn an_error_has_a_code_where_the_vendor_gave_its_type_and_only_there() {
        let rows = [
            (r#"{"type":"not_found"}"#, Some("not_found")),
            (
                r#"{"type":"something_new","message":null,"details":[{"action":null}]}"#,
                Some("something_new"),
            ),
            (
                r#"{"type":"about:blank","title":"Too Many Requests","status":429}"#,
                None,
            ),
            (r#"{"type":"https://example.com/probs/limit"}"#, None),
            (r#"{"type":""}"#, None),
            (r#"{"type":429}"#, None),
            (r#"{"type":null}"#, None),
            (r#"{"message":"too many requests","code":"too_many_requests"}"#, None),
            (r#"[{"type":"not_found"}]"#, None),
            ("<html>not_found</html>", None),
            ("", None),
        ];
        for (body, expected) in rows {
            for status in [302, 401, 403, 404, 429, 502] {
                let answer = answer(status, &[], body);
                assert_eq!(
                    error("CreateAPIKey", "access_key", &answer).code.as_deref(),
                    expected,
                    "{status} {body}"
                );
                let certain = expected.is_some();
                if status == 429 {
                    assert_eq!(verdict(&answer), Verdict::Throttled { after: None, certain }, "{body}");
                }
            }
        }
    }

    #[test]
    fn only_a_throttle_a_failing_server_an_unreadable_success_and_an_expired_key_are_called_again() {
        let throttled = Verdict::Throttled {
            after: None,
            certain: false,
        };
        let transient = Verdict::Transient { after: None };
        let rows = [
            (200, "{}", Verdict::Done),
            (200, "", transient),
            (200, "<html>", transient),
            (200, r#"{"access_key":"SCW"#, transient),
            (204, "", Verdict::Done),
            (400, "", Verdict::Done),
            (401, "", Verdict::Done),
            (
                401,
                r#"{"type":"denied_authentication","reason":"not_found"}"#,
                Verdict::Done,
            ),
            (
                401,
                r#"{"type":"denied_authentication","reason":"expired"}"#,
                Verdict::Expired,
            ),
            (401, r#"{"reason":"expired"}"#, Verdict::Done),
            (403, "", Verdict::Done),
            (403, "<html>", Verdict::Done),
            (404, "", Verdict::Done),
            (404, "<html>", Verdict::Done),
            (429, "", throttled),
            (500, "", transient),
            (501, "", Verdict::Done),
            (503, "", transient),
        ];
        for (status, body, expected) in rows {
            assert_eq!(verdict(&answer(status, &[], body)), expected, "{status} {body}");
        }
    }
}
