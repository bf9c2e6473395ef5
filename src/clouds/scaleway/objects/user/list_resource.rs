//! The list resource `scaleway_iam_user`: the users of an organization.

use super::resource::{State, User, state_of};
use crate::block;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::holder_list;
use crate::clouds::scaleway::iam::user::User as Seen;
use crate::clouds::scaleway::objects::holder_list::{IDS, ids, is_among, parameters, uuid};
use crate::framework::{self, Context, Detail, Error, ListResource, Listed};
use crate::http::Deadline;
use crate::schema::check::Check;
use crate::schema::optional;

block! {
    /// Lists the users of a Scaleway organization, oldest first, its owner among them. Each has the email address as display name. No
    /// resource object has a password: the service never returns it.
    ///
    /// `terraform query` of Terraform 1.14 and later reads it, from files named `*.tfquery.hcl` beside a configuration whose
    /// `required_providers` has the provider.
    pub struct Config {
        /// Whether the users have multifactor authentication: only such users, or only the others, are listed.
        mfa: bool = optional(),
        /// ID of the organization. Defaults to the provider's organization, or else to that of the credentials.
        organization_id: String = optional().check(Check::Uuid),
        /// Text in a tag: only users with a tag that contains it are listed.
        tag: String = optional(),
        /// Type of the users: only users of this type are listed.
        r#type: String = optional().check(Check::OneOf(&["guest", "member", "owner"])),
        /// IDs of users: only these users are listed.
        user_ids: Vec<String> = optional().check(IDS),
    }
}

/// The list resource.
pub struct UserList;

impl ListResource for UserList {
    type Resource = User;
    type Config = Config;
    type Pages = Pages;

    async fn list(context: &Context<Client>, config: Config, _: Detail) -> Result<Pages, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let ids = ids(config.user_ids);
        let mfa = config.mfa.into_known();
        let kind = config.r#type.given().map(str::to_owned);
        let filters = [
            (
                "organization_id",
                Some(api.organization_or_own(uuid(&config.organization_id)).await?),
            ),
            ("tag", config.tag.given().map(str::to_owned)),
            ("mfa", mfa.map(|mfa| mfa.to_string())),
            ("type", kind.clone()),
        ];
        Ok(Pages {
            pages: api.holders(parameters(filters, ("user_ids", &ids))),
            ids,
            mfa,
            kind,
        })
    }
}

/// The pages of a list.
pub struct Pages {
    pages: holder_list::Pages<Seen>,
    ids: Vec<String>,
    mfa: Option<bool>,
    kind: Option<String>,
}

impl framework::Pages<State> for Pages {
    async fn next(&mut self) -> Result<Option<Vec<Listed<State>>>, Error> {
        let page = self.pages.next().await?;
        Ok(page.map(|page| page.into_iter().filter(|seen| self.matches(seen)).map(listed).collect()))
    }
}

impl Pages {
    /// Whether a user has what is certain of the filters: not every service that speaks this API knows every one. What a tag has to be is
    /// for the service to say.
    fn matches(&self, seen: &Seen) -> bool {
        is_among(&self.ids, &seen.id)
            && self.mfa.is_none_or(|wanted| seen.mfa == Some(wanted))
            && (self.kind.is_none() || self.kind == seen.r#type)
    }
}

fn listed(seen: Seen) -> Listed<State> {
    let names = [&seen.email, &seen.username, &seen.id];
    let named = names.into_iter().find(|name| !name.is_empty());
    Listed {
        display_name: named.cloned().unwrap_or_default(),
        state: state_of(seen, State::default()),
    }
}
