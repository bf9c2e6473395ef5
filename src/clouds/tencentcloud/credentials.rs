//! Who signs: static keys of the provider block or the environment.

use super::settings::Settings;
use crate::clouds::origin::{Found, Origin};
use crate::clouds::{self, Presence};
use crate::environment::Environment;
use crate::lifecycle::Error;
use crate::secret::Secret;
use crate::signing::Credentials;
use crate::tf::Attr;

/// Finds the credentials: each value of the provider block, else of the environment.
///
/// # Errors
///
/// Where there are none, half a pair, or settings that ask for an identity this version cannot take on. It stands until the
/// first call needs it, and no other identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment) -> Result<Found<Credentials>, Error> {
    refuse_other_identities(settings)?;
    if settings.security_token.is_unknown() {
        return Err(clouds::not_known_yet("security_token"));
    }
    let secret_id = match &settings.secret_id {
        Attr::Unknown => return Err(clouds::not_known_yet("secret_id")),
        Attr::Known(id) => Some(id.clone()),
        Attr::Null => environment.get("TENCENTCLOUD_SECRET_ID").map(str::to_owned),
    };
    let secret_key = match &settings.secret_key {
        Attr::Unknown => return Err(clouds::not_known_yet("secret_key")),
        Attr::Known(key) => Some(key.clone()),
        Attr::Null => environment.get("TENCENTCLOUD_SECRET_KEY").map(Secret::new),
    };
    let session_token = settings.security_token.known().cloned();
    match (secret_id.filter(|id| !id.is_empty()), secret_key) {
        (Some(access_key_id), Some(secret_access_key)) => Ok(Found {
            value: Credentials {
                access_key_id,
                secret_access_key,
                session_token: session_token
                    .or_else(|| environment.get("TENCENTCLOUD_SECURITY_TOKEN").map(Secret::new)),
            },
            origin: Origin::of("secret_id", &settings.secret_id, "TENCENTCLOUD_SECRET_ID"),
        }),
        (None, None) if !settings.profile.is_null() => Err(clouds::not_supported_yet("profile")),
        (None, None) => Err(clouds::not_configured(
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
    let pod_oidc = match settings.enable_pod_oidc {
        Attr::Null | Attr::Known(false) => Presence::Absent,
        Attr::Known(true) | Attr::Unknown => Presence::Given,
    };
    clouds::refuse([
        ("cam_role_name", Presence::of_argument(&settings.cam_role_name)),
        ("enable_pod_oidc", pod_oidc),
        (
            "allowed_account_ids",
            Presence::of_argument(&settings.allowed_account_ids),
        ),
        (
            "forbidden_account_ids",
            Presence::of_argument(&settings.forbidden_account_ids),
        ),
        ("assume_role", Presence::of_blocks(&settings.assume_role)),
        (
            "assume_role_with_saml",
            Presence::of_blocks(&settings.assume_role_with_saml),
        ),
        (
            "assume_role_with_web_identity",
            Presence::of_blocks(&settings.assume_role_with_web_identity),
        ),
        ("mfa_certification", Presence::of_blocks(&settings.mfa_certification)),
    ])
}

fn half(found: &str, found_variable: &str, lacking: &str, lacking_variable: &str) -> Error {
    clouds::not_configured(
        format!("there is `{found}` (or {found_variable}), but no `{lacking}` (or {lacking_variable})"),
        "Set both, or neither.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::Value;
    use crate::tf::block::Block;

    #[test]
    fn each_value_comes_from_the_block_else_from_the_environment_and_nothing_is_guessed() {
        let text = Value::string;
        let pair = [
            ("TENCENTCLOUD_SECRET_ID", "env-id"),
            ("TENCENTCLOUD_SECRET_KEY", "env-key"),
        ];
        let block = [("secret_id", text("id")), ("secret_key", text("key"))];
        #[rustfmt::skip]
        let rows: Vec<(Vec<(&str, Value)>, &[(&str, &str)], Result<(&str, &str), &str>)> = vec![
            (vec![], &pair, Ok(("env-id", "env-key"))),
            (block.to_vec(), &pair, Ok(("id", "key"))),
            (block[..1].to_vec(), &pair, Ok(("id", "env-key"))),
            (vec![], &[], Err("no Tencent Cloud credentials")),
            (vec![], &pair[..1], Err("there is `secret_id` (or TENCENTCLOUD_SECRET_ID), but no `secret_key` (or TENCENTCLOUD_SECRET_KEY)")),
            (vec![], &pair[1..], Err("there is `secret_key` (or TENCENTCLOUD_SECRET_KEY), but no `secret_id` (or TENCENTCLOUD_SECRET_ID)")),
            (vec![("secret_key", Value::Unknown)], &pair, Err("the provider argument `secret_key` is not known yet, and this needs the API")),
            (vec![("cam_role_name", text("r"))], &pair, Err("the provider argument `cam_role_name` is set, but this version cannot act on it yet")),
            (vec![("enable_pod_oidc", true.into())], &pair, Err("the provider argument `enable_pod_oidc` is set, but this version cannot act on it yet")),
            (vec![("enable_pod_oidc", false.into())], &pair, Ok(("env-id", "env-key"))),
            (vec![("profile", text("p"))], &[], Err("the provider argument `profile` is set, but this version cannot act on it yet")),
            (vec![("profile", text("p"))], &pair, Ok(("env-id", "env-key"))),
        ];
        for (block, environment, expected) in rows {
            let mut object = Settings::schema().empty_object();
            object.extend(block.into_iter().map(|(name, value)| (name.to_owned(), value)));
            let settings = Settings::from_object(&object).unwrap_or_default();
            let found = resolve(&settings, &environment.iter().copied().collect());
            let found = found.map(|found| {
                (
                    found.value.access_key_id,
                    found.value.secret_access_key.expose().to_owned(),
                )
            });
            let expected = expected
                .map(|(id, key)| (id.to_owned(), key.to_owned()))
                .map_err(str::to_owned);
            assert_eq!(found.map_err(|error| error.message), expected, "{environment:?}");
        }
    }
}
