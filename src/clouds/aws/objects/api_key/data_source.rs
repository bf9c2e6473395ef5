//! The data source `aws_api_gateway_api_key`: one key, by its id.

use super::TYPE;
use super::resource::{arn, is_id};
use crate::block;
use crate::clouds::aws::api_gateway::model::{ApiKey as Seen, Include};
use crate::clouds::aws::client::Client;
use crate::clouds::aws::endpoint::partition;
use crate::clouds::aws::tags::TagRules;
use crate::framework::{Context, DataSource, Error};
use crate::http::Deadline;
use crate::schema::attr::StringMap;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, Unset, computed, optional, required};
use crate::secret::Secret;

block! {
    /// Reads an API key of Amazon API Gateway, by its ID.
    ///
    /// ~> **Note** The key's value is stored in the state in clear text. Whoever can read the state can use the key.
    pub struct Found {
        /// ARN of the key.
        arn: String = computed(),
        /// Creation time (RFC 3339).
        created_date: String = computed(),
        /// Customer identifier of AWS Marketplace. Empty if the key has none.
        customer_id: String = computed(),
        /// Description of the key. Empty if the key has none.
        description: String = computed(),
        /// Whether callers can use the key.
        enabled: bool = computed(),
        /// ID of the key.
        id: String = required().check(ID),
        /// Time of the last change (RFC 3339).
        last_updated_date: String = computed(),
        /// Name of the key.
        name: String = computed(),
        /// Region of the key. Defaults to the provider's region.
        region: String = optional().unset(Unset::CustomizePlan).check(partition::REGION),
        /// All tags of the key, without those that `ignore_tags` of the provider ignores. Setting it has no effect.
        tags: StringMap = optional().unset(Unset::CustomizePlan),
        /// The secret that callers send.
        value: Secret = computed(),
    }
}

const ID: Check = Check::Custom {
    description: "Letters and digits.",
    validate: |value| match value.as_str() {
        Some(text) if !is_id(text) => vec![ValidationIssue::error(format!(
            "must be the id of an API key, letters and digits such as \"a1b2c3d4e5\", but is \"{text}\""
        ))],
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
        let client = &context.client;
        client.check_region(&config.region)?;
        let api = client.api(&config.region, Deadline::at(context.deadline)).await?;
        let id = config.id.text();
        match api.get_api_key(id, Include::Value).await? {
            Some(seen) => Ok(found(seen, api.region(), &client.tags)),
            None => {
                let what = format!("the region {} has no API key with the id {id}", api.region());
                Err(Error::not_found("GetApiKey", what, &api.summary()).at_attribute("id"))
            }
        }
    }
}

fn found(seen: Seen, region: &str, rules: &TagRules) -> Found {
    let text = |text: &Option<String>| Attr::Known(text.clone().unwrap_or_default());
    Found {
        arn: Attr::Known(arn(region, &seen.id)),
        created_date: seen.created(),
        customer_id: text(&seen.customer_id),
        description: text(&seen.description),
        enabled: Attr::Known(seen.enabled),
        last_updated_date: seen.last_updated(),
        name: text(&seen.name),
        region: Attr::Known(region.to_owned()),
        tags: Attr::Known(rules.ours(&seen.tags())),
        id: Attr::Known(seen.id),
        value: seen.value.into(),
    }
}
