//! The list resource `tencentcloud_api_gateway_api_key_attachment`: the keys that are bound to a usage plan.

use super::create::Pair;
use super::resource::{Attachment, ID, State, imported};
use crate::block;
use crate::clouds::tencentcloud::apigateway::model::BoundKey;
use crate::clouds::tencentcloud::apigateway::usage_plan_list;
use crate::clouds::tencentcloud::client::Client;
use crate::framework::{self, Context, Detail, Error, ListResource, Listed};
use crate::http::Deadline;
use crate::schema::required;

block! {
    /// Lists the API keys that are bound to a usage plan of Tencent Cloud API Gateway in the provider's region. Each has the key's name as
    /// display name, or its ID if it has no name.
    ///
    /// `terraform query` of Terraform 1.14 and later reads it, from files named `*.tfquery.hcl` beside a configuration whose
    /// `required_providers` has the provider.
    pub struct Config {
        /// ID of the usage plan.
        usage_plan_id: String = required().check(ID),
    }
}

/// The list resource.
pub struct AttachmentList;

impl ListResource for AttachmentList {
    type Resource = Attachment;
    type Config = Config;
    type Pages = Pages;

    async fn list(context: &Context<Client>, config: Config, _: Detail) -> Result<Pages, Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        let plan_id = config.usage_plan_id.text().to_owned();
        Ok(Pages {
            pages: api.usage_plan_keys(&plan_id),
            plan_id,
        })
    }
}

/// The pages of a list.
pub struct Pages {
    plan_id: String,
    pages: usage_plan_list::Pages,
}

impl framework::Pages<State> for Pages {
    async fn next(&mut self) -> Result<Option<Vec<Listed<State>>>, Error> {
        let page = self.pages.next().await?;
        Ok(page.map(|keys| keys.into_iter().map(|key| self.listed(key)).collect()))
    }
}

impl Pages {
    fn listed(&self, seen: BoundKey) -> Listed<State> {
        let key_id = seen.access_key_id.unwrap_or_default();
        let pair = Pair {
            key_id: &key_id,
            plan_id: &self.plan_id,
        };
        let state = imported(&pair).state;
        Listed {
            display_name: seen.secret_name.filter(|name| !name.is_empty()).unwrap_or(key_id),
            state,
        }
    }
}
