//! The data source `aws_api_gateway_api_keys`: the keys of a region.

use crate::block;
use crate::clouds::aws::api_gateway::list::Filter;
use crate::clouds::aws::api_gateway::model::{ApiKey as Seen, Include};
use crate::clouds::aws::client::Client;
use crate::clouds::aws::endpoint::partition;
use crate::clouds::aws::tags::TagRules;
use crate::framework::{Context, DataSource, Error, Kind};
use crate::http::Deadline;
use crate::schema::attr::StringMap;
use crate::schema::check::Check;
use crate::schema::{Attr, Unset, computed, optional};
use crate::secret::Secret;

block! {
    /// Reads the API keys of Amazon API Gateway in a region.
    ///
    /// ~> **Note** With `include_values`, the values of the keys are stored in the state in clear text. Whoever can read the state can
    /// use the keys.
    pub struct Found {
        /// Customer identifier of AWS Marketplace: only its keys are read.
        customer_id: String = optional(),
        /// The region.
        id: String = computed(),
        /// Whether to read the values of the keys. Defaults to `false`.
        include_values: bool = optional(),
        /// The keys, newest first. Empty if no key matches.
        items: Vec<Item> = computed(),
        /// How the names of the keys begin, in upper and lower case as written: only these keys are read.
        name_prefix: String = optional().check(Check::Length { min: 0, max: 1024 }),
        /// Region of the keys. Defaults to the provider's region.
        region: String = optional().unset(Unset::CustomizePlan).check(partition::REGION),
    }
}

block! {
    /// A key.
    pub struct Item {
        /// Creation time (RFC 3339).
        created_date: String = computed(),
        /// Customer identifier of AWS Marketplace.
        customer_id: String = computed(),
        /// Description of the key.
        description: String = computed(),
        /// Whether callers can use the key.
        enabled: bool = computed(),
        /// ID of the key.
        id: String = computed(),
        /// Time of the last change (RFC 3339).
        last_updated_date: String = computed(),
        /// Name of the key.
        name: String = computed(),
        /// Stages that the key is bound to, in a way that usage plans have replaced: `API-ID/STAGE`.
        stage_keys: Vec<String> = computed(),
        /// Tags of the key, without those that `ignore_tags` of the provider ignores.
        tags: StringMap = computed(),
        /// The secret that callers send. Null unless `include_values` is set.
        value: Secret = computed(),
    }
}

/// The data source.
pub struct ApiKeysData;

impl DataSource for ApiKeysData {
    const TYPE: &'static str = "aws_api_gateway_api_keys";

    type State = Found;
    type Client = Client;

    async fn read(context: &Context<Client>, config: Found) -> Result<Found, Error> {
        let client = &context.client;
        client.check_region(&config.region)?;
        let api = client.api(&config.region, Deadline::at(context.deadline)).await?;
        let filter = Filter {
            customer_id: config.customer_id.text().to_owned(),
            name_prefix: config.name_prefix.text().to_owned(),
        };
        let include = match config.include_values {
            Attr::Known(true) => Include::Value,
            _ => Include::NoValue,
        };
        let keys = complete(api.api_keys(filter, include).await?, include)?;
        let items = keys.into_iter().map(|key| item(key, &client.tags));
        Ok(Found {
            id: Attr::Known(api.region().to_owned()),
            items: Attr::Known(items.collect()),
            region: Attr::Known(api.region().to_owned()),
            ..config
        })
    }
}

/// The same keys, if they have the values that were asked for.
pub(super) fn complete(keys: Vec<Seen>, include: Include) -> Result<Vec<Seen>, Error> {
    match keys.iter().find(|key| include == Include::Value && !key.has_value()) {
        Some(key) => {
            let valueless = format!("the list has no value of the key {}", key.id);
            Err(Error::new("GetApiKeys", Kind::Malformed, valueless))
        }
        None => Ok(keys),
    }
}

fn item(seen: Seen, rules: &TagRules) -> Item {
    let text = |text: &Option<String>| Attr::from(text.clone().filter(|text| !text.is_empty()));
    Item {
        created_date: seen.created(),
        customer_id: text(&seen.customer_id),
        description: text(&seen.description),
        enabled: Attr::Known(seen.enabled),
        last_updated_date: seen.last_updated(),
        name: text(&seen.name),
        stage_keys: Attr::Known(seen.stage_keys()),
        tags: Attr::Known(rules.ours(&seen.tags())),
        id: Attr::Known(seen.id),
        value: seen.value.into(),
    }
}
