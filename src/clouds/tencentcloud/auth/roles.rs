//! What to become by other credentials, or by a token: the provider block and the environment say so.

use std::collections::BTreeMap;
use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::sts::{AssumeRole, AssumeRoleWithSaml, GetSessionToken};
use crate::clouds::shared::setting::{FromText, Setting, no_file};
use crate::clouds::shared::{errors, paths};
use crate::clouds::tencentcloud::provider_block::{self, Settings};
use crate::clouds::tencentcloud::setting_sources::{
    MFA_DURATION, MFA_SERIAL_NUMBER, MFA_TOKEN_CODE, ROLE_ARN, ROLE_DURATION, ROLE_EXTERNAL_ID, ROLE_SERIAL_NUMBER,
    ROLE_SESSION_NAME, ROLE_SOURCE_IDENTITY, ROLE_TOKEN_CODE, SAML_ASSERTION, SAML_DURATION, SAML_PRINCIPAL_ARN,
    SAML_ROLE_ARN, SAML_SESSION_NAME, WEB_DURATION, WEB_PROVIDER_ID, WEB_ROLE_ARN, WEB_ROLE_ARN_FILE, WEB_SESSION_NAME,
    WEB_TOKEN, WEB_TOKEN_FILE,
};
use crate::framework::Error;
use crate::host::Read;
use crate::host::environment::Environment;
use crate::schema::Attr;
use crate::secret::Secret;

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

impl WebIdentity {
    /// Makes sure that its files say something at present.
    ///
    /// # Errors
    ///
    /// If one of them is invalid.
    pub(in crate::clouds::tencentcloud) fn check(&self, read: Read) -> Result<(), Error> {
        self.token.read(read).and_then(|_| self.role_arn.read(read)).map(drop)
    }
}

impl Text {
    /// The text itself.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn read(&self, read: Read) -> Result<Secret, Error> {
        let (file, entry) = match self {
            Self::Given(text) => return Ok(text.clone()),
            Self::Entry { file, entry } => (file, Some(entry)),
            Self::File(file) => (file, None),
        };
        let unusable = |why: &str| {
            errors::not_configured(
                format!("the file {} cannot be used: {why}", file.display()),
                "No other credentials were tried. Check its value.",
            )
        };
        let bytes = read(file).map_err(|error| unusable(&format!("it cannot be read ({error})")))?;
        let text = str::from_utf8(&bytes).map_err(|_| unusable("it is not UTF-8"))?;
        let Some(entry) = entry else {
            let text = text.trim();
            return if text.is_empty() {
                Err(unusable("it is empty"))
            } else {
                Ok(Secret::new(text))
            };
        };
        let mut entries: BTreeMap<String, Secret> =
            serde_json::from_str(text).map_err(|_| unusable("it is not a JSON object of strings"))?;
        let text = entries.remove(*entry).filter(|text| !text.expose().is_empty());
        text.ok_or_else(|| unusable(&format!("it has no entry \"{entry}\"")))
    }
}

/// The provider block and the environment, for values that stand in either.
pub(super) struct Sources<'a> {
    pub(super) settings: &'a Settings,
    pub(super) environment: &'a Environment,
}

