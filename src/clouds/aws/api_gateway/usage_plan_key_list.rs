//! Lists of the keys of usage plans, page by page.

use bytes::Bytes;
use http::Method;

use super::client::Api;
use super::cursor::Cursor;
use super::model::{Include, UsagePlanKey, UsagePlanKeys};
use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::RetrySafety;

/// A list of the keys of a usage plan, of which one page after the other is read.
pub struct Pages {
    api: Api,
    plan_id: String,
    include: Include,
    cursor: Cursor,
}

const OPERATION: &str = "GetUsagePlanKeys";

impl Api {
    /// The pages of the keys of a usage plan. The service's list of a plan that does not exist is empty.
    pub fn usage_plan_keys(&self, plan_id: &str, include: Include) -> Pages {
        Pages {
            api: self.clone(),
            plan_id: plan_id.to_owned(),
            include,
            cursor: Cursor::new(OPERATION),
        }
    }
}

impl Pages {
    /// The next page, without keys that an earlier one had; `None` after the last. The service sends the values of the keys unasked: those
    /// that are not to be included are dropped, and a missing one that is to be is an error.
    pub async fn next(&mut self) -> Result<Option<Vec<UsagePlanKey>>, Error> {
        let Some(position) = self.cursor.begin()? else {
            return Ok(None);
        };
        let UsagePlanKeys {
            mut item,
            position: next,
        } = self.page(&position).await?;
        self.cursor.advance(position, next)?;
        item.retain(|key| self.cursor.is_new(&key.id));
        if self.include == Include::NoValue {
            item.iter_mut().for_each(|key| key.value = None);
        } else if let Some(key) = item.iter().find(|key| !key.has_value()) {
            return Err(malformed(format!("the list has no value of the key {}", key.id)));
        }
        Ok(Some(item))
    }

    async fn page(&self, position: &str) -> Result<UsagePlanKeys, Error> {
        let mut path = format!("/usageplans/{}/keys?limit=500", calls::encoded(&self.plan_id));
        if !position.is_empty() {
            path.push_str(&format!("&position={}", calls::encoded(position)));
        }
        let answer = self
            .api
            .send(OPERATION, Method::GET, &path, Bytes::new(), RetrySafety::Idempotent)
            .await?;
        let keys: UsagePlanKeys = calls::parse(OPERATION, &answer)?;
        match keys.item.iter().any(|key| key.id.is_empty()) {
            true => Err(malformed("the list holds a key without an id")),
            false => Ok(keys),
        }
    }
}

fn malformed(what: impl Into<String>) -> Error {
    Error::new(OPERATION, Kind::Malformed, what)
}
