//! Calls on the keys of usage plans.

use super::actions::{BIND, LIST_OF_PLAN, UNBIND};
use super::client::Api;
use super::list::{MAX_PAGES, PAGE};
use super::model::{Binding, BoundKey, BoundKeys, PageOfPlan};
use super::v2017;
use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::RetrySafety;

impl Api {
    /// Binds an enabled key to a usage plan. [`Kind::Conflict`] if it is bound already.
    pub async fn bind_secret_id(&self, plan_id: &str, key_id: &str) -> Result<(), Error> {
        let body = binding(plan_id, key_id);
        let answered = self.confirmed(BIND, &body, RetrySafety::NonIdempotent).await;
        match answered.map_err(calls::uncertain) {
            // The API of 2017 has no code of its own for it.
            Err(error) if self.is_of_2017(&error, v2017::FAILED) => {
                let keys = self.to_finish().describe_usage_plan_secret_ids(plan_id).await;
                let is_bound = keys.is_ok_and(|keys| keys.is_some_and(|keys| bound(&keys, key_id).is_some()));
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
        match self.to_finish().describe_usage_plan_secret_ids(plan_id).await {
            Ok(None) => Ok(()),
            Ok(Some(keys)) if bound(&keys, key_id).is_none() => Ok(()),
            _ => Err(error),
        }
    }

    /// Lists the keys of a usage plan; `None` if this region has no such plan.
    pub async fn describe_usage_plan_secret_ids(&self, plan_id: &str) -> Result<Option<Vec<BoundKey>>, Error> {
        let mut keys = Vec::new();
        for _ in 0..MAX_PAGES {
            let page = PageOfPlan {
                usage_plan_id: plan_id,
                limit: PAGE,
                offset: keys.len(),
            };
            let listed = self
                .send::<BoundKeys>(LIST_OF_PLAN, &page, RetrySafety::Idempotent)
                .await;
            let (listed, request_id) = match listed {
                Err(error) if error.kind == Kind::NotFound => return Ok(None),
                listed => listed?,
            };
            let page = listed.and_then(BoundKeys::page);
            let Some((listed, total)) = page else {
                let found = "the response has no list of keys with their ids";
                return Err(Error {
                    request_id,
                    ..Error::new(LIST_OF_PLAN, Kind::Malformed, found)
                });
            };
            // A page may be shorter than asked for: its maximum size is only documented for API 3.0.
            let is_short = listed.len() < PAGE;
            let is_empty = listed.is_empty();
            keys.extend(listed);
            if is_empty || total.map_or(is_short, |total| keys.len() >= total) {
                return Ok(Some(keys));
            }
        }
        let endless = format!("the list of keys does not end after {MAX_PAGES} pages");
        Err(Error::new(LIST_OF_PLAN, Kind::Malformed, endless))
    }
}

impl BoundKeys {
    /// The keys, and how many the plan has; `None` if they have no ids. A plan without keys may have a null list.
    pub(in crate::clouds::tencentcloud) fn page(self) -> Option<(Vec<BoundKey>, Option<usize>)> {
        let total = self.total_count.and_then(|total| usize::try_from(total).ok());
        let keys = self.access_key_list.or((total == Some(0)).then(Vec::new))?;
        let has_id = |key: &BoundKey| key.access_key_id.as_ref().is_some_and(|id| !id.is_empty());
        keys.iter().all(has_id).then_some((keys, total))
    }
}

/// The key of this id among those of a plan.
pub fn bound<'k>(keys: &'k [BoundKey], key_id: &str) -> Option<&'k BoundKey> {
    keys.iter().find(|key| key.access_key_id.as_deref() == Some(key_id))
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
