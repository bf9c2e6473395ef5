//! Making a key, and finding it again when the answer was lost.
//!
//! The secret stands in that answer only: a key that is found afterwards is of no use to anybody. It is removed, and another one made.

use chrono::{DateTime, Utc};

use super::api::Api;
use super::shapes::{self, ApiKey, NewApiKey};
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
    /// Its access key.
    pub access_key: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it ends; none for never.
    pub expires: Option<DateTime<Utc>>,
    /// Who holds it.
    pub bearer_id: String,
    /// Its description; empty for none.
    pub description: String,
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
        false
    }

    async fn create(&self) -> Result<Candidate<ApiKey>, Error> {
        self.api.create_api_key(&self.new).await.map(candidate)
    }

    async fn search(&self) -> Result<Vec<Candidate<ApiKey>>, Error> {
        let bearer_id = self.new.application_id.or(self.new.user_id);
        let mut found = Vec::new();
        pages(&self.api.to_finish(), bearer_id, |key, api| {
            let is_late = lately::is_since(key.created(), api.caller().at_service(self.sent));
            if is_late && self.asked_for(&key) {
                found.push(candidate(key));
            }
            is_late
        })
        .await?;
        Ok(found)
    }

    async fn adopt(&self, found: ApiKey) -> Result<Adopted<ApiKey>, Error> {
        self.api.to_finish().delete_api_key(&found.access_key).await?;
        Ok(Adopted::Removed)
    }
}

impl NewKey<'_> {
    fn asked_for(&self, key: &ApiKey) -> bool {
        let bearer_id = self.new.application_id.or(self.new.user_id).unwrap_or_default();
        key.bearer_id().is_some_and(|held| held.eq_ignore_ascii_case(bearer_id))
            && key.description.as_deref().unwrap_or_default() == self.new.description
            && key.expires() == shapes::instant(self.new.expires_at)
    }
}

/// The keys that were made lately.
pub async fn made_lately(api: &Api<'_>) -> Result<Vec<Made>, Error> {
    let mut made = Vec::new();
    pages(api, None, |key, api| {
        let now = api.caller().at_service(api.caller().now());
        let Some(created) = key.created().filter(|created| lately::is_recent(*created, now)) else {
            return false;
        };
        made.push(Made {
            created,
            expires: key.expires(),
            bearer_id: key.bearer_id().unwrap_or_default().to_owned(),
            description: key.description.unwrap_or_default(),
            access_key: key.access_key,
        });
        true
    })
    .await?;
    Ok(made)
}

/// Hands keys over, newest first, as long as they are wanted.
async fn pages(
    api: &Api<'_>,
    bearer_id: Option<&str>,
    mut is_wanted: impl FnMut(ApiKey, &Api<'_>) -> bool,
) -> Result<(), Error> {
    for page in 1.. {
        let keys = api.list_api_keys(bearer_id, page).await?;
        if keys.is_empty() || !keys.into_iter().all(|key| is_wanted(key, api)) {
            break;
        }
    }
    Ok(())
}

fn candidate(key: ApiKey) -> Candidate<ApiKey> {
    Candidate {
        id: key.access_key.clone(),
        name: key.description.clone().unwrap_or_default(),
        created: key.created(),
        object: key,
    }
}
