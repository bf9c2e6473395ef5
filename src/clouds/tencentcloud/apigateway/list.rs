//! Lists of keys.

use super::actions::LIST;
use super::client::Api;
use super::model::{ApiKey, Filter, Keys, Page, Status};
use crate::clouds::shared::paging::Paging;
use crate::framework::{Error, Kind};
use crate::http::RetrySafety;

/// Which keys a list has.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Their name. The service may take it for a part of the name.
    pub name: Option<String>,
    /// Their id.
    pub id: Option<String>,
    /// Their status.
    pub status: Option<Status>,
}

/// A list of keys, of which one page after the other is read.
pub struct Pages {
    api: Api,
    wanted: Wanted,
    paging: Paging,
}

impl Api {
    /// The pages of the keys of this region that are wanted. Their secrets may be missing.
    pub fn pages(&self, wanted: Wanted) -> Pages {
        Pages {
            api: self.clone(),
            wanted,
            paging: Paging::new(LIST, "keys", PAGE, MAX_PAGES),
        }
    }

    /// Lists the keys of this region that are wanted. Their secrets may be missing.
    pub async fn list_api_keys(&self, wanted: Wanted) -> Result<Vec<ApiKey>, Error> {
        let mut pages = self.pages(wanted);
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await? {
            keys.extend(page);
        }
        Ok(keys)
    }

    /// The keys of a page, and how many there are on all pages, if the response says so.
    async fn page(&self, wanted: &Wanted, offset: usize) -> Result<(Vec<ApiKey>, Option<usize>), Error> {
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

impl Pages {
    /// The next page, without keys that an earlier one had; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<ApiKey>>, Error> {
        if self.paging.begin()?.is_none() {
            return Ok(None);
        }
        let (page, total) = self.api.page(&self.wanted, self.paging.offset()).await?;
        let mut listed = self
            .paging
            .take(page, total, |key| key.access_key_id.as_deref().unwrap_or_default())?;
        // Not every service that speaks this API knows every filter.
        listed.retain(|key| self.wanted.matches(key));
        Ok(Some(listed))
    }
}

impl Wanted {
    /// Those of a name.
    pub fn named(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// How the service spells a status in a filter is not documented.
    fn filters(&self) -> Vec<Filter<'_>> {
        let filters = [("SecretName", &self.name), ("AccessKeyId", &self.id)];
        let given = filters.into_iter().filter_map(|(name, value)| {
            let values = [value.as_deref()?];
            Some(Filter { name, values })
        });
        given.collect()
    }

    fn matches(&self, key: &ApiKey) -> bool {
        let name = key.secret_name.as_deref().unwrap_or_default().to_lowercase();
        self.name
            .as_ref()
            .is_none_or(|wanted| name.contains(&wanted.to_lowercase()))
            && (self.id.is_none() || self.id == key.access_key_id)
            && (self.status.is_none() || self.status == key.status())
    }
}

/// A multiple of the 4 pages that the vendor's quota of 400 keys needs.
pub(super) const MAX_PAGES: u32 = 100;

/// The maximum page size of the service.
pub(super) const PAGE: usize = 100;
