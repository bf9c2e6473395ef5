//! Who signs: what the settings say of it. What takes a call is left to the [`session`](crate::clouds::tencentcloud::auth::session).
//!
//! The official provider's order: static credentials, else a profile; in their place the role of an instance; then, by these, roles and
//! a session of multi-factor authentication.

use super::profile::Profile;
use super::roles::{self, Sources, Step};
use crate::clouds::shared::accounts::Accounts;
use crate::clouds::shared::errors;
use crate::clouds::shared::setting::{Setting, no_file};
use crate::clouds::shared::sourced::Origin;
use crate::clouds::tencentcloud::provider_block::Settings;
use crate::clouds::tencentcloud::setting_sources::{CAM_ROLE_NAME, SECRET_ID, SECRET_KEY, SECURITY_TOKEN};
use crate::framework::Error;
use crate::host::Host;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::secret::Secret;
use crate::signing::Credentials;

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
    None,
}

/// Finds out who we are. `profile` is what [`profile`] found.
///
/// # Errors
///
/// Where there are no credentials, half a pair, or a source cannot be used. It stands until the first call needs it, and no other
/// identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment, profile: Option<Profile>) -> Result<Identity, Error> {
    let accounts = Accounts::from_lists(&settings.allowed_account_ids, &settings.forbidden_account_ids)?;
    let sources = Sources { settings, environment };
    if let Some((pod, region)) = sources.pod()? {
        return Ok(Identity {
            base: Base::None,
            steps: vec![Step::WebIdentity(pod)],
            accounts,
            region: Some(region),
            origin: "the pod's identity".to_owned(),
        });
    }
    let (mut origins, mut steps) = (Vec::new(), Vec::new());
    let mut base = Base::None;
    let mut lacking = None;
    if let Some(profile) = profile {
        origins.push(profile.origin.to_string());
        match profile.credentials {
            Ok(credentials) => base = Base::Fixed(credentials),
            // Nobody may need them.
            Err(error) => lacking = Some(error),
        }
        if let Some((role_arn, session_name)) = profile.role {
            origins.push("`role-arn` there".to_owned());
            steps.push(Step::Role(roles::of_profile(role_arn, session_name)));
        }
    } else if let Some((credentials, origin)) = fixed(settings, environment)? {
        base = Base::Fixed(credentials);
        origins.push(origin.to_string());
    }
    if let Some(role) = sources.find(&CAM_ROLE_NAME, &settings.cam_role_name)? {
        origins = vec![format!("the instance's role \"{role}\"")];
        steps.clear();
        base = Base::Instance { role };
    }
    for (step, origin) in sources.steps()? {
        if matches!(step, Step::Saml(_) | Step::WebIdentity(_)) {
            base = Base::None;
            origins.clear();
            steps.clear();
        }
        origins.push(origin.to_owned());
        steps.push(step);
    }
    let needs_others = !matches!(steps.first(), Some(Step::Saml(_) | Step::WebIdentity(_)));
    if matches!(base, Base::None) && needs_others {
        return Err(lacking.unwrap_or_else(no_credentials));
    }
    Ok(Identity {
        base,
        steps,
        accounts,
        region: None,
        origin: origins.join(", then "),
    })
}

/// The profile, which counts where neither the provider block nor the environment has any part of static credentials. An argument that
/// is written and empty keeps the environment from being looked at before the profile, as with the official provider.
///
/// # Errors
///
/// As with [`Profile::find`].
pub fn profile(settings: &Settings, host: &Host) -> Result<Option<Profile>, Error> {
    let block = [
        written(&settings.secret_id, String::as_str),
        written(&settings.secret_key, Secret::expose),
        written(&settings.security_token, Secret::expose),
    ];
    let variables = [SECRET_ID, SECRET_KEY, SECURITY_TOKEN].map(|setting| setting.variables);
    let is_free = match block {
        _ if block.contains(&Written::Something) => false,
        _ if block.contains(&Written::Empty) => true,
        _ => host.environment.first_text(&variables.concat())?.is_none(),
    };
    if is_free {
        Profile::find(settings, host)
    } else {
        Ok(None)
    }
}

/// What is written of an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Nothing,
    Empty,
    Something,
}

fn written<T>(argument: &Attr<T>, text: fn(&T) -> &str) -> Written {
    match argument {
        Attr::Null => Written::Nothing,
        Attr::Known(value) if text(value).is_empty() => Written::Empty,
        Attr::Known(_) | Attr::Unknown => Written::Something,
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
            Base::Instance { .. } | Base::None => self.origin.clone(),
        }
    }
}

/// Each value of the provider block, else of the environment.
fn fixed(settings: &Settings, environment: &Environment) -> Result<Option<(Credentials, Origin)>, Error> {
    let id_of_block = not_empty(&settings.secret_id, String::as_str);
    let key_of_block = not_empty(&settings.secret_key, Secret::expose);
    let token_of_block = not_empty(&settings.security_token, Secret::expose);
    // An empty token beside an id is none, as with the official provider.
    let has_no_token = !id_of_block.is_null() && token_of_block.is_null() && !settings.security_token.is_null();
    let secret_id = SECRET_ID.resolve(&id_of_block, environment, no_file)?;
    let secret_key = SECRET_KEY.resolve(&key_of_block, environment, no_file)?;
    let session_token = if has_no_token {
        None
    } else {
        SECURITY_TOKEN.resolve(&token_of_block, environment, no_file)?
    };
    match (secret_id, secret_key) {
        (Some(secret_id), Some(secret_key)) => Ok(Some((
            Credentials {
                access_key_id: secret_id.value,
                secret_access_key: secret_key.value,
                session_token: session_token.map(|token| token.value),
            },
            secret_id.origin,
        ))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(half(&SECRET_ID, &SECRET_KEY)),
        (None, Some(_)) => Err(half(&SECRET_KEY, &SECRET_ID)),
    }
}

fn not_empty<T: Clone>(argument: &Attr<T>, text: fn(&T) -> &str) -> Attr<T> {
    match argument {
        Attr::Known(value) if text(value).is_empty() => Attr::Null,
        argument => argument.clone(),
    }
}

fn no_credentials() -> Error {
    errors::no_credentials(
        "no Tencent Cloud credentials",
        "Set `secret_id` and `secret_key` in the provider block, or the environment variables TENCENTCLOUD_SECRET_ID and \
         TENCENTCLOUD_SECRET_KEY, or log in with `tccli auth login`.",
    )
}

fn half(found: &Setting, lacking: &Setting) -> Error {
    let places = |setting: &Setting| format!("`{}` (or {})", setting.name(), setting.variables.join(", "));
    errors::not_configured(
        format!("there is {}, but no {}", places(found), places(lacking)),
        "Set both, or neither.",
    )
}

#[cfg(test)]
mod tests;
