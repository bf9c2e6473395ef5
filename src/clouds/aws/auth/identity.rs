//! Where credentials come from, resolved without a call. The [`session`](crate::clouds::aws::auth::session) makes the calls.
//!
//! The order of the official provider: static credentials of the block, a profile that the block names, static credentials and web identity
//! of the environment, the profile, the container, the instance. With these the roles of the block are assumed, one after the other.

use super::external::CONTAINER_URLS;
use super::metadata::Metadata;
use super::profile::Profile;
use super::profile_chain::of_profile;
use super::start::{Base, Start, Step};
use super::{environment, roles};
use crate::clouds::aws::provider_block::Settings;
use crate::clouds::shared::accounts::Accounts;
use crate::clouds::shared::errors;
use crate::clouds::shared::sourced::Origin;
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::signing::Credentials;

/// The credentials to start with, the roles to assume, and the allowed accounts.
#[derive(Debug)]
pub struct Identity {
    /// The credentials to start with, and the roles to assume.
    pub start: Start,
    /// The allowed accounts.
    pub accounts: Accounts,
}

/// What credentials are resolved from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The provider block.
    pub settings: &'a Settings,
    /// The environment.
    pub environment: &'a Environment,
    /// The selected profile.
    pub profile: &'a Profile,
    /// Whether and where the instance metadata service is called.
    pub metadata: &'a Metadata,
}

/// Resolves the source of credentials.
///
/// # Errors
///
/// If there are no credentials, one of a pair is missing, or a source is invalid. No other source is tried instead. The error is reported
/// once a call needs credentials.
pub fn resolve(sources: &Sources<'_>) -> Result<Identity, Error> {
    let Sources {
        settings, environment, ..
    } = sources;
    let start = match roles::of_web_identity_block(settings, environment)? {
        Some(identity) => Start::by_token(identity, "`assume_role_with_web_identity`".to_owned()),
        None => start(sources)?,
    };
    Ok(Identity {
        start: roles::of_block(settings)?.into_iter().fold(start, Start::then),
        accounts: Accounts::from_lists(&settings.allowed_account_ids, &settings.forbidden_account_ids)?,
    })
}

impl Identity {
    /// The sources and roles for messages, without secrets.
    pub fn origin(&self) -> String {
        self.start.origins.join(", then ")
    }

    /// Whether its credentials never change.
    pub fn is_static(&self) -> bool {
        matches!(self.start.base, Base::Fixed(_)) && self.start.steps.is_empty()
    }

    /// The account, where the role that is assumed last names it, or single sign-on.
    pub fn account_id(&self) -> Option<&str> {
        let role_arn = match self.start.steps.last() {
            Some(Step::Role(role)) => &role.role_arn,
            Some(Step::WebIdentity(identity)) => &identity.role_arn,
            None => {
                return match &self.start.base {
                    Base::Sso(sso) => Some(&sso.account_id),
                    _ => None,
                };
            }
        };
        let account = role_arn.split(':').nth(4)?;
        (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
    }

    /// A key for the account, as far as it is known without a call.
    pub fn account(&self) -> String {
        match &self.start.base {
            Base::Fixed(credentials) => format!("{} {}", credentials.access_key_id, self.origin()),
            _ => self.origin(),
        }
    }
}

fn start(sources: &Sources<'_>) -> Result<Start, Error> {
    let Sources {
        settings,
        environment,
        profile,
        metadata,
    } = sources;
    if !(settings.access_key.is_null() && settings.secret_key.is_null() && settings.token.is_null()) {
        return of_block(settings);
    }
    if settings.profile.is_null() {
        if let Some(start) = environment::static_keys(environment)? {
            return Ok(start);
        }
        if let Some(identity) = environment::web_identity(environment)? {
            return Ok(Start::by_token(
                identity,
                Origin::Variable("AWS_WEB_IDENTITY_TOKEN_FILE").to_string(),
            ));
        }
    }
    profile.needed()?;
    if let Some(start) = of_profile(profile, environment)? {
        return Ok(start);
    }
    if let Some((variable, _)) = environment.first_text(&CONTAINER_URLS)? {
        return Ok(Start::with(Base::Container, format!("the container ({variable})")));
    }
    if metadata.is_on() {
        return Ok(Start::with(Base::Instance, "the instance".to_owned()));
    }
    Err(none(profile))
}

fn of_block(settings: &Settings) -> Result<Start, Error> {
    let access_key = written("access_key", &settings.access_key, "secret_key")?;
    let secret_key = written("secret_key", &settings.secret_key, "access_key")?;
    let credentials = Credentials {
        access_key_id: access_key.clone(),
        secret_access_key: secret_key.clone(),
        session_token: errors::known("token", &settings.token)?.cloned(),
    };
    let origin = Origin::Argument("access_key").to_string();
    Ok(Start::with(Base::Fixed(credentials), origin))
}

fn none(profile: &Profile) -> Error {
    let what = format!(
        "no AWS credentials: neither the provider block nor the environment has any, nor has the profile \"{}\" in {}",
        profile.name(),
        profile.files()
    );
    errors::no_credentials(
        what,
        "Set `access_key` and `secret_key` or `profile` in the provider block, or the environment variables AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`.",
    )
}

fn written<'a, T>(name: &str, value: &'a Attr<T>, other: &str) -> Result<&'a T, Error> {
    errors::known(name, value)?.ok_or_else(|| {
        errors::not_configured(
            format!("the provider block has `{other}` or `token`, but no `{name}`"),
            "Set both `access_key` and `secret_key`, or neither.",
        )
    })
}

#[cfg(test)]
mod tests;
