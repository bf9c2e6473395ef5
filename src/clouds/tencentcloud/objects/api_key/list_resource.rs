//! The list resource `tencentcloud_api_gateway_api_key`: the keys of the provider's region.

use super::plural_data_source::ID;
use super::resource::{ApiKey, State, state_of};
use crate::block;
use crate::clouds::tencentcloud::apigateway::list::{self, Wanted};
use crate::clouds::tencentcloud::apigateway::model::{ApiKey as Seen, Status};
use crate::clouds::tencentcloud::client::Client;
use crate::framework::{self, Context, Detail, Error, ListResource, Listed};
use crate::http::Deadline;
use crate::schema::check::Check;
use crate::schema::{Attr, optional};

block! {
    /// Lists the API keys of Tencent Cloud API Gateway in the provider's region. Each has its name as display name, or its ID if it has no
    /// name.
    ///
    /// `terraform query` of Terraform 1.14 and later reads it, from files named `*.tfquery.hcl` beside a configuration whose
    /// `required_providers` has the provider.
    ///
    /// ~> **Note** With `include_secrets`, `terraform query -json` prints the secrets of the keys in clear text if they are in its resource
    /// objects: with `include_resource`, and always with `-generate-config-out`. Generated configuration never has them.
    pub struct Config {
        /// ID of a key: only this key is listed.
        api_key_id: String = optional().check(ID),
        /// Whether resource objects have the secrets of the keys, as far as the service lists them. Defaults to `false`.
        include_secrets: bool = optional(),
        /// Name of the keys: only keys of this name are listed. The service may also return keys whose names contain it.
        secret_name: String = optional(),
        /// Whether the keys are enabled: only keys of this status are listed.
        status: String = optional().check(Check::OneOf(&["on", "off"])),
    }
}

/// The list resource.
pub struct ApiKeyList;

impl ListResource for ApiKeyList {
    type Resource = ApiKey;
    type Config = Config;
    type Pages = Pages;

    async fn list(context: &Context<Client>, config: Config, detail: Detail) -> Result<Pages, Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        let wanted = Wanted {
            name: config.secret_name.given().map(str::to_owned),
            id: config.api_key_id.given().map(str::to_owned),
            status: config.status.known().map(|_| Status::from_attr(&config.status)),
        };
        Ok(Pages {
            pages: api.pages(wanted),
            has_secrets: detail == Detail::Object && config.include_secrets == Attr::Known(true),
        })
    }
}

/// The pages of a list.
pub struct Pages {
    pages: list::Pages,
    has_secrets: bool,
}

impl framework::Pages<State> for Pages {
    async fn next(&mut self) -> Result<Option<Vec<Listed<State>>>, Error> {
        let page = self.pages.next().await?;
        Ok(page.map(|keys| keys.into_iter().map(|key| self.listed(key)).collect()))
    }
}

impl Pages {
    fn listed(&self, mut seen: Seen) -> Listed<State> {
        if !self.has_secrets {
            seen.access_key_secret = None;
        }
        let state = state_of(seen, State::default());
        Listed {
            display_name: match state.secret_name.given() {
                Some(name) => name.to_owned(),
                None => state.id.text().to_owned(),
            },
            state,
        }
    }
}
