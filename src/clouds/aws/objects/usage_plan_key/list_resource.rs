//! The list resource `aws_api_gateway_usage_plan_key`: the keys of a usage plan.

use super::resource::{ID, State, UsagePlanKey, imported, state_of};
use crate::block;
use crate::clouds::aws::api_gateway::model::{Include, UsagePlanKey as Seen};
use crate::clouds::aws::api_gateway::usage_plan_key_list;
use crate::clouds::aws::client::Client;
use crate::clouds::aws::endpoint::partition;
use crate::framework::{self, Context, Detail, Error, ListResource, Listed};
use crate::http::Deadline;
use crate::schema::{Attr, optional, required};

block! {
    /// Lists the API keys in a usage plan of Amazon API Gateway. Each has the key's name as display name, or its ID if it has no name. The
    /// list of a plan that does not exist is empty.
    ///
    /// `terraform query` of Terraform 1.14 and later reads it, from files named `*.tfquery.hcl` beside a configuration whose
    /// `required_providers` has the provider.
    ///
    /// ~> **Note** With `include_values`, `terraform query -json` prints the values of the keys in clear text if they are in its resource
    /// objects: with `include_resource`, and always with `-generate-config-out`. Generated configuration never has them.
    pub struct Config {
        /// Whether resource objects have the values of the keys. Defaults to `false`.
        include_values: bool = optional(),
        /// Region of the usage plan. Defaults to the provider's region.
        region: String = optional().check(partition::REGION),
        /// ID of the usage plan.
        usage_plan_id: String = required().check(ID),
    }
}

/// The list resource.
pub struct UsagePlanKeyList;

impl ListResource for UsagePlanKeyList {
    type Resource = UsagePlanKey;
    type Config = Config;
    type Pages = Pages;

    async fn list(context: &Context<Client>, config: Config, detail: Detail) -> Result<Pages, Error> {
        let client = &context.client;
        client.check_region(&config.region)?;
        let api = client.api(&config.region, Deadline::at(context.deadline)).await?;
        let include = match (detail, config.include_values) {
            (Detail::Object, Attr::Known(true)) => Include::Value,
            _ => Include::NoValue,
        };
        Ok(Pages {
            region: api.region().to_owned(),
            pages: api.usage_plan_keys(config.usage_plan_id.text(), include),
            plan_id: config.usage_plan_id,
        })
    }
}

/// The pages of a list.
pub struct Pages {
    plan_id: Attr<String>,
    region: String,
    pages: usage_plan_key_list::Pages,
}

impl framework::Pages<State> for Pages {
    async fn next(&mut self) -> Result<Option<Vec<Listed<State>>>, Error> {
        let page = self.pages.next().await?;
        Ok(page.map(|keys| keys.into_iter().map(|key| self.listed(key)).collect()))
    }
}

impl Pages {
    fn listed(&self, seen: Seen) -> Listed<State> {
        let key_id = Attr::Known(seen.id.clone());
        let state = imported(self.plan_id.clone(), key_id, Attr::Null).state;
        Listed {
            display_name: match &seen.name {
                Some(name) if !name.is_empty() => name.clone(),
                _ => seen.id.clone(),
            },
            state: state_of(seen, state, self.region.clone()),
        }
    }
}
