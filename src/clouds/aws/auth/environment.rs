//! Who the environment says we are.

use std::path::PathBuf;

use super::roles::{Token, WebIdentity};
use super::start::{Base, Start};
use crate::clouds::shared::errors;
use crate::clouds::shared::sourced::Origin;
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::secret::Secret;
use crate::signing::Credentials;

/// The environment's keys, where it has any.
///
/// # Errors
///
/// Where it has half a pair, or a variable is no text.
pub(super) fn static_keys(environment: &Environment) -> Result<Option<Start>, Error> {
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

/// The role that the environment names, as in a cluster whose service accounts are bound to roles.
///
/// # Errors
///
/// Where there is a token, and no role.
pub(super) fn web_identity(environment: &Environment) -> Result<Option<WebIdentity>, Error> {
    let Some(file) = environment.text("AWS_WEB_IDENTITY_TOKEN_FILE")? else {
        return Ok(None);
    };
    let role_arn = environment.text("AWS_ROLE_ARN")?.ok_or_else(|| {
        errors::not_configured(
            "the environment has AWS_WEB_IDENTITY_TOKEN_FILE, but no AWS_ROLE_ARN",
            "Set both, or neither.",
        )
    })?;
    Ok(Some(WebIdentity {
        role_arn: role_arn.to_owned(),
        session_name: environment.text("AWS_ROLE_SESSION_NAME")?.map(str::to_owned),
        duration: None,
        policy: None,
        policy_arns: Vec::new(),
        token: Token::File(PathBuf::from(file)),
    }))
}
