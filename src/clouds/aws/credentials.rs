//! Who signs: static keys of the provider block, else of the environment.

use super::settings::Settings;
use crate::clouds::origin::{Found, Origin};
use crate::clouds::{self, Presence};
use crate::environment::Environment;
use crate::lifecycle::Error;
use crate::secret::Secret;
use crate::signing::Credentials;
use crate::tf::Attr;

/// Finds the credentials.
///
/// # Errors
///
/// Where there are none, half a pair, or settings that ask for an identity this version cannot take on. It stands until the
/// first call needs it, and no other identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment) -> Result<Found<Credentials>, Error> {
    refuse_other_identities(settings)?;
    let written = !(settings.access_key.is_null() && settings.secret_key.is_null() && settings.token.is_null());
    if written {
        let origin = Origin::Argument("access_key");
        return of_block(settings).map(|value| Found { value, origin });
    }
    if !settings.profile.is_null() {
        return Err(clouds::not_supported_yet("profile"));
    }
    let origin = Origin::Variable("AWS_ACCESS_KEY_ID");
    of_environment(environment).map(|value| Found { value, origin })
}

fn of_block(settings: &Settings) -> Result<Credentials, Error> {
    let access_key = written("access_key", &settings.access_key, "secret_key")?;
    let secret_key = written("secret_key", &settings.secret_key, "access_key")?;
    if settings.token.is_unknown() {
        return Err(clouds::not_known_yet("token"));
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
        (None, None) => Err(clouds::not_configured(
            "no AWS credentials",
            "Set `access_key` and `secret_key` in the provider block, or the environment variables AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY.",
        )),
        (Some(_), None) => Err(clouds::not_configured(
            "the environment has AWS_ACCESS_KEY_ID, but no AWS_SECRET_ACCESS_KEY",
            "Set both, or neither.",
        )),
        (None, Some(_)) => Err(clouds::not_configured(
            "the environment has AWS_SECRET_ACCESS_KEY, but no AWS_ACCESS_KEY_ID",
            "Set both, or neither.",
        )),
    }
}

fn refuse_other_identities(settings: &Settings) -> Result<(), Error> {
    clouds::refuse([
        ("assume_role", Presence::of_blocks(&settings.assume_role)),
        (
            "assume_role_with_web_identity",
            Presence::of_blocks(&settings.assume_role_with_web_identity),
        ),
        (
            "allowed_account_ids",
            Presence::of_argument(&settings.allowed_account_ids),
        ),
        (
            "forbidden_account_ids",
            Presence::of_argument(&settings.forbidden_account_ids),
        ),
    ])
}

fn written<'a, T>(name: &str, value: &'a Attr<T>, other: &str) -> Result<&'a T, Error> {
    match value {
        Attr::Known(value) => Ok(value),
        Attr::Unknown => Err(clouds::not_known_yet(name)),
        Attr::Null => Err(clouds::not_configured(
            format!("the provider block has `{other}` or `token`, but no `{name}`"),
            "Set both `access_key` and `secret_key`, or neither.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::block::Block;
    use crate::tf::{Object, Value};

    fn settings(values: &[(&str, Value)]) -> Settings {
        let mut object = Settings::schema().empty_object();
        object.extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Settings::from_object(&object).unwrap_or_default()
    }

    fn role() -> Value {
        let role: Object = super::super::settings::AssumeRole::schema().empty_object();
        Value::List(vec![Value::Object(role)])
    }

    #[test]
    fn the_block_goes_over_the_environment_and_nothing_is_guessed() {
        let text = Value::string;
        let pair = [("AWS_ACCESS_KEY_ID", "env-id"), ("AWS_SECRET_ACCESS_KEY", "env-key")];
        let block = [("access_key", text("id")), ("secret_key", text("key"))];
        let ids = |id: &str| Value::Set(crate::tf::value::Set::new([Value::string(id)]));
        #[rustfmt::skip]
        let rows: Vec<(Vec<(&str, Value)>, &[(&str, &str)], Result<&str, &str>)> = vec![
            (vec![], &pair, Ok("env-id")),
            (block.to_vec(), &pair, Ok("id")),
            (block.to_vec(), &[], Ok("id")),
            (vec![], &[], Err("no AWS credentials")),
            (vec![], &pair[..1], Err("the environment has AWS_ACCESS_KEY_ID, but no AWS_SECRET_ACCESS_KEY")),
            (vec![], &pair[1..], Err("the environment has AWS_SECRET_ACCESS_KEY, but no AWS_ACCESS_KEY_ID")),
            (block[..1].to_vec(), &pair, Err("the provider block has `access_key` or `token`, but no `secret_key`")),
            (block[1..].to_vec(), &pair, Err("the provider block has `secret_key` or `token`, but no `access_key`")),
            (vec![("token", text("t"))], &pair, Err("the provider block has `secret_key` or `token`, but no `access_key`")),
            (vec![("access_key", Value::Unknown), block[1].clone()], &pair,
             Err("the provider argument `access_key` is not known yet, and this needs the API")),
            (vec![("profile", text("p"))], &pair, Err("the provider argument `profile` is set, but this version cannot act on it yet")),
            (vec![("profile", text("p")), block[0].clone(), block[1].clone()], &[], Ok("id")),
            (vec![("assume_role", role())], &pair, Err("the provider argument `assume_role` is set, but this version cannot act on it yet")),
            (vec![("allowed_account_ids", ids("1"))], &pair,
             Err("the provider argument `allowed_account_ids` is set, but this version cannot act on it yet")),
        ];
        for (block, environment, expected) in rows {
            let found = resolve(&settings(&block), &environment.iter().copied().collect());
            let found = found
                .map(|credentials| credentials.value.access_key_id)
                .map_err(|error| error.message);
            assert_eq!(
                found,
                expected.map(str::to_owned).map_err(str::to_owned),
                "{environment:?}"
            );
        }
    }

    #[test]
    fn a_session_token_comes_from_where_the_pair_comes_from() {
        let environment = [
            ("AWS_ACCESS_KEY_ID", "i"),
            ("AWS_SECRET_ACCESS_KEY", "k"),
            ("AWS_SESSION_TOKEN", "t"),
        ];
        let environment = environment.into_iter().collect();
        let token = |settings: Settings| {
            let credentials = resolve(&settings, &environment).ok();
            credentials.and_then(|credentials| credentials.value.session_token.map(|token| token.expose().to_owned()))
        };
        assert_eq!(token(settings(&[])).as_deref(), Some("t"));
        let block = [("access_key", Value::string("i")), ("secret_key", Value::string("k"))];
        assert_eq!(token(settings(&block)), None);
    }
}
