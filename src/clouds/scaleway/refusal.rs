//! What the service says when it refuses.
//!
//! Source: the error types of the vendor's SDKs, and recorded answers.

use http::StatusCode;
use serde::Deserialize;

use crate::clouds::calls;
use crate::http::{Answer, Verdict};
use crate::lifecycle::{Error, Kind};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    r#type: String,
    message: String,
    details: Vec<Detail>,
    resource: String,
    reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    argument_name: String,
    reason: String,
    help_message: String,
    action: String,
    resource: String,
    quota: Option<serde_json::Number>,
}

/// Whether a call answered so may be sent again. A throttle is a bare 429 from the gateway in front: no body, no time to wait.
pub fn verdict(answer: &Answer) -> Verdict {
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => Verdict::Throttled { after: None },
        StatusCode::NOT_IMPLEMENTED => Verdict::Done,
        StatusCode::UNAUTHORIZED if refusal(answer).reason == "expired" => Verdict::Expired,
        status if status.is_server_error() => Verdict::Transient { after: None },
        _ => Verdict::Done,
    }
}

/// The refusal in an answer: by the type in its body, else by its status.
pub fn error(operation: &'static str, answer: &Answer) -> Error {
    let refusal = refusal(answer);
    let kind = match (refusal.r#type.as_str(), answer.status.as_u16()) {
        ("not_found", 404) if refusal.resource == "access_key" => Kind::NotFound,
        // What is not there is a project, an application, or this API at this URL. It says nothing of the key.
        ("not_found", _) => Kind::NotServed,
        ("permissions_denied", _) => Kind::Denied,
        ("denied_authentication", _) => Kind::Unauthenticated,
        ("quotas_exceeded", _) => Kind::Limit,
        ("transient_state" | "resource_expired" | "locked", _) => Kind::Conflict,
        ("invalid_arguments" | "precondition_failed", _) => Kind::Invalid,
        (_, 401) => Kind::Unauthenticated,
        (_, 403) => Kind::Denied,
        (_, 429) => Kind::Throttled,
        (_, 500..) => Kind::Server,
        ("", _) => return calls::unreadable(operation, answer),
        _ => Kind::Invalid,
    };
    let message = match refusal.words() {
        words if words.is_empty() => format!("status {}", answer.status.as_u16()),
        words => words,
    };
    Error {
        code: Some(refusal.r#type).filter(|code| !code.is_empty()),
        request_id: calls::header(answer, "x-request-id").map(str::to_owned),
        ..Error::new(operation, kind, message)
    }
}

fn refusal(answer: &Answer) -> Refusal {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

impl Refusal {
    /// What the refusal is about: the message says little without its details.
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
    use crate::clouds::calls::tests::answer;

    #[test]
    fn each_refusal_has_its_meaning_and_its_words() {
        #[rustfmt::skip]
        let rows = [
            (404, r#"{"type":"not_found","message":"resource is not found","resource":"access_key","resource_id":"SCW"}"#,
             Kind::NotFound, "not_found: resource is not found"),
            (404, r#"{"type":"not_found","message":"resource is not found","resource":"project"}"#,
             Kind::NotServed, "not_found: resource is not found"),
            (404, r#"{"type":"not_found","message":"no route"}"#, Kind::NotServed, "not_found: no route"),
            (404, "<html>", Kind::Malformed, "the answer cannot be read: status 404, content type not given, 6 bytes"),
            (403, r#"{"type":"permissions_denied","message":"insufficient permissions",
                      "details":[{"action":"read","resource":"api_key"}]}"#,
             Kind::Denied, "permissions_denied: insufficient permissions; missing permission: read api_key"),
            (403, "", Kind::Denied, "status 403"),
            (401, r#"{"type":"denied_authentication","message":"authentication is denied","reason":"expired"}"#,
             Kind::Unauthenticated, "denied_authentication: authentication is denied; reason: expired"),
            (400, r#"{"type":"invalid_arguments","message":"invalid argument(s)",
                      "details":[{"argument_name":"expires_at","reason":"constraint","help_message":"must be set"}]}"#,
             Kind::Invalid, "invalid_arguments: invalid argument(s); expires_at: constraint must be set"),
            (403, r#"{"type":"quotas_exceeded","message":"quota exceeded",
                      "details":[{"resource":"iam_api_keys","quota":100,"current":100}]}"#,
             Kind::Limit, "quotas_exceeded: quota exceeded; quota of iam_api_keys: 100"),
            (409, r#"{"type":"transient_state","message":"busy"}"#, Kind::Conflict, "transient_state: busy"),
            (429, "", Kind::Throttled, "status 429"),
            (503, "<html>", Kind::Server, "status 503"),
        ];
        for (status, body, kind, words) in rows {
            let error = error("GetAPIKey", &answer(status, &[], body));
            assert_eq!(error.kind, kind, "{status} {body}");
            assert_eq!(error.to_string(), format!("GetAPIKey: {words}"));
        }
    }

    #[test]
    fn only_a_throttle_a_failing_server_and_an_ended_key_are_called_again() {
        let throttled = Verdict::Throttled { after: None };
        let transient = Verdict::Transient { after: None };
        let rows = [
            (200, "", Verdict::Done),
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
            (403, "", Verdict::Done),
            (404, "", Verdict::Done),
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
