use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::json;
use url::form_urlencoded;

use super::fields::is_uuid;
use super::refusal::{Argument, Reason, Refusal};
use super::shapes::{self, Secret};
use super::{Bearer, Key};
use crate::credentials;
use crate::reply::{Received, Reply};
use crate::world::World;

const DEFAULT_PAGE_SIZE: usize = 20;
const MAX_PAGE_SIZE: usize = 100;

/// `ListAPIKeys`.
pub(super) fn list(world: &World, request: &Received, now: DateTime<Utc>) -> Result<Reply, Refusal> {
    let query = Query::of(request);
    query.organization("api_key")?;
    let filters = Filters::of(&query)?;
    let compare = order(query.last("order_by"))?;
    let page = Page::of(&query)?;
    let mut keys: Vec<&Key> = world
        .scaleway
        .iter()
        .filter(|key| filters.match_key(key, now))
        .collect();
    keys.sort_by(|one, other| compare(one, other));
    let shown: Vec<_> = page.of_all(&keys).map(|key| shapes::key(key, Secret::Null)).collect();
    Ok(Reply::json(
        StatusCode::OK,
        &json!({ "api_keys": shown, "total_count": keys.len() }),
    ))
}

/// The part of a list that is asked for.
pub(super) struct Page {
    number: usize,
    size: usize,
}

impl Page {
    pub(super) fn of(query: &Query) -> Result<Self, Refusal> {
        Ok(Self {
            number: query.number("page", 1, usize::MAX)?.unwrap_or(1),
            size: query
                .number("page_size", 1, MAX_PAGE_SIZE)?
                .unwrap_or(DEFAULT_PAGE_SIZE),
        })
    }

    pub(super) fn of_all<'t, T>(&self, all: &'t [T]) -> impl Iterator<Item = &'t T> {
        all.iter()
            .skip((self.number - 1).saturating_mul(self.size))
            .take(self.size)
    }
}

struct Filters<'a> {
    access_keys: Vec<&'a str>,
    application: Option<&'a str>,
    bearer: Option<&'a str>,
    bearer_type: BearerType,
    description: Option<&'a str>,
    editable: Option<bool>,
    expired: Option<bool>,
    user: Option<&'a str>,
}

#[derive(PartialEq, Eq)]
enum BearerType {
    Any,
    Application,
    User,
}

impl<'a> Filters<'a> {
    fn of(query: &'a Query) -> Result<Self, Refusal> {
        let bearer_type = match query.last("bearer_type") {
            None | Some("" | "unknown_bearer_type") => BearerType::Any,
            Some("application") => BearerType::Application,
            Some("user") => BearerType::User,
            Some(_) => {
                return Err(invalid(
                    "bearer_type",
                    "must be one of unknown_bearer_type, user, application",
                ));
            }
        };
        Ok(Self {
            access_keys: [query.all("access_keys"), query.all("access_key")].concat(),
            application: query.uuid("application_id")?,
            bearer: query.uuid("bearer_id")?,
            bearer_type,
            description: query.last("description"),
            editable: query.flag("editable")?,
            expired: query.flag("expired")?,
            user: query.uuid("user_id")?,
        })
    }

    fn match_key(&self, key: &Key, now: DateTime<Utc>) -> bool {
        let (application, user) = match &key.bearer {
            Bearer::Application(id) => (Some(id.as_str()), None),
            Bearer::User(id) => (None, Some(id.as_str())),
        };
        let is_expired = key.expires_at.is_some_and(|expiry| expiry <= now);
        (self.access_keys.is_empty() || self.access_keys.contains(&key.access_key.as_str()))
            && (self.application.is_none() || self.application == application)
            && (self.user.is_none() || self.user == user)
            && (self.bearer.is_none() || self.bearer == application.or(user))
            && (self.bearer_type != BearerType::Application || application.is_some())
            && (self.bearer_type != BearerType::User || user.is_some())
            // Whether the real filter wants the whole text is not known; a part is what a client must be ready for.
            && self.description.is_none_or(|part| key.description.contains(part))
            && self.editable.is_none_or(|wanted| wanted == key.editable)
            && self.expired.is_none_or(|wanted| wanted == is_expired)
    }
}

type Comparison = fn(&Key, &Key) -> Ordering;

fn order(name: Option<&str>) -> Result<Comparison, Refusal> {
    Ok(match name.unwrap_or("created_at_asc") {
        "created_at_asc" => |a, b| a.created_at.cmp(&b.created_at),
        "created_at_desc" => |a, b| b.created_at.cmp(&a.created_at),
        "updated_at_asc" => |a, b| a.updated_at.cmp(&b.updated_at),
        "updated_at_desc" => |a, b| b.updated_at.cmp(&a.updated_at),
        "expires_at_asc" => |a, b| a.expires_at.cmp(&b.expires_at),
        "expires_at_desc" => |a, b| b.expires_at.cmp(&a.expires_at),
        "access_key_asc" => |a, b| a.access_key.cmp(&b.access_key),
        "access_key_desc" => |a, b| b.access_key.cmp(&a.access_key),
        _ => return Err(invalid("order_by", "must name a field and a direction")),
    })
}

/// The query's pairs; parameters nobody asks about are ignored.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(request: &Received) -> Self {
        let query = request.uri().query().unwrap_or_default();
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub(super) fn last(&self, name: &str) -> Option<&str> {
        self.all(name).pop()
    }

    /// The organization that is asked for: none, or the one that there is.
    pub(super) fn organization(&self, resource: &str) -> Result<Option<&str>, Refusal> {
        let organization = self.uuid("organization_id")?;
        if organization.is_some_and(|id| id != credentials::SCW_ORGANIZATION_ID) {
            return Err(Refusal::permissions_denied("read", resource));
        }
        Ok(organization)
    }

    pub(super) fn uuid(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.last(name).filter(|text| !text.is_empty()) {
            Some(text) if !is_uuid(text) => Err(invalid(name, "must be a UUID")),
            found => Ok(found),
        }
    }

    /// Takes the spellings of Go's `strconv.ParseBool`; the Python SDK writes `True`.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.last(name) {
            None => Ok(None),
            Some("1" | "t" | "T" | "TRUE" | "true" | "True") => Ok(Some(true)),
            Some("0" | "f" | "F" | "FALSE" | "false" | "False") => Ok(Some(false)),
            Some(_) => Err(invalid(name, "must be true or false")),
        }
    }

    fn number(&self, name: &str, least: usize, most: usize) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.last(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            Ok(_) => Err(refused(name, Reason::Constraint, &format!("must be {least} to {most}"))),
            Err(_) => Err(invalid(name, "must be a number")),
        }
    }
}

pub(super) fn invalid(name: &str, help: &str) -> Refusal {
    refused(name, Reason::Format, help)
}

fn refused(name: &str, reason: Reason, help: &str) -> Refusal {
    Refusal::invalid(&[Argument {
        name: name.to_owned(),
        reason,
        help: help.to_owned(),
    }])
}
