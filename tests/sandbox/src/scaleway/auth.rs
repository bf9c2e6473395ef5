use chrono::{DateTime, Utc};

use super::Key;
use super::fields::is_uuid;
use super::refusal::Refusal;
use crate::credentials;
use crate::reply::Received;
use crate::world::World;

/// Checks `X-Auth-Token`: the caller's own secret key, or that of a key that was made here and lives.
pub(super) fn verify(world: &World, request: &Received, now: DateTime<Utc>) -> Result<(), Refusal> {
    let token = token(request);
    if !is_uuid(token) {
        return Err(Refusal::denied("invalid_argument"));
    }
    if is_own(token) {
        return Ok(());
    }
    match key(world, token).map(|key| key.expires_at) {
        None => Err(Refusal::denied("not_found")),
        Some(Some(expiry)) if expiry <= now => Err(Refusal::denied("expired")),
        Some(_) => Ok(()),
    }
}

/// The access key that goes with `X-Auth-Token`, where there is one.
pub(crate) fn access_key<'w>(world: &'w World, request: &Received) -> Option<&'w str> {
    let token = token(request);
    if is_own(token) {
        return Some(credentials::SCW_ACCESS_KEY);
    }
    key(world, token).map(|key| key.access_key.as_str())
}

fn token(request: &Received) -> &str {
    let token = request.headers().get("x-auth-token");
    token.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_own(token: &str) -> bool {
    token.eq_ignore_ascii_case(credentials::SCW_SECRET_KEY)
}

fn key<'w>(world: &'w World, token: &str) -> Option<&'w Key> {
    let mut keys = world.scaleway.iter();
    keys.find(|key| token.eq_ignore_ascii_case(&key.secret_key))
}
