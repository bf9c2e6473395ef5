//! Who signs: what the settings say of it. What takes a call is left to the [`session`](super::session).
//!
//! The official provider's order: static credentials, else a profile; in their place the role of an instance; then, by these, roles and
//! a session of multi-factor authentication.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::profile::Profile;
use super::settings::Settings;
use super::sts::{AssumeRole, AssumeRoleWithSaml, GetSessionToken};
use crate::clouds;
use crate::clouds::origin::Origin;
use crate::environment::Environment;
use crate::lifecycle::{Error, Kind};
use crate::secret::Secret;
use crate::signing::Credentials;
use crate::tf::Attr;
use crate::world::{Read, World};

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

/// A way to temporary credentials.
#[derive(Debug)]
pub enum Step {
    /// A role, by other credentials.
    Role(AssumeRole),
    /// A role, by an assertion.
    Saml(AssumeRoleWithSaml),
    /// A role, by a token.
    WebIdentity(WebIdentity),
    /// A session, by other credentials and a device.
    Mfa(GetSessionToken),
}

/// A role to assume with a token that may be another one each time.
#[derive(Debug)]
pub struct WebIdentity {
    /// The identity provider.
    pub provider_id: String,
    /// The token.
    pub token: Text,
    /// The role.
    pub role_arn: Text,
    /// Name of the session.
    pub session_name: String,
    /// How long, in seconds.
    pub duration: i64,
}

/// A text, or where it stands.
#[derive(Debug)]
pub enum Text {
    /// This one.
    Given(Secret),
    /// An entry of a file in JSON.
    Entry {
        /// The file.
        file: PathBuf,
        /// The entry.
        entry: &'static str,
    },
    /// A whole file.
    File(PathBuf),
}

/// The accounts that may be worked in.
#[derive(Debug, Default)]
pub struct Accounts {
    allowed: Option<BTreeSet<String>>,
    forbidden: BTreeSet<String>,
}

