//! The security token service, API 3.0 `2018-08-13`, and the metadata of an instance, as far as credentials go.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::parameters::Parameters;
use super::refusal::Refusal;
use super::{auth, header as header_text};
use crate::reply::{Received, Reply};
use crate::world::World;
use crate::{credentials, random};

pub(super) const VERSION: &str = "2018-08-13";
pub(super) const METADATA: &str = "/latest/meta-data/cam/security-credentials/";

pub(super) fn respond(world: &mut World, request: &Received) -> Result<Reply, Refusal> {
    let now = world.clock.now();
    let action = header_text(request.headers(), "x-tc-action").ok_or_else(|| Refusal::missing("Action"))?;
    header_text(request.headers(), "x-tc-region").ok_or_else(|| Refusal::missing("Region"))?;
    let by_token = ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"].contains(&action);
    let is_skipped = header_text(request.headers(), header::AUTHORIZATION.as_str()) == Some("SKIP");
    if !(by_token && is_skipped) {
        auth::verify(world, request, "sts", now)?;
    }
    let parameters = Parameters::of(request)?;
    let of_role = ["RoleArn", "RoleSessionName", "DurationSeconds"];
    let others: &[&str] = match action {
        "AssumeRole" => &[
            "Policy",
            "ExternalId",
            "SourceIdentity",
            "SerialNumber",
            "TokenCode",
            "Tags",
        ],
        "AssumeRoleWithSAML" => &["SAMLAssertion", "PrincipalArn"],
        "AssumeRoleWithWebIdentity" => &["ProviderId", "WebIdentityToken"],
        "GetSessionToken" => &["SerialNumber", "TokenCode"],
        "GetCallerIdentity" => &[],
        _ => return Err(Refusal::no_such_action(action)),
    };
    let parameters = parameters.only(&[&of_role[..], others].concat())?;
    if action == "GetCallerIdentity" {
        return Ok(success(json!({
            "Arn": format!("qcs::cam::uin/{0}:uin/{0}", credentials::TENCENTCLOUD_ACCOUNT_ID),
            "AccountId": credentials::TENCENTCLOUD_ACCOUNT_ID,
            "UserId": credentials::TENCENTCLOUD_ACCOUNT_ID,
            "PrincipalId": credentials::TENCENTCLOUD_ACCOUNT_ID,
            "Type": "RootAccount",
        })));
    }
    match action {
        "AssumeRoleWithSAML" => {
            parameters.required_text("PrincipalArn")?;
            proves(&parameters, "SAMLAssertion", credentials::TENCENTCLOUD_SAML_ASSERTION)?;
        }
        "AssumeRoleWithWebIdentity" => {
            parameters.required_text("ProviderId")?;
            proves(
                &parameters,
                "WebIdentityToken",
                credentials::TENCENTCLOUD_WEB_IDENTITY_TOKEN,
            )?;
        }
        _ => {}
    }
    if action == "GetSessionToken" || parameters.text("SerialNumber")?.is_some() {
        proves(&parameters, "SerialNumber", credentials::TENCENTCLOUD_SERIAL_NUMBER)?;
        proves(&parameters, "TokenCode", credentials::TENCENTCLOUD_TOKEN_CODE)?;
    }
    let (default, most) = if action == "GetSessionToken" {
        (1800, 129_600)
    } else {
        (7200, 43_200)
    };
    if action != "GetSessionToken" {
        role(&parameters)?;
    }
    let seconds = parameters.number("DurationSeconds")?.unwrap_or(default);
    if !(0..=most).contains(&seconds) {
        return Err(wrong("DurationSeconds"));
    }
    let ends = now + TimeDelta::seconds(seconds);
    Ok(success(json!({
        "Credentials": {
            "Token": token(world, ends),
            "TmpSecretId": credentials::TENCENTCLOUD_TEMPORARY_SECRET_ID,
            "TmpSecretKey": credentials::TENCENTCLOUD_TEMPORARY_SECRET_KEY,
        },
        "ExpiredTime": ends.timestamp(),
        "Expiration": ends.to_rfc3339_opts(SecondsFormat::Secs, true),
    })))
}

/// What the metadata of an instance says of a role. It needs no proof: only the instance reaches it.
pub(super) fn metadata(world: &mut World, role: &str) -> Reply {
    if role != credentials::TENCENTCLOUD_CAM_ROLE_NAME {
        return Reply::html(StatusCode::NOT_FOUND);
    }
    let ends = world.clock.now() + TimeDelta::seconds(7200);
    let body = json!({
        "TmpSecretId": credentials::TENCENTCLOUD_TEMPORARY_SECRET_ID,
        "TmpSecretKey": credentials::TENCENTCLOUD_TEMPORARY_SECRET_KEY,
        "Token": token(world, ends),
        "ExpiredTime": ends.timestamp(),
        "Expiration": ends.to_rfc3339_opts(SecondsFormat::Secs, true),
        "Code": "Success",
    });
    Reply::json(StatusCode::OK, &body)
}

fn role(parameters: &Parameters) -> Result<(), Refusal> {
    let session = parameters.required_text("RoleSessionName")?;
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_=,.@+-".contains(character);
    if !(2..=128).contains(&session.len()) || !session.chars().all(is_plain) {
        return Err(wrong("RoleSessionName"));
    }
    match parameters.required_text("RoleArn")? {
        credentials::TENCENTCLOUD_ROLE_ARN => Ok(()),
        _ => Err(Refusal::new(
            "ResourceNotFound.RoleNotFound",
            "The role does not exist.",
        )),
    }
}

fn proves(parameters: &Parameters, name: &str, expected: &str) -> Result<(), Refusal> {
    if parameters.required_text(name)? == expected {
        return Ok(());
    }
    Err(wrong(name))
}

fn wrong(parameter: &str) -> Refusal {
    Refusal::new(
        "InvalidParameter.ParamError",
        format!("The parameter `{parameter}` is not valid."),
    )
}

fn token(world: &mut World, ends: DateTime<Utc>) -> String {
    let token = format!("sandbox-token-{}", random::text(random::MIXED, 24));
    world.tokens.insert(token.clone(), ends);
    token
}

/// The members stand in the response itself.
fn success(mut members: Value) -> Reply {
    if let Value::Object(members) = &mut members {
        members.insert("RequestId".to_owned(), random::uuid().into());
    }
    Reply::json(StatusCode::OK, &json!({ "Response": members }))
}
