use std::collections::BTreeMap;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::keys::body;
use super::refusal::Refusal;
use super::{Call, Plan, shapes};
use crate::random;
use crate::reply::Reply;
use crate::world::World;

const MAX_PLANS: usize = 300;

/// The body of `CreateUsagePlan`; null is as good as absent.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Creation {
    name: Option<String>,
    description: Option<String>,
    api_stages: Option<Vec<Value>>,
    throttle: Option<Value>,
    quota: Option<Value>,
    tags: Option<BTreeMap<String, String>>,
}

impl Plan {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            throttle: None,
            quota: None,
            tags: BTreeMap::new(),
            keys: Vec::new(),
        }
    }
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Result<Reply, Refusal> {
    let creation: Creation = body(call.request)?;
    let name = creation.name.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Refusal::bad_request("Usage Plan name cannot be empty"))?;
    if creation.api_stages.is_some_and(|stages| !stages.is_empty()) {
        return Err(Refusal::no_such_stage());
    }
    let in_region = world.aws_plans.keys().filter(|(region, _)| region == call.region);
    if in_region.count() >= MAX_PLANS {
        return Err(Refusal::limit_exceeded(
            "Maximum number of usage plans for this account has been reached.",
        ));
    }
    let plan = Plan {
        description: creation.description,
        throttle: creation.throttle,
        quota: creation.quota,
        tags: creation.tags.unwrap_or_default(),
        ..Plan::new(&name)
    };
    let id = insert(world, call.region, plan.clone());
    Ok(Reply::json(StatusCode::CREATED, &shown(&id, &plan, call).into()))
}

pub(super) fn get(world: &mut World, call: &Call<'_>, id: &str) -> Result<Reply, Refusal> {
    let plan = find(world, call, id)?;
    Ok(Reply::json(StatusCode::OK, &shown(id, plan, call).into()))
}

/// `GetUsagePlans`: all in one page.
pub(super) fn list(world: &World, call: &Call<'_>) -> Result<Reply, Refusal> {
    let plans = world.aws_plans.iter().filter(|((region, _), _)| region == call.region);
    let plans = plans.map(|((_, id), plan)| shown(id, plan, call)).collect();
    Ok(Reply::json(StatusCode::OK, &shapes::page(plans, None, call.flavour)))
}

pub(super) fn delete(world: &mut World, call: &Call<'_>, id: &str) -> Result<Reply, Refusal> {
    find(world, call, id)?;
    world.aws_plans.remove(&place(call, id));
    Ok(Reply::empty(StatusCode::ACCEPTED))
}

/// Puts a plan into a region, under a new id.
pub(super) fn insert(world: &mut World, region: &str, plan: Plan) -> String {
    let id = random::text(random::LOWER, 6);
    world.aws_plans.insert((region.to_owned(), id.clone()), plan);
    id
}

/// The plan of that id in the call's region.
pub(super) fn find<'a>(world: &'a mut World, call: &Call<'_>, id: &str) -> Result<&'a mut Plan, Refusal> {
    world
        .aws_plans
        .get_mut(&place(call, id))
        .ok_or_else(Refusal::no_such_plan)
}

pub(super) fn place(call: &Call<'_>, id: &str) -> (String, String) {
    (call.region.to_owned(), id.to_owned())
}

/// Unset members are absent, not null.
fn shown(id: &str, plan: &Plan, call: &Call<'_>) -> Map<String, Value> {
    let mut members = shapes::linked(&format!("/usageplans/{id}"), call.flavour);
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("id", json!(id));
    set("name", json!(plan.name));
    set("apiStages", json!([]));
    if let Some(description) = &plan.description {
        set("description", json!(description));
    }
    for (name, value) in [("throttle", &plan.throttle), ("quota", &plan.quota)] {
        if let Some(value) = value {
            set(name, value.clone());
        }
    }
    if !plan.tags.is_empty() {
        set("tags", json!(plan.tags));
    }
    members
}
