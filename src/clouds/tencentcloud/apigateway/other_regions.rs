//! Objects that are not in the provider's region: whether they were deleted, or the provider block names the wrong region.

use std::fmt;

use super::actions::{DESCRIBE, LIST_OF_PLAN};
use super::client::{Api, REGIONS};
use crate::framework::{Error, Kind};

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub enum Sought<'a> {
    /// A key, by its id.
    Key(&'a str),
    /// A usage plan, by its id.
    UsagePlan(&'a str),
}

impl Api {
    /// Checks that an object missing from the provider's region is missing from all regions, so that it has been deleted. One found in
    /// another region is an error.
    pub async fn check_nowhere_else(&self, sought: Sought<'_>) -> Result<(), Error> {
        for region in REGIONS.into_iter().filter(|region| *region != self.region()) {
            match self.in_region(region).has(sought).await {
                Ok(false) => {}
                Ok(true) => {
                    let what = format!(
                        "the {sought} is in {region}, but the provider looks in {}",
                        self.region()
                    );
                    let advice =
                        format!("Set the provider's `region` to \"{region}\". Nothing was removed from the state.");
                    return Err(Error::new(sought.action(), Kind::Invalid, what).advise(advice));
                }
                // A region that the account cannot use, or that does not exist, holds no object of the account.
                Err(error) if self.is_about_region(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn has(&self, sought: Sought<'_>) -> Result<bool, Error> {
        match sought {
            Sought::Key(id) => self.describe_api_key(id).await.map(|key| key.is_some()),
            Sought::UsagePlan(id) => self.has_usage_plan(id).await,
        }
    }
}

impl Sought<'_> {
    fn action(self) -> &'static str {
        match self {
            Self::Key(_) => DESCRIBE,
            Self::UsagePlan(_) => LIST_OF_PLAN,
        }
    }
}

impl fmt::Display for Sought<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) => write!(f, "key {id}"),
            Self::UsagePlan(id) => write!(f, "usage plan {id}"),
        }
    }
}
