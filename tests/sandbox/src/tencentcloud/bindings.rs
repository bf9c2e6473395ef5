use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::list::Page;
use super::refusal::Refusal;
use super::{Call, Key, plans, shapes};
use crate::world::World;

const MAX_KEYS_PER_CALL: usize = 100;
const MAX_KEYS_PER_PLAN: usize = 50;
const MAX_PLANS_PER_KEY: usize = 10;

/// `BindSecretIds`: all keys or none.
pub(super) fn bind(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    let ids = ids(call)?;
    let bound = plans::find(world, call)?.keys.clone();
    for id in &ids {
        check_bindable(world, key(world, call, id)?, &bound)?;
    }
    if bound.len() + ids.len() > MAX_KEYS_PER_PLAN {
        let message = format!("A usage plan can have at most {MAX_KEYS_PER_PLAN} keys.");
        return Err(Refusal::new(
            "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded",
            message,
        ));
    }
    let plan = plans::find(world, call)?;
    plan.keys.extend(ids);
    plan.modified = call.now;
    Ok(json!(true))
}

/// `UnBindSecretIds`: all keys or none.
pub(super) fn unbind(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    let ids = ids(call)?;
    let plan = plans::find(world, call)?;
    if let Some(id) = ids.iter().find(|id| !plan.keys.contains(*id)) {
        return Err(Refusal::no_such_key(id));
    }
    plan.keys.retain(|id| !ids.contains(id));
    plan.modified = call.now;
    Ok(json!(true))
}

/// `DescribeUsagePlanSecretIds`.
pub(super) fn describe(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    let page = Page::of(call)?;
    let bound = plans::find(world, call)?.keys.clone();
    let keys: Vec<&Key> = world
        .tencentcloud
        .iter()
        .filter(|key| bound.contains(&key.id))
        .collect();
    let shown = page
        .cut(&keys)
        .map(|key| json!({ "AccessKeyId": key.id, "SecretName": key.name, "Status": shapes::status(key.status) }));
    Ok(json!({ "TotalCount": keys.len(), "AccessKeyList": shown.collect::<Vec<_>>() }))
}

fn ids(call: &Call<'_>) -> Result<BTreeSet<String>, Refusal> {
    let ids = call.parameters.required_texts("AccessKeyIds")?;
    match ids.len() {
        0 => Err(Refusal::new(
            "InvalidParameterValue.InvalidAccessKeyIds",
            "AccessKeyIds must not be empty.",
        )),
        1..=MAX_KEYS_PER_CALL => Ok(ids.into_iter().collect()),
        _ => {
            let message = format!("AccessKeyIds can have at most {MAX_KEYS_PER_CALL} items.");
            Err(Refusal::new("InvalidParameterValue.LimitExceeded", message))
        }
    }
}

fn key<'a>(world: &'a World, call: &Call<'_>, id: &str) -> Result<&'a Key, Refusal> {
    let key = world.tencentcloud.get(id).filter(|key| key.region == call.region);
    key.ok_or_else(|| Refusal::no_such_key(id))
}

fn check_bindable(world: &World, key: &Key, bound: &BTreeSet<String>) -> Result<(), Refusal> {
    if bound.contains(&key.id) {
        let message = format!("The key `{}` is already bound to the usage plan.", key.id);
        return Err(Refusal::new("UnsupportedOperation.AlreadyBindUsagePlan", message));
    }
    if !key.status.is_enabled() {
        return Err(Refusal::new(
            "UnsupportedOperation.InvalidStatus",
            "A disabled key cannot be bound.",
        ));
    }
    if world
        .usage_plans
        .values()
        .filter(|plan| plan.keys.contains(&key.id))
        .count()
        >= MAX_PLANS_PER_KEY
    {
        let message = format!("A key can be bound to at most {MAX_PLANS_PER_KEY} usage plans.");
        return Err(Refusal::new("LimitExceeded.UsagePlanLimitExceeded", message));
    }
    Ok(())
}
