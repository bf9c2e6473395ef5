//! Creating a key, and finding it again when the answer was lost.
//!
//! The service makes no two keys of one value in an account and region. So every key is asked for with a value, a random one where
//! none is configured: then a request can be repeated without a second key, and the value proves which key it has created. A random
//! value alone is proof. A configured one may be another key's, so name, description and time have to agree as well.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::TYPE;
use crate::clouds::aws::api_gateway::client::Api;
use crate::clouds::aws::api_gateway::list::Filter;
use crate::clouds::aws::api_gateway::model::{ApiKey, Include, NewApiKey};
use crate::clouds::aws::client::Client;
use crate::framework::managed::creation::{Creation, Found, Repetition};
use crate::framework::managed::{Candidate, Trace};
use crate::framework::records::Record;
use crate::framework::{Error, Kind, ObjectId};
use crate::http::Deadline;
use crate::schema::Attr;

/// A key to be created.
pub struct NewKey<'a> {
    api: &'a Api,
    new: NewApiKey<'a>,
    origin: Origin,
    record: Record,
}

/// Where the value of a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration.
    Configured,
    /// This provider has drawn it at random.
    Random,
}

/// How a record says what was asked for.
const VALUE: &str = "value_sha256";
const ORIGIN: &str = "value_origin";
const CONFIGURED: &str = "configured";

/// How far the time of a key's creation may lie before the moment its request was sent: both are cut to whole seconds, and what an
/// answer says of the service's time may be off.
const BEFORE: TimeDelta = TimeDelta::seconds(15);

impl<'a> NewKey<'a> {
    /// A key to be created with these calls, from now on.
    pub fn new(api: &'a Api, new: NewApiKey<'a>, origin: Origin) -> Self {
        let mut proof = BTreeMap::from([(VALUE.to_owned(), digest(new.value))]);
        if origin == Origin::Configured {
            proof.insert(ORIGIN.to_owned(), CONFIGURED.to_owned());
        }
        let record = Record {
            resource_type: TYPE.to_owned(),
            endpoint: api.url().to_owned(),
            region: api.region().to_owned(),
            account: api.account(),
            name: new.name.to_owned(),
            proof,
            sent: api.caller().now(),
            id: None,
        };
        Self {
            api,
            new,
            origin,
            record,
        }
    }

    /// Whether a key that holds the value is the one that was asked for. A configured value may have been another key's before.
    fn is_ours(&self, key: &ApiKey) -> bool {
        let sent = self.api.caller().at_service(self.record.sent);
        self.origin == Origin::Random
            || (key.name.as_deref().unwrap_or_default() == self.new.name
                && key.description.as_deref().unwrap_or_default() == self.new.description.unwrap_or_default()
                && is_since(key.created_at(), sent))
    }
}

/// Whether a key was created after a request was sent, both by the service's clock.
fn is_since(created: Option<DateTime<Utc>>, sent: DateTime<Utc>) -> bool {
    created.is_some_and(|created| created >= sent - BEFORE)
}

impl Creation for NewKey<'_> {
    type Object = ApiKey;
    type Proof = ();

    fn repetition(&self) -> Repetition {
        Repetition::Refused {
            proves_ours: self.origin == Origin::Random,
        }
    }

    fn prove(&self) -> Result<((), Record), Error> {
        Ok(((), self.record.clone()))
    }

    async fn send(&self, (): &()) -> Result<ApiKey, Error> {
        self.api.create_api_key(&self.new).await
    }

    async fn find(&self, (): &()) -> Result<Found<ApiKey>, Error> {
        // A key of another name may hold a configured value.
        let name = match self.origin {
            Origin::Configured => "",
            Origin::Random => self.new.name,
        };
        let keys = all(&self.api.to_finish(), name).await?;
        let holds = |key: &ApiKey| key.value.as_ref().is_some_and(|value| value.expose() == self.new.value);
        match keys.into_iter().find(holds) {
            Some(key) if self.is_ours(&key) => Ok(Found::Ours(key)),
            Some(key) => Err(clash(&key)),
            None => Ok(Found::Nothing),
        }
    }

    fn object_id(&self, key: &ApiKey) -> ObjectId {
        ObjectId::regional(TYPE, self.api.region(), &key.id)
    }
}

