//! Creating a key, and finding it if the response is lost.
//!
//! The id of a manual key is unique: its request can be retried without creating a second key, and id and secret prove which key it has
//! created. An automatic key has nothing that only its request carried. A key that may be the one created is reported by its id, and
//! neither adopted nor changed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, TimeDelta, Utc};

use super::TYPE;
use crate::clouds::tencentcloud::apigateway::client::Api;
use crate::clouds::tencentcloud::apigateway::list::Wanted;
use crate::clouds::tencentcloud::apigateway::model::{ApiKey, NewApiKey};
use crate::clouds::tencentcloud::client::Client;
use crate::framework::managed::creation::{Creation, Found, Repetition};
use crate::framework::managed::{Candidate, Trace};
use crate::framework::records::Record;
use crate::framework::{Error, Kind, ObjectId, Ownership};
use crate::http::Deadline;
use crate::secret::Secret;

/// A key to be created.
pub struct NewKey<'a> {
    api: &'a Api,
    ownership: &'a Ownership,
    new: NewApiKey<'a>,
    record: Record,
}

const ID: &str = "access_key_id";

/// How far a key's creation time may precede the moment its request was sent: both are truncated to seconds, and the estimate of the
/// service's clock may be off.
const BEFORE: TimeDelta = TimeDelta::seconds(15);

/// How long after sending its request an interrupted run may have created a key.
const AFTER: TimeDelta = TimeDelta::seconds(120);

impl<'a> NewKey<'a> {
    /// A key to be created with these calls. Its request counts as sent now.
    pub fn new(api: &'a Api, ownership: &'a Ownership, new: NewApiKey<'a>) -> Self {
        let id = new.access_key_id.map(|id| (ID.to_owned(), id.to_owned()));
        let record = Record {
            resource_type: TYPE.to_owned(),
            endpoint: api.url().to_owned(),
            region: api.region().to_owned(),
            account: api.account(),
            name: new.secret_name.to_owned(),
            proof: id.into_iter().collect(),
            sent: api.caller().now(),
            id: None,
        };
        Self {
            api,
            ownership,
            new,
            record,
        }
    }

    async fn manual(&self, api: &Api, id: &str) -> Result<Found<ApiKey>, Error> {
        let Some(key) = api.describe_api_key(id).await? else {
            return Ok(Found::Nothing);
        };
        let wanted = self.new.access_key_secret;
        match key.access_key_secret.as_ref().map(Secret::expose) {
            held @ Some(_) if held == wanted => Ok(Found::Ours(key)),
            Some(_) => Err(Error::new(
                "CreateApiKey",
                Kind::Conflict,
                "another key has this id already",
            )),
            None => Ok(Found::Candidates(vec![candidate(&key)])),
        }
    }

    async fn automatic(&self, api: &Api) -> Result<Found<ApiKey>, Error> {
        let sent = api.caller().at_service(self.record.sent) - BEFORE;
        let keys = api.list_api_keys(Wanted::named(self.new.secret_name)).await?;
        let new = keys.iter().filter(|key| is_automatic(key, self.new.secret_name));
        let new = new.filter(|key| key.created_at().is_none_or(|created| created >= sent));
        let candidates: Vec<_> = new.map(candidate).filter(|key| !self.ownership.owns(&key.id)).collect();
        Ok(if candidates.is_empty() {
            Found::Nothing
        } else {
            Found::Candidates(candidates)
        })
    }
}

impl Creation for NewKey<'_> {
    type Object = ApiKey;
    type Proof = ();

    fn repetition(&self) -> Repetition {
        match self.new.access_key_id {
            Some(_) => Repetition::Refused { proves_ours: false },
            None => Repetition::Settled,
        }
    }

    fn prove(&self) -> Result<((), Record), Error> {
        Ok(((), self.record.clone()))
    }

    async fn send(&self, (): &()) -> Result<ApiKey, Error> {
        self.api.create_api_key(&self.new).await
    }

    async fn find(&self, (): &()) -> Result<Found<ApiKey>, Error> {
        let api = self.api.to_finish();
        match self.new.access_key_id {
            Some(id) => self.manual(&api, id).await,
            None => self.automatic(&api).await,
        }
    }

    fn object_id(&self, key: &ApiKey) -> ObjectId {
        ObjectId::global(TYPE, key.access_key_id.as_deref().unwrap_or_default())
    }
}

/// Finds what the requests in these records have created.
pub async fn trace(client: &Client, deadline: Deadline, records: &[Record]) -> Result<Vec<Trace>, Error> {
    let api = client.api(deadline).await?;
    let mut lists = BTreeMap::new();
    let mut traces = Vec::new();
    for record in records {
        if record.endpoint != api.url() {
            traces.push(Trace::Elsewhere);
            continue;
        }
        let api = api.in_region(&record.region);
        let absent = || match record.account == api.account() {
            true => Trace::Absent,
            false => Trace::Elsewhere,
        };
        if let Some(id) = record.id.as_ref().or_else(|| record.proof.get(ID)) {
            let found = api.describe_api_key(id).await?;
            traces.push(found.map_or_else(absent, |key| Trace::Found(candidate(&key))));
            continue;
        }
        let list = match lists.entry((&record.region, &record.name)) {
            Entry::Occupied(list) => list.into_mut(),
            Entry::Vacant(place) => place.insert(api.list_api_keys(Wanted::named(&record.name)).await?),
        };
        let possible: Vec<_> = list
            .iter()
            .filter(|key| may_be_of(key, record))
            .map(uncertain)
            .collect();
        traces.push(match possible.is_empty() {
            true => absent(),
            false => Trace::Possible(possible),
        });
    }
    Ok(traces)
}

/// Whether an automatic key may have been created by the request of a record: by its name and the time it was created.
fn may_be_of(key: &ApiKey, record: &Record) -> bool {
    let in_time = |created: DateTime<Utc>| (record.sent - BEFORE..=record.sent + AFTER).contains(&created);
    is_automatic(key, &record.name) && key.created_at().is_none_or(in_time)
}

fn is_automatic(key: &ApiKey, name: &str) -> bool {
    let is_manual = key.access_key_type.as_deref().is_some_and(|kind| kind != "auto");
    !is_manual && key.secret_name.as_deref() == Some(name)
}

fn uncertain(key: &ApiKey) -> Candidate {
    Candidate {
        note: Some("The service offers no proof: it may be another key of the same name. Then there is nothing to do."),
        ..candidate(key)
    }
}

fn candidate(key: &ApiKey) -> Candidate {
    let id = key.access_key_id.clone().unwrap_or_default();
    Candidate {
        id: ObjectId::global(TYPE, id.clone()),
        import_id: id,
        name: key.secret_name.clone().unwrap_or_default(),
        created: key.created_at(),
        note: None,
    }
}
