use std::collections::BTreeMap;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::refusal::Refusal;
use super::shapes::{self, Values};
use super::{Call, Key, tags};
use crate::random;
use crate::reply::{Received, Reply};
use crate::world::World;

/// The body of `CreateApiKey`; every member is optional, and null is as good as absent.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Creation {
    name: Option<String>,
    description: Option<String>,
    enabled: Option<bool>,
    /// Without effect for any account of today.
    #[serde(rename = "generateDistinctId")]
    _generate_distinct_id: Option<bool>,
    value: Option<String>,
    stage_keys: Option<Vec<Value>>,
    customer_id: Option<String>,
    tags: Option<BTreeMap<String, String>>,
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Result<Reply, Refusal> {
    let creation: Creation = body(call.request)?;
    let key = creation.into_key(call)?;
    let in_region = || world.aws.iter().filter(|other| other.region == call.region);
    if in_region().any(|other| other.value == key.value) {
        return Err(Refusal::duplicate_value());
    }
    if in_region().count() >= world.options.aws_key_quota {
        return Err(Refusal::quota_reached());
    }
    let answer = shapes::key(&key, Values::Shown, call.flavour);
    world.aws.insert(key);
    Ok(Reply::json(StatusCode::CREATED, &answer.into()))
}

pub(super) fn get(world: &World, call: &Call<'_>, id: &str) -> Result<Reply, Refusal> {
    let values = wanted_values(call.request, "includeValue");
    let answer = shapes::key(find(world, call, id)?, values, call.flavour);
    Ok(Reply::json(StatusCode::OK, &answer.into()))
}

pub(super) fn delete(world: &mut World, call: &Call<'_>, id: &str) -> Result<Reply, Refusal> {
    find(world, call, id)?;
    world.aws.remove(id);
    for plan in world.aws_plans.values_mut() {
        plan.keys.retain(|key| key != id);
    }
    Ok(Reply::empty(StatusCode::ACCEPTED))
}

/// The key of that id in the call's region.
pub(super) fn find<'a>(world: &'a World, call: &Call<'_>, id: &str) -> Result<&'a Key, Refusal> {
    world
        .aws
        .get(id)
        .filter(|key| key.region == call.region)
        .ok_or_else(Refusal::no_such_key)
}

/// The key of that id in the call's region, to be changed.
pub(super) fn find_mut<'a>(world: &'a mut World, call: &Call<'_>, id: &str) -> Result<&'a mut Key, Refusal> {
    world
        .aws
        .get_mut(id)
        .filter(|key| key.region == call.region)
        .ok_or_else(Refusal::no_such_key)
}

/// Reads a request body, which has to be an object; an unknown member or a wrong type is a bad request.
pub(super) fn body<T: for<'a> Deserialize<'a>>(request: &Received) -> Result<T, Refusal> {
    let members = serde_json::from_slice::<Map<String, Value>>(request.body());
    members
        .and_then(|members| T::deserialize(Value::Object(members)))
        .map_err(|error| Refusal::bad_request(format!("Invalid request body: {error}")))
}

/// Whether the query asks for values under `name`: `includeValue` for one key, `includeValues` for a list.
pub(super) fn wanted_values(request: &Received, name: &str) -> Values {
    match parameter(request, name).as_deref() {
        Some("true") => Values::Shown,
        _ => Values::Hidden,
    }
}

/// The first query parameter of that name.
pub(super) fn parameter(request: &Received, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
}

pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    match name.chars().count() {
        0..=1024 => Ok(()),
        _ => Err(Refusal::bad_request(
            "Invalid API Key name, can be at most 1024 characters.",
        )),
    }
}

pub(super) fn check_description(description: &str) -> Result<(), Refusal> {
    match description.chars().count() {
        0..=125_000 => Ok(()),
        _ => Err(Refusal::bad_request("Invalid API Key description specified.")),
    }
}

/// An empty text counts as unset.
pub(super) fn set(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

impl Creation {
    fn into_key(self, call: &Call<'_>) -> Result<Key, Refusal> {
        check_name(self.name.as_deref().unwrap_or_default())?;
        check_description(self.description.as_deref().unwrap_or_default())?;
        if self.stage_keys.is_some_and(|stages| !stages.is_empty()) {
            return Err(Refusal::no_such_stage());
        }
        let tags = self.tags.unwrap_or_default();
        tags::check(&tags)?;
        let value = match set(self.value) {
            Some(value) => checked_value(value)?,
            None => random::text(random::MIXED, 40),
        };
        Ok(Key {
            value,
            name: set(self.name),
            customer_id: set(self.customer_id),
            description: set(self.description),
            enabled: self.enabled.unwrap_or(false),
            tags,
            ..Key::new(call.region, "", call.now)
        })
    }
}

fn checked_value(value: String) -> Result<String, Refusal> {
    match value.chars().count() {
        0..20 => Err(Refusal::bad_request("API Key value should be at least 20 characters")),
        20..=128 => Ok(value),
        _ => Err(Refusal::bad_request(
            "API Key value exceeds maximum size of 128 characters",
        )),
    }
}
