//! Creating a key, and finding it again when the answer was lost.
//!
//! Each request carries a mark of its own in the description, and the description that is wanted is written once the key is known. So
//! the mark proves which key a request has created. Only the lost response had the secret, so a key that is found cannot be used by
//! anybody. It is deleted, and another one created.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::TYPE;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::client::Api;
use crate::clouds::scaleway::iam::model::{ApiKey, NewApiKey};
use crate::clouds::scaleway::objects::mark::{self, Marks};
use crate::clouds::shared::calls;
use crate::framework::managed::creation::{Creation, Found, Repetition};
use crate::framework::managed::{Candidate, Trace};
use crate::framework::records::Record;
use crate::framework::{Context, Error, Kind, ObjectId};
use crate::http::Deadline;

/// A key to be created.
pub struct NewKey<'a> {
    api: &'a Api,
    marks: Marks<'a>,
    /// What is wanted; its description is not sent.
    new: NewApiKey<'a>,
}

const MARK: &str = "description";
const BEARER: &str = "bearer_id";

impl<'a> NewKey<'a> {
    /// A key to be created with these calls.
    pub fn new(context: &'a Context<Client>, api: &'a Api, new: NewApiKey<'a>) -> Self {
        let marks = Marks::new(context, &serde_json::json!([TYPE, new]));
        Self { api, marks, new }
    }

    fn bearer_id(&self) -> Option<&str> {
        self.new.application_id.or(self.new.user_id)
    }
}

impl Creation for NewKey<'_> {
    type Object = ApiKey;
    type Proof = String;

    fn repetition(&self) -> Repetition {
        Repetition::Settled
    }

    fn prove(&self) -> Result<(String, Record), Error> {
        let mark = mark::description(self.new.description, &self.marks.draw()?);
        let bearer_id = self.bearer_id().unwrap_or_default();
        let record = Record {
            resource_type: TYPE.to_owned(),
            endpoint: self.api.url().to_owned(),
            region: String::new(),
            account: self.api.account().to_owned(),
            name: self.new.description.to_owned(),
            proof: BTreeMap::from([
                (MARK.to_owned(), mark.clone()),
                (BEARER.to_owned(), bearer_id.to_owned()),
            ]),
            sent: self.api.caller().now(),
            id: None,
        };
        Ok((mark, record))
    }

    async fn send(&self, mark: &String) -> Result<ApiKey, Error> {
        let marked = NewApiKey {
            description: mark,
            ..self.new
        };
        self.api.create_api_key(&marked).await
    }

    /// What a list says is checked with the key itself before that is deleted.
    async fn find(&self, mark: &String) -> Result<Found<ApiKey>, Error> {
        let api = self.api.to_finish();
        let Some(key) = marked(&api, self.bearer_id(), mark).await? else {
            return Ok(Found::Nothing);
        };
        let id = key.access_key;
        match api.get_api_key(&id).await? {
            Some(key) if key.description.as_deref() == Some(mark) => {}
            Some(_) => return Err(calls::not_about("ListAPIKeys", mark)),
            None => return Ok(Found::Nothing),
        }
        api.delete_api_key(&id).await?;
        Ok(Found::Removed(id))
    }

    fn object_id(&self, key: &ApiKey) -> ObjectId {
        ObjectId::global(TYPE, &key.access_key)
    }
}

/// What became of the requests in these records.
pub async fn trace(client: &Client, deadline: Deadline, records: &[Record]) -> Result<Vec<Trace>, Error> {
    let api = client.api(deadline)?;
    let mut traces = Vec::new();
    for record in records {
        if record.endpoint != api.url() {
            traces.push(Trace::Elsewhere);
            continue;
        }
        let proof = |name| record.proof.get(name).map(String::as_str);
        let found = match (&record.id, proof(MARK)) {
            (Some(id), _) => api.get_api_key(id).await?,
            (None, Some(mark)) => marked(&api, proof(BEARER), mark).await?,
            (None, None) => None,
        };
        traces.push(match found {
            Some(key) => Trace::Found(candidate(&key)),
            None if record.account == api.account() => Trace::Absent,
            None => Trace::Elsewhere,
        });
    }
    Ok(traces)
}

/// The key whose description is this mark.
async fn marked(api: &Api, bearer_id: Option<&str>, mark: &str) -> Result<Option<ApiKey>, Error> {
    for page in 1..=MAX_PAGES {
        let keys = api.list_api_keys(bearer_id, page).await?;
        if keys.is_empty() {
            return Ok(None);
        }
        if let Some(key) = keys.into_iter().find(|key| key.description.as_deref() == Some(mark)) {
            return Ok(Some(key));
        }
    }
    Err(Error::new(
        "ListAPIKeys",
        Kind::Malformed,
        format!("the list of keys does not end after {MAX_PAGES} pages"),
    ))
}

/// A hundred keys each; an organization has a quota of a hundred keys, or a little more.
const MAX_PAGES: u32 = 200;

fn candidate(key: &ApiKey) -> Candidate {
    Candidate {
        id: ObjectId::global(TYPE, &key.access_key),
        import_id: key.access_key.clone(),
        name: key.description.clone().unwrap_or_default(),
        created: created(key),
        note: Some("Nobody has its secret key any more: an imported key has none."),
    }
}

fn created(key: &ApiKey) -> Option<DateTime<Utc>> {
    crate::clouds::scaleway::iam::model::instant(key.created_at.as_deref())
}
