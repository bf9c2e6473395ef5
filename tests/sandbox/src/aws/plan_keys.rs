use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::keys::{body, parameter};
use super::refusal::Refusal;
use super::{Call, Key, list, plans, shapes};
use crate::reply::Reply;
use crate::world::World;

const MAX_PLANS_PER_KEY: usize = 10;

/// The body of `CreateUsagePlanKey`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Creation {
    key_id: String,
    key_type: String,
}

pub(super) fn create(world: &mut World, call: &Call<'_>, plan: &str) -> Result<Reply, Refusal> {
    let Creation { key_id, key_type } = body(call.request)?;
    if key_type != "API_KEY" {
        return Err(Refusal::bad_request("Invalid Usage Plan Key type specified"));
    }
    if plans::find(world, call, plan)?.keys.contains(&key_id) {
        return Err(Refusal::conflict(format!(
            "Usage Plan {plan} already has the API Key {key_id}"
        )));
    }
    let answer = shown(super::keys::find(world, call, &key_id)?, plan, call);
    if world
        .aws_plans
        .values()
        .filter(|plan| plan.keys.contains(&key_id))
        .count()
        >= MAX_PLANS_PER_KEY
    {
        return Err(Refusal::limit_exceeded("An API Key can be in at most 10 usage plans."));
    }
    plans::find(world, call, plan)?.keys.push(key_id);
    Ok(Reply::json(StatusCode::CREATED, &answer.into()))
}

pub(super) fn get(world: &mut World, call: &Call<'_>, plan: &str, key: &str) -> Result<Reply, Refusal> {
    check_member(world, call, plan, key)?;
    let answer = shown(super::keys::find(world, call, key)?, plan, call);
    Ok(Reply::json(StatusCode::OK, &answer.into()))
}

/// `GetUsagePlanKeys`. The list of an unknown plan is empty, as it was recorded of the real service.
pub(super) fn list(world: &World, call: &Call<'_>, plan: &str) -> Result<Reply, Refusal> {
    let limit = list::limit(call.request)?;
    let from = list::position(call.request)?.unwrap_or(0);
    let prefix = parameter(call.request, "name").unwrap_or_default();
    let ids = world.aws_plans.get(&plans::place(call, plan)).map(|plan| &plan.keys);
    let keys = ids.into_iter().flatten().filter_map(|id| world.aws.get(id));
    let matching = keys.filter(|key| key.name.as_deref().unwrap_or_default().starts_with(&prefix));
    let mut numbered = (0_u64..).zip(matching).skip_while(|(number, _)| *number < from);
    let page: Vec<_> = numbered
        .by_ref()
        .take(limit)
        .map(|(_, key)| shown(key, plan, call))
        .collect();
    let position = numbered
        .next()
        .filter(|_| !page.is_empty())
        .map(|(number, _)| list::token(number));
    Ok(Reply::json(StatusCode::OK, &shapes::page(page, position, call.flavour)))
}

pub(super) fn delete(world: &mut World, call: &Call<'_>, plan: &str, key: &str) -> Result<Reply, Refusal> {
    check_member(world, call, plan, key)?;
    plans::find(world, call, plan)?.keys.retain(|id| id != key);
    Ok(Reply::empty(StatusCode::ACCEPTED))
}

fn check_member(world: &mut World, call: &Call<'_>, plan: &str, key: &str) -> Result<(), Refusal> {
    match plans::find(world, call, plan)?.keys.iter().any(|id| id == key) {
        true => Ok(()),
        false => Err(Refusal::no_such_key()),
    }
}

fn shown(key: &Key, plan: &str, call: &Call<'_>) -> Map<String, Value> {
    let mut members = shapes::linked(&format!("/usageplans/{plan}/keys/{}", key.id), call.flavour);
    members.insert("id".to_owned(), json!(key.id));
    members.insert("type".to_owned(), json!("API_KEY"));
    members.insert("value".to_owned(), json!(key.value));
    if let Some(name) = &key.name {
        members.insert("name".to_owned(), json!(name));
    }
    members
}