/// What became of the requests in these records.
pub async fn trace(client: &Client, deadline: Deadline, records: &[Record]) -> Result<Vec<Trace>, Error> {
    let mut regions = BTreeMap::new();
    let mut traces = Vec::new();
    for record in records {
        if !regions.contains_key(&record.region) {
            let api = client.api(&Attr::Known(record.region.clone()), deadline).await?;
            let keys = match api.url() == record.endpoint {
                true => all(&api, "").await?,
                false => Vec::new(),
            };
            regions.insert(record.region.clone(), (api, keys));
        }
        traces.push(match regions.get(&record.region) {
            Some((api, keys)) if api.url() == record.endpoint => match keys.iter().find(|key| is_of(key, record)) {
                Some(key) => Trace::Found(candidate(key, record, client.region.name())),
                None if record.account == api.account() => Trace::Absent,
                None => Trace::Elsewhere,
            },
            _ => Trace::Elsewhere,
        });
    }
    Ok(traces)
}

fn is_of(key: &ApiKey, record: &Record) -> bool {
    match &record.id {
        Some(id) => *id == key.id,
        None => key.value.as_ref().map(|value| digest(value.expose())).as_ref() == record.proof.get(VALUE),
    }
}

fn candidate(key: &ApiKey, record: &Record, own_region: Option<&str>) -> Candidate {
    let is_certain = record.id.is_some() || record.proof.get(ORIGIN).is_none_or(|origin| origin != CONFIGURED);
    Candidate {
        id: ObjectId::regional(TYPE, &record.region, &key.id),
        import_id: match own_region {
            Some(own) if own == record.region => key.id.clone(),
            _ => format!("{}@{}", key.id, record.region),
        },
        name: key.name.clone().unwrap_or_default(),
        created: key.created_at(),
        note: (!is_certain).then_some("It holds the configured value, so it may have been there before."),
    }
}

/// The error that another key holds a configured value.
fn clash(key: &ApiKey) -> Error {
    let name = key.name.as_deref().unwrap_or_default();
    let what = format!(
        "the key {} (\"{name}\") holds this value already, and no two keys can",
        key.id
    );
    Error::new("CreateApiKey", Kind::Conflict, what).at_attribute("value").advise(format!(
        "To manage that one, import it:\n\nimport {{\n  to = aws_api_gateway_api_key.<name>\n  id = \"{}\"\n}}\n\n\
         If it is the key that this one replaces, remove create_before_destroy so that it is deleted first, or choose another value.",
        key.id,
    ))
}

/// Adds to the error that a configured value exists already which key holds it.
pub async fn explain_clash(api: &Api, value: &str, error: Error) -> Error {
    let Ok(keys) = all(&api.to_finish(), "").await else {
        return error.at_attribute("value").advise(
            "Another key of this account and region holds this value already. Which one could not be found out.",
        );
    };
    let holds = |key: &&ApiKey| key.value.as_ref().is_some_and(|held| held.expose() == value);
    match keys.iter().find(holds) {
        Some(key) => clash(key),
        None => error
            .at_attribute("value")
            .advise("Another key of this account and region holds this value, and no list shows it yet."),
    }
}

/// The keys whose names begin with `name`, with their values.
async fn all(api: &Api, name: &str) -> Result<Vec<ApiKey>, Error> {
    let filter = Filter {
        name_prefix: name.to_owned(),
        ..Filter::default()
    };
    api.api_keys(filter, Include::Value).await
}

fn digest(value: &str) -> String {
    hex::encode(Sha256::digest(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_of_a_request_when_it_is_certainly_no_older() {
        let at = |seconds: i64| DateTime::from_timestamp(1_700_000_000 + seconds, 0);
        let rows = [
            (at(60), at(0), true),
            (at(0), at(0), true),
            (at(-15), at(0), true),
            (at(-16), at(0), false),
            (None, at(0), false),
        ];
        for (created, sent, expected) in rows {
            assert_eq!(
                is_since(created, sent.unwrap_or_default()),
                expected,
                "{created:?} {sent:?}"
            );
        }
    }
}
