use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::{Call, Key, KeyKind, Status, shapes};
use crate::options::ListedSecrets;
use crate::random;
use crate::world::World;

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    create_named(world, call, call.parameters.required_text("SecretName")?)
}

/// `CreateApiKey` with a name that may be empty.
pub(super) fn create_named(world: &mut World, call: &Call<'_>, name: &str) -> Result<Value, Refusal> {
    let key = new_key(call, name)?;
    // An id chosen by the user has to be unique across all regions.
    if world.tencentcloud.get(&key.id).is_some() {
        return Err(Refusal::new(
            "FailedOperation.AccessKeyExist",
            format!("The key `{}` already exists.", key.id),
        ));
    }
    if world.tencentcloud.iter().count() >= world.options.tencentcloud_key_quota {
        let message = format!(
            "The number of keys exceeds the limit {}.",
            world.options.tencentcloud_key_quota
        );
        return Err(Refusal::new("LimitExceeded.ApiKeyCountLimitExceeded", message));
    }
    let result = shapes::key(&key, ListedSecrets::Shown);
    world.tencentcloud.insert(key);
    Ok(result)
}

pub(super) fn describe(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    Ok(shapes::key(find(world, call)?, ListedSecrets::Shown))
}

/// `EnableApiKey` and `DisableApiKey`, which also succeed on a key that is so already.
pub(super) fn switch(world: &mut World, call: &Call<'_>, status: Status) -> Result<Value, Refusal> {
    let key = find(world, call)?;
    if key.status != status {
        key.status = status;
        key.modified = call.now;
    }
    Ok(json!(true))
}

/// `UpdateApiKey` replaces the secret; an automatic key takes no secret from outside but is given a new one.
pub(super) fn update(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    let key = find(world, call)?;
    if !key.status.is_enabled() {
        let message = "A disabled key cannot be updated.";
        return Err(Refusal::new("UnsupportedOperation.UnsupportedUpdateApiKey", message));
    }
    let wanted = call
        .parameters
        .text("AccessKeySecret")?
        .filter(|secret| !secret.is_empty());
    key.secret = match (key.kind, wanted) {
        (KeyKind::Auto, None) => random::text(random::MIXED, 40),
        (KeyKind::Auto, Some(_)) => return Err(Refusal::format("An automatic key takes no AccessKeySecret.")),
        (KeyKind::Manual, None) => return Err(Refusal::format("A manual key needs an AccessKeySecret.")),
        (KeyKind::Manual, Some(secret)) => well_formed("AccessKeySecret", secret, 10)?,
    };
    key.modified = call.now;
    Ok(shapes::key(key, ListedSecrets::Shown))
}

pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Result<Value, Refusal> {
    let key = find(world, call)?;
    if key.status.is_enabled() {
        let message = "An enabled key cannot be deleted; disable it first.";
        return Err(Refusal::new("UnsupportedOperation.InvalidStatus", message));
    }
    let id = key.id.clone();
    if world.usage_plans.values().any(|plan| plan.keys.contains(&id)) {
        let message = "The key is bound to a usage plan; unbind it first.";
        return Err(Refusal::new("UnsupportedOperation.ResourceIsInUse", message));
    }
    world.tencentcloud.remove(&id);
    Ok(json!(true))
}

/// The key that `AccessKeyId` names, in the call's region.
fn find<'a>(world: &'a mut World, call: &Call<'_>) -> Result<&'a mut Key, Refusal> {
    let id = call.parameters.required_text("AccessKeyId")?;
    let key = world.tencentcloud.get_mut(id).filter(|key| key.region == call.region);
    key.ok_or_else(|| Refusal::no_such_key(id))
}

fn new_key(call: &Call<'_>, name: &str) -> Result<Key, Refusal> {
    let tags = tags(call)?;
    let generated = Key {
        tags,
        ..Key::new(call.region, name, call.now)
    };
    match call.parameters.text("AccessKeyType")? {
        None | Some("" | "auto") => Ok(generated),
        Some("manual") => {
            let id = call.parameters.text("AccessKeyId")?.unwrap_or_default();
            let secret = call.parameters.text("AccessKeySecret")?.unwrap_or_default();
            Ok(Key {
                id: well_formed("AccessKeyId", id, 5)?,
                secret: well_formed("AccessKeySecret", secret, 10)?,
                kind: KeyKind::Manual,
                ..generated
            })
        }
        Some(kind) => {
            let message = format!("AccessKeyType `{kind}` is none of auto, manual.");
            Err(Refusal::new("InvalidParameterValue.NotInOptions", message))
        }
    }
}

/// The text, if it has `least` to 50 characters of those the console and the API pages name.
fn well_formed(parameter: &str, text: &str, least: usize) -> Result<String, Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if (least..=50).contains(&text.len()) && text.chars().all(allowed) {
        return Ok(text.to_owned());
    }
    let message = format!("{parameter} must have {least} to 50 letters, digits, hyphens and underscores.");
    Err(Refusal::format(message))
}

fn tags(call: &Call<'_>) -> Result<Vec<(String, String)>, Refusal> {
    let tag = |members: &Map<String, Value>| {
        let text = |name| members.get(name).and_then(Value::as_str).map(str::to_owned);
        Some((text("Key")?, text("Value")?)).filter(|_| members.len() == 2)
    };
    let tags = call
        .parameters
        .objects("Tags")?
        .into_iter()
        .map(tag)
        .collect::<Option<_>>();
    tags.ok_or_else(|| Refusal::wrong_type("Tags"))
}
