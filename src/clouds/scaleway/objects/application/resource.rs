//! `scaleway_iam_application`.

use super::{TYPE, create};
use crate::block;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::application::{Application as Seen, ApplicationChanges, NewApplication};
use crate::clouds::scaleway::iam::client::Api;
use crate::clouds::scaleway::objects::holder;
use crate::clouds::scaleway::objects::mark::Marks;
use crate::framework::managed::{Imported, Resource, StateRecorder, Trace, creation};
use crate::framework::records::Record;
use crate::framework::timeouts::Timeouts;
use crate::framework::{Context, Error, Invalid, ObjectId};
use crate::http::Deadline;
use crate::schema::attr::StringList;
use crate::schema::block::Block;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::equivalence::Equivalence;
use crate::schema::{Attr, Nesting, Unset, computed, optional, required};
use crate::value::Value;

block! {
    /// Manages an application of Scaleway IAM: a holder of API keys that is no person.
    ///
    /// Deleting an application deletes its API keys, those that Terraform does not manage among them.
    pub struct State {
        /// Creation time (RFC 3339).
        created_at: String = computed(),
        /// Description of the application.
        description: String = optional()
            .default("")
            .equivalence(Equivalence::EmptyIsNull)
            .check(Check::Length { min: 0, max: 200 }),
        /// Whether the application can be changed.
        editable: bool = computed(),
        /// ID of the application.
        id: String = computed(),
        /// Name of the application. Names need not be unique. If omitted, a name is generated that begins with `tf-application-`.
        name: String = optional().unset(Unset::UseStateForUnknown).check(Check::Length { min: 1, max: 64 }),
        /// ID of the organization that the application belongs to. Defaults to the provider's organization, or else to that of the
        /// credentials.
        organization_id: String = optional()
            .unset(Unset::UseStateForUnknown)
            .equivalence(Equivalence::Uuid)
            .requires_replace()
            .check(Check::Uuid),
        /// Tags of the application.
        tags: StringList = optional().default(Value::List(Vec::new())).equivalence(Equivalence::EmptyIsNull).check(holder::TAGS),
        /// Time of the last change (RFC 3339).
        updated_at: String = computed().unset(Unset::UnknownOnChange);
        /// Timeouts of operations.
        timeouts: Option<Timeouts> = Nesting::Single,
    }
}

block! {
    /// What identifies an application.
    pub struct Identity {
        /// ID of the application.
        id: String = required().equivalence(Equivalence::Uuid).check(Check::Uuid),
    }
}

/// The resource.
pub struct Application;

impl Resource for Application {
    const TYPE: &'static str = TYPE;
    const NOUN: &'static str = "application";
    const IS_RANDOM: bool = true;

    type State = State;
    type Identity = Identity;
    type Client = Client;

    fn object_id(state: &State) -> Option<ObjectId> {
        Some(ObjectId::global(TYPE, state.id.known()?))
    }

    fn identity(_: Option<&Client>, state: &State) -> Identity {
        Identity { id: state.id.clone() }
    }

    async fn trace(context: &Context<Client>, records: &[Record]) -> Result<Vec<Trace>, Error> {
        holder::trace::<NewApplication<'_>>(&context.client, Deadline::at(context.deadline), records).await
    }

    /// Created under a mark, which a change then replaces by the description that is wanted.
    async fn create(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        plan: State,
    ) -> Result<State, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let organization_id = api.organization_or_own(plan.organization_id.known().cloned()).await?;
        let name = match plan.name.known() {
            Some(name) => name.clone(),
            None => create::name(&Marks::new(context, &serde_json::json!([TYPE, "name"])).draw()?),
        };
        let new = NewApplication {
            name: &name,
            organization_id: &organization_id,
            description: plan.description.text(),
            tags: holder::tags(&plan.tags),
        };
        let new = holder::Marked::new(context, &api, new);
        let state = |made| state_of(made, plan.clone());
        let made = creation::create::<Self, _>(context, recorder, &new, state).await?;
        let changes = ApplicationChanges {
            description: Some(plan.description.text()),
            ..ApplicationChanges::default()
        };
        let id = made.id.text();
        let described = api.to_finish().update::<Seen>(id, &changes).await;
        let seen = described.map_err(|error| holder::half_made(error, Self::NOUN, id, "description"))?;
        Ok(plan.clone().complete(state_of(seen, plan)))
    }

    async fn read(context: &Context<Client>, prior: State) -> Result<Option<State>, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let seen = api.get::<Seen>(prior.id.text()).await?;
        Ok(seen.map(|seen| state_of(seen, prior)))
    }

    async fn update(
        context: &Context<Client>,
        _: &StateRecorder<'_, State>,
        prior: State,
        plan: State,
    ) -> Result<State, Error> {
        let changes = ApplicationChanges {
            name: plan.name.changed_from(&prior.name),
            description: plan.description.changed_from(&prior.description),
            tags: (plan.tags != prior.tags).then(|| holder::tags(&plan.tags)),
        };
        if changes == ApplicationChanges::default() {
            return Ok(plan.complete(prior));
        }
        let api = context.client.api(Deadline::at(context.deadline))?;
        let seen = api.update::<Seen>(prior.id.text(), &changes).await?;
        Ok(plan.clone().complete(state_of(seen, plan)))
    }

    async fn delete(context: &Context<Client>, _: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        let api: Api = context.client.api(Deadline::at(context.deadline))?;
        api.delete::<Seen>(prior.id.text()).await
    }

    fn import(id: &str) -> Result<Imported<State>, ValidationIssue> {
        let state = State {
            id: holder::import_id(id)?,
            ..State::default()
        };
        Ok(Imported { state, warning: None })
    }

    fn import_identity(identity: Identity) -> Result<Imported<State>, Invalid> {
        Self::import(identity.id.text()).map_err(|issue| Invalid::of("id", issue))
    }
}

/// What the state holds once the application was seen.
pub(super) fn state_of(seen: Seen, prior: State) -> State {
    State {
        created_at: holder::whole_seconds(seen.created_at),
        description: holder::or_empty(seen.description),
        editable: seen.editable.into(),
        id: Attr::Known(seen.id),
        name: Attr::Known(seen.name),
        organization_id: prior.organization_id.reconcile(seen.organization_id, Equivalence::Uuid),
        tags: holder::tag_list(seen.tags),
        updated_at: holder::whole_seconds(seen.updated_at),
        timeouts: prior.timeouts,
    }
}

#[cfg(test)]
mod fuzz;
