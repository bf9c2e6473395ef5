//! `tencentcloud_api_gateway_api_key_attachment`.

use super::TYPE;
use super::create::{self, NewAttachment, Pair};
use super::settle::{self, Listed};
use crate::block;
use crate::clouds::tencentcloud::apigateway::other_regions::Sought;
use crate::clouds::tencentcloud::apigateway::usage_plans::InPlan;
use crate::clouds::tencentcloud::client::Client;
use crate::framework::managed::{Imported, Resource, StateRecorder, Trace, creation};
use crate::framework::records::Record;
use crate::framework::timeouts::Timeouts;
use crate::framework::{Context, Error, Invalid, Kind, ObjectId};
use crate::http::Deadline;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, Nesting, computed, optional, required};

block! {
    /// Binds an API key to a usage plan of Tencent Cloud API Gateway.
    ///
    /// The plan is identified by its ID. This provider has no resource for plans. The service binds only enabled keys.
    ///
    /// A key that is bound already, because somebody bound it by hand or another configuration manages the binding, is not adopted:
    /// creating this resource fails, and the error has the `import` block. If the response to the request that binds the key is lost, the
    /// plan is read again. Since it did not have the key just before the request, the key counts as bound by it.
    ///
    /// -> **Note** The vendor is shutting down API Gateway: it has not been sold since 2024-07-01, and console and APIs end in batches
    /// from 2026-10-30.
    pub struct State {
        /// ID of the API key.
        api_key_id: String = required().requires_replace().check(ID),
        /// IDs of key and plan with `#` between them.
        id: String = computed(),
        /// ID of the usage plan.
        usage_plan_id: String = required().requires_replace().check(ID);
        /// Timeouts of operations.
        timeouts: Option<Timeouts> = Nesting::Single,
    }
}

block! {
    /// What identifies the attachment of a key to a usage plan.
    pub struct Identity {
        /// ID of the API key.
        api_key_id: String = required().check(ID),
        /// Region of key and plan. Can only be the provider's region.
        region: String = optional(),
        /// ID of the usage plan.
        usage_plan_id: String = required().check(ID),
    }
}

/// What the id of an attachment needs of the id of a key or a plan.
pub(super) const ID: Check = Check::Custom {
    description: "Letters, digits, hyphens and underscores.",
    validate: |value| match value.as_str() {
        Some(id) if !is_id(id) => vec![ValidationIssue::error(format!(
            "must be an ID of letters, digits, hyphens and underscores, but is \"{id}\""
        ))],
        _ => Vec::new(),
    },
};

fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.bytes().all(fits)
}

/// The resource.
pub struct Attachment;

impl State {
    fn pair(&self) -> Pair<'_> {
        Pair {
            key_id: self.api_key_id.text(),
            plan_id: self.usage_plan_id.text(),
        }
    }
}

impl Resource for Attachment {
    const TYPE: &'static str = TYPE;
    const NOUN: &'static str = "API key attachment";

    type State = State;
    type Identity = Identity;
    type Client = Client;

    fn object_id(state: &State) -> Option<ObjectId> {
        Some(ObjectId::global(TYPE, state.id.known()?))
    }

    fn identity(client: Option<&Client>, state: &State) -> Identity {
        Identity {
            api_key_id: state.api_key_id.clone(),
            region: client.map(Client::region).unwrap_or_default(),
            usage_plan_id: state.usage_plan_id.clone(),
        }
    }

    async fn trace(context: &Context<Client>, records: &[Record]) -> Result<Vec<Trace>, Error> {
        create::trace(&context.client, Deadline::at(context.deadline), records).await
    }

    async fn create(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        plan: State,
    ) -> Result<State, Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        let pair = plan.pair();
        pair.check_bindable(&api).await?;
        let new = NewAttachment {
            api: &api,
            context,
            pair,
        };
        let state = |()| State {
            id: Attr::Known(pair.id()),
            ..plan.clone()
        };
        let created = creation::create::<Self, _>(context, recorder, &new, state).await;
        let created = created.map_err(|error| match error.kind {
            // It was bound after the check.
            Kind::Conflict => pair.clash(),
            _ => error,
        })?;
        settle::wait(context, &api, &pair, Listed::Yes).await;
        Ok(created)
    }

    /// A plan without the key, and a plan that does not exist any more, have no attachment.
    async fn read(context: &Context<Client>, prior: State) -> Result<Option<State>, Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        let pair = prior.pair();
        match pair.look(&api).await? {
            InPlan::Bound(_) => Ok(Some(prior)),
            InPlan::Absent => Ok(None),
            InPlan::NoPlan => {
                api.check_nowhere_else(Sought::UsagePlan(pair.plan_id)).await?;
                Ok(None)
            }
        }
    }

    /// Only timeouts can change in place.
    async fn update(_: &Context<Client>, _: &StateRecorder<'_, State>, _: State, plan: State) -> Result<State, Error> {
        Ok(plan)
    }

    async fn delete(context: &Context<Client>, _: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        let pair = prior.pair();
        match pair.look(&api).await? {
            InPlan::Bound(_) => {}
            InPlan::Absent => return Ok(()),
            InPlan::NoPlan => return api.check_nowhere_else(Sought::UsagePlan(pair.plan_id)).await,
        }
        api.unbind_secret_id(pair.plan_id, pair.key_id).await?;
        settle::wait(context, &api, &pair, Listed::No).await;
        Ok(())
    }

    /// The ids of key and plan with `#` between them.
    fn import(id: &str) -> Result<Imported<State>, ValidationIssue> {
        let ids = id.split_once('#').filter(|(key, plan)| is_id(key) && is_id(plan));
        let Some((key_id, plan_id)) = ids else {
            let expected = "must be the IDs of a key and a usage plan, such as \
                            \"AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B#usagePlan-gyeafpab\"";
            return Err(ValidationIssue::error(expected));
        };
        Ok(imported(&Pair { key_id, plan_id }))
    }

    fn import_identity(identity: Identity) -> Result<Imported<State>, Invalid> {
        Ok(imported(&Pair {
            key_id: identity.api_key_id.text(),
            plan_id: identity.usage_plan_id.text(),
        }))
    }
}

pub(super) fn imported(pair: &Pair<'_>) -> Imported<State> {
    let state = State {
        api_key_id: Attr::Known(pair.key_id.to_owned()),
        id: Attr::Known(pair.id()),
        usage_plan_id: Attr::Known(pair.plan_id.to_owned()),
        ..State::default()
    };
    Imported { state, warning: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::block::Block;

    #[test]
    fn an_import_id_has_key_and_plan() {
        let known = |text: &str| Attr::Known(text.to_owned());
        let rows = [
            ("AKIDa#usagePlan-b", Some(("AKIDa", "usagePlan-b"))),
            ("my_key-1#usagePlan-b", Some(("my_key-1", "usagePlan-b"))),
            ("AKIDa", None),
            ("AKIDa#", None),
            ("#usagePlan-b", None),
            ("AKIDa#usagePlan-b#c", None),
            ("AKIDa/usagePlan-b", None),
            ("", None),
        ];
        for (id, expected) in rows {
            let imported = Attachment::import(id).ok().map(|imported| imported.state.to_object());
            let expected = expected.map(|(key, plan)| State {
                api_key_id: known(key),
                id: known(id),
                usage_plan_id: known(plan),
                ..State::default()
            });
            let expected = expected.map(|state| state.to_object());
            assert_eq!(imported, expected, "{id:?}");
        }
    }
}
