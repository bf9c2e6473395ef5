//! Calls on the keys of usage plans.

use std::collections::BTreeSet;
use std::time::Duration;

use super::actions::{BIND, LIST_OF_PLAN, UNBIND};
use super::client::Api;
use super::list::{MAX_PAGES, PAGE};
use super::model::{Binding, BoundKey, BoundKeys, PageOfPlan};
use super::v2017;
use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::RetrySafety;

/// What the list of a usage plan's keys says of a key.
#[derive(Debug)]
pub enum InPlan {
    /// This region has no such plan.
    NoPlan,
    /// The plan does not have the key.
    Absent,
    /// It has.
    Bound(BoundKey),
}

/// A page of keys, and how many there are on all pages, if the response says so.
pub(super) type Keys = (Vec<BoundKey>, Option<usize>);

/// How often a list is read that changes in between, and how long is waited before it is read again.
const READINGS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(500);

impl Api {
    /// Binds an enabled key to a usage plan. [`Kind::Conflict`] if it is bound already.
    pub async fn bind_secret_id(&self, plan_id: &str, key_id: &str) -> Result<(), Error> {
        let body = binding(plan_id, key_id);
        let answered = self.confirmed(BIND, &body, RetrySafety::NonIdempotent).await;
        match answered.map_err(calls::uncertain) {
            // The API of 2017 has no code of its own for it.
            Err(error) if self.is_of_2017(&error, v2017::FAILED) => {
                let found = self.to_finish().find_in_usage_plan(plan_id, key_id).await;
                let is_bound = matches!(found, Ok(InPlan::Bound(_)));
                let kind = if is_bound { Kind::Conflict } else { error.kind };
                Err(Error { kind, ..error })
            }
            answered => answered,
        }
    }

    /// Unbinds a key from a usage plan. Succeeds if it is not bound.
    pub async fn unbind_secret_id(&self, plan_id: &str, key_id: &str) -> Result<(), Error> {
        let body = binding(plan_id, key_id);
        let unbound = self.confirmed(UNBIND, &body, RetrySafety::Idempotent).await;
        let Err(error) = unbound else { return Ok(()) };
        if error.leaves_doubt() || !matches!(error.kind, Kind::Conflict | Kind::Invalid | Kind::NotFound) {
            return Err(error);
        }
        // The service has no code of its own for a key that is not bound.
        match self.to_finish().find_in_usage_plan(plan_id, key_id).await {
            Ok(InPlan::NoPlan | InPlan::Absent) => Ok(()),
            Ok(InPlan::Bound(_)) | Err(_) => Err(error),
        }
    }

    /// Looks for a key in the list of a usage plan's keys.
    ///
    /// What is bound or unbound while the list is read moves other keys from page to page, so that one can be missed. Only a list that
    /// did not change shows that a key is not bound.
    pub async fn find_in_usage_plan(&self, plan_id: &str, key_id: &str) -> Result<InPlan, Error> {
        for _ in 0..READINGS {
            if let Some(found) = self.read_usage_plan(plan_id, key_id).await? {
                return Ok(found);
            }
            tokio::time::sleep(PAUSE).await;
        }
        let unsteady =
            format!("the list of keys was read {READINGS} times, and each time changed in between, or led back");
        Err(Error::new(LIST_OF_PLAN, Kind::Malformed, unsteady))
    }

    /// Whether this region has a usage plan.
    pub async fn has_usage_plan(&self, plan_id: &str) -> Result<bool, Error> {
        self.page_of_usage_plan(plan_id, 0).await.map(|page| page.is_some())
    }

    /// Looks for a key page by page. `None` if the list changed in between.
    async fn read_usage_plan(&self, plan_id: &str, key_id: &str) -> Result<Option<InPlan>, Error> {
        let mut ids = BTreeSet::new();
        let mut total_before = None;
        for _ in 0..MAX_PAGES {
            let Some((listed, total)) = self.page_of_usage_plan(plan_id, ids.len()).await? else {
                return Ok(Some(InPlan::NoPlan));
            };
            let is_last =
                listed.is_empty() || total.map_or(listed.len() < PAGE, |total| ids.len() + listed.len() >= total);
            let mut is_steady = *total_before.get_or_insert(total) == total;
            for key in listed {
                if key.access_key_id.as_deref() == Some(key_id) {
                    return Ok(Some(InPlan::Bound(key)));
                }
                is_steady &= ids.insert(key.access_key_id);
            }
            if !is_steady {
                return Ok(None);
            }
            if is_last {
                return Ok(Some(InPlan::Absent));
            }
        }
        let endless = format!("the list of keys does not end after {MAX_PAGES} pages");
        Err(Error::new(LIST_OF_PLAN, Kind::Malformed, endless))
    }

    /// A page of a usage plan's keys, and how many it has; `None` if this region has no such plan.
    pub(super) async fn page_of_usage_plan(&self, plan_id: &str, offset: usize) -> Result<Option<Keys>, Error> {
        let page = PageOfPlan {
            usage_plan_id: plan_id,
            limit: PAGE,
            offset,
        };
        let listed = self
            .send::<BoundKeys>(LIST_OF_PLAN, &page, RetrySafety::Idempotent)
            .await;
        let (listed, request_id) = match listed {
            Err(error) if error.kind == Kind::NotFound => return Ok(None),
            listed => listed?,
        };
        let found = "the response has no list of keys with their ids";
        listed.and_then(BoundKeys::page).map(Some).ok_or_else(|| Error {
            request_id,
            ..Error::new(LIST_OF_PLAN, Kind::Malformed, found)
        })
    }
}

impl BoundKeys {
    /// The keys, and how many the plan has; `None` if they have no ids. A plan without keys may have a null list.
    pub(in crate::clouds::tencentcloud) fn page(self) -> Option<Keys> {
        let total = self.total_count.and_then(|total| usize::try_from(total).ok());
        let keys = self.access_key_list.or((total == Some(0)).then(Vec::new))?;
        let has_id = |key: &BoundKey| key.access_key_id.as_ref().is_some_and(|id| !id.is_empty());
        keys.iter().all(has_id).then_some((keys, total))
    }
}

fn binding<'a>(plan_id: &'a str, key_id: &'a str) -> Binding<'a> {
    Binding {
        usage_plan_id: plan_id,
        access_key_ids: [key_id],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_page_is_a_list_of_keys_with_ids_or_that_of_a_plan_without_keys() {
        let rows = [
            (
                r#"{"TotalCount":2,"AccessKeyList":[{"AccessKeyId":"a"}]}"#,
                Some((1, Some(2))),
            ),
            (
                r#"{"TotalCount":null,"AccessKeyList":[{"AccessKeyId":"a"}]}"#,
                Some((1, None)),
            ),
            (r#"{"TotalCount":-1,"AccessKeyList":[]}"#, Some((0, None))),
            (r#"{"TotalCount":0,"AccessKeyList":null}"#, Some((0, Some(0)))),
            (r#"{"TotalCount":1,"AccessKeyList":null}"#, None),
            ("{}", None),
            (r#"{"TotalCount":1,"AccessKeyList":[{"AccessKeyId":null}]}"#, None),
            (r#"{"TotalCount":1,"AccessKeyList":[{"AccessKeyId":""}]}"#, None),
        ];
        for (text, expected) in rows {
            let page = serde_json::from_str::<BoundKeys>(text).unwrap().page();
            assert_eq!(page.map(|(keys, total)| (keys.len(), total)), expected, "{text}");
        }
    }
}
