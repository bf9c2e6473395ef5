//! `aws_api_gateway_api_key`.

use super::TYPE;
use super::create::{self, NewKey, Origin};
use crate::block;
use crate::clouds::aws::api_gateway::client::Api;
use crate::clouds::aws::api_gateway::model::{ApiKey as Seen, Include, NewApiKey, Replace};
use crate::clouds::aws::client::Client;
use crate::clouds::aws::endpoint::partition::{self, Partition, is_region};
use crate::clouds::aws::objects::region;
use crate::clouds::aws::tags::limits::{self, MAX_TAGS};
use crate::clouds::aws::tags::{self, TagRules};
use crate::framework::managed::{Imported, PlanContext, Resource, StateRecorder, StateWriter, Trace, creation};
use crate::framework::records::Record;
use crate::framework::timeouts::Timeouts;
use crate::framework::{Context, Error, Invalid, Kind, ObjectId};
use crate::http::Deadline;
use crate::schema::attr::StringMap;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::equivalence::Equivalence;
use crate::schema::{Attr, Nesting, Unset, computed, optional, required};
use crate::secret::Secret;

block! {
    /// Manages an API key of Amazon API Gateway.
    ///
    /// A key has an effect only in the usage plans that it is attached to.
    ///
    /// ~> **Note** The key's value is stored in the state in clear text. Whoever can read the state can use the key.
    pub struct State {
        /// ARN of the key.
        arn: String = computed(),
        /// Creation time (RFC 3339).
        created_date: String = computed(),
        /// Customer identifier of AWS Marketplace, for its SaaS integration.
        customer_id: String = optional().default("").equivalence(Equivalence::EmptyIsNull),
        /// Description of the key.
        description: String = optional()
            .default("Managed by Terraform")
            .equivalence(Equivalence::EmptyIsNull)
            .check(Check::Length { min: 0, max: 125_000 }),
        /// Whether callers can use the key.
        enabled: bool = optional().default(true),
        /// ID of the key.
        id: String = computed(),
        /// Time of the last change (RFC 3339).
        last_updated_date: String = computed().unset(Unset::UnknownOnChange),
        /// Name of the key. Names need not be unique. A key that was created without a name has the name `""`.
        name: String = required().check(Check::Length { min: 0, max: 1024 }),
        /// Region of the key. Defaults to the provider's region.
        region: String = optional().unset(Unset::CustomizePlan).requires_replace().check(partition::REGION),
        /// Tags of the key. They override `default_tags` of the provider with the same keys.
        tags: StringMap = optional().equivalence(Equivalence::Tags).check(limits::LIMITS),
        /// All tags of the key, including `default_tags` of the provider. Can only be set to what follows from `tags` and
        /// `default_tags`.
        tags_all: StringMap = optional().unset(Unset::CustomizePlan).equivalence(Equivalence::Tags),
        /// The secret that callers send. If omitted, a random 40-character value is generated.
        value: Secret = optional()
            .unset(Unset::UseStateForUnknown)
            .requires_replace()
            .check(Check::Length { min: 20, max: 128 });
        /// Timeouts of operations.
        timeouts: Option<Timeouts> = Nesting::Single,
    }
}

block! {
    /// What identifies a key.
    pub struct Identity {
        /// ID of the account that holds the key. Stored where the provider knows it: from the role it assumes, single sign-on or the
        /// account lists.
        account_id: String = optional(),
        /// ID of the key.
        id: String = required(),
        /// Region of the key. Defaults to the provider's region.
        region: String = optional().check(partition::REGION),
    }
}

/// The resource.
pub struct ApiKey;

impl Resource for ApiKey {
    const TYPE: &'static str = TYPE;
    const NOUN: &'static str = "API key";
    const IS_RANDOM: bool = true;

    type State = State;
    type Identity = Identity;
    type Client = Client;

    fn object_id(state: &State) -> Option<ObjectId> {
        let (id, region) = (state.id.known()?, state.region.known()?);
        Some(ObjectId::regional(TYPE, region, id))
    }

    fn identity(client: Option<&Client>, state: &State) -> Identity {
        Identity {
            account_id: client.and_then(Client::account_id).map(str::to_owned).into(),
            id: state.id.clone(),
            region: state.region.clone(),
        }
    }

    /// What the official provider's states do not say. Those from before the `region` argument tell the region in their ARN. And
    /// they hold null for a configured `tags = {}`, which Terraform would take for a change; the empty map is none, whether
    /// the configuration has one or says nothing.
    fn upgrade(state: State, writer: StateWriter) -> State {
        let region = match region_in(state.arn.text()) {
            Some(region) if state.region.text().is_empty() => Attr::Known(region.to_owned()),
            _ => state.region,
        };
        let tags = match state.tags {
            Attr::Null if writer == StateWriter::Official => Attr::Known(StringMap::new()),
            tags => tags,
        };
        State { region, tags, ..state }
    }

