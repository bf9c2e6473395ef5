//! Errors of the service.
//!
//! Source: the errors of the service model, "Common Errors" of the API reference, and "Amazon API Gateway quotas".

use std::time::Duration;

use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::Value;

use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::{Response, Verdict};

/// Whether a call is done or to be retried.
pub fn verdict(answer: &Response) -> Verdict {
    Refusal::from_response(answer).map_or_else(|| calls::verdict_of_success(answer), |refusal| refusal.verdict())
}

/// An error response.
pub struct Refusal {
    status: StatusCode,
    /// The vendor's error code; `None` if the response does not have the format of the vendor's errors. Then it proves nothing: it can come
    /// from a proxy after the call was executed.
    code: Option<String>,
    message: String,
    after: Option<Duration>,
}

impl Refusal {
    /// The error in a response; `None` for a success.
    pub fn from_response(answer: &Response) -> Option<Self> {
        if answer.status.is_success() {
            return None;
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text = |names: &[&str]| names.iter().find_map(|name| body.get(name)?.as_str());
        let request_id = request_id(answer);
        // Any service may send a `code`. It is the vendor's if the response has the vendor's request id.
        let code = calls::header(answer, "x-amzn-errortype")
            .or_else(|| request_id.and_then(|_| text(&["code"])))
            .or_else(|| text(&["__type"]))
            .map(bare);
        let seconds = body.get("retryAfterSeconds").and_then(Value::as_u64);
        let in_header = calls::header(answer, RETRY_AFTER.as_str()).and_then(|seconds| seconds.parse().ok());
        Some(Self {
            status: answer.status,
            code: code.filter(|code| !code.is_empty()).map(str::to_owned),
            message: text(&["message", "Message", "errorMessage"])
                .unwrap_or_default()
                .to_owned(),
            after: in_header.or(seconds).map(Duration::from_secs),
        })
    }

    /// Whether the call may be retried.
    pub fn verdict(&self) -> Verdict {
        let after = self.after;
        let throttled = Verdict::Throttled { after, certain: true };
        match self.code.as_deref() {
            Some(code) if is_throttle(code) => throttled,
            Some("ExpiredToken" | "ExpiredTokenException") => Verdict::Expired,
            Some(code) if may_be_misdated(code) => Verdict::ClockSkew,
            // The same code means a throttle, with a time to wait, and an exhausted quota, without.
            Some("LimitExceededException") if after.is_some() => throttled,
            // The same object is being changed.
            Some("ConflictException") if self.message.to_ascii_lowercase().contains("try again later") => throttled,
            None if self.status == StatusCode::TOO_MANY_REQUESTS => Verdict::Throttled { after, certain: false },
            _ if self.status.is_server_error() => Verdict::Transient { after },
            _ => Verdict::Done,
        }
    }

    /// Converts it into an error of this call.
    pub fn into_error(self, operation: &'static str, answer: &Response) -> Error {
        let kind = match (self.code.as_deref(), self.status.as_u16()) {
            (Some("NotFoundException"), _) => Kind::NotFound,
            (Some("ConflictException"), _) => Kind::Conflict,
            (Some("LimitExceededException"), _) => Kind::Limit,
            (Some("AccessDeniedException"), _) => Kind::Denied,
            (Some(code), _) if is_throttle(code) => Kind::Throttled,
            (Some(code), _) if is_authentication(code) => Kind::Unauthenticated,
            (Some(_), 403) => Kind::Denied,
            (Some(_), 500..) => Kind::Server,
            (Some(_), _) => Kind::Invalid,
            (None, _) => return calls::unreadable(operation, answer),
        };
        Error {
            code: self.code,
            request_id: request_id(answer).map(str::to_owned),
            ..Error::new(operation, kind, self.message)
        }
    }
}

fn request_id(answer: &Response) -> Option<&str> {
    ["x-amzn-requestid", "x-amz-request-id"]
        .iter()
        .find_map(|name| calls::header(answer, name))
}

/// Both `Name:http://…` and `namespace#Name` occur.
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default()
}

