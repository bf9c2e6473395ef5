//! Making a key, and finding it again when the answer was lost.
//!
//! The service makes no two keys of one value in an account and region. So every key is asked for with a value, one drawn here where
//! none is configured: then a request can be sent again without making a second key, and a key can be told from all others.

use chrono::{DateTime, Utc};

use super::api::Api;
use super::shapes::{ApiKey, Include, NewApiKey};
use crate::clouds::lately;
use crate::lifecycle::creation::{Adopted, Creation};
use crate::lifecycle::{Candidate, Error};

/// A key to be made.
pub struct NewKey<'a> {
    api: &'a Api<'a>,
    new: NewApiKey<'a>,
    sent: DateTime<Utc>,
}

/// What is known of a key that was made lately.
pub struct Made {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Its name.
    pub name: String,
    /// Its description; empty for none.
    pub description: String,
    /// The customer at the vendor's marketplace; empty for none.
    pub customer_id: String,
    /// Whether callers can use it.
    pub enabled: bool,
}

impl<'a> NewKey<'a> {
    /// A key to be made with these calls, from now on.
    pub fn new(api: &'a Api<'a>, new: NewApiKey<'a>) -> Self {
        Self {
            sent: api.caller().now(),
            api,
            new,
        }
    }
}

impl Creation for NewKey<'_> {
    type Object = ApiKey;

    fn is_unique(&self) -> bool {
        true
    }

    async fn create(&self) -> Result<Candidate<ApiKey>, Error> {
        self.api.create_api_key(&self.new).await.map(candidate)
    }

    /// Value, name and age have to agree: a key of a configured value may have been there before.
    async fn search(&self) -> Result<Vec<Candidate<ApiKey>>, Error> {
        let api = self.api.to_finish();
        let mut keys = all(&api, self.new.name).await?;
        let sent = api.caller().at_service(self.sent);
        keys.retain(|key| {
            let value = key.value.as_ref().is_some_and(|value| value.expose() == self.new.value);
            value && key.name.as_deref() == Some(self.new.name) && lately::is_since(key.created_at(), sent)
        });
        Ok(keys.into_iter().map(candidate).collect())
    }

    async fn adopt(&self, found: ApiKey) -> Result<Adopted<ApiKey>, Error> {
        Ok(Adopted::Kept(found))
    }
}

/// The keys that were made lately. They come newest first, so that the rest need not be read.
pub async fn made_lately(api: &Api<'_>) -> Result<Vec<Made>, Error> {
    let mut made = Vec::new();
    let mut position = None;
    loop {
        let (keys, next) = api.get_api_keys("", Include::NoValue, position.as_deref()).await?;
        let now = api.caller().at_service(api.caller().now());
        let before = made.len();
        made.extend(keys.into_iter().filter_map(|key| {
            let created = key.created_at().filter(|created| lately::is_recent(*created, now))?;
            Some(Made {
                id: key.id,
                created,
                name: key.name.unwrap_or_default(),
                description: key.description.unwrap_or_default(),
                customer_id: key.customer_id.unwrap_or_default(),
                enabled: key.enabled,
            })
        }));
        position = next;
        if position.is_none() || made.len() == before {
            return Ok(made);
        }
    }
}

/// Adds to the error that the value of a new key exists already which key holds it.
pub async fn explain_clash(api: &Api<'_>, value: &str, error: Error) -> Error {
    let error = error.about("value");
    let Ok(keys) = all(&api.to_finish(), "").await else {
        return error.advise(
            "Another key of this account and region holds this value already. Which one could not be found out.",
        );
    };
    let same = |key: &&ApiKey| key.value.as_ref().is_some_and(|held| held.expose() == value);
    let Some(key) = keys.iter().find(same) else {
        return error.advise("No key of this account and region holds this value any more. Try again.");
    };
    let advice = format!(
        "The key {} (\"{}\") holds this value already, and no two keys can. To manage that one, import it:\n\n\
         import {{\n  to = aws_api_gateway_api_key.<name>\n  id = \"{}\"\n}}\n\n\
         If it is the key that is to be replaced, it has to go first: remove create_before_destroy, or give the new key another \
         value.",
        key.id,
        key.name.as_deref().unwrap_or_default(),
        key.id,
    );
    error.advise(advice)
}

/// The keys whose names begin with `name`, with their values.
async fn all(api: &Api<'_>, name: &str) -> Result<Vec<ApiKey>, Error> {
    let mut all = Vec::new();
    let mut position = None;
    loop {
        let (keys, next) = api.get_api_keys(name, Include::Value, position.as_deref()).await?;
        all.extend(keys);
        position = next;
        if position.is_none() {
            return Ok(all);
        }
    }
}

fn candidate(key: ApiKey) -> Candidate<ApiKey> {
    Candidate {
        id: key.id.clone(),
        name: key.name.clone().unwrap_or_default(),
        created: key.created_at(),
        object: key,
    }
}
