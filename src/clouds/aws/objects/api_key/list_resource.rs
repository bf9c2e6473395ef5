//! The list resource `aws_api_gateway_api_key`: the keys of a region.

use std::sync::Arc;

use super::plural_data_source::complete;
use super::resource::{ApiKey, State, state_of};
use crate::block;
use crate::clouds::aws::api_gateway::list::{self, Filter};
use crate::clouds::aws::api_gateway::model::{ApiKey as Seen, Include};
use crate::clouds::aws::client::Client;
use crate::clouds::aws::endpoint::partition;
use crate::framework::{self, Context, Detail, Error, ListResource, Listed};
use crate::http::Deadline;
use crate::schema::check::Check;
use crate::schema::{Attr, optional};

block! {
    /// Lists the API keys of Amazon API Gateway in a region, newest first. Each has its name as display name, or its ID if it has no name.
    ///
    /// `terraform query` of Terraform 1.14 and later reads it, from files named `*.tfquery.hcl` beside a configuration whose
    /// `required_providers` has the provider.
    ///
    /// ~> **Note** With `include_values`, `terraform query -json` prints the values of the keys in clear text if they are in its resource
    /// objects: with `include_resource`, and always with `-generate-config-out`. Generated configuration never has them.
    pub struct Config {
        /// Customer identifier of AWS Marketplace: only its keys are listed.
        customer_id: String = optional(),
        /// Whether resource objects have the values of the keys. Defaults to `false`.
        include_values: bool = optional(),
        /// How the names of the keys begin, in upper and lower case as written: only these keys are listed.
        name_prefix: String = optional().check(Check::Length { min: 0, max: 1024 }),
        /// Region of the keys. Defaults to the provider's region.
        region: String = optional().check(partition::REGION),
    }
}

/// The list resource.
pub struct ApiKeyList;

impl ListResource for ApiKeyList {
    type Resource = ApiKey;
    type Config = Config;
    type Pages = Pages;

    async fn list(context: &Context<Client>, config: Config, detail: Detail) -> Result<Pages, Error> {
        let client = Arc::clone(&context.client);
        client.check_region(&config.region)?;
        let api = client.api(&config.region, Deadline::at(context.deadline)).await?;
        let filter = Filter {
            customer_id: config.customer_id.text().to_owned(),
            name_prefix: config.name_prefix.text().to_owned(),
        };
        let include = match (detail, config.include_values) {
            (Detail::Object, Attr::Known(true)) => Include::Value,
            _ => Include::NoValue,
        };
        Ok(Pages {
            region: api.region().to_owned(),
            pages: api.pages(filter, include),
            include,
            client,
        })
    }
}

/// The pages of a list.
pub struct Pages {
    client: Arc<Client>,
    region: String,
    include: Include,
    pages: list::Pages,
}

impl framework::Pages<State> for Pages {
    async fn next(&mut self) -> Result<Option<Vec<Listed<State>>>, Error> {
        let Some(page) = self.pages.next().await? else {
            return Ok(None);
        };
        let keys = complete(page, self.include)?;
        Ok(Some(keys.into_iter().map(|key| self.listed(key)).collect()))
    }
}

impl Pages {
    fn listed(&self, seen: Seen) -> Listed<State> {
        Listed {
            display_name: match &seen.name {
                Some(name) if !name.is_empty() => name.clone(),
                _ => seen.id.clone(),
            },
            state: state_of(seen, State::default(), self.region.clone(), &self.client.tags),
        }
    }
}
