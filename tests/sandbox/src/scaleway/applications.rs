use chrono::{DateTime, Utc};
use http::{StatusCode, header};
use serde_json::json;

use super::fields::Fields;
use super::list::{Page, Query, invalid};
use super::refusal::{Reason, Refusal};
use super::{forget_holder, shapes};
use crate::random;
use crate::reply::{Received, Reply};
use crate::store::Identified;
use crate::world::World;

/// A holder of keys that is no person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// A UUID.
    pub id: String,
    /// The name, which others may have too.
    pub name: String,
    /// The description, empty when there is none.
    pub description: String,
    /// The tags.
    pub tags: Vec<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last patched.
    pub updated_at: DateTime<Utc>,
    /// Whether it can be patched.
    pub editable: bool,
    /// Whether it can be deleted.
    pub deletable: bool,
    /// Whether Scaleway itself made it.
    pub managed: bool,
}

impl Application {
    /// An application without a description and tags, with a generated id.
    pub fn new(name: &str, created_at: DateTime<Utc>) -> Self {
        Self {
            id: random::uuid(),
            name: name.to_owned(),
            description: String::new(),
            tags: Vec::new(),
            created_at,
            updated_at: created_at,
            editable: true,
            deletable: true,
            managed: false,
        }
    }
}

impl Identified for Application {
    fn id(&self) -> &str {
        &self.id
    }
}

const RESOURCE: &str = "application";

pub(super) fn create(world: &mut World, request: &Received, now: DateTime<Utc>) -> Result<Reply, Refusal> {
    let mut fields = Fields::of(request, &["name", "organization_id", "description", "tags"])?;
    fields.organization(RESOURCE)?;
    let name = fields.name();
    if name.is_none() {
        fields.refuse("name", Reason::Required, "is required");
    }
    let description = fields.description().unwrap_or_default();
    let tags = fields.tags().unwrap_or_default();
    let application = Application {
        description,
        tags,
        ..Application::new(&fields.finish(name)?, now)
    };
    let answer = shapes::application(world, &application);
    world.scaleway_applications.insert(application);
    Ok(Reply::json(StatusCode::OK, &answer))
}

pub(super) fn get(world: &World, id: &str) -> Result<Reply, Refusal> {
    let found = world.scaleway_applications.get(id);
    let application = found.ok_or_else(|| Refusal::not_found(RESOURCE, id))?;
    Ok(Reply::json(StatusCode::OK, &shapes::application(world, application)))
}

/// `ListApplications`. The documents demand an organization.
pub(super) fn list(world: &World, request: &Received) -> Result<Reply, Refusal> {
    let query = Query::of(request);
    if query.organization(RESOURCE)?.is_none() {
        return Err(invalid("organization_id", "is required"));
    }
    let (ids, name, tag) = (query.all("application_ids"), query.last("name"), query.last("tag"));
    let editable = query.flag("editable")?;
    let mut found: Vec<_> = world
        .scaleway_applications
        .iter()
        .filter(|found| ids.is_empty() || ids.contains(&found.id.as_str()))
        .filter(|found| name.is_none_or(|name| found.name.contains(name)))
        .filter(|found| tag.is_none_or(|tag| found.tags.iter().any(|own| own.contains(tag))))
        .filter(|found| editable.is_none_or(|wanted| wanted == found.editable))
        .collect();
    match query.last("order_by").unwrap_or("created_at_asc") {
        "created_at_asc" => {}
        "created_at_desc" => found.reverse(),
        "updated_at_asc" => found.sort_by_key(|found| found.updated_at),
        "updated_at_desc" => found.sort_by_key(|found| std::cmp::Reverse(found.updated_at)),
        "name_asc" => found.sort_by(|one, other| one.name.cmp(&other.name)),
        "name_desc" => found.sort_by(|one, other| other.name.cmp(&one.name)),
        _ => return Err(invalid("order_by", "must name a field and a direction")),
    }
    let shown = Page::of(&query)?;
    let shown: Vec<_> = shown
        .of_all(&found)
        .map(|found| shapes::application(world, found))
        .collect();
    let answer = json!({ "applications": shown, "total_count": found.len() });
    Ok(Reply::json(StatusCode::OK, &answer))
}

pub(super) fn update(world: &mut World, request: &Received, id: &str, now: DateTime<Utc>) -> Result<Reply, Refusal> {
    let found = world.scaleway_applications.get_mut(id);
    let application = found.ok_or_else(|| Refusal::not_found(RESOURCE, id))?;
    if !application.editable {
        return Err(Refusal::permissions_denied("write", RESOURCE));
    }
    let mut fields = Fields::of(request, &["name", "description", "tags"])?;
    let (name, description, tags) = (fields.name(), fields.description(), fields.tags());
    fields.finish(Some(()))?;
    application.name = name.unwrap_or_else(|| application.name.clone());
    application.description = description.unwrap_or_else(|| application.description.clone());
    application.tags = tags.unwrap_or_else(|| application.tags.clone());
    application.updated_at = now;
    get(world, id)
}

/// `DeleteApplication`, which deletes the application's keys.
pub(super) fn delete(world: &mut World, id: &str) -> Result<Reply, Refusal> {
    let found = world.scaleway_applications.get(id);
    if !found.ok_or_else(|| Refusal::not_found(RESOURCE, id))?.deletable {
        return Err(Refusal::permissions_denied("delete", RESOURCE));
    }
    world.scaleway_applications.remove(id);
    forget_holder(world, id);
    Ok(Reply::empty(StatusCode::NO_CONTENT).with(header::CONTENT_TYPE, "application/json"))
}
