use chrono::{DateTime, TimeDelta, Utc};
use http::{StatusCode, header};

use super::fields::Fields;
use super::refusal::{Reason, Refusal};
use super::shapes::{self, Secret};
use super::{Bearer, Key};
use crate::credentials;
use crate::reply::{Received, Reply};
use crate::world::World;

const CREATE_FIELDS: [&str; 5] = [
    "application_id",
    "user_id",
    "expires_at",
    "default_project_id",
    "description",
];
const UPDATE_FIELDS: [&str; 3] = ["description", "default_project_id", "expires_at"];

pub(super) fn create(world: &mut World, request: &Received, now: DateTime<Utc>) -> Result<Reply, Refusal> {
    let key = new_key(request, world.options.scaleway_max_expiration, now)?;
    let (quota, current) = (world.options.scaleway_key_quota, world.scaleway.iter().count());
    if current >= quota {
        return Err(Refusal::quota_reached(quota, current));
    }
    if world.scaleway_gone.contains(key.bearer.id()) {
        return Err(Refusal::not_found(key.bearer.resource(), key.bearer.id()));
    }
    let answer = shapes::key(&key, Secret::Shown);
    world.scaleway.insert(key);
    Ok(Reply::json(StatusCode::OK, &answer))
}

/// `GetAPIKey`. The caller's own key is there, though in no list, so that tests find in lists what they have made.
pub(super) fn get(world: &World, access_key: &str) -> Result<Reply, Refusal> {
    if access_key == credentials::SCW_ACCESS_KEY {
        let owner = Bearer::User(credentials::SCW_USER_ID.to_owned());
        let own = Key {
            access_key: access_key.to_owned(),
            ..Key::new(owner, "", DateTime::UNIX_EPOCH)
        };
        return Ok(Reply::json(StatusCode::OK, &shapes::key(&own, Secret::Null)));
    }
    let key = world
        .scaleway
        .get(access_key)
        .ok_or_else(|| Refusal::no_such_key(access_key))?;
    Ok(Reply::json(StatusCode::OK, &shapes::key(key, Secret::Null)))
}

/// `UpdateAPIKey`. An expiry can be added but, as the console's documentation has it, not changed; null changes nothing.
pub(super) fn update(
    world: &mut World,
    request: &Received,
    access_key: &str,
    now: DateTime<Utc>,
) -> Result<Reply, Refusal> {
    let key = world
        .scaleway
        .get_mut(access_key)
        .ok_or_else(|| Refusal::no_such_key(access_key))?;
    if !key.editable {
        return Err(Refusal::permissions_denied("write", "api_key"));
    }
    let mut fields = Fields::of(request, &UPDATE_FIELDS)?;
    let description = fields.description();
    let project = fields.uuid("default_project_id");
    let expiry = fields.future("expires_at", now);
    if key.expires_at.is_some() && expiry.is_some() && key.expires_at != expiry {
        fields.refuse(
            "expires_at",
            Reason::Constraint,
            "the expiry of a key cannot be modified",
        );
    }
    fields.finish(Some(()))?;
    key.description = description.unwrap_or_else(|| key.description.clone());
    key.default_project_id = project.unwrap_or_else(|| key.default_project_id.clone());
    key.expires_at = expiry.or(key.expires_at);
    key.updated_at = now;
    Ok(Reply::json(StatusCode::OK, &shapes::key(key, Secret::Null)))
}

/// `DeleteAPIKey`, whose empty answer nevertheless has a content type.
pub(super) fn delete(world: &mut World, access_key: &str) -> Result<Reply, Refusal> {
    let key = world
        .scaleway
        .get(access_key)
        .ok_or_else(|| Refusal::no_such_key(access_key))?;
    if !key.deletable {
        return Err(Refusal::permissions_denied("delete", "api_key"));
    }
    world.scaleway.remove(access_key);
    Ok(Reply::empty(StatusCode::NO_CONTENT).with(header::CONTENT_TYPE, "application/json"))
}

fn new_key(request: &Received, max_expiration: Option<TimeDelta>, now: DateTime<Utc>) -> Result<Key, Refusal> {
    let mut fields = Fields::of(request, &CREATE_FIELDS)?;
    let bearer = bearer(&mut fields);
    let description = fields.description().unwrap_or_default();
    let project = fields.uuid("default_project_id");
    let expires_at = fields.future("expires_at", now);
    let too_long = |max: TimeDelta| expires_at.is_none_or(|expiry| expiry > now + max);
    if max_expiration.is_some_and(too_long) {
        let help = "the security settings of the organization demand an expiry within the allowed time";
        fields.refuse("expires_at", Reason::Constraint, help);
    }
    let key = bearer.map(|bearer| {
        let key = Key::new(bearer, &description, now);
        Key {
            expires_at,
            default_project_id: project.unwrap_or_else(|| key.default_project_id.clone()),
            ..key
        }
    });
    fields.finish(key)
}

/// Exactly one of the two has to be there.
fn bearer(fields: &mut Fields) -> Option<Bearer> {
    match (fields.has("application_id"), fields.has("user_id")) {
        (true, false) => fields.uuid("application_id").map(Bearer::Application),
        (false, true) => fields.uuid("user_id").map(Bearer::User),
        (true, true) => {
            fields.refuse(
                "user_id",
                Reason::Constraint,
                "only one of application_id and user_id can be set",
            );
            None
        }
        (false, false) => {
            fields.refuse(
                "application_id",
                Reason::Required,
                "one of application_id and user_id is required",
            );
            None
        }
    }
}
