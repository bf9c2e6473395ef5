//! Who signs: what the settings say of it. What takes a call is left to the [`session`](super::session).
//!
//! The official provider's order: static credentials, else a profile; in their place the role of an instance; then, by these, roles and
//! a session of multi-factor authentication.

use super::profile::Profile;
use super::roles::{self, Sources, Step};
use super::settings::Settings;
use crate::clouds;
use crate::clouds::accounts::Accounts;
use crate::clouds::origin::Origin;
use crate::environment::Environment;
use crate::lifecycle::Error;
use crate::secret::Secret;
use crate::signing::Credentials;
use crate::tf::Attr;
use crate::world::World;

/// Who we are: where to begin, and what to become by that.
#[derive(Debug)]
pub struct Identity {
    /// The credentials to begin with.
    pub base: Base,
    /// What follows, one by means of the other.
    pub steps: Vec<Step>,
    /// The accounts that may be worked in.
    pub accounts: Accounts,
    /// The region that calls for tokens name, where it is not the provider's.
    pub region: Option<String>,
    /// All of it in a few words, without secrets.
    pub origin: String,
}

/// The credentials to begin with.
#[derive(Debug)]
pub enum Base {
    /// These.
    Fixed(Credentials),
    /// Those of the instance that we run on.
    Instance {
        /// Its role.
        role: String,
    },
    /// None: the first step needs none.
    Nobody,
}

/// Finds out who we are. `profile` is what [`profile`] found.
///
/// # Errors
///
/// Where there are no credentials, half a pair, or a source is of no use. It stands until the first call needs it, and no other
/// identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment, profile: Option<Profile>) -> Result<Identity, Error> {
    let accounts = Accounts::of(&settings.allowed_account_ids, &settings.forbidden_account_ids)?;
    let sources = Sources { settings, environment };
    if let Some((pod, region)) = sources.pod()? {
        return Ok(Identity {
            base: Base::Nobody,
            steps: vec![Step::WebIdentity(pod)],
            accounts,
            region: Some(region),
            origin: "the pod's identity".to_owned(),
        });
    }
    let (mut origins, mut steps) = (Vec::new(), Vec::new());
    let mut base = Base::Nobody;
    if let Some((credentials, origin)) = fixed(settings, environment)? {
        base = Base::Fixed(credentials);
        origins.push(origin.to_string());
    } else if let Some(profile) = profile {
        origins.push(profile.origin.to_string());
        base = Base::Fixed(profile.credentials);
        if let Some((role_arn, session_name)) = profile.role {
            origins.push("`role-arn` there".to_owned());
            steps.push(Step::Role(roles::of_profile(role_arn, session_name)));
        }
    }
    if let Some(role) = sources.text(
        "cam_role_name",
        &settings.cam_role_name,
        Some("TENCENTCLOUD_CAM_ROLE_NAME"),
    )? {
        origins = vec![format!("the instance's role \"{role}\"")];
        steps.clear();
        base = Base::Instance { role };
    }
    for (step, origin) in sources.steps()? {
        if matches!(step, Step::Saml(_) | Step::WebIdentity(_)) {
            base = Base::Nobody;
            origins.clear();
            steps.clear();
        }
        origins.push(origin.to_owned());
        steps.push(step);
    }
    let needs_others = !matches!(steps.first(), Some(Step::Saml(_) | Step::WebIdentity(_)));
    if matches!(base, Base::Nobody) && needs_others {
        return Err(no_credentials());
    }
    Ok(Identity {
        base,
        steps,
        accounts,
        region: None,
        origin: origins.join(", then "),
    })
}

/// The profile, which counts where neither the provider block nor the environment has any part of static credentials.
///
/// # Errors
///
/// As with [`Profile::find`].
pub fn profile(settings: &Settings, world: &World) -> Result<Option<Profile>, Error> {
    let block = [
        settings.secret_id.is_null(),
        settings.secret_key.is_null(),
        settings.security_token.is_null(),
    ];
    let variables = [SECRET_ID, SECRET_KEY, SECURITY_TOKEN];
    let is_free = block.into_iter().all(|is_null| is_null) && world.environment.first(&variables).is_none();
    if is_free {
        Profile::find(settings, world)
    } else {
        Ok(None)
    }
}

impl Identity {
    /// Whether its credentials never change.
    pub fn is_static(&self) -> bool {
        matches!(self.base, Base::Fixed(_)) && self.steps.is_empty()
    }

    /// What tells its account from others, as far as that can be told without a call.
    pub fn account(&self) -> String {
        match &self.base {
            Base::Fixed(credentials) => format!("{} {}", credentials.access_key_id, self.origin),
            Base::Instance { .. } | Base::Nobody => self.origin.clone(),
        }
    }
}

const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
const SECURITY_TOKEN: &str = "TENCENTCLOUD_SECURITY_TOKEN";

/// Each value of the provider block, else of the environment.
fn fixed(settings: &Settings, environment: &Environment) -> Result<Option<(Credentials, Origin)>, Error> {
    if settings.security_token.is_unknown() {
        return Err(clouds::not_known_yet("security_token"));
    }
    let secret_id = match &settings.secret_id {
        Attr::Unknown => return Err(clouds::not_known_yet("secret_id")),
        Attr::Known(id) => Some(id.clone()),
        Attr::Null => environment.get(SECRET_ID).map(str::to_owned),
    };
    let secret_key = match &settings.secret_key {
        Attr::Unknown => return Err(clouds::not_known_yet("secret_key")),
        Attr::Known(key) => Some(key.clone()),
        Attr::Null => environment.get(SECRET_KEY).map(Secret::new),
    };
    let session_token = settings.security_token.known().cloned();
    match (secret_id.filter(|id| !id.is_empty()), secret_key) {
        (Some(access_key_id), Some(secret_access_key)) => Ok(Some((
            Credentials {
                access_key_id,
                secret_access_key,
                session_token: session_token.or_else(|| environment.get(SECURITY_TOKEN).map(Secret::new)),
            },
            Origin::of("secret_id", &settings.secret_id, SECRET_ID),
        ))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(half("secret_id", SECRET_ID, "secret_key", SECRET_KEY)),
        (None, Some(_)) => Err(half("secret_key", SECRET_KEY, "secret_id", SECRET_ID)),
    }
}

fn no_credentials() -> Error {
    clouds::not_configured(
        "no Tencent Cloud credentials",
        "Set `secret_id` and `secret_key` in the provider block, or the environment variables TENCENTCLOUD_SECRET_ID and \
         TENCENTCLOUD_SECRET_KEY, or log in with `tccli auth login`.",
    )
}

fn half(found: &str, found_variable: &str, lacking: &str, lacking_variable: &str) -> Error {
    clouds::not_configured(
        format!("there is `{found}` (or {found_variable}), but no `{lacking}` (or {lacking_variable})"),
        "Set both, or neither.",
    )
}

#[cfg(test)]
mod tests;
