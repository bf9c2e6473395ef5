//! Allowed and forbidden accounts.

use std::collections::BTreeSet;

use super::errors;
use crate::framework::{Error, Kind};
use crate::schema::Attr;

/// Allowed and forbidden accounts.
#[derive(Debug, Default)]
pub struct Accounts {
    allowed: Option<BTreeSet<String>>,
    forbidden: BTreeSet<String>,
}

impl Accounts {
    /// From `allowed_account_ids` and `forbidden_account_ids`.
    ///
    /// # Errors
    ///
    /// If both are set, or one is unknown.
    pub fn from_lists(allowed: &Attr<BTreeSet<String>>, forbidden: &Attr<BTreeSet<String>>) -> Result<Self, Error> {
        let allowed = errors::known("allowed_account_ids", allowed)?.cloned();
        let forbidden = errors::known("forbidden_account_ids", forbidden)?.cloned();
        if allowed.is_some() && forbidden.is_some() {
            return Err(errors::not_configured(
                "`allowed_account_ids` and `forbidden_account_ids` conflict with each other",
                "Keep one of them.",
            ));
        }
        let forbidden = forbidden.unwrap_or_default();
        Ok(Self { allowed, forbidden })
    }

    /// Whether the account has to be checked.
    pub fn are_restricted(&self) -> bool {
        self.allowed.is_some() || !self.forbidden.is_empty()
    }

    /// Checks that an account is allowed.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub fn check(&self, account: &str) -> Result<(), Error> {
        let is_allowed = self.allowed.as_ref().is_none_or(|allowed| allowed.contains(account));
        if is_allowed && !self.forbidden.contains(account) {
            return Ok(());
        }
        let what = format!("the credentials belong to the account {account}, which the provider block does not allow");
        let advice =
            "Nothing was done. Use other credentials, or change `allowed_account_ids` or `forbidden_account_ids`.";
        Err(Error::new("GetCallerIdentity", Kind::Denied, what).advise(advice))
    }
}
