//! Lists of what holds keys: of applications, or of users.

use std::marker::PhantomData;

use super::client::{Api, PAGE};
use super::holder::Holder;
use crate::clouds::shared::paging::Paging;
use crate::framework::Error;

/// A list of holders, oldest first, of which one page after the other is read.
pub struct Pages<H> {
    api: Api,
    parameters: Vec<(&'static str, String)>,
    paging: Paging,
    holders: PhantomData<fn() -> H>,
}

impl Api {
    /// The pages of the holders that match the filters in these parameters of the query, as the service compares them.
    pub fn holders<H: Holder>(&self, parameters: Vec<(&'static str, String)>) -> Pages<H> {
        Pages {
            api: self.clone(),
            parameters,
            paging: Paging::new(H::OPERATIONS.list, H::OPERATIONS.plural, PAGE, MAX_PAGES),
            holders: PhantomData,
        }
    }
}

impl<H: Holder> Pages<H> {
    /// The next page, without holders that an earlier one had; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<H>>, Error> {
        let Some(number) = self.paging.begin()? else {
            return Ok(None);
        };
        let page = self
            .api
            .page_of::<H>("created_at_asc", &self.parameters, number)
            .await?;
        let total = page.total();
        self.paging.take(page.holders, total, H::id).map(Some)
    }
}

/// A hundred holders each.
const MAX_PAGES: u32 = 200;
