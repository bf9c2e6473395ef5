//! The data source `scaleway_iam_api_key`: one key, by its access key.

use super::TYPE;
use super::resource::{NO_ACCESS_KEY, is_access_key};
use crate::block;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::model::{self, ApiKey as Seen};
use crate::framework::{Context, DataSource, Error};
use crate::http::Deadline;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, computed, required};

block! {
    /// Reads an API key of Scaleway IAM, by its access key. The service returns the secret key only when a key is created.
    pub struct Found {
        /// The access key.
        access_key: String = required().check(ACCESS_KEY),
        /// ID of the application that holds the key. Null if a user holds it.
        application_id: String = computed(),
        /// Creation time (RFC 3339).
        created_at: String = computed(),
        /// IP address from which the key was created.
        creation_ip: String = computed(),
        /// ID of the project that the key uses in Object Storage.
        default_project_id: String = computed(),
        /// Description of the key. Empty if the key has none.
        description: String = computed(),
        /// Whether the key can be changed.
        editable: bool = computed(),
        /// Expiry time (RFC 3339). Empty if the key never expires.
        expires_at: String = computed(),
        /// ID of the key, equal to `access_key`.
        id: String = computed(),
        /// Time of the last change (RFC 3339).
        updated_at: String = computed(),
        /// ID of the user who holds the key. Null if an application holds it.
        user_id: String = computed(),
    }
}

/// A text that can be an access key.
const ACCESS_KEY: Check = Check::Custom {
    description: "20 upper-case letters and digits.",
    validate: |value| match value.as_str() {
        Some(text) if !is_access_key(text) => vec![ValidationIssue::error(NO_ACCESS_KEY)],
        _ => Vec::new(),
    },
};

/// The data source.
pub struct ApiKeyData;

impl DataSource for ApiKeyData {
    const TYPE: &'static str = TYPE;

    type State = Found;
    type Client = Client;

    async fn read(context: &Context<Client>, config: Found) -> Result<Found, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let access_key = config.access_key.text();
        match api.get_api_key(access_key).await? {
            Some(seen) => Ok(found(seen)),
            None => {
                let what = format!("there is no API key with the access key {access_key}");
                Err(Error::not_found("GetAPIKey", what, api.summary()).at_attribute("access_key"))
            }
        }
    }
}

/// Empty where the official provider's is: its type of times is never null.
fn found(seen: Seen) -> Found {
    let text = |text: Option<String>| Attr::Known(text.unwrap_or_default());
    let time = |time: Option<String>| text(model::whole_seconds(time));
    Found {
        access_key: Attr::Known(seen.access_key.clone()),
        application_id: seen.application_id.into(),
        created_at: time(seen.created_at),
        creation_ip: text(seen.creation_ip),
        default_project_id: text(seen.default_project_id),
        description: text(seen.description),
        editable: Attr::Known(seen.editable.unwrap_or_default()),
        expires_at: time(seen.expires_at),
        id: Attr::Known(seen.access_key),
        updated_at: time(seen.updated_at),
        user_id: seen.user_id.into(),
    }
}
