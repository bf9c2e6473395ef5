//! Lists of the keys of usage plans, page by page.

use super::actions::LIST_OF_PLAN;
use super::client::Api;
use super::list::{MAX_PAGES, PAGE};
use super::model::BoundKey;
use crate::clouds::shared::paging::Paging;
use crate::framework::{Error, Kind};

/// A list of the keys of a usage plan, of which one page after the other is read.
pub struct Pages {
    api: Api,
    plan_id: String,
    paging: Paging,
}

impl Api {
    /// The pages of the keys of a usage plan, which this region must have.
    pub fn usage_plan_keys(&self, plan_id: &str) -> Pages {
        Pages {
            api: self.clone(),
            plan_id: plan_id.to_owned(),
            paging: Paging::new(LIST_OF_PLAN, "keys", PAGE, MAX_PAGES),
        }
    }
}

impl Pages {
    /// The next page, without keys that an earlier one had; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<BoundKey>>, Error> {
        if self.paging.begin()?.is_none() {
            return Ok(None);
        }
        let page = self.api.page_of_usage_plan(&self.plan_id, self.paging.offset()).await?;
        let Some((keys, total)) = page else {
            let what = format!("{} has no usage plan {}", self.api.region(), self.plan_id);
            let advice = "Check the ID of the plan, and that the provider's `region` is the plan's.";
            return Err(Error::new(LIST_OF_PLAN, Kind::NotFound, what).advise(advice));
        };
        let keys = self
            .paging
            .take(keys, total, |key| key.access_key_id.as_deref().unwrap_or_default())?;
        Ok(Some(keys))
    }
}