/// Finds out who we are. `profile` is what [`profile`] found.
///
/// # Errors
///
/// Where there are no credentials, half a pair, or a source is of no use. It stands until the first call needs it, and no other
/// identity is tried instead.
pub fn resolve(settings: &Settings, environment: &Environment, profile: Option<Profile>) -> Result<Identity, Error> {
    let accounts = Accounts::of(settings)?;
    let sources = Sources { settings, environment };
    if let Some(pod) = sources.pod()? {
        return Ok(Identity { accounts, ..pod });
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
            steps.push(Step::Role(of_profile(role_arn, session_name)));
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

impl Accounts {
    fn of(settings: &Settings) -> Result<Self, Error> {
        let list = |name, list: &Attr<BTreeSet<String>>| match list {
            Attr::Unknown => Err(clouds::not_known_yet(name)),
            Attr::Null => Ok(None),
            Attr::Known(accounts) => Ok(Some(accounts.clone())),
        };
        let allowed = list("allowed_account_ids", &settings.allowed_account_ids)?;
        let forbidden = list("forbidden_account_ids", &settings.forbidden_account_ids)?;
        if allowed.is_some() && forbidden.is_some() {
            return Err(clouds::not_configured(
                "`allowed_account_ids` and `forbidden_account_ids` exclude each other",
                "Keep one of them.",
            ));
        }
        let forbidden = forbidden.unwrap_or_default();
        Ok(Self { allowed, forbidden })
    }

    /// Whether it matters which account it is.
    pub fn are_restricted(&self) -> bool {
        self.allowed.is_some() || !self.forbidden.is_empty()
    }

    /// Makes sure that an account may be worked in.
    ///
    /// # Errors
    ///
    /// Where it may not.
    pub fn check(&self, account: &str) -> Result<(), Error> {
        let is_allowed = self.allowed.as_ref().is_none_or(|allowed| allowed.contains(account));
        if is_allowed && !self.forbidden.contains(account) {
            return Ok(());
        }
        let what = format!("the credentials belong to the account {account}, which the provider block does not allow");
        let advice =
            "Nothing was done. Use other credentials, or change `allowed_account_ids` or `forbidden_account_ids`.";
        Err(Error::new("GetCallerIdentity", Kind::Denied, what).advise(advice))
    }
}

impl Text {
    /// The text itself.
    ///
    /// # Errors
    ///
    /// Where the file is of no use.
    pub fn read(&self, read: Read) -> Result<Secret, Error> {
        let (file, entry) = match self {
            Self::Given(text) => return Ok(text.clone()),
            Self::Entry { file, entry } => (file, Some(entry)),
            Self::File(file) => (file, None),
        };
        let unusable = |why: &str| {
            clouds::not_configured(
                format!("the file {} is of no use: {why}", file.display()),
                "Nothing was done under another identity. Check what stands there.",
            )
        };
        let bytes = read(file).map_err(|error| unusable(&format!("it cannot be read ({error})")))?;
        let text = str::from_utf8(&bytes).map_err(|_| unusable("it is no UTF-8"))?;
        let Some(entry) = entry else {
            return Ok(Secret::new(text.trim()));
        };
        let mut entries: BTreeMap<String, Secret> =
            serde_json::from_str(text).map_err(|_| unusable("it is no JSON object of texts"))?;
        entries
            .remove(*entry)
            .ok_or_else(|| unusable(&format!("it has no entry \"{entry}\"")))
    }
}

const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
const SECURITY_TOKEN: &str = "TENCENTCLOUD_SECURITY_TOKEN";

/// How long roles are assumed for, in seconds, and at most.
const ROLE_SECONDS: (i64, i64) = (7200, 43_200);

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

fn of_profile(role_arn: String, session_name: Option<String>) -> AssumeRole {
    AssumeRole {
        role_arn,
        role_session_name: session_name.unwrap_or_else(|| "terraform".to_owned()),
        duration_seconds: ROLE_SECONDS.0,
        policy: None,
        external_id: None,
        source_identity: None,
        serial_number: None,
        token_code: None,
    }
}

/// The provider block and the environment, for values that stand in either.
struct Sources<'a> {
    settings: &'a Settings,
    environment: &'a Environment,
}

impl Sources<'_> {
    /// A pod's own identity, in the place of all others.
    fn pod(&self) -> Result<Option<Identity>, Error> {
        match &self.settings.enable_pod_oidc {
            Attr::Null | Attr::Known(false) => return Ok(None),
            Attr::Unknown => return Err(clouds::not_known_yet("enable_pod_oidc")),
            Attr::Known(true) => {}
        }
        let variable = |name: &str| {
            let value = self.environment.get(name).map(str::to_owned);
            value.ok_or_else(|| {
                clouds::not_configured(
                    format!("`enable_pod_oidc` is set, but the environment has no {name}"),
                    "Nothing was done under another identity. A pod has it when its service account is bound to a role.",
                )
            })
        };
        let identity = WebIdentity {
            provider_id: variable("TKE_PROVIDER_ID")?,
            token: Text::File(variable("TKE_WEB_IDENTITY_TOKEN_FILE")?.into()),
            role_arn: Text::Given(Secret::new(variable("TKE_ROLE_ARN")?)),
            session_name: "terraform".to_owned(),
            duration: ROLE_SECONDS.0,
        };
        Ok(Some(Identity {
            base: Base::Nobody,
            steps: vec![Step::WebIdentity(identity)],
            accounts: Accounts::default(),
            region: Some(variable("TKE_REGION")?),
            origin: "the pod's identity".to_owned(),
        }))
    }

    /// What to become, with what says so. The environment fills in what a block leaves out, and counts as a block where there is
    /// none.
    fn steps(&self) -> Result<Vec<(Step, &'static str)>, Error> {
        let mut steps = Vec::new();
        let is_set = |variable| self.environment.get(variable).is_some();
        let role = only("assume_role", &self.settings.assume_role)?.cloned();
        let saml = only("assume_role_with_saml", &self.settings.assume_role_with_saml)?.cloned();
        let web = only(
            "assume_role_with_web_identity",
            &self.settings.assume_role_with_web_identity,
        )?
        .cloned();
        let mfa = only("mfa_certification", &self.settings.mfa_certification)?.cloned();
        let is_quiet = role.is_none() && saml.is_none() && web.is_none();
        let of_environment = is_quiet && is_set(ROLE_ARN) && is_set(SESSION_NAME);
        let is_saml = of_environment && is_set(SAML_ASSERTION);
        let is_web = of_environment && !is_saml && (is_set(WEB_TOKEN) || is_set(WEB_TOKEN_FILE));
        let is_role = of_environment && !is_saml && !is_web;
        let origin = |is_block: bool, block: &'static str| if is_block { block } else { ROLE_ARN };
        if role.is_some() || is_role {
            let origin = origin(role.is_some(), "`assume_role`");
            steps.push((Step::Role(self.role(role.unwrap_or_default())?), origin));
        }
        if saml.is_some() || is_saml {
            let origin = origin(saml.is_some(), "`assume_role_with_saml`");
            steps.push((Step::Saml(self.saml(saml.unwrap_or_default())?), origin));
        }
        if web.is_some() || is_web {
            let origin = origin(web.is_some(), "`assume_role_with_web_identity`");
            steps.push((Step::WebIdentity(self.web_identity(web.unwrap_or_default())?), origin));
        }
        if mfa.is_some() || is_set(MFA_SERIAL_NUMBER) {
            steps.push((Step::Mfa(self.mfa(mfa.unwrap_or_default())?), "`mfa_certification`"));
        }
        Ok(steps)
    }

    fn role(&self, block: super::settings::AssumeRole) -> Result<AssumeRole, Error> {
        Ok(AssumeRole {
            role_arn: self.required("assume_role.role_arn", &block.role_arn, ROLE_ARN)?,
            role_session_name: self.required("assume_role.session_name", &block.session_name, SESSION_NAME)?,
            duration_seconds: self.seconds(
                "assume_role.session_duration",
                &block.session_duration,
                DURATION,
                ROLE_SECONDS,
            )?,
            policy: self
                .text("assume_role.policy", &block.policy, None)?
                .map(|policy| encoded_policy(&policy)),
            external_id: self.text(
                "assume_role.external_id",
                &block.external_id,
                Some("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"),
            )?,
            source_identity: self.text(
                "assume_role.source_identity",
                &block.source_identity,
                Some("TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY"),
            )?,
            serial_number: self.text(
                "assume_role.serial_number",
                &block.serial_number,
                Some("TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER"),
            )?,
            token_code: self.secret(
                "assume_role.token_code",
                &block.token_code,
                "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE",
            )?,
        })
    }

    fn saml(&self, block: super::settings::AssumeRoleWithSaml) -> Result<AssumeRoleWithSaml, Error> {
        let assertion = "assume_role_with_saml.saml_assertion";
        let principal = "assume_role_with_saml.principal_arn";
        Ok(AssumeRoleWithSaml {
            saml_assertion: self
                .secret(assertion, &block.saml_assertion, SAML_ASSERTION)?
                .ok_or_else(|| missing(assertion, SAML_ASSERTION))?,
            principal_arn: self.required(
                principal,
                &block.principal_arn,
                "TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN",
            )?,
            role_arn: self.required("assume_role_with_saml.role_arn", &block.role_arn, ROLE_ARN)?,
            role_session_name: self.required(
                "assume_role_with_saml.session_name",
                &block.session_name,
                SESSION_NAME,
            )?,
            duration_seconds: self.seconds(
                "assume_role_with_saml.session_duration",
                &block.session_duration,
                DURATION,
                ROLE_SECONDS,
            )?,
        })
    }

    fn web_identity(&self, block: super::settings::AssumeRoleWithWebIdentity) -> Result<WebIdentity, Error> {
        let name = |argument: &str| format!("assume_role_with_web_identity.{argument}");
        let file = |argument: &str, value, variables: &[&'static str]| -> Result<Option<PathBuf>, Error> {
            let path = self.text(&name(argument), value, None)?;
            let path = path.or_else(|| self.environment.first(variables).map(|(_, path)| path.to_owned()));
            Ok(path.map(|path| clouds::expanded(&path, self.environment.home())))
        };
        let token = self.secret(&name("web_identity_token"), &block.web_identity_token, WEB_TOKEN)?;
        let token_file = file(
            "web_identity_token_file",
            &block.web_identity_token_file,
            &[WEB_TOKEN_FILE],
        )?;
        let token = match (token, token_file) {
            (Some(token), _) => Text::Given(token),
            (None, Some(file)) => Text::Entry {
                file,
                entry: "web_identity_token",
            },
            (None, None) => return Err(missing(&name("web_identity_token"), WEB_TOKEN)),
        };
        // The official provider reads the first, and some of its pages name the second.
        let of_file = [
            "TENCENTCLOUD_ASSUME_ROLE_ARNN_FILE",
            "TENCENTCLOUD_ASSUME_ROLE_ARN_FILE",
        ];
        let role_arn = self.text(&name("role_arn"), &block.role_arn, Some(ROLE_ARN))?;
        let role_arn = match (role_arn, file("role_arn_file", &block.role_arn_file, &of_file)?) {
            (Some(role_arn), _) => Text::Given(Secret::new(role_arn)),
            (None, Some(file)) => Text::Entry {
                file,
                entry: "role_arn",
            },
            (None, None) => return Err(missing(&name("role_arn"), ROLE_ARN)),
        };
        let provider_id = self.text(
            &name("provider_id"),
            &block.provider_id,
            Some("TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID"),
        )?;
        Ok(WebIdentity {
            provider_id: provider_id.unwrap_or_else(|| "OIDC".to_owned()),
            token,
            role_arn,
            session_name: self.required(&name("session_name"), &block.session_name, SESSION_NAME)?,
            duration: self.seconds(
                &name("session_duration"),
                &block.session_duration,
                DURATION,
                ROLE_SECONDS,
            )?,
        })
    }

    fn mfa(&self, block: super::settings::MfaCertification) -> Result<GetSessionToken, Error> {
        let code = "mfa_certification.token_code";
        let code_variable = "TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE";
        Ok(GetSessionToken {
            serial_number: self.required(
                "mfa_certification.serial_number",
                &block.serial_number,
                MFA_SERIAL_NUMBER,
            )?,
            token_code: self
                .secret(code, &block.token_code, code_variable)?
                .ok_or_else(|| missing(code, code_variable))?,
            duration_seconds: self.seconds(
                "mfa_certification.duration_seconds",
                &block.duration_seconds,
                "TENCENTCLOUD_MFA_CERTIFICATION_DURATION_SECONDS",
                (1800, 129_600),
            )?,
        })
    }

    fn text(&self, name: &str, value: &Attr<String>, variable: Option<&str>) -> Result<Option<String>, Error> {
        match value {
            Attr::Unknown => Err(clouds::not_known_yet(name)),
            Attr::Known(text) if !text.is_empty() => Ok(Some(text.clone())),
            _ => Ok(variable
                .and_then(|variable| self.environment.get(variable))
                .map(str::to_owned)),
        }
    }

    fn secret(&self, name: &str, value: &Attr<Secret>, variable: &str) -> Result<Option<Secret>, Error> {
        match value {
            Attr::Unknown => Err(clouds::not_known_yet(name)),
            Attr::Known(secret) if !secret.expose().is_empty() => Ok(Some(secret.clone())),
            _ => Ok(self.environment.get(variable).map(Secret::new)),
        }
    }

    fn required(&self, name: &str, value: &Attr<String>, variable: &str) -> Result<String, Error> {
        let found = self.text(name, value, Some(variable))?;
        found.ok_or_else(|| missing(name, variable))
    }

    fn seconds(&self, name: &str, value: &Attr<i64>, variable: &str, limits: (i64, i64)) -> Result<i64, Error> {
        let (default, most) = limits;
        let (found, origin) = match (value, self.environment.get(variable)) {
            (Attr::Unknown, _) => return Err(clouds::not_known_yet(name)),
            (Attr::Known(seconds), _) => (Some(*seconds), format!("`{name}`")),
            (Attr::Null, Some(text)) => (text.parse().ok(), variable.to_owned()),
            (Attr::Null, None) => (Some(default), String::new()),
        };
        // None, as the vendor counts it, is the default.
        match found {
            Some(0) => Ok(default),
            Some(seconds) if (0..=most).contains(&seconds) => Ok(seconds),
            _ => Err(clouds::not_configured(
                format!("{origin} is not a number of seconds from 0 to {most}"),
                "Correct it, or leave it out.",
            )),
        }
    }
}

const ROLE_ARN: &str = "TENCENTCLOUD_ASSUME_ROLE_ARN";
const SESSION_NAME: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME";
const DURATION: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION";
const SAML_ASSERTION: &str = "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION";
const WEB_TOKEN: &str = "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN";
const WEB_TOKEN_FILE: &str = "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE";
const MFA_SERIAL_NUMBER: &str = "TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER";

/// The one block of its kind, where there is one.
fn only<'a, T>(name: &str, blocks: &'a Attr<Vec<T>>) -> Result<Option<&'a T>, Error> {
    match blocks {
        Attr::Unknown => Err(clouds::not_known_yet(name)),
        Attr::Null => Ok(None),
        Attr::Known(blocks) => Ok(blocks.first()),
    }
}

/// The service wants a policy percent-encoded, and users write it as it is.
fn encoded_policy(policy: &str) -> String {
    if policy.trim_start().starts_with('{') {
        utf8_percent_encode(policy, NON_ALPHANUMERIC).to_string()
    } else {
        policy.to_owned()
    }
}

fn missing(argument: &str, variable: &str) -> Error {
    clouds::not_configured(
        format!("`{argument}` is needed, and neither it nor {variable} is set"),
        "Nothing was done under another identity. Set either.",
    )
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
