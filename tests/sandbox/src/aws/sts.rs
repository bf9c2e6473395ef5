//! The security token service, query API `2011-06-15`, as far as credentials go.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use http::{Method, StatusCode, header};
use url::form_urlencoded;

use super::refusal::Refusal;
use super::{auth, sessions};
use crate::credentials;
use crate::random;
use crate::reply::{Received, Reply};
use crate::world::World;

const ASSUME_ROLE: &str = "AssumeRole";
const CALLER: &str = "GetCallerIdentity";
const WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

type Parameters = BTreeMap<String, String>;

/// The name of the call; `None` where it is none of these.
pub(super) fn operation(request: &Received) -> Option<&'static str> {
    if (request.method(), request.uri().path()) != (&Method::POST, "/") {
        return None;
    }
    let action = parameters(request).remove("Action")?;
    [ASSUME_ROLE, CALLER, WEB_IDENTITY]
        .into_iter()
        .find(|operation| *operation == action)
}

pub(super) fn respond(world: &mut World, operation: &str, request: &Received) -> Reply {
    match answer(world, operation, request) {
        Ok(result) => reply(
            StatusCode::OK,
            &format!(
                "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result>{result}\
                 </{operation}Result><ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{operation}Response>",
                random::uuid()
            ),
        ),
        Err(refusal) => refusal.into_xml(),
    }
}

/// An answer in XML.
pub(super) fn reply(status: StatusCode, body: &str) -> Reply {
    Reply {
        body: body.to_owned().into(),
        ..Reply::empty(status)
    }
    .with(header::CONTENT_TYPE, "text/xml")
}

fn answer(world: &mut World, operation: &str, request: &Received) -> Result<String, Refusal> {
    let now = world.clock.now();
    let parameters = parameters(request);
    if parameters.get("Version").map(String::as_str) != Some("2011-06-15") {
        return Err(Refusal::forbidden(
            "InvalidAction",
            "Could not find the operation in this version",
        ));
    }
    let caller = if operation == WEB_IDENTITY {
        None
    } else {
        Some(auth::verify(world, request, "sts", now)?.access_key_id)
    };
    if operation == CALLER {
        let account = credentials::AWS_ACCOUNT_ID;
        return Ok(format!(
            "<Arn>arn:aws:iam::{account}:user/sandbox</Arn><UserId>AIDASANDBOX</UserId><Account>{account}</Account>"
        ));
    }
    let role_arn = checked(&parameters, operation)?;
    if operation == WEB_IDENTITY {
        proven(&parameters)?;
    } else {
        trusted(world, &role_arn, caller.as_deref(), &parameters)?;
    }
    let seconds = parameters.get("DurationSeconds").map_or(Ok(3600), |text| text.parse());
    let seconds = seconds.ok().filter(|seconds| (900..=43_200).contains(seconds));
    let seconds = seconds.ok_or_else(|| invalid("durationSeconds"))?;
    let session = sessions::open(world, &role_arn, seconds);
    let expiration = stamp(session.ends);
    Ok(format!(
        "<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>\
         <Expiration>{expiration}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROASANDBOX:s</AssumedRoleId>\
         <Arn>{role_arn}</Arn></AssumedRoleUser>",
        session.access_key_id, session.secret_access_key, session.token
    ))
}

/// Checks what both ways to a role have in common, and gives the role.
fn checked(parameters: &Parameters, operation: &str) -> Result<String, Refusal> {
    let mut known = vec![
        "Action",
        "Version",
        "RoleArn",
        "RoleSessionName",
        "DurationSeconds",
        "Policy",
    ];
    known.extend(match operation {
        WEB_IDENTITY => &["WebIdentityToken", "ProviderId"][..],
        _ => &["ExternalId", "SourceIdentity", "SerialNumber", "TokenCode"][..],
    });
    let lists = ["PolicyArns.member.", "Tags.member.", "TransitiveTagKeys.member."];
    let unknown = parameters
        .keys()
        .find(|name| !known.contains(&name.as_str()) && !lists.iter().any(|list| name.starts_with(list)));
    if let Some(name) = unknown {
        return Err(invalid(name));
    }
    let session = parameters.get("RoleSessionName").map_or("", String::as_str);
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_=,.@+-".contains(character);
    if !(2..=64).contains(&session.len()) || !session.chars().all(is_plain) {
        return Err(invalid("roleSessionName"));
    }
    if let Some(policy) = parameters.get("Policy")
        && serde_json::from_str::<serde_json::Value>(policy).is_err()
    {
        return Err(Refusal::malformed_policy());
    }
    if let Some((name, _)) = parameters
        .iter()
        .find(|(name, arn)| name.starts_with(lists[0]) && !arn.starts_with("arn:aws:iam::"))
    {
        return Err(invalid(name));
    }
    let tag_keys: Vec<_> = parameters
        .iter()
        .filter(|(name, _)| name.starts_with(lists[1]) && name.ends_with(".Key"))
        .map(|(_, key)| key)
        .collect();
    match parameters
        .iter()
        .find(|(name, key)| name.starts_with(lists[2]) && !tag_keys.contains(key))
    {
        Some((name, _)) => Err(invalid(name)),
        None => parameters.get("RoleArn").cloned().ok_or_else(|| invalid("roleArn")),
    }
}

/// The first role trusts everybody who knows its external id, or gives none; the second only who acts in the first.
fn trusted(world: &World, role_arn: &str, caller: Option<&str>, parameters: &Parameters) -> Result<(), Refusal> {
    let acts_in = caller.and_then(|caller| world.aws_sessions.get(caller));
    let external_id = parameters.get("ExternalId").map(String::as_str);
    let is_trusted = match role_arn {
        credentials::AWS_ROLE_ARN => external_id.is_none_or(|id| id == credentials::AWS_EXTERNAL_ID),
        credentials::AWS_SECOND_ROLE_ARN => {
            acts_in.is_some_and(|session| session.role_arn == credentials::AWS_ROLE_ARN)
        }
        _ => false,
    };
    if is_trusted {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "AccessDenied",
        format!("User is not authorized to perform: sts:AssumeRole on resource: {role_arn}"),
    ))
}

fn proven(parameters: &Parameters) -> Result<(), Refusal> {
    match parameters.get("WebIdentityToken").map(String::as_str) {
        Some(credentials::AWS_WEB_IDENTITY_TOKEN) => Ok(()),
        _ => Err(Refusal::invalid_token()),
    }
}

fn parameters(request: &Received) -> Parameters {
    form_urlencoded::parse(request.body()).into_owned().collect()
}

fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn invalid(parameter: &str) -> Refusal {
    Refusal::validation(format!(
        "1 validation error detected: Value at '{parameter}' failed to satisfy constraint"
    ))
}
