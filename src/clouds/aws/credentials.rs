//! Who signs: static keys of the provider block, else of the environment.

use super::settings::Settings;
use crate::environment::Environment;
use crate::lifecycle::{Error, Kind};
use crate::secret::Secret;
use crate::signing::Credentials;
use crate::tf::Attr;

/// Finds the credentials.
///
/// # Errors
///
/// Where there are none, half a pair, or settings that ask for an identity this version cannot take on. It stands until the
/// first call needs it, and no other identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment) -> Result<Credentials, Error> {
    refuse_other_identities(settings)?;
    let written = !(settings.access_key.is_null() && settings.secret_key.is_null() && settings.token.is_null());
    if written {
        return of_block(settings);
    }
    if !settings.profile.is_null() {
        return Err(unsupported("profile", "reads no shared files yet"));
    }
    of_environment(environment)
}

fn of_block(settings: &Settings) -> Result<Credentials, Error> {
    let access_key = written("access_key", &settings.access_key, "secret_key")?;
    let secret_key = written("secret_key", &settings.secret_key, "access_key")?;
    if settings.token.is_unknown() {
        return Err(unknown("token"));
    }
    Ok(Credentials {
        access_key_id: access_key.clone(),
        secret_access_key: secret_key.clone(),
        session_token: settings.token.known().cloned(),
    })
}

fn of_environment(environment: &Environment) -> Result<Credentials, Error> {
    match (
        environment.get("AWS_ACCESS_KEY_ID"),
        environment.get("AWS_SECRET_ACCESS_KEY"),
    ) {
        (Some(access_key), Some(secret_key)) => Ok(Credentials {
            access_key_id: access_key.to_owned(),
            secret_access_key: Secret::new(secret_key),
            session_token: environment.get("AWS_SESSION_TOKEN").map(Secret::new),
        }),
        (None, None) => Err(missing(
            "no AWS credentials",
            "Set `access_key` and `secret_key` in the provider block, or the environment variables AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY.",
        )),
        (Some(_), None) => Err(missing(
            "the environment has AWS_ACCESS_KEY_ID, but no AWS_SECRET_ACCESS_KEY",
            "Set both, or neither.",
        )),
        (None, Some(_)) => Err(missing(
            "the environment has AWS_SECRET_ACCESS_KEY, but no AWS_ACCESS_KEY_ID",
            "Set both, or neither.",
        )),
    }
}

fn refuse_other_identities(settings: &Settings) -> Result<(), Error> {
    let given = |blocks: Option<usize>| blocks != Some(0);
    if given(settings.assume_role.known().map(Vec::len)) {
        return Err(unsupported("assume_role", "assumes no roles yet"));
    }
    if given(settings.assume_role_with_web_identity.known().map(Vec::len)) {
        return Err(unsupported("assume_role_with_web_identity", "assumes no roles yet"));
    }
    if !settings.allowed_account_ids.is_null() {
        return Err(unsupported("allowed_account_ids", "does not check accounts yet"));
    }
    if !settings.forbidden_account_ids.is_null() {
        return Err(unsupported("forbidden_account_ids", "does not check accounts yet"));
    }
    Ok(())
}

fn written<'a, T>(name: &str, value: &'a Attr<T>, other: &str) -> Result<&'a T, Error> {
    match value {
        Attr::Known(value) => Ok(value),
        Attr::Unknown => Err(unknown(name)),
        Attr::Null => Err(missing(
            &format!("the provider block has `{other}` or `token`, but no `{name}`"),
            "Set both `access_key` and `secret_key`, or neither.",
        )),
    }
}

fn unknown(name: &str) -> Error {
    missing(
        &format!("the provider argument `{name}` is not known yet, and this needs the API"),
        "Apply what it depends on first, for example with -target.",
    )
}

fn unsupported(name: &str, why: &str) -> Error {
    missing(
        &format!("the provider argument `{name}` is set, but this version {why}"),
        "Nothing was done under another identity. Use static credentials, in the provider block or the environment.",
    )
}

fn missing(what: &str, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}