fn is_throttle(code: &str) -> bool {
    matches!(
        code,
        "RequestLimitExceeded" | "Throttling" | "ThrottlingException" | "TooManyRequestsException"
    )
}

/// The codes for clock skew. Each has other causes, too. Source: the clock skew handling of the vendor's SDKs.
fn may_be_misdated(code: &str) -> bool {
    matches!(
        code,
        "AccessDeniedException"
            | "AuthFailure"
            | "InvalidSignatureException"
            | "RequestExpired"
            | "RequestTimeTooSkewed"
            | "SignatureDoesNotMatch"
    )
}

fn is_authentication(code: &str) -> bool {
    matches!(
        code,
        "AuthFailure"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "IncompleteSignature"
            | "IncompleteSignatureException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "RequestExpired"
            | "RequestTimeTooSkewed"
            | "SignatureDoesNotMatch"
            | "UnauthorizedException"
            | "UnrecognizedClientException"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clouds::shared::calls::tests::answer;

    const ONCE: Option<Duration> = None;
    const SOON: Option<Duration> = Some(Duration::from_secs(7));

    #[test]
    fn each_refusal_has_its_meaning_and_says_whether_to_come_again() {
        let throttled = |after| Verdict::Throttled { after, certain: true };
        let slower = Verdict::Throttled {
            after: ONCE,
            certain: false,
        };
        let transient = Verdict::Transient { after: ONCE };
        #[rustfmt::skip]
        let rows = [
            (404, "NotFoundException", "{}", Kind::NotFound, Verdict::Done),
            (404, "NotFoundException:http://internal.amazon.com/", "{}", Kind::NotFound, Verdict::Done),
            (404, "", r#"{"__type":"com.amazonaws#NotFoundException"}"#, Kind::NotFound, Verdict::Done),
            (404, "", r#"{"message":"no such page"}"#, Kind::Malformed, Verdict::Done),
            (400, "BadRequestException", r#"{"message":"m"}"#, Kind::Invalid, Verdict::Done),
            (409, "ConflictException", r#"{"message":"API Key already exists"}"#, Kind::Conflict, Verdict::Done),
            (409, "ConflictException", r#"{"message":"Please try again later."}"#, Kind::Conflict, throttled(ONCE)),
            (429, "LimitExceededException", r#"{"message":"m","retryAfterSeconds":null}"#, Kind::Limit, Verdict::Done),
            (429, "LimitExceededException", r#"{"message":"m","retryAfterSeconds":7}"#, Kind::Limit, throttled(SOON)),
            (429, "TooManyRequestsException", "{}", Kind::Throttled, throttled(ONCE)),
            (429, "", "", Kind::Throttled, slower),
            (429, "", "<html>", Kind::Throttled, slower),
            (429, "", r#"{"code":"TooManyRequestsException"}"#, Kind::Throttled, slower),
            (429, "", r#"{"__type":"TooManyRequestsException"}"#, Kind::Throttled, throttled(ONCE)),
            (429, ":http://nobody.example/", "{}", Kind::Throttled, slower),
            (401, "", "", Kind::Malformed, Verdict::Done),
            (403, "", "<html>", Kind::Malformed, Verdict::Done),
            (403, "", r#"{"code":"ExpiredTokenException"}"#, Kind::Malformed, Verdict::Done),
            (403, "", r#"{"code":403,"message":"AccessDeniedException"}"#, Kind::Malformed, Verdict::Done),
            (404, "", "<html>", Kind::Malformed, Verdict::Done),
            (502, "", "<html>", Kind::Server, transient),
            (403, "AccessDeniedException", "{}", Kind::Denied, Verdict::ClockSkew),
            (403, "SomethingNewException", "{}", Kind::Denied, Verdict::Done),
            (403, "ExpiredTokenException", "{}", Kind::Unauthenticated, Verdict::Expired),
            (403, "InvalidSignatureException", "{}", Kind::Unauthenticated, Verdict::ClockSkew),
            (403, "RequestTimeTooSkewed", "{}", Kind::Unauthenticated, Verdict::ClockSkew),
            (403, "UnrecognizedClientException", "{}", Kind::Unauthenticated, Verdict::Done),
            (401, "UnauthorizedException", "{}", Kind::Unauthenticated, Verdict::Done),
            (400, "RequestExpired", "{}", Kind::Unauthenticated, Verdict::ClockSkew),
            (503, "ServiceUnavailableException", "{}", Kind::Server, transient),
            (500, "", "<html>", Kind::Server, transient),
            (302, "", "", Kind::Malformed, Verdict::Done),
        ];
        for (status, code, body, kind, verdict) in rows {
            let answer = answer(status, &[("x-amzn-errortype", code)], body);
            let refusal = Refusal::from_response(&answer).unwrap();
            assert_eq!(super::verdict(&answer), verdict, "{status} {code} {body}");
            assert_eq!(
                refusal.into_error("GetApiKey", &answer).kind,
                kind,
                "{status} {code} {body}"
            );
        }
    }

    #[test]
    fn an_error_has_a_code_where_the_vendor_gave_it_and_only_there() {
        let code = "NotFoundException";
        #[rustfmt::skip]
        let rows = [
            (vec![("x-amzn-errortype", code)], "", Some(code)),
            (vec![], r#"{"__type":"NotFoundException"}"#, Some(code)),
            (vec![("x-amzn-requestid", "r-1")], r#"{"code":"NotFoundException"}"#, Some(code)),
            (vec![], r#"{"code":"NotFoundException"}"#, None),
            (vec![("x-amzn-requestid", "r-1")], r#"{"message":"NotFoundException"}"#, None),
            (vec![("x-amzn-requestid", "r-1")], r#"{"code":""}"#, None),
            (vec![], r#"{"type":"NotFoundException"}"#, None),
            (vec![], r#"["NotFoundException"]"#, None),
            (vec![], "NotFoundException", None),
            (vec![], "", None),
        ];
        for (headers, body, expected) in rows {
            for status in [302, 401, 403, 404, 429, 502] {
                let answer = answer(status, &headers, body);
                let error = Refusal::from_response(&answer)
                    .unwrap()
                    .into_error("GetApiKey", &answer);
                assert_eq!(error.code.as_deref(), expected, "{status} {headers:?} {body}");
            }
        }
    }

    #[test]
    fn a_success_is_no_refusal_and_its_body_is_not_looked_at() {
        assert!(Refusal::from_response(&answer(201, &[], "{}")).is_none());
        assert!(Refusal::from_response(&answer(202, &[], "")).is_none());
    }

    #[test]
    fn a_success_that_cannot_be_read_is_called_again() {
        let transient = Verdict::Transient { after: ONCE };
        let rows = [
            (200, "{}", Verdict::Done),
            (202, "", Verdict::Done),
            (204, "", Verdict::Done),
            (200, "", transient),
            (201, r#"{"id":"a1","va"#, transient),
            (200, "<html>", transient),
            (202, "<html>", transient),
        ];
        for (status, body, expected) in rows {
            assert_eq!(verdict(&answer(status, &[], body)), expected, "{status} {body}");
        }
    }

    #[test]
    fn an_error_carries_the_vendors_words_and_the_request() {
        let headers = [("x-amzn-errortype", "BadRequestException"), ("x-amzn-requestid", "r-1")];
        let answer = answer(
            400,
            &headers,
            r#"{"message":"API Key value should be at least 20 characters"}"#,
        );
        let error = Refusal::from_response(&answer)
            .unwrap()
            .into_error("CreateApiKey", &answer);
        let text = "CreateApiKey: BadRequestException: API Key value should be at least 20 characters (request id r-1)";
        assert_eq!(error.to_string(), text);
    }
}
