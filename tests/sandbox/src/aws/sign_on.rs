//! Single sign-on: the portal that gives a role's credentials for a token, and the service that renews tokens.

use chrono::TimeDelta;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::sessions;
use crate::credentials;
use crate::random;
use crate::reply::{Received, Reply};
use crate::world::World;

/// The name of the call; `None` where it is none of these.
pub(super) fn operation(request: &Received) -> Option<&'static str> {
    Some(match (request.method(), request.uri().path()) {
        (&Method::GET, "/federation/credentials") => "GetRoleCredentials",
        (&Method::POST, "/token") => "CreateToken",
        _ => return None,
    })
}

pub(super) fn respond(world: &mut World, operation: &str, request: &Received) -> Reply {
    match operation {
        "CreateToken" => renew(world, request),
        _ => role_credentials(world, request),
    }
}

fn role_credentials(world: &mut World, request: &Received) -> Reply {
    let token = request
        .headers()
        .get("x-amz-sso_bearer_token")
        .and_then(|token| token.to_str().ok());
    let now = world.clock.now();
    let is_current = |token: &str| {
        token == credentials::AWS_SSO_TOKEN || world.aws_tokens.get(token).is_some_and(|ends| now < *ends)
    };
    if !token.is_some_and(is_current) {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "UnauthorizedException",
            "Session token not found or invalid",
        );
    }
    let query = request.uri().query().unwrap_or_default();
    let parameter = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    };
    let role = (parameter("account_id"), parameter("role_name"));
    if role
        != (
            Some(credentials::AWS_ACCOUNT_ID.into()),
            Some(credentials::AWS_SSO_ROLE.into()),
        )
    {
        return refusal(StatusCode::FORBIDDEN, "ForbiddenException", "No access");
    }
    let session = sessions::open(world, credentials::AWS_ROLE_ARN, 3600);
    let body = json!({
        "roleCredentials": {
            "accessKeyId": session.access_key_id,
            "secretAccessKey": session.secret_access_key,
            "sessionToken": session.token,
            "expiration": session.ends.timestamp_millis(),
        }
    });
    Reply::json(StatusCode::OK, &body)
}

fn renew(world: &mut World, request: &Received) -> Reply {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let is = |name: &str, expected: &str| body.get(name).and_then(Value::as_str) == Some(expected);
    let is_right = is("grantType", "refresh_token")
        && is("clientId", credentials::AWS_SSO_CLIENT_ID)
        && is("clientSecret", credentials::AWS_SSO_CLIENT_SECRET)
        && is("refreshToken", credentials::AWS_SSO_REFRESH_TOKEN);
    if !is_right {
        return refusal(
            StatusCode::BAD_REQUEST,
            "InvalidGrantException",
            "Invalid grant provided",
        );
    }
    let token = format!("sandbox-sso-{}", random::text(random::MIXED, 24));
    let ends = world.clock.now() + TimeDelta::seconds(3600);
    world.aws_tokens.insert(token.clone(), ends);
    let body = json!({
        "accessToken": token,
        "expiresIn": 3600,
        "refreshToken": credentials::AWS_SSO_REFRESH_TOKEN,
        "tokenType": "Bearer",
    });
    Reply::json(StatusCode::OK, &body)
}

fn refusal(status: StatusCode, code: &'static str, message: &str) -> Reply {
    Reply::json(status, &json!({ "message": message, "error": "invalid_grant" }))
        .with(http::HeaderName::from_static("x-amzn-errortype"), code)
        .coded(code)
}
