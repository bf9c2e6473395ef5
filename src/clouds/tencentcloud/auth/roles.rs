//! What to become by other credentials, or by a token: the provider block and the environment say so.

use crate::clouds::shared::{errors, paths};
use std::collections::BTreeMap;
use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::sts::{AssumeRole, AssumeRoleWithSaml, GetSessionToken};
use crate::clouds::tencentcloud::provider_block::{self, Settings};
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
    /// Where one of them is of no use.
    pub(in crate::clouds::tencentcloud) fn check(&self, read: Read) -> Result<(), Error> {
        self.token.read(read).and_then(|_| self.role_arn.read(read)).map(drop)
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
            errors::not_configured(
                format!("the file {} is of no use: {why}", file.display()),
                "Nothing was done under another identity. Check what stands there.",
            )
        };
        let bytes = read(file).map_err(|error| unusable(&format!("it cannot be read ({error})")))?;
        let text = str::from_utf8(&bytes).map_err(|_| unusable("it is no UTF-8"))?;
        let Some(entry) = entry else {
            let text = text.trim();
            return if text.is_empty() {
                Err(unusable("it is empty"))
            } else {
                Ok(Secret::new(text))
            };
        };
        let mut entries: BTreeMap<String, Secret> =
            serde_json::from_str(text).map_err(|_| unusable("it is no JSON object of texts"))?;
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
        Ok(Some((identity, variable("TKE_REGION")?)))
    }

    /// What to become, with what says so. The environment fills in what a block leaves out, and counts as a block where there is
    /// none.
    pub(super) fn steps(&self) -> Result<Vec<(Step, &'static str)>, Error> {
        let mut steps = Vec::new();
        let is_set = |variable| self.environment.text(variable).map(|text| text.is_some());
        let role = only("assume_role", &self.settings.assume_role)?.cloned();
        let saml = only("assume_role_with_saml", &self.settings.assume_role_with_saml)?.cloned();
        let web = only(
            "assume_role_with_web_identity",
            &self.settings.assume_role_with_web_identity,
        )?
        .cloned();
        let mfa = only("mfa_certification", &self.settings.mfa_certification)?.cloned();
        let is_quiet = role.is_none() && saml.is_none() && web.is_none();
        let of_environment = is_quiet && is_set(ROLE_ARN)? && is_set(SESSION_NAME)?;
        let is_saml = of_environment && is_set(SAML_ASSERTION)?;
        let is_web = of_environment && !is_saml && (is_set(WEB_TOKEN)? || is_set(WEB_TOKEN_FILE)?);
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
        if mfa.is_some() || is_set(MFA_SERIAL_NUMBER)? {
            steps.push((Step::Mfa(self.mfa(mfa.unwrap_or_default())?), "`mfa_certification`"));
        }
        Ok(steps)
    }

    fn role(&self, block: provider_block::AssumeRole) -> Result<AssumeRole, Error> {
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

    fn saml(&self, block: provider_block::AssumeRoleWithSaml) -> Result<AssumeRoleWithSaml, Error> {
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

    fn web_identity(&self, block: provider_block::AssumeRoleWithWebIdentity) -> Result<WebIdentity, Error> {
        let name = |argument: &str| format!("assume_role_with_web_identity.{argument}");
        let file = |argument: &str, value, variables: &[&'static str]| -> Result<Option<PathBuf>, Error> {
            let path = self.text(&name(argument), value, None)?;
            let path = match path {
                Some(path) => Some(path),
                None => self.environment.first_text(variables)?.map(|(_, path)| path.to_owned()),
            };
            Ok(path.map(|path| paths::expanded(&path, self.environment.home())))
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

    fn mfa(&self, block: provider_block::MfaCertification) -> Result<GetSessionToken, Error> {
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

    pub(super) fn text(
        &self,
        name: &str,
        value: &Attr<String>,
        variable: Option<&str>,
    ) -> Result<Option<String>, Error> {
        match value {
            Attr::Unknown => Err(errors::unknown_argument(name)),
            Attr::Known(text) => Ok(Some(text.clone())),
            Attr::Null => match variable {
                Some(variable) => Ok(self.environment.text(variable)?.map(str::to_owned)),
                None => Ok(None),
            },
        }
    }

    fn secret(&self, name: &str, value: &Attr<Secret>, variable: &str) -> Result<Option<Secret>, Error> {
        match value {
            Attr::Unknown => Err(errors::unknown_argument(name)),
            Attr::Known(secret) => Ok(Some(secret.clone())),
            Attr::Null => Ok(self.environment.text(variable)?.map(Secret::new)),
        }
    }

    fn required(&self, name: &str, value: &Attr<String>, variable: &str) -> Result<String, Error> {
        let found = self.text(name, value, Some(variable))?;
        found.ok_or_else(|| missing(name, variable))
    }

    fn seconds(&self, name: &str, value: &Attr<i64>, variable: &str, limits: (i64, i64)) -> Result<i64, Error> {
        let (default, most) = limits;
        let (found, origin) = match value {
            Attr::Unknown => return Err(errors::unknown_argument(name)),
            Attr::Known(seconds) => (Some(*seconds), format!("`{name}`")),
            Attr::Null => match self.environment.text(variable)? {
                Some(text) => (text.parse().ok(), variable.to_owned()),
                None => (Some(default), String::new()),
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

fn missing(argument: &str, variable: &str) -> Error {
    errors::not_configured(
        format!("`{argument}` is needed, and neither it nor {variable} is set"),
        "Nothing was done under another identity. Set either.",
    )
}

/// How long roles are assumed for, in seconds, and at most.
const ROLE_SECONDS: (i64, i64) = (7200, 43_200);
pub(super) const ROLE_ARN: &str = "TENCENTCLOUD_ASSUME_ROLE_ARN";
pub(super) const SESSION_NAME: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME";
pub(super) const DURATION: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION";
pub(super) const SAML_ASSERTION: &str = "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION";
pub(super) const WEB_TOKEN: &str = "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN";
pub(super) const WEB_TOKEN_FILE: &str = "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE";
pub(super) const MFA_SERIAL_NUMBER: &str = "TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER";

#[cfg(test)]
mod tests;