impl Sources<'_> {
    /// A pod's own identity, in the place of all others, and the region that its calls for tokens name.
    pub(super) fn pod(&self) -> Result<Option<(WebIdentity, String)>, Error> {
        match &self.settings.enable_pod_oidc {
            Attr::Null | Attr::Known(false) => return Ok(None),
            Attr::Unknown => return Err(errors::unknown_argument("enable_pod_oidc")),
            Attr::Known(true) => {}
        }
        let variable = |name: &str| {
            let value = self.environment.text(name)?.map(str::to_owned);
            value.ok_or_else(|| {
                errors::not_configured(
                    format!("`enable_pod_oidc` is set, but the environment has no {name}"),
                    "No other credentials were tried. A pod has it when its service account is bound to a role.",
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
        Ok(Some((identity, variable("TKE_REGION")?)))
    }

    /// What to become, with what says so. The environment fills in what a block leaves out, and counts as a block where there is
    /// none.
    pub(super) fn steps(&self) -> Result<Vec<(Step, &'static str)>, Error> {
        let mut steps = Vec::new();
        let is_set = |setting: &Setting| {
            let found = setting.of_environment::<Secret>(self.environment)?;
            Ok::<_, Error>(found.is_some())
        };
        let role = only("assume_role", &self.settings.assume_role)?.cloned();
        let saml = only("assume_role_with_saml", &self.settings.assume_role_with_saml)?.cloned();
        let web = only(
            "assume_role_with_web_identity",
            &self.settings.assume_role_with_web_identity,
        )?
        .cloned();
        let mfa = only("mfa_certification", &self.settings.mfa_certification)?.cloned();
        let is_quiet = role.is_none() && saml.is_none() && web.is_none();
        let of_environment = is_quiet && is_set(&ROLE_ARN)? && is_set(&ROLE_SESSION_NAME)?;
        let is_saml = of_environment && is_set(&SAML_ASSERTION)?;
        let is_web = of_environment && !is_saml && (is_set(&WEB_TOKEN)? || is_set(&WEB_TOKEN_FILE)?);
        let is_role = of_environment && !is_saml && !is_web;
        let origin = |is_block: bool, block: &'static str| if is_block { block } else { ROLE_ARN.variables[0] };
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
        if mfa.is_some() || is_set(&MFA_SERIAL_NUMBER)? {
            steps.push((Step::Mfa(self.mfa(mfa.unwrap_or_default())?), "`mfa_certification`"));
        }
        Ok(steps)
    }

    fn role(&self, block: provider_block::AssumeRole) -> Result<AssumeRole, Error> {
        let policy = errors::known("assume_role.policy", &block.policy)?;
        Ok(AssumeRole {
            role_arn: self.required(&ROLE_ARN, &block.role_arn)?,
            role_session_name: self.required(&ROLE_SESSION_NAME, &block.session_name)?,
            duration_seconds: self.seconds(&ROLE_DURATION, &block.session_duration, ROLE_SECONDS)?,
            policy: policy.map(|policy| encoded_policy(policy)),
            external_id: self.find(&ROLE_EXTERNAL_ID, &block.external_id)?,
            source_identity: self.find(&ROLE_SOURCE_IDENTITY, &block.source_identity)?,
            serial_number: self.find(&ROLE_SERIAL_NUMBER, &block.serial_number)?,
            token_code: self.find(&ROLE_TOKEN_CODE, &block.token_code)?,
        })
    }

    fn saml(&self, block: provider_block::AssumeRoleWithSaml) -> Result<AssumeRoleWithSaml, Error> {
        Ok(AssumeRoleWithSaml {
            saml_assertion: self.required(&SAML_ASSERTION, &block.saml_assertion)?,
            principal_arn: self.required(&SAML_PRINCIPAL_ARN, &block.principal_arn)?,
            role_arn: self.required(&SAML_ROLE_ARN, &block.role_arn)?,
            role_session_name: self.required(&SAML_SESSION_NAME, &block.session_name)?,
            duration_seconds: self.seconds(&SAML_DURATION, &block.session_duration, ROLE_SECONDS)?,
        })
    }

    fn web_identity(&self, block: provider_block::AssumeRoleWithWebIdentity) -> Result<WebIdentity, Error> {
        let file = |setting, argument| -> Result<Option<PathBuf>, Error> {
            let path: Option<String> = self.find(setting, argument)?;
            Ok(path.map(|path| paths::expanded(&path, self.environment.home())))
        };
        let token = self.find(&WEB_TOKEN, &block.web_identity_token)?;
        let token = match (token, file(&WEB_TOKEN_FILE, &block.web_identity_token_file)?) {
            (Some(token), _) => Text::Given(token),
            (None, Some(file)) => Text::Entry {
                file,
                entry: "web_identity_token",
            },
            (None, None) => return Err(WEB_TOKEN.missing()),
        };
        let role_arn = self.find(&WEB_ROLE_ARN, &block.role_arn)?;
        let role_arn = match (role_arn, file(&WEB_ROLE_ARN_FILE, &block.role_arn_file)?) {
            (Some(role_arn), _) => Text::Given(Secret::new(role_arn)),
            (None, Some(file)) => Text::Entry {
                file,
                entry: "role_arn",
            },
            (None, None) => return Err(WEB_ROLE_ARN.missing()),
        };
        Ok(WebIdentity {
            provider_id: self.required(&WEB_PROVIDER_ID, &block.provider_id)?,
            token,
            role_arn,
            session_name: self.required(&WEB_SESSION_NAME, &block.session_name)?,
            duration: self.seconds(&WEB_DURATION, &block.session_duration, ROLE_SECONDS)?,
        })
    }

    fn mfa(&self, block: provider_block::MfaCertification) -> Result<GetSessionToken, Error> {
        Ok(GetSessionToken {
            serial_number: self.required(&MFA_SERIAL_NUMBER, &block.serial_number)?,
            token_code: self.required(&MFA_TOKEN_CODE, &block.token_code)?,
            duration_seconds: self.seconds(&MFA_DURATION, &block.duration_seconds, (1800, 129_600))?,
        })
    }

    pub(super) fn find<T: FromText>(&self, setting: &Setting, argument: &Attr<T>) -> Result<Option<T>, Error> {
        let found = setting.resolve(argument, self.environment, no_file)?;
        Ok(found.map(|found| found.value))
    }

    fn required<T: FromText>(&self, setting: &Setting, argument: &Attr<T>) -> Result<T, Error> {
        let found = setting.require(argument, self.environment, no_file)?;
        Ok(found.value)
    }

    fn seconds(&self, setting: &Setting, argument: &Attr<i64>, limits: (i64, i64)) -> Result<i64, Error> {
        let (default, most) = limits;
        let (found, origin) = match errors::known(setting.name(), argument)? {
            Some(seconds) => (Some(*seconds), format!("`{}`", setting.name())),
            None => match setting.of_environment::<String>(self.environment)? {
                Some(found) => (found.value.parse().ok(), found.origin.to_string()),
                None => return Ok(default),
            },
        };
        // None, as the vendor counts it, is the default.
        match found {
            Some(0) => Ok(default),
            Some(seconds) if (0..=most).contains(&seconds) => Ok(seconds),
            _ => Err(errors::not_configured(
                format!("{origin} is not a number of seconds from 0 to {most}"),
                "Correct it, or leave it out.",
            )),
        }
    }
}

/// The role of a profile.
pub(super) fn of_profile(role_arn: String, session_name: Option<String>) -> AssumeRole {
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

/// The one block of its kind, where there is one.
fn only<'a, T>(name: &str, blocks: &'a Attr<Vec<T>>) -> Result<Option<&'a T>, Error> {
    match blocks {
        Attr::Unknown => Err(errors::unknown_argument(name)),
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

/// How long roles are assumed for, in seconds, and at most.
const ROLE_SECONDS: (i64, i64) = (7200, 43_200);

#[cfg(test)]
mod tests;
