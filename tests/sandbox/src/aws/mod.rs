//! AWS API Gateway, REST `2015-07-09`, as far as API keys go, and where credentials come from.

mod auth;
mod keys;
mod list;
mod patch;
mod refusal;
mod route;
pub(crate) mod sessions;
mod shapes;
mod sign_on;
mod sts;
mod surroundings;
mod tags;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use http::{HeaderName, StatusCode};
use refusal::Refusal;
use route::Route;
use serde_json::json;
use shapes::Flavour;

use crate::limits::Rate;
use crate::random;
use crate::reply::{Received, Reply};
use crate::store::Identified;
use crate::world::World;

/// An API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Ten lower-case letters and digits.
    pub id: String,
    /// The region it lives in.
    pub region: String,
    /// The secret that callers of an API send.
    pub value: String,
    /// The name; absent when it was empty at creation.
    pub name: Option<String>,
    /// The AWS Marketplace customer.
    pub customer_id: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// Whether callers may use the key.
    pub enabled: bool,
    /// When it was created.
    pub created: DateTime<Utc>,
    /// When it was last patched.
    pub updated: DateTime<Utc>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
}

impl Key {
    /// An enabled key with a name and a generated id and value, and nothing else.
    pub fn new(region: &str, name: &str, created: DateTime<Utc>) -> Self {
        Self {
            id: random::text(random::LOWER, 10),
            region: region.to_owned(),
            value: random::text(random::MIXED, 40),
            name: Some(name.to_owned()),
            customer_id: None,
            description: None,
            enabled: true,
            created,
            updated: created,
            tags: BTreeMap::new(),
        }
    }
}

impl Identified for Key {
    fn id(&self) -> &str {
        &self.id
    }
}

const TOTAL: Rate = Rate {
    per_second: 10.0,
    burst: 40.0,
};
const CREATE: Rate = Rate::per_second(5.0);
const DELETE: Rate = Rate::per_second(5.0);

pub(crate) fn operation(request: &Received) -> String {
    let operation = way(request).map(|(_, operation)| operation);
    let operation = operation.or_else(|| Route::of(request).map(|route| route.operation()));
    operation.unwrap_or("Unknown").to_owned()
}

pub(crate) fn answer(world: &mut World, request: &Received) -> Reply {
    identified(match way(request) {
        Some((respond, operation)) => respond(world, operation, request),
        None => respond(world, request).unwrap_or_else(Refusal::into_reply),
    })
}

/// A way to credentials, and the name of the call.
fn way(request: &Received) -> Option<(Way, &'static str)> {
    let signed_on = sign_on::operation(request).map(|operation| (sign_on::respond as Way, operation));
    signed_on
        .or_else(|| Some((sts::respond as Way, sts::operation(request)?)))
        .or_else(|| Some((surroundings::respond as Way, surroundings::operation(request)?)))
}

type Way = fn(&mut World, &str, &Received) -> Reply;

pub(crate) fn throttled(retry_after: Option<u32>) -> Reply {
    identified(Refusal::throttled(retry_after).into_reply())
}

pub(crate) fn error(code: &str) -> Reply {
    identified(Refusal::named(code).into_reply())
}

pub(crate) fn server_error(status: StatusCode) -> Reply {
    identified(Refusal::server_error(status).into_reply())
}

/// One call: the operation's route, the region its signature is for and the wanted flavour of JSON.
struct Call<'a> {
    region: &'a str,
    flavour: Flavour,
    request: &'a Received,
    now: DateTime<Utc>,
}

fn respond(world: &mut World, request: &Received) -> Result<Reply, Refusal> {
    let now = world.clock.now();
    let region = auth::verify(world, request, "apigateway", now)?.region;
    let route = Route::of(request).ok_or_else(Refusal::unknown_operation)?;
    limit(world, &route, &region, now)?;
    let call = Call {
        region: &region,
        flavour: Flavour::of(request.headers()),
        request,
        now,
    };
    match &route {
        Route::CreateApiKey => keys::create(world, &call),
        Route::DeleteApiKey(id) => keys::delete(world, &call, id),
        Route::GetAccount => Ok(account()),
        Route::GetApiKey(id) => keys::get(world, &call, id),
        Route::GetApiKeys => list::list(world, &call),
        Route::GetTags(arn) => tags::get(world, &call, arn),
        Route::TagResource(arn) => tags::tag(world, &call, arn),
        Route::UntagResource(arn) => tags::untag(world, &call, arn),
        Route::UpdateApiKey(id) => patch::update(world, &call, id),
    }
}

fn limit(world: &mut World, route: &Route, region: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
    let mut spend = |name: &str, rate| {
        world
            .limits
            .spend(format!("aws {region} {name}"), rate, now)
            .map_err(|wait| Refusal::throttled(Some(wait)))
    };
    spend("total", TOTAL)?;
    match route {
        Route::CreateApiKey => spend("create", CREATE),
        Route::DeleteApiKey(_) => spend("delete", DELETE),
        _ => Ok(()),
    }
}

fn account() -> Reply {
    let body = json!({
        "apiKeyVersion": "4",
        "features": ["UsagePlans"],
        "throttleSettings": { "burstLimit": 5000, "rateLimit": 10000.0 },
    });
    Reply::json(StatusCode::OK, &body)
}

fn identified(reply: Reply) -> Reply {
    reply.with(HeaderName::from_static("x-amzn-requestid"), &random::uuid())
}
