//! Lists of keys.

use std::collections::BTreeSet;

use super::actions::LIST;
use super::client::Api;
use super::model::{ApiKey, Filter, Keys, Page};
use crate::framework::{Error, Kind};
use crate::http::RetrySafety;

/// Which keys a list has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Their name. The service may take it for a part of the name.
    pub name: Option<&'a str>,
    /// Their id.
    pub id: Option<&'a str>,
}

impl Api {
    /// Lists the keys of this region that are wanted. Their secrets may be missing.
    pub async fn list_api_keys(&self, wanted: Wanted<'_>) -> Result<Vec<ApiKey>, Error> {
        let mut keys = Vec::new();
        // A key that is created or deleted in between may show up on two pages.
        let mut ids = BTreeSet::new();
        let mut offset = 0;
        for _ in 0..MAX_PAGES {
            let (listed, total) = self.page(wanted, offset).await?;
            offset += listed.len();
            let (is_full, known) = (listed.len() >= PAGE, ids.len());
            let fresh = listed.into_iter().filter(|key| {
                let id = key.access_key_id.as_deref().unwrap_or_default();
                ids.insert(id.to_owned())
            });
            // Not every service that speaks this API knows every filter.
            keys.extend(fresh.filter(|key| wanted.matches(key)));
            let brings_nothing = ids.len() == known;
            if brings_nothing && is_full {
                let circle = "the list of keys leads back to a page that was read before";
                return Err(Error::new(LIST, Kind::Malformed, circle));
            }
            // A page may be shorter than what was asked for.
            if brings_nothing || !is_full && total.is_none_or(|total| offset >= total) {
                return Ok(keys);
            }
        }
        let endless = format!("the list of keys does not end after {MAX_PAGES} pages");
        Err(Error::new(LIST, Kind::Malformed, endless))
    }

    /// The keys of a page, and how many there are on all pages, if the response says so.
    async fn page(&self, wanted: Wanted<'_>, offset: usize) -> Result<(Vec<ApiKey>, Option<usize>), Error> {
        let page = Page {
            limit: PAGE,
            offset,
            filters: wanted.filters(),
        };
        let (listed, request_id) = self.send::<Keys>(LIST, &page, RetrySafety::Idempotent).await?;
        let total = listed.as_ref().and_then(|listed| listed.total_count);
        let has_ids = |keys: &Vec<ApiKey>| {
            keys.iter()
                .all(|key| key.access_key_id.as_ref().is_some_and(|id| !id.is_empty()))
        };
        match listed.and_then(|listed| listed.api_key_set).filter(has_ids) {
            Some(keys) => Ok((keys, total.and_then(|total| total.try_into().ok()))),
            None => Err(Error {
                request_id,
                ..Error::new(LIST, Kind::Malformed, "the response has no list of keys with their ids")
            }),
        }
    }
}

impl<'a> Wanted<'a> {
    /// Those of a name.
    pub fn named(name: &'a str) -> Self {
        Self {
            name: Some(name),
            id: None,
        }
    }

    fn filters(self) -> Vec<Filter<'a>> {
        let filters = [("SecretName", self.name), ("AccessKeyId", self.id)];
        let given = filters.into_iter().filter_map(|(name, value)| {
            let values = [value?];
            Some(Filter { name, values })
        });
        given.collect()
    }

    fn matches(self, key: &ApiKey) -> bool {
        let name = key.secret_name.as_deref().unwrap_or_default().to_lowercase();
        self.name.is_none_or(|wanted| name.contains(&wanted.to_lowercase()))
            && self
                .id
                .is_none_or(|wanted| key.access_key_id.as_deref() == Some(wanted))
    }
}

/// A multiple of the 4 pages that the vendor's quota of 400 keys needs.
pub(super) const MAX_PAGES: usize = 100;

/// The maximum page size of the service.
pub(super) const PAGE: usize = 100;
