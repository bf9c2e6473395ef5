//! Who we are: the key pair of the environment, else of the provider block.

use super::settings::Settings;
use crate::clouds;
use crate::environment::Environment;
use crate::lifecycle::Error;
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
        (None, Attr::Unknown) => return Err(clouds::not_known_yet("access_key")),
    };
    let secret_key = match (environment.get("SCW_SECRET_KEY"), &settings.secret_key) {
        (Some(key), _) => Some(Secret::new(key)),
        (None, Attr::Known(key)) => Some(key.clone()),
        (None, Attr::Null) => None,
        (None, Attr::Unknown) => return Err(clouds::not_known_yet("secret_key")),
    };
    match (access_key, secret_key) {
        (Some(_), Some(secret_key)) => Ok(secret_key),
        (None, None) if !settings.profile.is_null() => Err(clouds::not_supported_yet("profile")),
        (None, None) => Err(clouds::not_configured(
            "no Scaleway credentials",
            "Set `access_key` and `secret_key` in the provider block, or the environment variables SCW_ACCESS_KEY and \
             SCW_SECRET_KEY.",
        )),
        (Some(_), None) => Err(clouds::not_configured(
            "there is an access key, but no secret key",
            "Set `secret_key` in the provider block, or the environment variable SCW_SECRET_KEY.",
        )),
        (None, Some(_)) => Err(clouds::not_configured(
            "there is a secret key, but no access key",
            "Set `access_key` in the provider block, or the environment variable SCW_ACCESS_KEY.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::Value;
    use crate::tf::block::Block;

    #[test]
    fn the_environment_goes_over_the_block_and_nothing_is_guessed() {
        let text = Value::string;
        let pair = [("SCW_ACCESS_KEY", "env-id"), ("SCW_SECRET_KEY", "env-key")];
        let block = [("access_key", text("id")), ("secret_key", text("key"))];
        #[rustfmt::skip]
        let rows: Vec<(Vec<(&str, Value)>, &[(&str, &str)], Result<&str, &str>)> = vec![
            (vec![], &pair, Ok("env-key")),
            (block.to_vec(), &pair, Ok("env-key")),
            (block.to_vec(), &[], Ok("key")),
            (vec![], &[], Err("no Scaleway credentials")),
            (vec![], &pair[..1], Err("there is an access key, but no secret key")),
            (block[1..].to_vec(), &[], Err("there is a secret key, but no access key")),
            (vec![("profile", text("p"))], &[], Err("the provider argument `profile` is set, but this version cannot act on it yet")),
            (vec![("secret_key", Value::Unknown), block[0].clone()], &[],
             Err("the provider argument `secret_key` is not known yet, and this needs the API")),
            (vec![("secret_key", Value::Unknown)], &pair, Ok("env-key")),
        ];
        for (block, environment, expected) in rows {
            let mut object = Settings::schema().empty_object();
            object.extend(block.into_iter().map(|(name, value)| (name.to_owned(), value)));
            let settings = Settings::from_object(&object).unwrap_or_default();
            let found = resolve(&settings, &environment.iter().copied().collect());
            let found = found.map(|key| key.expose().to_owned()).map_err(|error| error.message);
            assert_eq!(
                found,
                expected.map(str::to_owned).map_err(str::to_owned),
                "{environment:?}"
            );
        }
    }
}
