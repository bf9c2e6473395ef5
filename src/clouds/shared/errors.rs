//! Errors that all clouds have.

use crate::framework::{Error, Kind};
use crate::host::environment::NotUtf8;
use crate::schema::Attr;

/// The error that the provider configuration is invalid or incomplete.
pub(in crate::clouds) fn not_configured(what: impl Into<String>, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}

/// The error that a call needs an argument of the provider block that is unknown until apply.
pub(in crate::clouds) fn unknown_argument(argument: &str) -> Error {
    let what = format!("the provider argument `{argument}` is not known yet, and this needs the API");
    Error::new("", Kind::NotKnownYet, what).advise(
        "Apply the resources that it depends on first, for example with -target. With -refresh=false one run is enough, because no \
         key is read before.",
    )
}

/// The error that there are no credentials.
pub(in crate::clouds) fn no_credentials(what: impl Into<String>, advice: impl Into<String>) -> Error {
    Error::new("", Kind::NoCredentials, what).advise(advice)
}

impl From<NotUtf8> for Error {
    fn from(error: NotUtf8) -> Self {
        let advice = "No other credentials were tried. Unset it, or give it a value in UTF-8.";
        not_configured(error.to_string(), advice)
    }
}

/// The value of an argument of the provider block; an error if it is unknown.
pub(in crate::clouds) fn known<'a, T>(argument: &str, value: &'a Attr<T>) -> Result<Option<&'a T>, Error> {
    match value {
        Attr::Unknown => Err(unknown_argument(argument)),
        Attr::Null => Ok(None),
        Attr::Known(value) => Ok(Some(value)),
    }
}
