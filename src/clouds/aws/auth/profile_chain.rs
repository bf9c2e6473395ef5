//! Credentials from a profile and the profiles that it refers to.
//!
//! The vendor's library would assume roles on its own: without the endpoint of the provider block, without the profile's duration, and
//! without reporting the source. So profiles are read here, and the [`session`](crate::clouds::aws::auth::session) makes the calls. Source:
//! "Assume role credential provider" and the pages beside it in the vendor's SDKs and Tools Reference Guide.

use std::time::Duration;

use aws_runtime::env_config::section::Profile as Section;

use super::environment::static_keys as keys_of_environment;
use super::process::Process;
use super::profile::Profile;
use super::roles::{Role, Token, WebIdentity};
use super::start::{Base, Sso, Start};
use crate::clouds::aws::setting_sources::{ACCESS_KEY, SECRET_KEY, TOKEN};
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::clouds::shared::{errors, paths};
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::secret::Secret;
use crate::signing::Credentials;

/// The credentials of a profile; `None` if it has none.
///
/// # Errors
///
/// If the profile is incomplete, or refers to a profile that does not exist or back to itself.
pub(super) fn of_profile(profile: &Profile, environment: &Environment) -> Result<Option<Start>, Error> {
    let Some(mut section) = profile.other(profile.name()) else {
        return Ok(None);
    };
    let mut seen = Vec::new();
    let mut roles = Vec::new();
    let start = loop {
        let name = section.name();
        let Some(role_arn) = entry(section, "role_arn") else {
            break of_section(profile, section)?;
        };
        if let Some(file) = entry(section, "web_identity_token_file") {
            break Some(web_identity(
                section,
                role_arn,
                paths::expanded(file, environment.home()),
            ));
        }
        if seen.contains(&name) {
            return Err(useless(name, "its `source_profile` leads back to it"));
        }
        seen.push(name);
        roles.push(role(section, role_arn)?);
        match (entry(section, "source_profile"), entry(section, "credential_source")) {
            (Some(_), Some(_)) => {
                return Err(useless(name, "it has both `source_profile` and `credential_source`"));
            }
            (None, None) => {
                let why = "it has `role_arn`, but neither `source_profile` nor `credential_source`";
                return Err(useless(name, why));
            }
            (Some(source), None) if source == name => break of_section(profile, section)?,
            (Some(source), None) => {
                let missing = || {
                    let why = format!(
                        "its `source_profile` \"{source}\" does not exist in {}",
                        profile.files()
                    );
                    useless(name, &why)
                };
                section = profile.other(source).ok_or_else(missing)?;
            }
            (None, Some(source)) => break Some(of_source(name, source, environment)?),
        }
    };
    match start {
        None if roles.is_empty() => Ok(None),
        None => Err(useless(section.name(), "it has no credentials to assume a role with")),
        Some(start) => Ok(Some(roles.into_iter().rev().fold(start, Start::then))),
    }
}

/// The credentials of the profile itself, in the order of the vendor's SDK for Go, which the official provider uses.
fn of_section(profile: &Profile, section: &Section) -> Result<Option<Start>, Error> {
    let name = section.name();
    if let Some(start) = static_keys(section)? {
        return Ok(Some(start));
    }
    if entry(section, "web_identity_token_file").is_some() {
        return Err(useless(name, "it has `web_identity_token_file`, but no `role_arn`"));
    }
    if let Some((sso, found)) = sso(profile, section)? {
        return Ok(Some(Start::with(Base::Sso(sso), origin(found, name).to_string())));
    }
    if entry(section, "login_session").is_some() {
        let why = "`login_session` is not supported; sign in with `aws sso login`, or use another profile";
        return Err(useless(name, why));
    }
    let process = entry(section, "credential_process").map(|command| {
        let process = Process {
            command: Secret::new(command),
            profile: name.to_owned(),
        };
        Start::with(Base::Process(process), origin("credential_process", name).to_string())
    });
    Ok(process)
}

