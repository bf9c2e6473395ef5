//! Operations on what holds keys: applications and users.

use bytes::Bytes;
use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::{Api, PAGE};
use crate::clouds::shared::calls;
use crate::framework::{Error, Kind};
use crate::http::{Response, RetrySafety};

/// A holder of keys in a response.
pub trait Holder: DeserializeOwned + Send {
    /// Its operations.
    const OPERATIONS: Operations;

    /// Its id, a UUID. Empty where the response has none.
    fn id(&self) -> &str;

    /// The name that people know it by.
    fn name(&self) -> &str;

    /// The creation time: RFC 3339, UTC, microseconds.
    fn created_at(&self) -> Option<&str>;

    /// Whether it still has the mark that the request of its creation carried.
    fn has_mark(&self, mark: &str) -> bool;
}

/// The vendor's names of the operations on one kind of holder, and where they are.
pub struct Operations {
    /// The path of the collection.
    pub path: &'static str,
    /// The name of one of it in messages.
    pub noun: &'static str,
    /// The same of several.
    pub plural: &'static str,
    /// Creates one.
    pub create: &'static str,
    /// Reads one.
    pub get: &'static str,
    /// Reads a page of them.
    pub list: &'static str,
    /// Updates one.
    pub update: &'static str,
    /// Deletes one.
    pub delete: &'static str,
}

impl Api {
    /// Creates a holder under a mark, which its response must have.
    pub async fn create<H: Holder>(&self, new: &impl Serialize, mark: &str) -> Result<H, Error> {
        let Operations { path, noun, create, .. } = H::OPERATIONS;
        let body = calls::json_body(create, new)?;
        let answer = self
            .send(create, Method::POST, path, body, RetrySafety::NonIdempotent)
            .await;
        let created = answer
            .and_then(|answer| calls::parse::<H>(create, &answer))
            .and_then(|created| {
                if !created.id().is_empty() && created.has_mark(mark) {
                    Ok(created)
                } else {
                    Err(calls::not_about(create, &format!("the {noun} that was to be created")))
                }
            });
        created.map_err(calls::uncertain)
    }

    /// Reads a holder; `None` if it does not exist.
    pub async fn get<H: Holder>(&self, id: &str) -> Result<Option<H>, Error> {
        let operation = H::OPERATIONS.get;
        let path = path::<H>(id);
        let answer = self
            .send(operation, Method::GET, &path, Bytes::new(), RetrySafety::Idempotent)
            .await;
        match answer {
            Ok(answer) => about(operation, id, &answer).map(Some),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a page, counted from 1, of the holders in an organization, newest first. After the last page they are empty.
    pub async fn list<H: Holder>(&self, organization_id: &str, page: u32) -> Result<Vec<H>, Error> {
        let parameters = [("organization_id", organization_id.to_owned())];
        let page = self.page_of("created_at_desc", &parameters, page).await?;
        Ok(page.holders)
    }

    /// Reads a page, counted from 1, of the holders that match the filters in these parameters.
    pub(super) async fn page_of<H: Holder>(
        &self,
        order: &str,
        parameters: &[(&str, String)],
        page: u32,
    ) -> Result<Page<H>, Error> {
        let Operations { path, noun, list, .. } = H::OPERATIONS;
        let mut path = format!("{path}?order_by={order}&page={page}&page_size={PAGE}");
        for (name, value) in parameters {
            path.push_str(&format!("&{name}={}", calls::encoded(value)));
        }
        let answer = self
            .send(list, Method::GET, &path, Bytes::new(), RetrySafety::Idempotent)
            .await?;
        let page = calls::parse::<Page<H>>(list, &answer)?;
        if page.holders.iter().any(|holder| holder.id().is_empty()) {
            let what = format!("the list holds one {noun} without an id");
            return Err(Error::new(list, Kind::Malformed, what));
        }
        Ok(page)
    }

    /// Updates a holder.
    pub async fn update<H: Holder>(&self, id: &str, changes: &impl Serialize) -> Result<H, Error> {
        let operation = H::OPERATIONS.update;
        let body = calls::json_body(operation, changes)?;
        let path = path::<H>(id);
        let answer = self
            .send(operation, Method::PATCH, &path, body, RetrySafety::Idempotent)
            .await?;
        about(operation, id, &answer)
    }

    /// Deletes a holder, and its keys with it. One that does not exist is not an error.
    pub async fn delete<H: Holder>(&self, id: &str) -> Result<(), Error> {
        let path = path::<H>(id);
        let deleted = self
            .send(
                H::OPERATIONS.delete,
                Method::DELETE,
                &path,
                Bytes::new(),
                RetrySafety::Idempotent,
            )
            .await;
        match deleted {
            Err(error) if error.kind != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// A page of holders.
#[derive(Deserialize)]
#[serde(bound = "H: Holder")]
pub(super) struct Page<H> {
    #[serde(alias = "applications", alias = "users")]
    pub(super) holders: Vec<H>,
    total_count: Option<serde_json::Value>,
}

impl<H> Page<H> {
    /// How many holders there are on all pages, if the response says so.
    pub(super) fn total(&self) -> Option<usize> {
        self.total_count.as_ref()?.as_u64()?.try_into().ok()
    }
}

/// The holder in a response, which must be the requested one.
pub(super) fn about<H: Holder>(operation: &'static str, id: &str, answer: &Response) -> Result<H, Error> {
    let holder = calls::parse::<H>(operation, answer)?;
    if holder.id() == id {
        Ok(holder)
    } else {
        Err(calls::not_about(operation, &format!("the {} {id}", H::OPERATIONS.noun)))
    }
}

pub(super) fn path<H: Holder>(id: &str) -> String {
    format!("{}/{}", H::OPERATIONS.path, calls::encoded(id))
}
