//! Roles to assume, from the provider block.

use std::path::PathBuf;
use std::time::Duration;

use crate::clouds::aws::provider_block::{AssumeRole, AssumeRoleWithWebIdentity, Settings};
use crate::clouds::shared::{errors, paths};
use crate::framework::Error;
use crate::host::Read;
use crate::host::environment::Environment;
use crate::schema::attr::StringMap;
use crate::schema::{Attr, duration};
use crate::secret::Secret;

/// A role to assume with other credentials.
#[derive(Clone, Debug, Default)]
pub struct Role {
    /// ARN of the role.
    pub role_arn: String,
    /// Name of the session.
    pub session_name: Option<String>,
    /// The duration of the session.
    pub duration: Option<Duration>,
    /// The external id that the role's trust policy requires.
    pub external_id: Option<String>,
    /// A session policy in JSON.
    pub policy: Option<String>,
    /// ARNs of session policies.
    pub policy_arns: Vec<String>,
    /// The source identity.
    pub source_identity: Option<String>,
    /// Tags of the session.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that further roles in the chain inherit.
    pub transitive_tag_keys: Vec<String>,
}

/// A role to assume with a web identity token.
#[derive(Clone, Debug)]
pub struct WebIdentity {
    /// ARN of the role.
    pub role_arn: String,
    /// Name of the session.
    pub session_name: Option<String>,
    /// The duration of the session.
    pub duration: Option<Duration>,
    /// A session policy in JSON.
    pub policy: Option<String>,
    /// ARNs of session policies.
    pub policy_arns: Vec<String>,
    /// The token.
    pub token: Token,
}

/// A token of an identity provider.
#[derive(Clone, Debug)]
pub enum Token {
    /// A token from the provider block.
    Given(Secret),
    /// A file, read whenever the token is used: it is rotated.
    File(PathBuf),
}

impl Token {
    /// Reads the token.
    ///
    /// # Errors
    ///
    /// If its file cannot be read, is empty or not UTF-8.
    pub fn read(&self, read: Read) -> Result<Secret, Error> {
        let file = match self {
            Self::Given(token) => return Ok(token.clone()),
            Self::File(file) => file,
        };
        let unusable = |why: String| {
            errors::not_configured(
                format!("the web identity token file {} cannot be used: {why}", file.display()),
                "No other credentials were tried. Check its value.",
            )
        };
        let bytes = read(file).map_err(|error| unusable(format!("it cannot be read ({error})")))?;
        match str::from_utf8(&bytes).map(str::trim) {
            Ok(token) if !token.is_empty() => Ok(Secret::new(token)),
            _ => Err(unusable("it is empty or not UTF-8".to_owned())),
        }
    }
}

/// The roles of the `assume_role` blocks, in order. A single block may have no `role_arn`, as with the official provider: its value may come
/// from an input variable that is not set.
///
/// # Errors
///
/// If an argument is unknown, or one of several blocks has no `role_arn`.
pub fn of_block(settings: &Settings) -> Result<Vec<Role>, Error> {
    if names_no_role(settings) {
        return Ok(Vec::new());
    }
    let blocks = errors::known("assume_role", &settings.assume_role)?;
    blocks.into_iter().flatten().map(role).collect()
}

/// Whether there is a single `assume_role` block, without a `role_arn`.
pub fn names_no_role(settings: &Settings) -> bool {
    matches!(&settings.assume_role, Attr::Known(blocks) if matches!(blocks.as_slice(), [block] if block.role_arn.is_null()))
}

/// The role of the `assume_role_with_web_identity` block.
///
/// # Errors
///
/// As with [`of_block`], and if there is not exactly one token.
pub fn of_web_identity_block(settings: &Settings, environment: &Environment) -> Result<Option<WebIdentity>, Error> {
    let blocks = errors::known(WEB_IDENTITY, &settings.assume_role_with_web_identity)?;
    let block = blocks.and_then(|blocks| blocks.first());
    block.map(|block| web_identity(block, environment)).transpose()
}

const WEB_IDENTITY: &str = "assume_role_with_web_identity";

fn role(block: &AssumeRole) -> Result<Role, Error> {
    let part = |name: &str, value: &Attr<String>| text("assume_role", name, value);
    Ok(Role {
        role_arn: part("role_arn", &block.role_arn)?.ok_or_else(|| lacking("assume_role", "role_arn"))?,
        session_name: part("session_name", &block.session_name)?,
        duration: part("duration", &block.duration)?.as_deref().and_then(duration::parse),
        external_id: part("external_id", &block.external_id)?,
        policy: part("policy", &block.policy)?,
        policy_arns: list("assume_role.policy_arns", &block.policy_arns)?,
        source_identity: part("source_identity", &block.source_identity)?,
        tags: tags(&block.tags)?,
        transitive_tag_keys: list("assume_role.transitive_tag_keys", &block.transitive_tag_keys)?,
    })
}

fn web_identity(block: &AssumeRoleWithWebIdentity, environment: &Environment) -> Result<WebIdentity, Error> {
    let part = |name: &str, value: &Attr<String>| text(WEB_IDENTITY, name, value);
    let given = errors::known(
        "assume_role_with_web_identity.web_identity_token",
        &block.web_identity_token,
    )?;
    let file = part("web_identity_token_file", &block.web_identity_token_file)?;
    let token = match (given, file) {
        (Some(token), None) => Token::Given(token.clone()),
        (None, Some(file)) => Token::File(paths::expanded(&file, environment.home())),
        _ => {
            return Err(errors::not_configured(
                "`assume_role_with_web_identity` takes either `web_identity_token` or `web_identity_token_file`",
                "Set one of them.",
            ));
        }
    };
    Ok(WebIdentity {
        role_arn: part("role_arn", &block.role_arn)?.ok_or_else(|| lacking(WEB_IDENTITY, "role_arn"))?,
        session_name: part("session_name", &block.session_name)?,
        duration: part("duration", &block.duration)?.as_deref().and_then(duration::parse),
        policy: part("policy", &block.policy)?,
        policy_arns: list("assume_role_with_web_identity.policy_arns", &block.policy_arns)?,
        token,
    })
}

/// A text of a block, if set.
fn text(block: &str, name: &str, value: &Attr<String>) -> Result<Option<String>, Error> {
    errors::known(&format!("{block}.{name}"), value).map(Option::<&String>::cloned)
}

fn list(name: &str, values: &Attr<std::collections::BTreeSet<String>>) -> Result<Vec<String>, Error> {
    Ok(errors::known(name, values)?.into_iter().flatten().cloned().collect())
}

fn tags(tags: &Attr<StringMap>) -> Result<Vec<(String, String)>, Error> {
    let mut all = Vec::new();
    for (key, value) in errors::known("assume_role.tags", tags)?.into_iter().flatten() {
        if let Some(value) = errors::known("assume_role.tags", value)? {
            all.push((key.clone(), value.clone()));
        }
    }
    Ok(all)
}

fn lacking(block: &str, argument: &str) -> Error {
    errors::not_configured(
        format!("`{block}` in the provider block has no `{argument}`"),
        "No other credentials were tried. Name the role, or remove the block.",
    )
}
