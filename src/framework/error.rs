//! Why an operation on an object failed.

use std::fmt;

use super::Diagnostic;
use crate::value::Path;

/// Why an operation did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The vendor's name of the call, such as `CreateApiKey`; empty where no call was made.
    pub operation: &'static str,
    /// The kind of failure, which decides what happens next.
    pub kind: Kind,
    /// The vendor's error code.
    pub code: Option<String>,
    /// What was found, in the vendor's words where it said any.
    pub message: String,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// What to do, where more can be said than the kind of failure tells.
    pub advice: Option<String>,
    /// The attribute it is about, where it is about one.
    pub attribute: Option<&'static str>,
}

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It clashes with something that exists.
    Conflict,
    /// These credentials may not do it.
    Denied,
    /// The service refuses the request as it is.
    Invalid,
    /// A quota is used up.
    Limit,
    /// The answer cannot be read.
    Malformed,
    /// There are no credentials.
    NoCredentials,
    /// The provider's configuration cannot be used for any call.
    NotConfigured,
    /// The object does not exist.
    NotFound,
    /// The provider's configuration has an argument that is known only after apply.
    NotKnownYet,
    /// The product, the region or the action is not, or no longer, served.
    NotServed,
    /// The service failed.
    Server,
    /// Terraform asked to stop while a call was waiting to be sent.
    Stopped,
    /// The service asked us to slow down, and went on asking.
    Throttled,
    /// The time the operation may take was over before the call could be made.
    TimedOut,
    /// The credentials are wrong.
    Unauthenticated,
    /// The request may have been carried out; its answer was lost.
    Uncertain,
    /// The service cannot be reached; the request was not carried out.
    Unreachable,
}

impl Error {
    /// An error of this kind in this call.
    pub fn new(operation: &'static str, kind: Kind, message: impl Into<String>) -> Self {
        Self {
            operation,
            kind,
            code: None,
            message: message.into(),
            request_id: None,
            advice: None,
            attribute: None,
        }
    }

    /// The error that an argument cannot be as it is; the message is a predicate of it.
    pub fn invalid(argument: &'static str, message: impl fmt::Display) -> Self {
        Self::new("", Kind::Invalid, format!("\"{argument}\" {message}")).at_attribute(argument)
    }

    /// The error that an object to be read does not exist: what was looked for and where, and by whom.
    pub fn not_found(operation: &'static str, what: impl Into<String>, identity: &str) -> Self {
        let advice = format!("Check where the object is and whose it is. The call was made with: {identity}.");
        Self::new(operation, Kind::NotFound, what).advise(advice)
    }

    /// The same error, about this attribute.
    pub fn at_attribute(self, attribute: &'static str) -> Self {
        Self {
            attribute: Some(attribute),
            ..self
        }
    }

    /// The same error, with more to say of what to do.
    pub fn advise(self, advice: impl Into<String>) -> Self {
        Self {
            advice: Some(advice.into()),
            ..self
        }
    }

    /// The same error; where it is about credentials, with the identity that made the call.
    pub fn with_identity(self, identity: &str) -> Self {
        match self.kind {
            Kind::Denied | Kind::Unauthenticated => {
                let remedy = self.remedy().unwrap_or_default();
                let advice = format!("{remedy} The call was made with: {identity}.");
                self.advise(advice.trim_start())
            }
            _ => self,
        }
    }

    /// Whether something may have been done although the call failed. Only the vendor's own refusal says that nothing was: what
    /// anything in between answers, a throttle without the vendor's code among that, says nothing of it.
    pub fn leaves_doubt(&self) -> bool {
        match self.kind {
            Kind::Malformed | Kind::Server | Kind::Uncertain => true,
            Kind::Throttled => self.code.is_none(),
            _ => false,
        }
    }

    /// The error as Terraform shows it under this heading.
    pub(super) fn diagnostic(&self, summary: String) -> Diagnostic {
        let detail = match self.remedy() {
            Some(remedy) => format!("{self}\n\n{remedy}"),
            None => self.to_string(),
        };
        let diagnostic = Diagnostic::error(summary, detail);
        match self.attribute {
            Some(attribute) => diagnostic.at(Path::attribute(attribute)),
            None => diagnostic,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> Option<&str> {
        self.advice.as_deref().or_else(|| self.kind.remedy())
    }
}

impl Kind {
    fn remedy(self) -> Option<&'static str> {
        Some(match self {
            Self::Conflict
            | Self::Invalid
            | Self::NoCredentials
            | Self::NotConfigured
            | Self::NotFound
            | Self::NotKnownYet => return None,
            Self::Denied => "Check which permissions the credentials of the provider block have.",
            Self::Limit => "Delete unused objects, or ask the vendor for a higher quota.",
            Self::Malformed => "Check that the endpoint is the vendor's own and that no proxy answers in its place.",
            Self::NotServed => {
                "Check the region and the endpoint of the provider block. Nothing was removed from the state."
            }
            Self::Server => "Try again; if it goes on, the vendor's status page or support can tell more.",
            Self::Stopped => "Run the command again to go on.",
            Self::Throttled => "Try again later, or lower Terraform's -parallelism.",
            Self::TimedOut => "Apply again, or give the operation more time in the resource's `timeouts`.",
            Self::Unauthenticated => {
                "Check the credentials of the provider block or the environment, and this machine's clock."
            }
            Self::Uncertain => {
                "The request may have been carried out. Look for its object at the vendor before you try again, \
                 and import or delete it."
            }
            Self::Unreachable => "Check the endpoint, the region and the network. Nothing was changed.",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.operation.is_empty() {
            write!(f, "{}: ", self.operation)?;
        }
        match &self.code {
            Some(code) if self.message.is_empty() => f.write_str(code)?,
            Some(code) => write!(f, "{code}: {}", self.message)?,
            None => f.write_str(&self.message)?,
        }
        match &self.request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_call_code_words_and_request_once() {
        let bare = Error::new("", Kind::NotConfigured, "no credentials");
        let full = Error {
            code: Some("ConflictException".into()),
            request_id: Some("r-1".into()),
            ..Error::new("CreateApiKey", Kind::Conflict, "API Key already exists")
        };
        let wordless = Error {
            code: Some("InvalidAction".into()),
            ..Error::new("CreateApiKey", Kind::NotServed, "")
        };
        assert_eq!(bare.to_string(), "no credentials");
        assert_eq!(
            full.to_string(),
            "CreateApiKey: ConflictException: API Key already exists (request id r-1)"
        );
        assert_eq!(wordless.to_string(), "CreateApiKey: InvalidAction");
    }
}
