use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Call, Plan, shapes};
use crate::random;
use crate::world::World;

const MAX_PLANS: usize = 200;

impl Plan {
    pub(super) fn new(name: &str, created: DateTime<Utc>) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            max_requests: -1,
            max_requests_per_second: -1,
            created,
            modified: created,
            keys: BTreeSet::new(),
        }
    }
}

/// `CreateUsagePlan`; every parameter is optional.
pub(super) fn create(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    let parameters = &call.parameters;
    let name = parameters.text("UsagePlanName")?.unwrap_or_default();
    let description = parameters.text("UsagePlanDesc")?.filter(|text| !text.is_empty());
    let plan = Plan {
        description: description.map(str::to_owned),
        max_requests: limit(call, "MaxRequestNum", 99_999_999)?,
        max_requests_per_second: limit(call, "MaxRequestNumPreSec", 2000)?,
        ..Plan::new(name, call.now)
    };
    if world.usage_plans.len() >= MAX_PLANS {
        let message = format!("The number of usage plans exceeds the limit {MAX_PLANS}.");
        return Err(Refusal::new("LimitExceeded.UsagePlanLimitExceeded", message));
    }
    let id = insert(world, call.region, plan.clone());
    Ok(shown(&id, &plan))
}

/// `DescribeUsagePlan`.
pub(super) fn describe(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.parameters.required_text("UsagePlanId")?;
    Ok(shown(id, find(world, call)?))
}

/// `DeleteUsagePlan`, of a plan without keys.
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    if !find(world, call)?.keys.is_empty() {
        let message = "The usage plan is in use; unbind its keys first.";
        return Err(Refusal::new("UnsupportedOperation.UsagePlanInUse", message));
    }
    world.usage_plans.remove(&place(call)?);
    Ok(json!(true))
}

/// Puts a plan into a region, under a new id.
pub(super) fn insert(world: &mut World, region: &str, plan: Plan) -> String {
    let id = format!("usagePlan-{}", random::text(random::LOWER, 8));
    world.usage_plans.insert((region.to_owned(), id.clone()), plan);
    id
}

/// The plan that `UsagePlanId` names, in the call's region.
pub(super) fn find<'a>(world: &'a mut World, call: &Call<'_>) -> Result<&'a mut Plan, Refusal> {
    let place = place(call)?;
    world.usage_plans.get_mut(&place).ok_or_else(|| {
        Refusal::new(
            "ResourceNotFound.InvalidUsagePlan",
            format!("The usage plan `{}` does not exist.", place.1),
        )
    })
}

fn place(call: &Call<'_>) -> Result<(String, String), Refusal> {
    let id = call.parameters.required_text("UsagePlanId")?;
    Ok((call.region.to_owned(), id.to_owned()))
}

/// A limit of requests: -1, which is none, or a number up to `most`.
fn limit(call: &Call<'_>, parameter: &str, most: i64) -> Result<i64, Refusal> {
    let given = call.parameters.number(parameter)?.unwrap_or(-1);
    if given == -1 || (1..=most).contains(&given) {
        return Ok(given);
    }
    let message = format!("{parameter} must be -1 or 1 to {most}.");
    Err(Refusal::new("InvalidParameterValue.RangeExceeded", message))
}

fn shown(id: &str, plan: &Plan) -> Value {
    json!({
        "UsagePlanId": id,
        "UsagePlanName": plan.name,
        "UsagePlanDesc": plan.description,
        "MaxRequestNum": plan.max_requests,
        "MaxRequestNumPreSec": plan.max_requests_per_second,
        "CreatedTime": shapes::time(plan.created),
        "ModifiedTime": shapes::time(plan.modified),
        "BindSecretIdTotalCount": plan.keys.len(),
        "BindSecretIds": plan.keys,
        "BindEnvironmentTotalCount": 0,
        "BindEnvironments": [],
    })
}
