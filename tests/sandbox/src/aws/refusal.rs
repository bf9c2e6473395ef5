use std::borrow::Cow;

use http::{HeaderName, StatusCode};
use serde_json::json;

use super::sts;
use crate::random;
use crate::reply::Reply;

/// An error answer: `x-amzn-errortype` names it, the body explains it.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    retry_after: Option<u32>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            retry_after: None,
        }
    }

    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequestException", message)
    }

    pub(super) fn duplicate_value() -> Self {
        Self::new(StatusCode::CONFLICT, "ConflictException", "API Key already exists")
    }

    pub(super) fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "ConflictException", message)
    }

    /// Another change of the same kind runs.
    pub(super) fn concurrent_modification() -> Self {
        Self::conflict("Unable to complete operation due to concurrent modification. Please try again later.")
    }

    /// A refusal by the front door, before the service.
    pub(super) fn forbidden(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(super) fn no_such_key() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NotFoundException",
            "Invalid API Key identifier specified",
        )
    }

    pub(super) fn no_such_plan() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NotFoundException",
            "Invalid Usage Plan ID specified",
        )
    }

    pub(super) fn no_such_stage() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NotFoundException",
            "Invalid stage identifier specified",
        )
    }

    pub(super) fn quota_reached() -> Self {
        let message = "Maximum number of API keys for this account has been reached. \
                       Please contact Customer Service if you need additional API keys.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", message)
    }

    pub(super) fn limit_exceeded(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", message)
    }

    pub(super) fn expired() -> Self {
        let message = "The security token included in the request is expired";
        Self::forbidden("ExpiredTokenException", message)
    }

    pub(super) fn invalid_token() -> Self {
        let message = "The web identity token that was passed could not be validated by AWS";
        Self::new(StatusCode::BAD_REQUEST, "InvalidIdentityToken", message)
    }

    pub(super) fn malformed_policy() -> Self {
        let message = "The policy is not in the valid JSON format.";
        Self::new(StatusCode::BAD_REQUEST, "MalformedPolicyDocument", message)
    }

    pub(super) fn validation(message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    pub(super) fn signature_mismatch() -> Self {
        let message = "The request signature we calculated does not match the signature you provided. \
                       Check your AWS Secret Access Key and signing method. \
                       Consult the service documentation for details.";
        Self::forbidden("InvalidSignatureException", message)
    }

    pub(super) fn throttled(retry_after: Option<u32>) -> Self {
        let refusal = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            "Too Many Requests",
        );
        Self { retry_after, ..refusal }
    }

    pub(super) fn unknown_operation() -> Self {
        Self::forbidden(
            "AccessDeniedException",
            "Unable to determine service/operation name to be authorized",
        )
    }

    pub(super) fn server_error(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailableException",
            _ => "InternalFailure",
        };
        Self::new(status, code, "the service met an error while processing the request")
    }

    /// An error that a fault asks for by its code.
    pub(super) fn named(code: &str) -> Self {
        let status = match code {
            "ConflictException/concurrent" => return Self::concurrent_modification(),
            "ExpiredTokenException" => return Self::expired(),
            "InvalidSignatureException" => return Self::signature_mismatch(),
            "LimitExceededException" => return Self::quota_reached(),
            "RequestTimeTooSkewed" => {
                let message = "The difference between the request time and the current time is too large.";
                return Self::forbidden("RequestTimeTooSkewed", message);
            }
            "TooManyRequestsException" => return Self::throttled(None),
            "BadRequestException" | "RequestExpired" => StatusCode::BAD_REQUEST,
            "UnauthorizedException" => StatusCode::UNAUTHORIZED,
            "NotFoundException" => StatusCode::NOT_FOUND,
            "ConflictException" => StatusCode::CONFLICT,
            "ServiceUnavailableException" => StatusCode::SERVICE_UNAVAILABLE,
            "InternalFailure" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::FORBIDDEN,
        };
        let message = format!("the sandbox was told to answer {code}").into();
        Self {
            status,
            code: code.to_owned().into(),
            message,
            retry_after: None,
        }
    }

    /// As the query APIs write it, which have names of their own for what the front door refuses.
    pub(super) fn into_xml(self) -> Reply {
        let code = match &*self.code {
            "ExpiredTokenException" => "ExpiredToken",
            "InvalidSignatureException" => "SignatureDoesNotMatch",
            "MissingAuthenticationTokenException" => "MissingAuthenticationToken",
            "UnrecognizedClientException" => "InvalidClientTokenId",
            code => code,
        };
        let body = format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
            self.message,
            random::uuid()
        );
        sts::reply(self.status, &body).coded(code)
    }

    pub(super) fn into_reply(self) -> Reply {
        let body = match self.status {
            // The wait stands in the header only; the Go SDK takes a number here for a broken answer.
            StatusCode::TOO_MANY_REQUESTS => json!({ "message": self.message, "retryAfterSeconds": null }),
            _ => json!({ "message": self.message }),
        };
        Reply::json(self.status, &body)
            .with(HeaderName::from_static("x-amzn-errortype"), &self.code)
            .retry_after(self.retry_after)
            .coded(&self.code)
    }
}
