//! Who signs: what the provider block, the environment and the profile say of it. What takes a call is left to the
//! [`session`](crate::clouds::aws::auth::session).
//!
//! The official provider's order: static credentials of the block, else a profile that the block names, else the environment's keys and its
//! web identity, else the profile; then the container and the instance that we run on. By these, the block's roles, one after the other.

use super::external::CONTAINER_URLS;
use super::metadata::Metadata;
use super::process::Process;
use super::profile::Profile;
use super::profile_chain::of_profile;
use super::roles::{self, Role, WebIdentity};
use crate::clouds::aws::provider_block::Settings;
use crate::clouds::shared::accounts::Accounts;
use crate::clouds::shared::errors;
use crate::clouds::shared::sourced::Origin;
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::secret::Secret;
use crate::signing::Credentials;

/// Who we are: where to begin, and what to become by that.
#[derive(Debug)]
pub struct Identity {
    /// Where to begin, and what to become.
    pub start: Start,
    /// The accounts that may be worked in.
    pub accounts: Accounts,
}

/// Where to begin, and what to become by that.
#[derive(Debug)]
pub struct Start {
    /// The credentials to begin with.
    pub base: Base,
    /// What follows, one by means of the other.
    pub steps: Vec<Step>,
    /// All of it in a few words each, without secrets.
    origins: Vec<String>,
}

/// The credentials to begin with.
#[derive(Debug)]
pub enum Base {
    /// These.
    Fixed(Credentials),
    /// Those that a command prints.
    Process(Process),
    /// Those of a role that the vendor's single sign-on lets us act in.
    Sso(Sso),
    /// Those of the container that we run in.
    Container,
    /// Those of the instance that we run on.
    Instance,
    /// None: the first step needs none.
    Nobody,
}

/// A role of the vendor's single sign-on. Its token is the one that `aws sso login` left behind.
#[derive(Clone, Debug)]
pub struct Sso {
    /// The account.
    pub account_id: String,
    /// The role in it.
    pub role_name: String,
    /// The portal.
    pub start_url: String,
    /// The portal's region.
    pub region: String,
    /// The session of the shared config file whose token can be renewed; none in the older form.
    pub session: Option<String>,
}

/// A way to temporary credentials.
#[derive(Debug)]
pub enum Step {
    /// A role, by other credentials.
    Role(Role),
    /// A role, by a token.
    WebIdentity(WebIdentity),
}

/// What there is to find out from who we are.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The provider block.
    pub settings: &'a Settings,
    /// The environment.
    pub environment: &'a Environment,
    /// The profile that counts.
    pub profile: &'a Profile,
    /// Whether and where the instance is asked.
    pub metadata: &'a Metadata,
}

/// Finds out who we are.
///
/// # Errors
///
/// Where there are no credentials, half a pair, or a source is of no use. It stands until the first call needs it, and no other
/// identity is tried instead.
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
        accounts: Accounts::of(&settings.allowed_account_ids, &settings.forbidden_account_ids)?,
    })
}

impl Identity {
    /// All of it in a few words, without secrets.
    pub fn origin(&self) -> String {
        self.start.origins.join(", then ")
    }

    /// Whether its credentials never change.
    pub fn is_static(&self) -> bool {
        matches!(self.start.base, Base::Fixed(_)) && self.start.steps.is_empty()
    }

    /// What tells its account from others, as far as that can be told without a call.
    pub fn account(&self) -> String {
        match &self.start.base {
            Base::Fixed(credentials) => format!("{} {}", credentials.access_key_id, self.origin()),
            _ => self.origin(),
        }
    }
}

impl Start {
    /// These credentials.
    pub(super) fn with(base: Base, origin: String) -> Self {
        Self {
            base,
            steps: Vec::new(),
            origins: vec![origin],
        }
    }

    /// A role, by a token.
    pub(super) fn by_token(identity: WebIdentity, origin: String) -> Self {
        let role = format!("the role {}", identity.role_arn);
        Self {
            base: Base::Nobody,
            steps: vec![Step::WebIdentity(identity)],
            origins: vec![origin, role],
        }
    }

    /// A role, by this.
    pub(super) fn then(mut self, role: Role) -> Self {
        self.origins.push(format!("the role {}", role.role_arn));
        self.steps.push(Step::Role(role));
        self
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
        if let Some(start) = of_environment(environment)? {
            return Ok(start);
        }
        if let Some(identity) = roles::of_environment(environment)? {
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

/// The environment's keys, where it has any.
pub(super) fn of_environment(environment: &Environment) -> Result<Option<Start>, Error> {
    match (
        environment.text("AWS_ACCESS_KEY_ID")?,
        environment.text("AWS_SECRET_ACCESS_KEY")?,
    ) {
        (Some(access_key), Some(secret_key)) => {
            let credentials = Credentials {
                access_key_id: access_key.to_owned(),
                secret_access_key: Secret::new(secret_key),
                session_token: environment.text("AWS_SESSION_TOKEN")?.map(Secret::new),
            };
            let origin = Origin::Variable("AWS_ACCESS_KEY_ID").to_string();
            Ok(Some(Start::with(Base::Fixed(credentials), origin)))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(errors::not_configured(
            "the environment has AWS_ACCESS_KEY_ID, but no AWS_SECRET_ACCESS_KEY",
            "Set both, or neither.",
        )),
        (None, Some(_)) => Err(errors::not_configured(
            "the environment has AWS_SECRET_ACCESS_KEY, but no AWS_ACCESS_KEY_ID",
            "Set both, or neither.",
        )),
    }
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
