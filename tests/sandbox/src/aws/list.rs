use http::StatusCode;

use super::keys::{parameter, wanted_values};
use super::refusal::Refusal;
use super::{Call, shapes};
use crate::reply::{Received, Reply};
use crate::world::World;

const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 500;

/// `GetApiKeys`: newest first, name filtered by case-sensitive prefix.
pub(super) fn list(world: &World, call: &Call<'_>) -> Result<Reply, Refusal> {
    let values = wanted_values(call.request, "includeValues");
    let limit = limit(call.request)?;
    let before = position(call.request)?;
    let prefix = parameter(call.request, "name").unwrap_or_default();
    let customer = parameter(call.request, "customerId").filter(|id| !id.is_empty());

    let mut matching = world.aws.numbered().rev().filter(|(number, key)| {
        key.region == call.region
            && before.is_none_or(|before| *number < before)
            && key.name.as_deref().unwrap_or_default().starts_with(&prefix)
            && customer
                .as_ref()
                .is_none_or(|customer| key.customer_id.as_ref() == Some(customer))
    });
    let page: Vec<_> = matching.by_ref().take(limit).collect();
    let position = page
        .last()
        .filter(|_| matching.next().is_some())
        .map(|(number, _)| token(*number));
    let keys = page
        .into_iter()
        .map(|(_, key)| shapes::key(key, values, call.flavour))
        .collect();
    Ok(Reply::json(StatusCode::OK, &shapes::page(keys, position, call.flavour)))
}

/// The page size. Real answers to `limit=-1` are empty and successful.
pub(super) fn limit(request: &Received) -> Result<usize, Refusal> {
    let Some(text) = parameter(request, "limit") else {
        return Ok(DEFAULT_LIMIT);
    };
    let number: i64 = text
        .parse()
        .map_err(|_| Refusal::bad_request("Invalid limit parameter"))?;
    Ok(usize::try_from(number).unwrap_or(0).min(MAX_LIMIT))
}

/// The number of the last key of the page before.
pub(super) fn position(request: &Received) -> Result<Option<u64>, Refusal> {
    let Some(token) = parameter(request, "position").filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    let number = token
        .strip_suffix(TOKEN_TAIL)
        .and_then(|hex| u64::from_str_radix(hex, 16).ok());
    number
        .map(Some)
        .ok_or_else(|| Refusal::bad_request("Invalid position parameter"))
}

/// Real tokens are base64; these end in its awkward characters, so that a client that does not encode them fails.
const TOKEN_TAIL: &str = "+/==";

pub(super) fn token(number: u64) -> String {
    format!("{number:012x}{TOKEN_TAIL}")
}
