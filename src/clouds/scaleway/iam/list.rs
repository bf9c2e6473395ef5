//! Lists of keys.

use bytes::Bytes;
use http::Method;

use super::client::{Api, PAGE, PATH};
use super::model::{ApiKey, ApiKeys};
use crate::clouds::shared::calls;
use crate::clouds::shared::paging::Paging;
use crate::framework::{Error, Kind};
use crate::http::RetrySafety;

/// Which keys a list has.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Their organization.
    pub organization_id: Option<String>,
    /// Whether they can be changed.
    pub editable: Option<bool>,
    /// Whether their expiry time has passed.
    pub expired: Option<bool>,
    /// Their description, as the service compares it.
    pub description: Option<String>,
    /// The application or the user that holds them.
    pub bearer_id: Option<String>,
    /// What holds them: `application` or `user`.
    pub bearer_type: Option<String>,
    /// Their access keys; none for all keys.
    pub access_keys: Vec<String>,
}

/// A list of keys, oldest first, of which one page after the other is read.
pub struct Pages {
    api: Api,
    filter: Filter,
    paging: Paging,
}

const OPERATION: &str = "ListAPIKeys";

impl Api {
    /// The pages of the keys that match a filter.
    pub fn pages(&self, filter: Filter) -> Pages {
        Pages {
            api: self.clone(),
            filter,
            paging: Paging::new(OPERATION, "keys", PAGE, MAX_PAGES),
        }
    }

    /// Reads a page, counted from 1, of the keys of an application or a user, newest first. After the last page they are empty.
    pub async fn list_api_keys(&self, bearer_id: Option<&str>, page: u32) -> Result<Vec<ApiKey>, Error> {
        let filter = Filter {
            organization_id: self.identity.organization_id.clone(),
            bearer_id: bearer_id.map(str::to_owned),
            ..Filter::default()
        };
        Ok(self.page("created_at_desc", &filter, page).await?.api_keys)
    }

    async fn page(&self, order: &str, filter: &Filter, page: u32) -> Result<ApiKeys, Error> {
        let mut path = format!("{PATH}?order_by={order}&page={page}&page_size={PAGE}");
        for (name, value) in filter.parameters() {
            path.push_str(&format!("&{name}={}", calls::encoded(&value)));
        }
        let answer = self
            .send(OPERATION, Method::GET, &path, Bytes::new(), RetrySafety::Idempotent)
            .await?;
        let keys = calls::parse::<ApiKeys>(OPERATION, &answer)?;
        match keys.api_keys.iter().any(|key| key.access_key.is_empty()) {
            true => Err(Error::new(
                OPERATION,
                Kind::Malformed,
                "the list holds a key without an access key",
            )),
            false => Ok(keys),
        }
    }
}

impl Pages {
    /// The next page, without keys that an earlier one had; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<ApiKey>>, Error> {
        let Some(number) = self.paging.begin()? else {
            return Ok(None);
        };
        let page = self.api.page("created_at_asc", &self.filter, number).await?;
        let total = page.total();
        let mut keys = self.paging.take(page.api_keys, total, |key| &key.access_key)?;
        // Not every service that speaks this API knows every filter.
        keys.retain(|key| self.filter.matches(key));
        Ok(Some(keys))
    }
}

impl Filter {
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        let parameters = [
            ("organization_id", self.organization_id.clone()),
            ("editable", flag(self.editable)),
            ("expired", flag(self.expired)),
            ("description", self.description.clone()),
            ("bearer_id", self.bearer_id.clone()),
            ("bearer_type", self.bearer_type.clone()),
        ];
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let access_keys = self.access_keys.iter().map(|key| ("access_keys", key.clone()));
        given.chain(access_keys).collect()
    }

    /// Whether a key has what is certain of this filter. What a description has to be, and when a key is expired, is for the service to say.
    fn matches(&self, key: &ApiKey) -> bool {
        let bearer = match &key.application_id {
            Some(id) if !id.is_empty() => ("application", Some(id)),
            _ => ("user", key.user_id.as_ref()),
        };
        let is_bearer = |id: &String| bearer.1.is_some_and(|bearer| bearer.eq_ignore_ascii_case(id));
        (self.access_keys.is_empty() || self.access_keys.contains(&key.access_key))
            && self.bearer_id.as_ref().is_none_or(is_bearer)
            && self.bearer_type.as_ref().is_none_or(|wanted| wanted == bearer.0)
            && self.editable.is_none_or(|wanted| key.editable == Some(wanted))
    }
}

/// An organization has a quota of a hundred keys, or a little more.
const MAX_PAGES: u32 = 200;
