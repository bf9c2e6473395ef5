use chrono::{DateTime, Utc};

use super::fields::is_uuid;
use super::refusal::Refusal;
use crate::credentials;
use crate::reply::Received;
use crate::world::World;

/// Checks `X-Auth-Token`: the caller's own secret key, or that of a key that was made here and lives.
pub(super) fn verify(world: &World, request: &Received, now: DateTime<Utc>) -> Result<(), Refusal> {
    let token = request
        .headers()
        .get("x-auth-token")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !is_uuid(token) {
        return Err(Refusal::denied("invalid_argument"));
    }
    if token.eq_ignore_ascii_case(credentials::SCW_SECRET_KEY) {
        return Ok(());
    }
    let key = world
        .scaleway
        .iter()
        .find(|key| token.eq_ignore_ascii_case(&key.secret_key));
    match key.map(|key| key.expires_at) {
        None => Err(Refusal::denied("not_found")),
        Some(Some(expiry)) if expiry <= now => Err(Refusal::denied("expired")),
        Some(_) => Ok(()),
    }
}
