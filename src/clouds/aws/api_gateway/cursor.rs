//! Lists whose pages say where the next one begins.

use std::collections::BTreeSet;

use crate::framework::{Error, Kind};

/// How far such a list is read.
pub(super) struct Cursor {
    operation: &'static str,
    next: Option<Position>,
    /// The positions so far, of which a list that ends repeats none.
    positions: BTreeSet<Position>,
    /// The ids so far: a key that is created or deleted in between may show up on two pages.
    ids: BTreeSet<String>,
}

/// Where a page begins; the first one has an empty position.
type Position = String;

impl Cursor {
    /// Before the first page of the list that this operation reads.
    pub(super) fn new(operation: &'static str) -> Self {
        Self {
            operation,
            next: Some(Position::new()),
            positions: BTreeSet::new(),
            ids: BTreeSet::new(),
        }
    }

    /// Where the next page begins; `None` after the last. A list that does not end is an error.
    pub(super) fn begin(&mut self) -> Result<Option<Position>, Error> {
        match self.next.take() {
            Some(_) if self.positions.len() == MAX_PAGES => {
                Err(self.malformed(format!("the list of keys does not end after {MAX_PAGES} pages")))
            }
            next => Ok(next),
        }
    }

    /// Goes on from the page at `position` to where that says the next one begins, which is an error if it was read before.
    pub(super) fn advance(&mut self, position: Position, next: Option<Position>) -> Result<(), Error> {
        self.positions.insert(position);
        self.next = next.filter(|next| !next.is_empty());
        match &self.next {
            Some(next) if self.positions.contains(next) => {
                Err(self.malformed("the list of keys leads back to a page that was read before"))
            }
            _ => Ok(()),
        }
    }

    /// Whether no page so far had a key of this id.
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        self.ids.insert(id.to_owned())
    }

    fn malformed(&self, what: impl Into<String>) -> Error {
        Error::new(self.operation, Kind::Malformed, what)
    }
}

/// The vendor's quota of 10,000 keys needs 20 pages.
const MAX_PAGES: usize = 200;
