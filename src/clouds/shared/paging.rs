//! Lists whose pages are counted, or begin at an offset.

use std::collections::BTreeSet;

use crate::framework::{Error, Kind};

/// How far such a list is read.
pub(in crate::clouds) struct Paging {
    /// The vendor's name of the operation.
    operation: &'static str,
    /// What is listed, as messages name it.
    noun: &'static str,
    page_size: usize,
    max_pages: u32,
    pages: u32,
    read: usize,
    is_over: bool,
    /// The ids so far: an object that is created or deleted in between may show up on two pages.
    ids: BTreeSet<String>,
}

impl Paging {
    /// Before the first page. `noun` is what is listed, in the plural; `page_size` is how many objects each page is asked for.
    pub(in crate::clouds) fn new(
        operation: &'static str,
        noun: &'static str,
        page_size: usize,
        max_pages: u32,
    ) -> Self {
        Self {
            operation,
            noun,
            page_size,
            max_pages,
            pages: 0,
            read: 0,
            is_over: false,
            ids: BTreeSet::new(),
        }
    }

    /// Begins a page. Returns its number, counted from 1; `None` after the last. A list that does not end is an error.
    pub(in crate::clouds) fn begin(&mut self) -> Result<Option<u32>, Error> {
        if self.is_over {
            return Ok(None);
        }
        if self.pages == self.max_pages {
            return Err(self.malformed(&format!("does not end after {} pages", self.max_pages)));
        }
        self.pages += 1;
        Ok(Some(self.pages))
    }

    /// How many objects were on the pages so far: the offset of the next one.
    pub(in crate::clouds) fn offset(&self) -> usize {
        self.read
    }

    /// The objects of a page without those that an earlier one had. `total` is how many there are on all pages, if the response says so. A
    /// full page that brings nothing new is an error.
    pub(in crate::clouds) fn take<T>(
        &mut self,
        mut page: Vec<T>,
        total: Option<usize>,
        id: impl Fn(&T) -> &str,
    ) -> Result<Vec<T>, Error> {
        self.read += page.len();
        let is_full = page.len() >= self.page_size;
        page.retain(|object| self.ids.insert(id(object).to_owned()));
        let brings_nothing = page.is_empty();
        if brings_nothing && is_full {
            return Err(self.malformed("leads back to a page that was read before"));
        }
        // A page may be shorter than what was asked for.
        self.is_over = brings_nothing || !is_full && total.is_none_or(|total| self.read >= total);
        Ok(page)
    }

    fn malformed(&self, what: &str) -> Error {
        let what = format!("the list of {} {what}", self.noun);
        Error::new(self.operation, Kind::Malformed, what)
    }
}
