//! Errors that every cloud has.

use crate::framework::{Error, Kind};
use crate::host::environment::NotUtf8;
use crate::schema::Attr;

/// The error that the provider's configuration lacks something a call needs.
pub(in crate::clouds) fn not_configured(what: impl Into<String>, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}

/// The error that a call needs an argument of the provider block that is known only after apply.
pub(in crate::clouds) fn unknown_argument(argument: &str) -> Error {
    let what = format!("the provider argument `{argument}` is not known yet, and this needs the API");
    Error::new("", Kind::NotKnownYet, what).advise(
        "Apply what it depends on first, for example with -target. With -refresh=false all of it is done in one run, as no key is \
         looked at before.",
    )
}

/// The error that nothing says who calls.
pub(in crate::clouds) fn no_credentials(what: impl Into<String>, advice: impl Into<String>) -> Error {
    Error::new("", Kind::NoCredentials, what).advise(advice)
}

impl From<NotUtf8> for Error {
    fn from(error: NotUtf8) -> Self {
        let advice = "Nothing was done under another identity. Unset it, or give it a value in UTF-8.";
        not_configured(error.to_string(), advice)
    }
}

/// What an argument of the provider block says, if anything.
pub(in crate::clouds) fn known<'a, T>(argument: &str, value: &'a Attr<T>) -> Result<Option<&'a T>, Error> {
    match value {
        Attr::Unknown => Err(unknown_argument(argument)),
        Attr::Null => Ok(None),
        Attr::Known(value) => Ok(Some(value)),
    }
}
