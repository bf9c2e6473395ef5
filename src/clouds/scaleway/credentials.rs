//! Who we are: the key pair of the environment, else of the provider block.

use super::settings::Settings;
use crate::environment::Environment;
use crate::lifecycle::{Error, Kind};
use crate::secret::Secret;
use crate::tf::Attr;

/// Finds the secret key, which is the token that authorizes calls.
///
/// # Errors
///
/// Where there is none, half a pair, or a profile, which this version does not read. It stands until the first call needs it, and
/// no other identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment) -> Result<Secret, Error> {
    let access_key = match (environment.get("SCW_ACCESS_KEY"), &settings.access_key) {
        (Some(key), _) => Some(key),
        (None, Attr::Known(key)) => Some(key.as_str()),
        (None, Attr::Null) => None,
        (None, Attr::Unknown) => return Err(unknown("access_key")),
    };
    let secret_key = match (environment.get("SCW_SECRET_KEY"), &settings.secret_key) {
        (Some(key), _) => Some(Secret::new(key)),
        (None, Attr::Known(key)) => Some(key.clone()),
        (None, Attr::Null) => None,
        (None, Attr::Unknown) => return Err(unknown("secret_key")),
    };
    match (access_key, secret_key) {
        (Some(_), Some(secret_key)) => Ok(secret_key),
        (None, None) if !settings.profile.is_null() => Err(missing(
            "the provider argument `profile` is set, but this version reads no config file yet",
            "Nothing was done under another identity. Use `access_key` and `secret_key`, in the provider block or the environment.",
        )),
        (None, None) => Err(missing(
            "no Scaleway credentials",
            "Set `access_key` and `secret_key` in the provider block, or the environment variables SCW_ACCESS_KEY and \
             SCW_SECRET_KEY.",
        )),
        (Some(_), None) => Err(missing(
            "there is an access key, but no secret key",
            "Set `secret_key` in the provider block, or the environment variable SCW_SECRET_KEY.",
        )),
        (None, Some(_)) => Err(missing(
            "there is a secret key, but no access key",
            "Set `access_key` in the provider block, or the environment variable SCW_ACCESS_KEY.",
        )),
    }
}

fn unknown(name: &str) -> Error {
    missing(
        &format!("the provider argument `{name}` is not known yet, and this needs the API"),
        "Apply what it depends on first, for example with -target.",
    )
}

fn missing(what: &str, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}
