//! Lists of keys, page by page.

use bytes::Bytes;
use http::Method;

use super::client::Api;
use super::cursor::Cursor;
use super::model::{ApiKey, ApiKeys, Include};
use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::RetrySafety;

/// Which keys a list has. An empty text matches every key.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How their names begin.
    pub name_prefix: String,
    /// The customer at the vendor's marketplace.
    pub customer_id: String,
}

/// A list of keys, newest first, of which one page after the other is read.
pub struct Pages {
    api: Api,
    filter: Filter,
    include: Include,
    cursor: Cursor,
}

const OPERATION: &str = "GetApiKeys";

impl Api {
    /// The pages of the keys that match a filter.
    pub fn pages(&self, filter: Filter, include: Include) -> Pages {
        Pages {
            api: self.clone(),
            filter,
            include,
            cursor: Cursor::new(OPERATION),
        }
    }

    /// All keys that match a filter.
    pub async fn api_keys(&self, filter: Filter, include: Include) -> Result<Vec<ApiKey>, Error> {
        let mut pages = self.pages(filter, include);
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await? {
            keys.extend(page);
        }
        Ok(keys)
    }
}

impl Pages {
    /// The next page, without keys that an earlier one had; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<ApiKey>>, Error> {
        let Some(position) = self.cursor.begin()? else {
            return Ok(None);
        };
        let ApiKeys {
            mut item,
            position: next,
        } = self.page(&position).await?;
        self.cursor.advance(position, next)?;
        // Not every service that speaks this API knows every filter.
        item.retain(|key| self.filter.matches(key) && self.cursor.is_new(&key.id));
        if self.include == Include::NoValue {
            item.iter_mut().for_each(|key| key.value = None);
        }
        Ok(Some(item))
    }

    async fn page(&self, position: &str) -> Result<ApiKeys, Error> {
        let mut path = "/apikeys?".to_owned();
        if self.include == Include::Value {
            path.push_str("includeValues=true&");
        }
        path.push_str("limit=500");
        let Filter {
            name_prefix,
            customer_id,
        } = &self.filter;
        for (parameter, value) in [
            ("name", name_prefix.as_str()),
            ("customerId", customer_id),
            ("position", position),
        ] {
            if !value.is_empty() {
                path.push_str(&format!("&{parameter}={}", calls::encoded(value)));
            }
        }
        let answer = self
            .api
            .send(OPERATION, Method::GET, &path, Bytes::new(), RetrySafety::Idempotent)
            .await?;
        let keys: ApiKeys = calls::parse(OPERATION, &answer)?;
        match keys.item.iter().any(|key| key.id.is_empty()) {
            true => Err(Error::new(
                OPERATION,
                Kind::Malformed,
                "the list holds a key without an id",
            )),
            false => Ok(keys),
        }
    }
}

impl Filter {
    fn matches(&self, key: &ApiKey) -> bool {
        let customer_id = key.customer_id.as_deref().unwrap_or_default();
        key.name.as_deref().unwrap_or_default().starts_with(&self.name_prefix)
            && (self.customer_id.is_empty() || self.customer_id == customer_id)
    }
}
