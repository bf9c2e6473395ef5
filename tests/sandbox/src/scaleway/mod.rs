//! Scaleway IAM `v1alpha1`, as far as API keys and their holders go.

mod applications;
mod auth;
mod fields;
mod keys;
mod list;
mod refusal;
mod route;
mod shapes;
mod users;

pub use applications::Application;
pub(crate) use auth::access_key;
use chrono::{DateTime, Utc};
use http::{HeaderName, StatusCode};
use refusal::Refusal;
use route::Route;
pub use users::User;

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

/// Whose key it is; any well-formed UUID counts as somebody who exists, but for who was deleted here.
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

impl Bearer {
    /// The holder's id.
    pub fn id(&self) -> &str {
        match self {
            Self::Application(id) | Self::User(id) => id,
        }
    }

    /// What errors call such a holder.
    fn resource(&self) -> &'static str {
        match self {
            Self::Application(_) => "application",
            Self::User(_) => "user",
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
        Route::CreateApplication => applications::create(world, request, now),
        Route::CreateUser => users::create(world, request, now),
        Route::DeleteApiKey(id) => keys::delete(world, id),
        Route::DeleteApplication(id) => applications::delete(world, id),
        Route::DeleteUser(id) => users::delete(world, id),
        Route::GetApiKey(id) => keys::get(world, id),
        Route::GetApplication(id) => applications::get(world, id),
        Route::GetUser(id) => users::get(world, id),
        Route::ListApiKeys => list::list(world, request, now),
        Route::ListApplications => applications::list(world, request),
        Route::ListUsers => users::list(world, request),
        Route::UpdateApiKey(id) => keys::update(world, request, id, now),
        Route::UpdateApplication(id) => applications::update(world, request, id, now),
        Route::UpdateUser(id) => users::update(world, request, id, now),
        Route::UpdateUserUsername(id) => users::update_username(world, request, id, now),
    }
}

/// Removes the keys of an application or a user that is deleted: they go with their holder.
fn forget_holder(world: &mut World, id: &str) {
    let keys = world.scaleway.iter().filter(|key| key.bearer.id() == id);
    let keys: Vec<_> = keys.map(|key| key.access_key.clone()).collect();
    for access_key in keys {
        world.scaleway.remove(&access_key);
    }
    world.scaleway_gone.insert(id.to_owned());
}

fn identified(reply: Reply) -> Reply {
    reply.with(HeaderName::from_static("x-request-id"), &random::uuid())
}
