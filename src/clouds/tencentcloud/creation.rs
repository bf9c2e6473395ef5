//! Making a key, and finding it again when the answer was lost.
//!
//! A manual key has an id that no other key can have: its request can be sent again without making a second one. An automatic key can
//! be told only by its name and its age.

use chrono::{DateTime, Utc};

use super::api::Api;
use super::shapes::{ApiKey, NewApiKey, Status};
use crate::clouds::lately;
use crate::lifecycle::creation::{Adopted, Creation};
use crate::lifecycle::{Candidate, Error, Kind};
use crate::secret::Secret;

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
    /// `auto` or `manual`.
    pub access_key_type: String,
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
        self.new.access_key_id.is_some()
    }

    async fn create(&self) -> Result<Candidate<ApiKey>, Error> {
        self.api.create_api_key(&self.new).await.map(candidate)
    }

    /// A manual key's id, secret, name and age have to agree: a key of that id may have been there before. What is not told cannot
    /// disagree.
    async fn search(&self) -> Result<Vec<Candidate<ApiKey>>, Error> {
        let api = self.api.to_finish();
        let mut keys: Vec<_> = match self.new.access_key_id {
            Some(id) => api.describe_api_key(id).await?.into_iter().collect(),
            None => api.list_api_keys(Some(self.new.secret_name)).await?,
        };
        let sent = api.caller().at_service(self.sent);
        keys.retain(|key| {
            let secret = key.access_key_secret.as_ref().map(Secret::expose);
            let asked = self.new.access_key_secret;
            let kind = key.access_key_type.as_deref();
            key.secret_name.as_deref() == Some(self.new.secret_name)
                && kind.is_none_or(|kind| kind == self.new.access_key_type)
                && asked.is_none_or(|asked| secret.is_none_or(|secret| secret == asked))
                && lately::is_since(key.created_at(), sent)
        });
        Ok(keys.into_iter().map(candidate).collect())
    }

    /// A list leaves secrets out, or may. Where a look does too, a manual key is given the one that was asked for; an automatic one
    /// is of no use.
    async fn adopt(&self, found: ApiKey) -> Result<Adopted<ApiKey>, Error> {
        let api = self.api.to_finish();
        let id = found.access_key_id.as_deref().unwrap_or_default();
        let gone = || Error::new("DescribeApiKey", Kind::NotFound, "the key does not exist any more");
        let seen = api.describe_api_key(id).await?.ok_or_else(gone)?;
        if seen.access_key_secret.is_some() {
            return Ok(Adopted::Kept(seen));
        }
        let Some(asked) = self.new.access_key_secret.map(Secret::new) else {
            api.set_status(id, Status::Off).await?;
            api.delete_api_key(id).await?;
            return Ok(Adopted::Removed);
        };
        api.update_api_key(id, &asked).await?;
        Ok(Adopted::Kept(ApiKey {
            access_key_secret: Some(asked),
            ..seen
        }))
    }
}

/// The keys that were made lately.
pub async fn made_lately(api: &Api<'_>) -> Result<Vec<Made>, Error> {
    let keys = api.list_api_keys(None).await?;
    let now = api.caller().at_service(api.caller().now());
    let made = keys.into_iter().filter_map(|key| {
        Some(Made {
            created: key.created_at().filter(|created| lately::is_recent(*created, now))?,
            id: key.access_key_id?,
            name: key.secret_name.unwrap_or_default(),
            access_key_type: key.access_key_type.unwrap_or_default(),
        })
    });
    Ok(made.collect())
}

fn candidate(key: ApiKey) -> Candidate<ApiKey> {
    Candidate {
        id: key.access_key_id.clone().unwrap_or_default(),
        name: key.secret_name.clone().unwrap_or_default(),
        created: key.created_at(),
        object: key,
    }
}
