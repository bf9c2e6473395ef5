//! Credentials from environment variables.

use std::path::PathBuf;

use super::roles::{Token, WebIdentity};
use super::start::{Base, Start};
use crate::clouds::aws::setting_sources::{ACCESS_KEY, SECRET_KEY, TOKEN};
use crate::clouds::shared::errors;
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::secret::Secret;
use crate::signing::Credentials;

/// The static credentials of the environment, if any.
///
/// # Errors
///
/// If one of the pair is missing, or a variable is not UTF-8.
pub(super) fn static_keys(environment: &Environment) -> Result<Option<Start>, Error> {
    let access_key = ACCESS_KEY.of_environment::<String>(environment)?;
    let secret_key = SECRET_KEY.of_environment::<Secret>(environment)?;
    match (access_key, secret_key) {
        (Some(access_key), Some(secret_key)) => {
            let credentials = Credentials {
                access_key_id: access_key.value,
                secret_access_key: secret_key.value,
                session_token: TOKEN.of_environment(environment)?.map(|token| token.value),
            };
            let origin = access_key.origin.to_string();
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

/// The web identity of the environment, as Kubernetes sets it for service accounts with a role.
///
/// # Errors
///
/// If there is a token without a role.
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
