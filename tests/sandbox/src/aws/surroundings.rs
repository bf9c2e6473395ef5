//! What a program finds around it: the metadata service of an instance, in its second version, and the credentials of a container.

use chrono::SecondsFormat;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;

use super::sessions::{self, Session};
use crate::credentials;
use crate::reply::{Received, Reply};
use crate::world::World;

const TOKEN: &str = "x-aws-ec2-metadata-token";
const TOKEN_LIFE: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// The name of the call; `None` where it is none of these.
pub(super) fn operation(request: &Received) -> Option<&'static str> {
    Some(match (request.method(), request.uri().path()) {
        (&Method::PUT, "/latest/api/token") => "InstanceToken",
        (&Method::GET, ROLES) => "InstanceRole",
        (&Method::GET, "/latest/meta-data/placement/region") => "InstanceRegion",
        (&Method::GET, path) if path.starts_with(ROLES) => "InstanceCredentials",
        (&Method::GET, credentials::AWS_CONTAINER_PATH) => "ContainerCredentials",
        _ => return None,
    })
}

pub(super) fn respond(world: &mut World, operation: &str, request: &Received) -> Reply {
    let headers = request.headers();
    match operation {
        "InstanceToken" if is_life(headers) => {
            text(credentials::AWS_METADATA_TOKEN).with(http::HeaderName::from_static(TOKEN_LIFE), "21600")
        }
        "InstanceToken" => Reply::html(StatusCode::BAD_REQUEST),
        "ContainerCredentials"
            if is(
                headers,
                header::AUTHORIZATION.as_str(),
                credentials::AWS_CONTAINER_TOKEN,
            ) =>
        {
            let session = sessions::open(world, credentials::AWS_ROLE_ARN, 3600);
            Reply::json(StatusCode::OK, &of_container(&session))
        }
        "ContainerCredentials" => Reply::json(StatusCode::UNAUTHORIZED, &json!({ "message": "Unauthorized" })),
        _ if !is(headers, TOKEN, credentials::AWS_METADATA_TOKEN) => Reply::html(StatusCode::UNAUTHORIZED),
        "InstanceRole" => text(credentials::AWS_INSTANCE_PROFILE),
        "InstanceRegion" => text("eu-west-3"),
        _ => match request.uri().path().strip_prefix(ROLES) {
            Some(credentials::AWS_INSTANCE_PROFILE) => {
                let session = sessions::open(world, credentials::AWS_ROLE_ARN, 21_600);
                Reply::json(StatusCode::OK, &of_instance(&session))
            }
            _ => Reply::html(StatusCode::NOT_FOUND),
        },
    }
}

fn of_container(session: &Session) -> serde_json::Value {
    json!({
        "RoleArn": session.role_arn,
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.token,
        "Expiration": session.ends.to_rfc3339_opts(SecondsFormat::Secs, true),
    })
}

fn of_instance(session: &Session) -> serde_json::Value {
    json!({
        "Code": "Success",
        "LastUpdated": session.ends.to_rfc3339_opts(SecondsFormat::Secs, true),
        "Type": "AWS-HMAC",
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.token,
        "Expiration": session.ends.to_rfc3339_opts(SecondsFormat::Secs, true),
    })
}

fn text(text: &str) -> Reply {
    Reply {
        body: text.to_owned().into(),
        ..Reply::empty(StatusCode::OK)
    }
    .with(header::CONTENT_TYPE, "text/plain")
}

fn is(headers: &HeaderMap, name: &str, value: &str) -> bool {
    headers
        .get(name)
        .is_some_and(|found| found.as_bytes() == value.as_bytes())
}

fn is_life(headers: &HeaderMap) -> bool {
    let life = headers.get(TOKEN_LIFE).and_then(|life| life.to_str().ok());
    life.and_then(|life| life.parse::<u32>().ok())
        .is_some_and(|life| (1..=21_600).contains(&life))
}
