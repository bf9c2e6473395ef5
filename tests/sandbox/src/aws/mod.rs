//! AWS API Gateway, REST `2015-07-09`, as far as API keys and the usage plans they are in go, and where credentials come from.

mod auth;
mod keys;
mod list;
mod patch;
mod plan_keys;
mod plans;
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
use serde_json::{Value, json};
use shapes::Flavour;

use crate::limits::Rate;
use crate::random;
use crate::reply::{Received, Reply};
use crate::store::{Identified, Outside};
use crate::world::{World, lock};

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

/// A usage plan, without stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The name.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// `throttle`, as it was sent.
    pub throttle: Option<Value>,
    /// `quota`, as it was sent.
    pub quota: Option<Value>,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// The ids of the keys that are in it, in the order in which they came.
    pub keys: Vec<String>,
}

impl Outside<'_, Key> {
    /// Creates an empty usage plan, and gives its id.
    pub fn create_plan(&self, region: &str, name: &str) -> String {
        plans::insert(&mut lock(self.world), region, Plan::new(name))
    }

    /// Creates an empty usage plan of this id.
    pub fn insert_plan(&self, region: &str, id: &str, name: &str) {
        let plan = (region.to_owned(), id.to_owned());
        lock(self.world).aws_plans.insert(plan, Plan::new(name));
    }

    /// Takes a usage plan away, as if deleted elsewhere.
    pub fn remove_plan(&self, region: &str, plan: &str) {
        lock(self.world).aws_plans.remove(&(region.to_owned(), plan.to_owned()));
    }

    /// The ids of the keys in a usage plan; none if there is no such plan.
    pub fn plan_keys(&self, region: &str, plan: &str) -> Vec<String> {
        let world = lock(self.world);
        let plan = world.aws_plans.get(&(region.to_owned(), plan.to_owned()));
        plan.map(|plan| plan.keys.clone()).unwrap_or_default()
    }

    /// Adds a key to a usage plan that exists, as if by hand.
    pub fn add_to_plan(&self, region: &str, plan: &str, key: &str) {
        let mut world = lock(self.world);
        if let Some(plan) = world.aws_plans.get_mut(&(region.to_owned(), plan.to_owned())) {
            plan.keys.push(key.to_owned());
        }
    }

    /// Takes a key out of a usage plan.
    pub fn take_from_plan(&self, region: &str, plan: &str, key: &str) {
        let mut world = lock(self.world);
        if let Some(plan) = world.aws_plans.get_mut(&(region.to_owned(), plan.to_owned())) {
            plan.keys.retain(|id| id != key);
        }
    }
}

const TOTAL: Rate = Rate {
    per_second: 10.0,
    burst: 40.0,
};
const CREATE: Rate = Rate::per_second(5.0);
const DELETE: Rate = Rate::per_second(5.0);
/// Changes of the keys of usage plans: one after the other, whatever their plans.
const PLAN_KEYS: Rate = Rate {
    per_second: 10.0,
    burst: 1.0,
};

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
        Route::CreateUsagePlan => plans::create(world, &call),
        Route::CreateUsagePlanKey(plan) => plan_keys::create(world, &call, plan),
        Route::DeleteApiKey(id) => keys::delete(world, &call, id),
        Route::DeleteUsagePlan(plan) => plans::delete(world, &call, plan),
        Route::DeleteUsagePlanKey(plan, key) => plan_keys::delete(world, &call, plan, key),
        Route::GetAccount => Ok(account()),
        Route::GetApiKey(id) => keys::get(world, &call, id),
        Route::GetApiKeys => list::list(world, &call),
        Route::GetTags(arn) => tags::get(world, &call, arn),
        Route::GetUsagePlan(plan) => plans::get(world, &call, plan),
        Route::GetUsagePlanKey(plan, key) => plan_keys::get(world, &call, plan, key),
        Route::GetUsagePlanKeys(plan) => plan_keys::list(world, &call, plan),
        Route::GetUsagePlans => plans::list(world, &call),
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
        Route::CreateUsagePlanKey(_) | Route::DeleteUsagePlanKey(..) => {
            spend("plan keys", PLAN_KEYS).map_err(|_| Refusal::concurrent_modification())
        }
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
