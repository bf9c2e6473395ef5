//! Removing what tests have left at a cloud.

use apikeys::framework::Error;
use chrono::{DateTime, TimeDelta, Utc};

use super::name::Name;
use super::vendor::Vendor;

/// A run takes a minute. Keys of one that began within this time may still be needed by it.
const LONGEST_RUN: TimeDelta = TimeDelta::hours(1);

/// Removes what earlier runs have left behind, and gives the names.
pub(super) async fn earlier_runs(vendor: &impl Vendor, now: DateTime<Utc>) -> Result<Vec<String>, Error> {
    sweep(vendor, |name| name.began < now - LONGEST_RUN).await
}

/// Removes what a run has left behind, and gives the names.
pub(super) async fn this_run(vendor: &impl Vendor, run: &Name) -> Result<Vec<String>, Error> {
    sweep(vendor, |name| name.is_of(run)).await
}

/// A key that cannot be removed keeps none of the others from it.
async fn sweep(vendor: &impl Vendor, is_leftover: impl Fn(&Name) -> bool) -> Result<Vec<String>, Error> {
    let mut removed = Vec::new();
    let mut failure = None;
    for key in vendor.keys().await? {
        if !Name::parse(&key.name).is_some_and(|name| is_leftover(&name)) {
            continue;
        }
        match remove(vendor, &key.id).await {
            Ok(true) => removed.push(key.name),
            Ok(false) => {}
            Err(error) => failure = Some(error),
        }
    }
    failure.map_or(Ok(removed), Err)
}

/// Removes a key, and tells whether it was there: a list may still show one that is gone.
async fn remove(vendor: &impl Vendor, id: &str) -> Result<bool, Error> {
    if !vendor.has(id).await? {
        return Ok(false);
    }
    vendor.remove(id).await?;
    Ok(true)
}