    fn customize_plan(context: &PlanContext<'_, Self>, prior: Option<&State>, plan: &mut State) -> Vec<Invalid> {
        let Some(client) = context.client else {
            return Vec::new();
        };
        let before = prior.map(|prior| &prior.region);
        let region = region::plan(client, &context.config.region, before, &mut plan.region);
        let mut invalid: Vec<_> = region.into_iter().collect();
        let tags_all = client.tags.all(&plan.tags);
        match tags_all.known().map(StringMap::len) {
            Some(count) if count > MAX_TAGS => {
                let message = format!("can hold {} tags together with default_tags, but has {count}", MAX_TAGS);
                invalid.push(Invalid::attribute("tags", message));
            }
            _ => {}
        }
        if context.config.tags_all.is_null() {
            plan.tags_all = tags_all;
        } else if tags::differ(&plan.tags_all, &tags_all) {
            let message = format!(
                "can only be what follows from tags and default_tags, {}, and need not be set",
                tags::shown(&tags_all)
            );
            invalid.push(Invalid::attribute("tags_all", message));
        }
        invalid
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
        let region = api.region().to_owned();
        let tags_all = tags_all(&context.client, &plan);
        let mut new = NewApiKey {
            name: plan.name.text(),
            description: plan.description.given(),
            enabled: plan.enabled.known().copied().unwrap_or(true),
            value: "",
            customer_id: plan.customer_id.given(),
            tags: tags::sent(&tags_all),
        };
        let (value, origin) = match &plan.value {
            Attr::Known(value) => (value.clone(), Origin::Configured),
            Attr::Null | Attr::Unknown => (random_value(context, &region, &new)?, Origin::Random),
        };
        new.value = value.expose();
        let state = |made: Seen| State {
            arn: Attr::Known(arn(&region, &made.id)),
            created_date: made.created(),
            id: Attr::Known(made.id.clone()),
            last_updated_date: made.last_updated(),
            region: Attr::Known(region.clone()),
            tags_all: tags_all.clone(),
            value: Attr::Known(value.clone()),
            ..plan.clone()
        };
        match creation::create::<Self, _>(context, recorder, &NewKey::new(&api, new, origin), state).await {
            Err(error) if error.kind == Kind::Conflict && error.attribute.is_none() => {
                Err(create::explain_clash(&api, value.expose(), error).await)
            }
            made => made,
        }
    }

    async fn read(context: &Context<Client>, prior: State) -> Result<Option<State>, Error> {
        let api = context
            .client
            .api(&prior.region, Deadline::at(context.deadline))
            .await?;
        let region = api.region().to_owned();
        let seen = api.get_api_key(prior.id.text(), Include::Value).await?;
        Ok(seen.map(|seen| state_of(seen, prior, region, &context.client.tags)))
    }

    async fn update(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        prior: State,
        plan: State,
    ) -> Result<State, Error> {
        let mut api = context
            .client
            .api(&prior.region, Deadline::at(context.deadline))
            .await?;
        let tags_all = tags_all(&context.client, &plan);
        let changes = changes(&prior, &plan);
        let mut state = prior;
        let tagged = update_tags(&mut api, recorder, &mut state, &plan, tags_all).await?;
        if !changes.is_empty() {
            let seen = api.update_api_key(state.id.text(), &changes).await?;
            state.last_updated_date = seen.last_updated();
        } else if tagged == Calls::Made {
            // A change of tags is answered with nothing, so what else it changed has to be looked up. It is done all the same.
            if let Ok(Some(seen)) = api.get_api_key(state.id.text(), Include::NoValue).await {
                state.last_updated_date = seen.last_updated();
            }
        }
        Ok(State {
            last_updated_date: state.last_updated_date,
            tags_all: state.tags_all,
            ..plan
        })
    }

    async fn delete(context: &Context<Client>, _: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        let api = context
            .client
            .api(&prior.region, Deadline::at(context.deadline))
            .await?;
        api.delete_api_key(prior.id.text()).await
    }

    /// The key's id, with `@` and its region behind it where that is not the provider's.
    fn import(id: &str) -> Result<Imported<State>, ValidationIssue> {
        let (id, region) = match id.rsplit_once('@') {
            Some((id, region)) if is_region(region) => (id, Attr::Known(region.to_owned())),
            _ => (id, Attr::Null),
        };
        if !is_id(id) {
            let expected = "must be the id of an API key, letters and digits such as \"a1b2c3d4e5\", or that with a region, such as \
                            \"a1b2c3d4e5@eu-west-1\"";
            return Err(ValidationIssue::error(expected));
        }
        let state = State {
            id: Attr::Known(id.to_owned()),
            region,
            ..State::default()
        };
        Ok(Imported { state, warning: None })
    }

