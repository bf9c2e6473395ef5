//! `aws_api_gateway_usage_plan_key`.

use super::TYPE;
use super::create::{self, NewUsagePlanKey, Pair};
use crate::block;
use crate::clouds::aws::api_gateway::model::UsagePlanKey as Seen;
use crate::clouds::aws::client::Client;
use crate::clouds::aws::endpoint::partition::{self, is_region};
use crate::clouds::aws::objects::region;
use crate::framework::managed::{Imported, PlanContext, Resource, StateRecorder, Trace, creation};
use crate::framework::records::Record;
use crate::framework::timeouts::Timeouts;
use crate::framework::{Context, Error, Invalid, Kind, ObjectId};
use crate::http::Deadline;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, Nesting, Unset, computed, optional, required};
use crate::secret::Secret;

block! {
    /// Adds an API key to a usage plan of Amazon API Gateway.
    ///
    /// The plan is identified by its ID. This provider has no resource for plans.
    ///
    /// A key that is in the plan already, because somebody added it by hand or another configuration manages it, is not adopted: creating
    /// this resource fails, and the error has the `import` block. If the response to the request that adds the key is lost, the plan is
    /// read again. Since it did not have the key just before the request, the key counts as added by it.
    ///
    /// ~> **Note** The key's value is stored in the state in clear text. Whoever can read the state can use the key.
    pub struct State {
        /// ID of the API key.
        id: String = computed(),
        /// ID of the API key.
        key_id: String = required().requires_replace().check(ID),
        /// Type of the key.
        key_type: String = required().requires_replace().check(Check::OneOf(&[API_KEY])),
        /// Name of the API key.
        name: String = computed(),
        /// Region of the key and the usage plan. Defaults to the provider's region.
        region: String = optional().unset(Unset::CustomizePlan).requires_replace().check(partition::REGION),
        /// ID of the usage plan.
        usage_plan_id: String = required().requires_replace().check(ID),
        /// The secret of the API key that callers send.
        value: Secret = computed();
        /// Timeouts of operations.
        timeouts: Option<Timeouts> = Nesting::Single,
    }
}

block! {
    /// What identifies a key in a usage plan.
    pub struct Identity {
        /// ID of the account that holds the key. Stored where the provider knows it: from the role it assumes, single sign-on or the
        /// account lists.
        account_id: String = optional(),
        /// ID of the API key.
        key_id: String = required().check(ID),
        /// Region of the key and the usage plan. Defaults to the provider's region.
        region: String = optional().check(partition::REGION),
        /// ID of the usage plan.
        usage_plan_id: String = required().check(ID),
    }
}

/// The only type there is.
const API_KEY: &str = "API_KEY";

/// What an import needs of the id of a key or a plan.
pub(super) const ID: Check = Check::Custom {
    description: "Letters, digits, hyphens and underscores.",
    validate: |value| match value.as_str() {
        Some(id) if !is_id(id) => vec![ValidationIssue::error(format!(
            "must be an ID, such as \"a1b2c3d4e5\", but is \"{id}\""
        ))],
        _ => Vec::new(),
    },
};

fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.bytes().all(fits)
}

/// The resource.
pub struct UsagePlanKey;

impl State {
    fn pair(&self) -> Pair<'_> {
        Pair {
            plan_id: self.usage_plan_id.text(),
            key_id: self.key_id.text(),
        }
    }
}

impl Resource for UsagePlanKey {
    const TYPE: &'static str = TYPE;
    const NOUN: &'static str = "usage plan key";

    type State = State;
    type Identity = Identity;
    type Client = Client;

    /// Plan and key: one key can be in several plans, and has the same id in all of them.
    fn object_id(state: &State) -> Option<ObjectId> {
        state.id.known()?;
        Some(state.pair().object_id(state.region.known()?))
    }

    fn identity(client: Option<&Client>, state: &State) -> Identity {
        Identity {
            account_id: client.and_then(Client::account_id).map(str::to_owned).into(),
            key_id: state.key_id.clone(),
            region: state.region.clone(),
            usage_plan_id: state.usage_plan_id.clone(),
        }
    }

    fn customize_plan(context: &PlanContext<'_, Self>, prior: Option<&State>, plan: &mut State) -> Vec<Invalid> {
        let Some(client) = context.client else {
            return Vec::new();
        };
        let before = prior.map(|prior| &prior.region);
        let invalid = region::plan(client, &context.config.region, before, &mut plan.region);
        invalid.into_iter().collect()
    }

    async fn trace(context: &Context<Client>, records: &[Record]) -> Result<Vec<Trace>, Error> {
        create::trace(&context.client, Deadline::at(context.deadline), records).await
    }

