use std::collections::BTreeMap;

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded;

use super::Call;
use super::keys::{body, find, find_mut};
use super::refusal::Refusal;
use crate::reply::Reply;
use crate::world::World;

const MAX_TAGS: usize = 50;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tagging {
    tags: BTreeMap<String, String>,
}

pub(super) fn tag(world: &mut World, call: &Call<'_>, arn: &str) -> Result<Reply, Refusal> {
    let id = id(call, arn)?;
    let key = find_mut(world, call, id)?;
    let tagging: Tagging = body(call.request)?;
    let mut tags = key.tags.clone();
    tags.extend(tagging.tags);
    check(&tags)?;
    key.tags = tags;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

pub(super) fn untag(world: &mut World, call: &Call<'_>, arn: &str) -> Result<Reply, Refusal> {
    let id = id(call, arn)?;
    let key = find_mut(world, call, id)?;
    let query = call.request.uri().query().unwrap_or_default();
    let names = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "tagKeys");
    let names: Vec<_> = names.map(|(_, value)| value.into_owned()).collect();
    if names.is_empty() {
        return Err(Refusal::bad_request("tagKeys is required"));
    }
    for name in names {
        key.tags.remove(&name);
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

pub(super) fn get(world: &World, call: &Call<'_>, arn: &str) -> Result<Reply, Refusal> {
    let key = find(world, call, id(call, arn)?)?;
    Ok(Reply::json(StatusCode::OK, &json!({ "tags": key.tags })))
}

/// The limits that hold for all tags of a key together.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if tags.len() > MAX_TAGS {
        return Err(Refusal::bad_request(format!(
            "A resource can have at most {MAX_TAGS} tags"
        )));
    }
    for (name, value) in tags {
        if !(1..=MAX_KEY).contains(&name.chars().count()) {
            return Err(Refusal::bad_request(format!(
                "A tag key must have 1 to {MAX_KEY} characters"
            )));
        }
        if value.chars().count() > MAX_VALUE {
            return Err(Refusal::bad_request(format!(
                "A tag value can have at most {MAX_VALUE} characters"
            )));
        }
        if name.starts_with("aws:") {
            return Err(Refusal::bad_request(
                "aws: prefixed tag key names are not allowed for external use.",
            ));
        }
    }
    Ok(())
}

/// The key's id in an ARN such as `arn:aws:apigateway:us-east-1::/apikeys/abcde12345` of the call's region.
fn id<'a>(call: &Call<'_>, arn: &'a str) -> Result<&'a str, Refusal> {
    let prefix = format!("arn:{}:apigateway:{}::/apikeys/", partition(call.region), call.region);
    arn.strip_prefix(&prefix)
        .ok_or_else(|| Refusal::bad_request("Invalid ARN specified in the request"))
}

fn partition(region: &str) -> &'static str {
    let partitions = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("eusc-", "aws-eusc"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
    ];
    partitions
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("aws", |(_, partition)| partition)
}
