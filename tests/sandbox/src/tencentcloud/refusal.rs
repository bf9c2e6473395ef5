use super::shapes;
use crate::reply::Reply;

/// An error answer. Only the code is dependable; the real messages are not documented.
#[derive(Debug)]
pub(super) struct Refusal {
    code: String,
    message: String,
}

impl Refusal {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
        }
    }

    pub(super) fn code(&self) -> &str {
        &self.code
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn format(message: impl Into<String>) -> Self {
        Self::new("InvalidParameter.FormatError", message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::new(
            "MissingParameter",
            format!("The request is missing a required parameter `{parameter}`."),
        )
    }

    pub(super) fn no_such_action(name: &str) -> Self {
        Self::new(
            "InvalidAction",
            format!("The request action=`{name}` is invalid or not found."),
        )
    }

    pub(super) fn no_such_key(id: &str) -> Self {
        Self::new(
            "ResourceNotFound.InvalidAccessKeyId",
            format!("The key `{id}` does not exist."),
        )
    }

    pub(super) fn no_such_version(version: &str) -> Self {
        Self::new(
            "NoSuchVersion",
            format!("The request version=`{version}` is not found."),
        )
    }

    /// An error that a fault asks for by its code.
    pub(super) fn named(code: &str) -> Self {
        match code {
            "AuthFailure.SignatureExpire" => Self::signature_expired(),
            "AuthFailure.TokenFailure" => Self::wrong_token(),
            "InternalError.OssException" => Self::new(code, "OSS internal request error. Please try again."),
            "RequestLimitExceeded" => Self::throttled(),
            _ => Self::new(code, format!("The sandbox was told to answer `{code}`.")),
        }
    }

    pub(super) fn signature_expired() -> Self {
        let message = "The provided credentials could not be validated because the request has expired.";
        Self::new("AuthFailure.SignatureExpire", message)
    }

    pub(super) fn throttled() -> Self {
        let message = "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` \
                       for a second. Please reduce the frequency of calls.";
        Self::new("RequestLimitExceeded", message)
    }

    pub(super) fn unsupported_region(region: &str) -> Self {
        Self::new(
            "UnsupportedRegion",
            format!("The request region=`{region}` is not supported."),
        )
    }

    pub(super) fn wrong_token() -> Self {
        Self::new("AuthFailure.TokenFailure", "The provided token is invalid.")
    }

    pub(super) fn wrong_type(parameter: &str) -> Self {
        Self::new(
            "InvalidParameter",
            format!("The value type of parameter `{parameter}` is not valid."),
        )
    }

    pub(super) fn into_reply(self) -> Reply {
        shapes::failure(&self.code, &self.message).coded(&self.code)
    }
}