fn static_keys(section: &Section) -> Result<Option<Start>, Error> {
    let file = |name: &'static str| {
        Some(Sourced {
            value: entry(section, name)?,
            origin: origin(name, section.name()),
        })
    };
    let access_key = ACCESS_KEY.of_file::<String>(file);
    let secret_key = SECRET_KEY.of_file::<Secret>(file);
    match (access_key, secret_key) {
        (Some(access_key), Some(secret_key)) => {
            let credentials = Credentials {
                access_key_id: access_key.value,
                secret_access_key: secret_key.value,
                session_token: TOKEN.of_file(file).map(|token| token.value),
            };
            let origin = access_key.origin.to_string();
            Ok(Some(Start::with(Base::Fixed(credentials), origin)))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(useless(
            section.name(),
            "it has `aws_access_key_id`, but no `aws_secret_access_key`",
        )),
        (None, Some(_)) => Err(useless(
            section.name(),
            "it has `aws_secret_access_key`, but no `aws_access_key_id`",
        )),
    }
}

/// Single sign-on, and the entry that selects it.
fn sso(profile: &Profile, section: &Section) -> Result<Option<(Sso, &'static str)>, Error> {
    let session = entry(section, "sso_session");
    let found = if session.is_some() {
        "sso_session"
    } else {
        "sso_start_url"
    };
    if entry(section, found).is_none() {
        return Ok(None);
    }
    let lacking = |what: &str| useless(section.name(), &format!("it has `{found}`, but no `{what}`"));
    let own = |name: &str| entry(section, name).map(str::to_owned).ok_or_else(|| lacking(name));
    let of_session = |name: &str| match session {
        None => own(name),
        Some(session) => profile.of_session(session, name).map(str::to_owned).ok_or_else(|| {
            let why = format!("its `sso_session` \"{session}\" has no `{name}` in {}", profile.files());
            useless(section.name(), &why)
        }),
    };
    let sso = Sso {
        account_id: own("sso_account_id")?,
        role_name: own("sso_role_name")?,
        start_url: of_session("sso_start_url")?,
        region: of_session("sso_region")?,
        session: session.map(str::to_owned),
    };
    Ok(Some((sso, found)))
}

fn of_source(profile: &str, source: &str, environment: &Environment) -> Result<Start, Error> {
    match source {
        "Environment" => keys_of_environment(environment)?.ok_or_else(|| {
            let why = "its `credential_source` is the environment, which has no AWS_ACCESS_KEY_ID";
            useless(profile, why)
        }),
        "Ec2InstanceMetadata" => Ok(Start::with(Base::Instance, "the instance".to_owned())),
        "EcsContainer" => Ok(Start::with(Base::Container, "the container".to_owned())),
        _ => Err(useless(
            profile,
            "its `credential_source` is none of Environment, Ec2InstanceMetadata and EcsContainer",
        )),
    }
}

fn role(section: &Section, role_arn: &str) -> Result<Role, Error> {
    if entry(section, "mfa_serial").is_some() {
        let why = "it has `mfa_serial`, and the provider cannot prompt for a code; use session credentials instead";
        return Err(useless(section.name(), why));
    }
    let duration = match entry(section, "duration_seconds").map(str::parse) {
        None => None,
        Some(Ok(seconds)) => Some(Duration::from_secs(seconds)),
        Some(Err(_)) => return Err(useless(section.name(), "its `duration_seconds` is not a number")),
    };
    Ok(Role {
        role_arn: role_arn.to_owned(),
        session_name: entry(section, "role_session_name").map(str::to_owned),
        external_id: entry(section, "external_id").map(str::to_owned),
        duration,
        ..Role::default()
    })
}

fn web_identity(section: &Section, role_arn: &str, file: std::path::PathBuf) -> Start {
    let identity = WebIdentity {
        role_arn: role_arn.to_owned(),
        session_name: entry(section, "role_session_name").map(str::to_owned),
        duration: None,
        policy: None,
        policy_arns: Vec::new(),
        token: Token::File(file),
    };
    Start::by_token(identity, origin("web_identity_token_file", section.name()).to_string())
}

fn entry<'a>(section: &'a Section, name: &str) -> Option<&'a str> {
    section.get(name).filter(|text| !text.is_empty())
}

fn origin(entry: &'static str, profile: &str) -> Origin {
    Origin::Profile {
        entry,
        profile: profile.to_owned(),
    }
}

fn useless(profile: &str, why: &str) -> Error {
    errors::not_configured(
        format!("the profile \"{profile}\" cannot be used: {why}"),
        "No other credentials were tried. Correct the profile, or use another one.",
    )
}