    fn import_identity(identity: Identity) -> Result<Imported<State>, Invalid> {
        let Imported { state, warning } = Self::import(identity.id.text()).map_err(|issue| Invalid::of("id", issue))?;
        if !state.region.is_null() {
            let message = "must be the id alone: the region is an attribute of its own";
            return Err(Invalid::attribute("id", message));
        }
        let region = identity.region;
        let state = State { region, ..state };
        Ok(Imported { state, warning })
    }
}

/// All tags that a key is to have. A plan made before the provider was configured does not know them.
fn tags_all(client: &Client, plan: &State) -> Attr<StringMap> {
    match &plan.tags_all {
        Attr::Known(all) => Attr::Known(all.clone()),
        Attr::Null | Attr::Unknown => client.tags.all(&plan.tags),
    }
}

/// Whether an update has made calls.
#[derive(PartialEq, Eq)]
enum Calls {
    None,
    Made,
}

/// Brings the tags at the service from those of `state` to `wanted`. At every point `state` says what is there, and the task
/// knows it.
async fn update_tags(
    api: &mut Api,
    recorder: &StateRecorder<'_, State>,
    state: &mut State,
    plan: &State,
    wanted: Attr<StringMap>,
) -> Result<Calls, Error> {
    let held = if state.tags_all.is_null() {
        &state.tags
    } else {
        &state.tags_all
    };
    let (before, after) = (tags::sent(held), tags::sent(&wanted));
    let removed: Vec<_> = before
        .keys()
        .filter(|key| !after.contains_key(*key))
        .map(String::as_str)
        .collect();
    let mut set = after.clone();
    set.retain(|key, value| before.get(key) != Some(value));
    let arn = state.arn.text().to_owned();
    if !removed.is_empty() {
        api.untag_resource(&arn, removed.iter().copied()).await?;
        for tags in [&mut state.tags, &mut state.tags_all] {
            if let Attr::Known(tags) = tags {
                tags.retain(|key, _| !removed.contains(&key.as_str()));
            }
        }
        recorder.record(state);
        *api = api.to_finish();
    }
    if !set.is_empty() {
        api.tag_resource(&arn, &set).await?;
    }
    state.tags = plan.tags.clone();
    state.tags_all = wanted;
    if removed.is_empty() && set.is_empty() {
        return Ok(Calls::None);
    }
    recorder.record(state);
    *api = api.to_finish();
    Ok(Calls::Made)
}

/// As long as those that the service draws, and of the same characters.
fn random_value(context: &Context<Client>, region: &str, new: &NewApiKey<'_>) -> Result<Secret, Error> {
    let request = serde_json::json!([TYPE, region, new]).to_string();
    let drawn = context.secret(request.as_bytes(), 40);
    let lacking = "the operating system has no randomness to give, so no value can be drawn";
    drawn.ok_or_else(|| Error::new("", Kind::NotConfigured, lacking).at_attribute("value"))
}

/// What of a key's properties has to be changed, in the order the official provider changes it.
fn changes(state: &State, plan: &State) -> Vec<Replace> {
    let enabled = |state: &State| state.enabled.known().copied().unwrap_or(true).to_string();
    let text = |value: &Attr<String>| value.text().to_owned();
    let properties = [
        ("/enabled", enabled(state), enabled(plan)),
        ("/description", text(&state.description), text(&plan.description)),
        ("/name", text(&state.name), text(&plan.name)),
        ("/customerId", text(&state.customer_id), text(&plan.customer_id)),
    ];
    let changed = properties.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(path, _, value)| Replace { path, value }).collect()
}

/// The state after reading a key.
pub(super) fn state_of(seen: Seen, prior: State, region: String, rules: &TagRules) -> State {
    let tags = seen.tags();
    let own = rules.own(&tags, &prior.tags);
    let mut tags_all = Attr::Known(rules.ours(&tags));
    // Terraform generates a configuration from an imported state, and plans it at once. Tags that lack a default one are none that
    // it could set.
    if prior.arn.is_null() && tags::differ(&tags_all, &rules.all(&own)) {
        tags_all = Attr::Null;
    }
    State {
        arn: Attr::Known(arn(&region, &seen.id)),
        created_date: seen.created(),
        last_updated_date: seen.last_updated(),
        customer_id: prior.customer_id.reconcile(seen.customer_id, Equivalence::EmptyIsNull),
        description: prior.description.reconcile(seen.description, Equivalence::EmptyIsNull),
        enabled: Attr::Known(seen.enabled),
        id: Attr::Known(seen.id),
        name: Attr::Known(seen.name.unwrap_or_default()),
        region: Attr::Known(region),
        tags: own,
        tags_all,
        value: seen.value.map_or(prior.value, Attr::Known),
        timeouts: prior.timeouts,
    }
}

/// Whether a text can be the id of a key.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The ARN of a key.
pub(super) fn arn(region: &str, id: &str) -> String {
    format!(
        "arn:{}:apigateway:{region}::/apikeys/{id}",
        Partition::of_region(region).name
    )
}

fn region_in(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| is_region(region))
}

#[cfg(test)]
mod fuzz;
