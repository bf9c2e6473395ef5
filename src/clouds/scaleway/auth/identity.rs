//! Credentials and endpoint, resolved without a call.

use super::sources::Sources;
use crate::clouds::scaleway::provider_block::Settings;
use crate::clouds::scaleway::setting_sources::{
    ACCESS_KEY, API_URL, INSECURE, ORGANIZATION_ID, SECRET_KEY, TLS_VERIFY,
};
use crate::clouds::shared::setting::Setting;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::clouds::shared::{errors, url};
use crate::framework::{Diagnostic, Error};
use crate::host::Host;
use crate::http::Trust;
use crate::schema::check::is_uuid;
use crate::secret::Secret;

/// Credentials and endpoint.
#[derive(Debug)]
pub struct Identity {
    /// The access key.
    pub access_key: String,
    /// The secret key, which is the token that authorizes calls.
    pub token: Secret,
    /// The organization, if configured.
    pub organization_id: Option<String>,
    /// The URL of the API, without a trailing slash.
    pub url: String,
    /// The trusted CA certificates.
    pub trust: Trust,
    /// The origins in one line, without secrets.
    pub summary: String,
}

/// Resolves credentials and endpoint; a warning if sources disagree.
///
/// # Errors
///
/// If there are no credentials, one of a pair is missing, or a source is invalid. No other source is tried instead. The error is reported
/// once a call needs credentials.
pub fn resolve(settings: &Settings, host: &Host) -> (Result<Identity, Error>, Option<Diagnostic>) {
    match Sources::gather(settings, host) {
        Ok(sources) => (identity(&sources), sources.disagreement()),
        Err(error) => (Err(error), None),
    }
}

fn identity(sources: &Sources<'_>) -> Result<Identity, Error> {
    let (access_key, secret_key) = match (sources.find(&ACCESS_KEY)?, sources.find(&SECRET_KEY)?) {
        (Some(access_key), Some(secret_key)) => (access_key, secret_key),
        (None, None) => return Err(no_credentials(sources)),
        (Some(found), None) => return Err(half(&found.origin, "no secret key", &SECRET_KEY.setting)),
        (None, Some(found)) => return Err(half(&found.origin, "no access key", &ACCESS_KEY.setting)),
    };
    let organization_id = sources.find(&ORGANIZATION_ID)?;
    let url = sources.find(&API_URL)?.ok_or_else(|| API_URL.setting.missing())?;
    fits(&access_key, is_access_key, "`SCW` and 17 capital letters or digits")?;
    fits(&secret_key, is_uuid, "a UUID")?;
    if let Some(why) = url::no_base_url(url.value.expose()) {
        return Err(unfit(&url.origin, why));
    }
    if let Some(organization_id) = &organization_id {
        fits(organization_id, is_uuid, "a UUID")?;
    }
    let url_text = url.value.expose().trim_end_matches('/').to_owned();
    Ok(Identity {
        summary: format!(
            "access key from {}, secret key from {}, endpoint {url_text} ({})",
            access_key.origin, secret_key.origin, url.origin
        ),
        trust: trust(sources)?,
        access_key: access_key.value.expose().to_owned(),
        token: secret_key.value,
        organization_id: organization_id.map(|found| found.value.expose().to_owned()),
        url: url_text,
    })
}

/// The format of an access key, as in the vendor's SDKs.
fn is_access_key(text: &str) -> bool {
    let rest = text.strip_prefix("SCW").unwrap_or_default();
    rest.len() == 17
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// TLS verification is on unless disabled.
fn trust(sources: &Sources<'_>) -> Result<Trust, Error> {
    let Some(found) = sources.find(&INSECURE)? else {
        return Ok(Trust::System);
    };
    let is_of_file = matches!(found.origin, Origin::File { .. });
    let says_opposite = found.origin == Origin::Variable(TLS_VERIFY);
    let is_on = match found.value.expose().to_ascii_lowercase().as_str() {
        "1" | "t" | "true" => true,
        "0" | "f" | "false" => false,
        // Booleans of YAML 1.1, as in the vendor's parser.
        "y" | "yes" | "on" if is_of_file => true,
        "n" | "no" | "off" if is_of_file => false,
        // An empty variable overrides the file and turns verification on.
        "" => says_opposite,
        _ => return Err(unfit(&found.origin, "is not true or false")),
    };
    let is_insecure = is_on != says_opposite;
    Ok(if is_insecure { Trust::Insecure } else { Trust::System })
}

fn fits(found: &Sourced<Secret>, check: fn(&str) -> bool, expected: &str) -> Result<(), Error> {
    if check(found.value.expose()) {
        return Ok(());
    }
    Err(unfit(&found.origin, &format!("is not {expected}")))
}

fn unfit(origin: &Origin, why: &str) -> Error {
    errors::not_configured(
        format!("{origin} {why}"),
        "No other credentials were tried. Check its value.",
    )
}

fn no_credentials(sources: &Sources<'_>) -> Error {
    let looked = match sources.file() {
        Some(file) => format!(" {} has none either.", file.path.display()),
        None => String::new(),
    };
    errors::no_credentials(
        "no Scaleway credentials",
        format!(
            "Set `access_key` and `secret_key` in the provider block, the environment variables SCW_ACCESS_KEY and SCW_SECRET_KEY, \
             or a profile of the config file.{looked}"
        ),
    )
}

fn half(found: &Origin, lacking: &str, setting: &Setting) -> Error {
    let (argument, variable) = (setting.name(), setting.variables[0]);
    errors::not_configured(
        format!("there is {found}, but {lacking}"),
        &format!("Set `{argument}` in the provider block or the config file, or the environment variable {variable}."),
    )
}

#[cfg(test)]
mod tests;
