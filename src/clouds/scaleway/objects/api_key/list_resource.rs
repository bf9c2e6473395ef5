//! The list resource `scaleway_iam_api_key`: the keys of an organization.

use super::resource::{ApiKey, NO_ACCESS_KEY, State, is_access_key, state_of};
use crate::block;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::list::{self, Filter};
use crate::clouds::scaleway::iam::model::ApiKey as Seen;
use crate::clouds::scaleway::objects::holder_list::uuid;
use crate::framework::{self, Context, Detail, Error, ListResource, Listed};
use crate::http::Deadline;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, optional};
use crate::value::Value;

block! {
    /// Lists the API keys of a Scaleway organization, oldest first. Each has its access key as display name. No resource object has a secret
    /// key: the service returns it only when the key is created.
    ///
    /// `terraform query` of Terraform 1.14 and later reads it, from files named `*.tfquery.hcl` beside a configuration whose
    /// `required_providers` has the provider.
    pub struct Config {
        /// Access keys: only these keys are listed.
        access_keys: Vec<String> = optional().check(ACCESS_KEYS),
        /// ID of an application or a user: only the keys that it holds are listed.
        bearer_id: String = optional().check(Check::Uuid),
        /// What holds the keys: only keys of applications or only keys of users are listed.
        bearer_type: String = optional().check(Check::OneOf(&["application", "user"])),
        /// Description of the keys: only keys with this description are listed. The service may also return keys whose descriptions contain
        /// it.
        description: String = optional(),
        /// Whether the keys can be changed: only such keys, or only the others, are listed.
        editable: bool = optional(),
        /// Whether the keys have expired: only such keys, or only the others, are listed.
        expired: bool = optional(),
        /// ID of the organization. Defaults to the provider's organization, or else to that of the credentials.
        organization_id: String = optional().check(Check::Uuid),
    }
}

const ACCESS_KEYS: Check = Check::Custom {
    description: "20 upper-case letters and digits each.",
    validate: |value| {
        let Value::List(elements) = value else {
            return Vec::new();
        };
        let fits = |element: &Value| match element {
            Value::Unknown => true,
            element => element.as_str().is_some_and(is_access_key),
        };
        match elements.iter().all(fits) {
            true => Vec::new(),
            false => vec![ValidationIssue::error(format!("has an element that {NO_ACCESS_KEY}"))],
        }
    },
};

/// The list resource.
pub struct ApiKeyList;

impl ListResource for ApiKeyList {
    type Resource = ApiKey;
    type Config = Config;
    type Pages = Pages;

    async fn list(context: &Context<Client>, config: Config, _: Detail) -> Result<Pages, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let given = |text: &Attr<String>| text.given().map(str::to_owned);
        let organization_id = api.organization_or_own(uuid(&config.organization_id)).await?;
        Ok(Pages(api.pages(Filter {
            organization_id: Some(organization_id),
            editable: config.editable.into_known(),
            expired: config.expired.into_known(),
            description: given(&config.description),
            bearer_id: uuid(&config.bearer_id),
            bearer_type: given(&config.bearer_type),
            access_keys: config.access_keys.into_known().unwrap_or_default(),
        })))
    }
}

/// The pages of a list.
pub struct Pages(list::Pages);

impl framework::Pages<State> for Pages {
    async fn next(&mut self) -> Result<Option<Vec<Listed<State>>>, Error> {
        let page = self.0.next().await?;
        Ok(page.map(|keys| keys.into_iter().map(listed).collect()))
    }
}

fn listed(seen: Seen) -> Listed<State> {
    Listed {
        display_name: seen.access_key.clone(),
        state: state_of(seen, State::default()),
    }
}
