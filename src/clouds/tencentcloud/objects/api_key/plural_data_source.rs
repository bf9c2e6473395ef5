//! The data source `tencentcloud_api_gateway_api_keys`: the keys of the provider's region.

use std::io;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::resource::is_id;
use crate::block;
use crate::clouds::shared::paths;
use crate::clouds::tencentcloud::apigateway::client::Api;
use crate::clouds::tencentcloud::apigateway::list::Wanted;
use crate::clouds::tencentcloud::apigateway::model::{ApiKey as Seen, Status};
use crate::clouds::tencentcloud::client::Client;
use crate::framework::{Context, DataSource, Error};
use crate::http::Deadline;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, computed, optional};
use crate::secret::Secret;
use crate::secret::buffer::Buffer;

block! {
    /// Reads the API keys of Tencent Cloud API Gateway in the provider's region.
    ///
    /// ~> **Note** The secrets of the keys are stored in the state in clear text. Whoever can read the state can use the keys.
    pub struct Found {
        /// ID of a key: only this key is read.
        api_key_id: String = optional().check(ID),
        /// `secret_name` and `api_key_id`, separated by `#`.
        id: String = computed(),
        /// Whether `result_output_file` also has the secrets of the keys. Defaults to `false`.
        include_secrets: bool = optional(),
        /// The keys. Empty if no key matches.
        list: Vec<Item> = computed(),
        /// Path of a file for the keys, as JSON. It is written whenever the data source is read, also during a plan. The file is replaced as a
        /// whole, and only its owner can read it. It has no secrets unless `include_secrets` is set.
        result_output_file: String = optional(),
        /// Name of the keys: only keys of this name are read. The service may also return keys whose names contain it.
        secret_name: String = optional(),
    }
}

block! {
    /// A key.
    pub struct Item {
        /// Secret of the key.
        access_key_secret: Secret = computed(),
        /// ID of the key.
        api_key_id: String = computed(),
        /// Creation time (RFC 3339).
        create_time: String = computed(),
        /// Time of the last change (RFC 3339).
        modify_time: String = computed(),
        /// Whether the key is enabled: `on` or `off`.
        status: String = computed(),
    }
}

pub(super) const ID: Check = Check::Custom {
    description: "5 to 50 letters, digits and underscores.",
    validate: |value| match value.as_str() {
        Some(text) if !text.is_empty() && !is_id(text) => vec![ValidationIssue::error(format!(
            "must be the id of a key, 5 to 50 letters, digits and underscores, but is \"{text}\""
        ))],
        _ => Vec::new(),
    },
};

/// The data source.
pub struct ApiKeysData;

impl DataSource for ApiKeysData {
    const TYPE: &'static str = "tencentcloud_api_gateway_api_keys";

    type State = Found;
    type Client = Client;

    async fn read(context: &Context<Client>, config: Found) -> Result<Found, Error> {
        let client = &context.client;
        let api = client.api(Deadline::at(context.deadline)).await?;
        let wanted = Wanted {
            name: config.secret_name.given().map(str::to_owned),
            id: config.api_key_id.given().map(str::to_owned),
            status: None,
        };
        let mut items = Vec::new();
        for key in api.list_api_keys(wanted).await? {
            items.extend(with_secret(&api, key).await?.map(item));
        }
        if let Some(path) = config.result_output_file.given() {
            let path = paths::expanded(path, client.home.as_deref());
            let content = content(&items, &config.include_secrets);
            let written = content.and_then(|content| (client.write)(&path, &content.into_bytes()));
            written.map_err(|error| {
                let message = format!("cannot be written: {}: {error}", path.display());
                Error::invalid("result_output_file", message)
            })?;
        }
        Ok(Found {
            id: Attr::Known(format!("{}#{}", config.secret_name.text(), config.api_key_id.text())),
            list: Attr::Known(items),
            ..config
        })
    }
}

/// A listed key with its secret, which not every version of the API lists. `None` if the key was deleted in the meantime.
async fn with_secret(api: &Api, listed: Seen) -> Result<Option<Seen>, Error> {
    let secret = listed
        .access_key_secret
        .as_ref()
        .map(Secret::expose)
        .unwrap_or_default();
    match &listed.access_key_id {
        Some(id) if secret.is_empty() => api.describe_api_key(id).await,
        _ => Ok(Some(listed)),
    }
}

fn item(seen: Seen) -> Item {
    Item {
        status: seen.status().map_or(Attr::Null, Status::word),
        access_key_secret: seen.access_key_secret.into(),
        api_key_id: seen.access_key_id.into(),
        create_time: seen.created_time.into(),
        modify_time: seen.modified_time.into(),
    }
}

/// A key in the file, under the names of its attributes.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_secret: Option<&'a str>,
    api_key_id: &'a str,
    create_time: &'a str,
    modify_time: &'a str,
    status: &'a str,
}

/// The content of the file, indented as the official provider does it.
fn content(items: &[Item], include_secrets: &Attr<bool>) -> io::Result<Buffer> {
    let written = items.iter().map(|item| Written {
        access_key_secret: match include_secrets {
            Attr::Known(true) => item.access_key_secret.known().map(Secret::expose),
            _ => None,
        },
        api_key_id: item.api_key_id.text(),
        create_time: item.create_time.text(),
        modify_time: item.modify_time.text(),
        status: item.status.text(),
    });
    let mut buffer = Buffer::new(4096, usize::MAX);
    let tabs = PrettyFormatter::with_indent(b"\t");
    let mut serializer = Serializer::with_formatter(&mut buffer, tabs);
    written.collect::<Vec<_>>().serialize(&mut serializer)?;
    Ok(buffer)
}