    async fn create(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        plan: State,
    ) -> Result<State, Error> {
        let api = context.client.api(&plan.region, Deadline::at(context.deadline)).await?;
        plan.pair().check_absent(&api).await?;
        let region = api.region().to_owned();
        let state = |added: Seen| state_of(added, plan.clone(), region.clone());
        let new = NewUsagePlanKey {
            api: &api,
            context,
            pair: plan.pair(),
            key_type: plan.key_type.text(),
        };
        match creation::create::<Self, _>(context, recorder, &new, state).await {
            Err(error) if error.kind == Kind::Conflict && error.attribute.is_none() => {
                Err(plan.pair().explain(&api, error).await)
            }
            created => created,
        }
    }

    async fn read(context: &Context<Client>, prior: State) -> Result<Option<State>, Error> {
        let api = context
            .client
            .api(&prior.region, Deadline::at(context.deadline))
            .await?;
        let Pair { plan_id, key_id } = prior.pair();
        let seen = api.get_usage_plan_key(plan_id, key_id).await?;
        let region = api.region().to_owned();
        Ok(seen.map(|seen| state_of(seen, prior, region)))
    }

    /// Only timeouts can change in place.
    async fn update(_: &Context<Client>, _: &StateRecorder<'_, State>, _: State, plan: State) -> Result<State, Error> {
        Ok(plan)
    }

    async fn delete(context: &Context<Client>, _: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        let api = context
            .client
            .api(&prior.region, Deadline::at(context.deadline))
            .await?;
        let Pair { plan_id, key_id } = prior.pair();
        api.delete_usage_plan_key(plan_id, key_id).await
    }

    /// The ids of plan and key with a slash between them, and `@` and their region behind that where it is not the provider's.
    fn import(id: &str) -> Result<Imported<State>, ValidationIssue> {
        let (pair, region) = match id.rsplit_once('@') {
            Some((pair, region)) if is_region(region) => (pair, Attr::Known(region.to_owned())),
            _ => (id, Attr::Null),
        };
        let ids = pair.split_once('/').filter(|(plan, key)| is_id(plan) && is_id(key));
        let Some((plan_id, key_id)) = ids else {
            let expected = "must be the IDs of a usage plan and an API key, such as \"u1v2w3/a1b2c3d4e5\", or those with a region, such as \
                            \"u1v2w3/a1b2c3d4e5@eu-west-1\"";
            return Err(ValidationIssue::error(expected));
        };
        let known = |id: &str| Attr::Known(id.to_owned());
        Ok(imported(known(plan_id), known(key_id), region))
    }

    fn import_identity(identity: Identity) -> Result<Imported<State>, Invalid> {
        Ok(imported(identity.usage_plan_id, identity.key_id, identity.region))
    }
}

pub(super) fn imported(usage_plan_id: Attr<String>, key_id: Attr<String>, region: Attr<String>) -> Imported<State> {
    let state = State {
        id: key_id.clone(),
        key_id,
        region,
        usage_plan_id,
        ..State::default()
    };
    Imported { state, warning: None }
}

/// The state after a response about the key. A type or value that the response omits has not changed.
pub(super) fn state_of(seen: Seen, prior: State, region: String) -> State {
    let key_type = seen.key_type.filter(|key_type| !key_type.is_empty());
    let key_type = key_type.or(prior.key_type.into_known());
    let value = seen.value.filter(|value| !value.expose().is_empty());
    State {
        id: Attr::Known(seen.id),
        key_type: Attr::Known(key_type.unwrap_or_else(|| API_KEY.to_owned())),
        name: Attr::Known(seen.name.unwrap_or_default()),
        region: Attr::Known(region),
        value: value.map_or(prior.value, Attr::Known),
        ..prior
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::block::Block;

    #[test]
    fn an_import_id_has_plan_and_key_and_may_have_a_region() {
        let known = |text: &str| Attr::Known(text.to_owned());
        let rows = [
            ("u1/k1", Some(("u1", "k1", Attr::Null))),
            ("u1/k1@eu-west-1", Some(("u1", "k1", known("eu-west-1")))),
            ("k1", None),
            ("/k1", None),
            ("u1/", None),
            ("u1/k1/k2", None),
            ("u1/k1@", None),
            ("u1/k1@nowhere", None),
            ("u1/k1@eu-west-1@eu-west-1", None),
            ("", None),
        ];
        for (id, expected) in rows {
            let imported = UsagePlanKey::import(id).ok().map(|imported| imported.state.to_object());
            let expected = expected.map(|(plan, key, region)| State {
                id: known(key),
                key_id: known(key),
                usage_plan_id: known(plan),
                region,
                ..State::default()
            });
            let expected = expected.map(|state| state.to_object());
            assert_eq!(imported, expected, "{id:?}");
        }
    }
}
