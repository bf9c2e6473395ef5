//! Scaleway IAM `v1alpha1`, as far as API keys go.

mod auth;
mod fields;
mod keys;
mod list;
mod refusal;
mod route;
mod shapes;

pub(crate) use auth::access_key;
use chrono::{DateTime, Utc};
use http::{HeaderName, StatusCode};
use refusal::Refusal;
use route::Route;

use crate::limits::Rate;
use crate::random;
use crate::reply::{Received, Reply};
use crate::store::Identified;
use crate::world::World;

/// An API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// `SCW` and 17 upper-case letters or digits.
    pub access_key: String,
    /// A UUID that is shown only by the create answer.
    pub secret_key: String,
    /// Whose key it is.
    pub bearer: Bearer,
    /// The description, empty when there is none.
    pub description: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last patched.
    pub updated_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
    /// The project that Object Storage calls go to.
    pub default_project_id: String,
    /// Whether it can be patched.
    pub editable: bool,
    /// Whether it can be deleted.
    pub deletable: bool,
    /// Whether Scaleway itself made it.
    pub managed: bool,
    /// The address it was created from.
    pub creation_ip: String,
}

/// Whose key it is; any well-formed UUID counts as somebody who exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// An application's, by its id.
    Application(String),
    /// A user's, by the user's id.
    User(String),
}

impl Key {
    /// A key that never expires, with a generated access key and secret.
    pub fn new(bearer: Bearer, description: &str, created_at: DateTime<Utc>) -> Self {
        Self {
            access_key: format!("SCW{}", random::text(random::UPPER, 17)),
            secret_key: random::uuid(),
            bearer,
            description: description.to_owned(),
            created_at,
            updated_at: created_at,
            expires_at: None,
            default_project_id: crate::credentials::SCW_ORGANIZATION_ID.to_owned(),
            editable: true,
            deletable: true,
            managed: false,
            creation_ip: "127.0.0.1".to_owned(),
        }
    }
}

impl Identified for Key {
    fn id(&self) -> &str {
        &self.access_key
    }
}

/// Not published; a support answer once named this figure.
const TOTAL: Rate = Rate::per_second(100.0);

pub(crate) fn operation(request: &Received) -> String {
    Route::of(request)
        .map_or("Unknown", |route| route.operation())
        .to_owned()
}

pub(crate) fn answer(world: &mut World, request: &Received) -> Reply {
    identified(respond(world, request).unwrap_or_else(Refusal::into_reply))
}

/// The gateway's own answer: no body, no type, no hint how long to wait.
pub(crate) fn throttled(retry_after: Option<u32>) -> Reply {
    let reply = Reply::empty(StatusCode::TOO_MANY_REQUESTS);
    reply
        .with(HeaderName::from_static("x-envoy-ratelimited"), "true")
        .retry_after(retry_after)
}

pub(crate) fn error(code: &str) -> Reply {
    identified(Refusal::named(code).into_reply())
}

pub(crate) fn server_error(status: StatusCode) -> Reply {
    identified(Refusal::server_error(status).into_reply())
}

fn respond(world: &mut World, request: &Received) -> Result<Reply, Refusal> {
    let now = world.clock.now();
    if world.limits.spend("scaleway".to_owned(), TOTAL, now).is_err() {
        return Ok(throttled(None));
    }
    let route = Route::of(request).ok_or_else(|| Refusal::not_found("path", request.uri().path()))?;
    auth::verify(world, request, now)?;
    match &route {
        Route::CreateApiKey => keys::create(world, request, now),
        Route::DeleteApiKey(id) => keys::delete(world, id),
        Route::GetApiKey(id) => keys::get(world, id),
        Route::ListApiKeys => list::list(world, request, now),
        Route::UpdateApiKey(id) => keys::update(world, request, id, now),
    }
}

fn identified(reply: Reply) -> Reply {
    reply.with(HeaderName::from_static("x-request-id"), &random::uuid())
}
