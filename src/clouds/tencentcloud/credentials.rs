//! Who signs: static keys of the provider block or the environment.

use super::settings::Settings;
use crate::environment::Environment;
use crate::lifecycle::{Error, Kind};
use crate::secret::Secret;
use crate::signing::Credentials;
use crate::tf::Attr;

/// Finds the credentials: each value of the provider block, else of the environment.
///
/// # Errors
///
/// Where there are none, half a pair, or settings that ask for an identity this version cannot take on. It stands until the
/// first call needs it, and no other identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment) -> Result<Credentials, Error> {
    refuse_other_identities(settings)?;
    if settings.security_token.is_unknown() {
        return Err(unknown("security_token"));
    }
    let secret_id = match &settings.secret_id {
        Attr::Unknown => return Err(unknown("secret_id")),
        Attr::Known(id) => Some(id.clone()),
        Attr::Null => environment.get("TENCENTCLOUD_SECRET_ID").map(str::to_owned),
    };
    let secret_key = match &settings.secret_key {
        Attr::Unknown => return Err(unknown("secret_key")),
        Attr::Known(key) => Some(key.clone()),
        Attr::Null => environment.get("TENCENTCLOUD_SECRET_KEY").map(Secret::new),
    };
    let session_token = settings.security_token.known().cloned();
    match (secret_id.filter(|id| !id.is_empty()), secret_key) {
        (Some(access_key_id), Some(secret_access_key)) => Ok(Credentials {
            access_key_id,
            secret_access_key,
            session_token: session_token.or_else(|| environment.get("TENCENTCLOUD_SECURITY_TOKEN").map(Secret::new)),
        }),
        (None, None) => Err(missing(
            "no Tencent Cloud credentials",
            "Set `secret_id` and `secret_key` in the provider block, or the environment variables TENCENTCLOUD_SECRET_ID and \
             TENCENTCLOUD_SECRET_KEY.",
        )),
        (Some(_), None) => Err(half(
            "secret_id",
            "TENCENTCLOUD_SECRET_ID",
            "secret_key",
            "TENCENTCLOUD_SECRET_KEY",
        )),
        (None, Some(_)) => Err(half(
            "secret_key",
            "TENCENTCLOUD_SECRET_KEY",
            "secret_id",
            "TENCENTCLOUD_SECRET_ID",
        )),
    }
}

fn refuse_other_identities(settings: &Settings) -> Result<(), Error> {
    let some = |blocks: Option<usize>| blocks != Some(0);
    let asked = [
        ("cam_role_name", !settings.cam_role_name.is_null()),
        (
            "enable_pod_oidc",
            !matches!(settings.enable_pod_oidc, Attr::Null | Attr::Known(false)),
        ),
        (
            "profile",
            !settings.profile.is_null() && settings.secret_id.is_null() && settings.secret_key.is_null(),
        ),
        ("allowed_account_ids", !settings.allowed_account_ids.is_null()),
        ("forbidden_account_ids", !settings.forbidden_account_ids.is_null()),
        ("assume_role", some(settings.assume_role.known().map(Vec::len))),
        (
            "assume_role_with_saml",
            some(settings.assume_role_with_saml.known().map(Vec::len)),
        ),
        (
            "assume_role_with_web_identity",
            some(settings.assume_role_with_web_identity.known().map(Vec::len)),
        ),
        (
            "mfa_certification",
            some(settings.mfa_certification.known().map(Vec::len)),
        ),
    ];
    match asked.into_iter().find(|(_, asked)| *asked) {
        None => Ok(()),
        Some((name, _)) => Err(missing(
            &format!("the provider argument `{name}` is set, but this version cannot act on it yet"),
            "Nothing was done under another identity. Use static credentials, in the provider block or the environment.",
        )),
    }
}

fn unknown(name: &str) -> Error {
    missing(
        &format!("the provider argument `{name}` is not known yet, and this needs the API"),
        "Apply what it depends on first, for example with -target.",
    )
}

fn half(found: &str, found_variable: &str, lacking: &str, lacking_variable: &str) -> Error {
    missing(
        &format!("there is `{found}` (or {found_variable}), but no `{lacking}` (or {lacking_variable})"),
        "Set both, or neither.",
    )
}

fn missing(what: &str, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}
