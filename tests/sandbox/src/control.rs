//! The sandbox's own operations, the same on every port.

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::reply::{Received, Reply};
use crate::world::World;

/// The path under which no cloud is asked.
pub(crate) const PREFIX: &str = "/_sandbox/";

pub(crate) fn answer(world: &mut World, request: &Received) -> Reply {
    let path = request.uri().path().trim_start_matches(PREFIX);
    match (request.method(), path) {
        (&Method::GET, "journal") => Reply::json(StatusCode::OK, &json!(world.journal)),
        (&Method::GET, "keys") => Reply::json(StatusCode::OK, &keys(world)),
        (&Method::POST, "faults") => queue(world, request),
        (&Method::POST, "reset") => {
            world.reset();
            Reply::empty(StatusCode::NO_CONTENT)
        }
        (_, "journal" | "keys" | "faults" | "reset") => Reply::empty(StatusCode::METHOD_NOT_ALLOWED),
        _ => Reply::empty(StatusCode::NOT_FOUND),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Queued {
    One(Fault),
    Many(Vec<Fault>),
}

fn queue(world: &mut World, request: &Received) -> Reply {
    let faults = match serde_json::from_slice(request.body()) {
        Ok(Queued::One(fault)) => vec![fault],
        Ok(Queued::Many(faults)) => faults,
        Err(error) => {
            let message = format!("a fault or a list of faults is expected: {error}");
            return Reply::json(StatusCode::BAD_REQUEST, &json!({ "message": message }));
        }
    };
    for fault in faults {
        world.faults.queue(fault);
    }
    Reply::empty(StatusCode::NO_CONTENT)
}

/// What exists, without a secret.
fn keys(world: &World) -> Value {
    let aws = world
        .aws
        .iter()
        .map(|key| json!({ "id": key.id, "region": key.region, "name": key.name, "enabled": key.enabled }));
    let tencentcloud = world
        .tencentcloud
        .iter()
        .map(|key| json!({ "id": key.id, "region": key.region, "name": key.name, "enabled": key.status.is_enabled() }));
    let scaleway = world.scaleway.iter().map(|key| {
        json!({ "id": key.access_key, "name": key.description, "expires_at": key.expires_at.map(|time| time.to_rfc3339()) })
    });
    json!({
        "aws": aws.collect::<Vec<_>>(),
        "tencentcloud": tencentcloud.collect::<Vec<_>>(),
        "scaleway": scaleway.collect::<Vec<_>>(),
    })
}
