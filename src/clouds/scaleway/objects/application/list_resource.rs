//! The list resource `scaleway_iam_application`: the applications of an organization.

use super::resource::{Application, State, state_of};
use crate::block;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::application::Application as Seen;
use crate::clouds::scaleway::iam::holder_list;
use crate::clouds::scaleway::objects::holder_list::{IDS, ids, is_among, parameters, uuid};
use crate::framework::{self, Context, Detail, Error, ListResource, Listed};
use crate::http::Deadline;
use crate::schema::check::Check;
use crate::schema::optional;

block! {
    /// Lists the applications of a Scaleway organization, oldest first. Each has its name as display name.
    ///
    /// `terraform query` of Terraform 1.14 and later reads it, from files named `*.tfquery.hcl` beside a configuration whose
    /// `required_providers` has the provider.
    pub struct Config {
        /// IDs of applications: only these applications are listed.
        application_ids: Vec<String> = optional().check(IDS),
        /// Whether the applications can be changed: only such applications, or only the others, are listed.
        editable: bool = optional(),
        /// Name of the applications: only applications of this name are listed. The service may also return applications whose names contain
        /// it.
        name: String = optional(),
        /// ID of the organization. Defaults to the provider's organization, or else to that of the credentials.
        organization_id: String = optional().check(Check::Uuid),
        /// Text in a tag: only applications with a tag that contains it are listed.
        tag: String = optional(),
    }
}

/// The list resource.
pub struct ApplicationList;

impl ListResource for ApplicationList {
    type Resource = Application;
    type Config = Config;
    type Pages = Pages;

    async fn list(context: &Context<Client>, config: Config, _: Detail) -> Result<Pages, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let ids = ids(config.application_ids);
        let editable = config.editable.into_known();
        let filters = [
            (
                "organization_id",
                Some(api.organization_or_own(uuid(&config.organization_id)).await?),
            ),
            ("name", config.name.given().map(str::to_owned)),
            ("tag", config.tag.given().map(str::to_owned)),
            ("editable", editable.map(|editable| editable.to_string())),
        ];
        Ok(Pages {
            pages: api.holders(parameters(filters, ("application_ids", &ids))),
            ids,
            editable,
        })
    }
}

/// The pages of a list.
pub struct Pages {
    pages: holder_list::Pages<Seen>,
    ids: Vec<String>,
    editable: Option<bool>,
}

impl framework::Pages<State> for Pages {
    async fn next(&mut self) -> Result<Option<Vec<Listed<State>>>, Error> {
        let page = self.pages.next().await?;
        Ok(page.map(|page| page.into_iter().filter(|seen| self.matches(seen)).map(listed).collect()))
    }
}

impl Pages {
    /// Whether an application has what is certain of the filters: not every service that speaks this API knows every one. What a name and
    /// a tag have to be is for the service to say.
    fn matches(&self, seen: &Seen) -> bool {
        is_among(&self.ids, &seen.id) && self.editable.is_none_or(|wanted| seen.editable == Some(wanted))
    }
}

fn listed(seen: Seen) -> Listed<State> {
    let named = [&seen.name, &seen.id].into_iter().find(|name| !name.is_empty());
    Listed {
        display_name: named.cloned().unwrap_or_default(),
        state: state_of(seen, State::default()),
    }
}
