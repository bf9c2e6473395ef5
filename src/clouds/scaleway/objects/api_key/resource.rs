//! `scaleway_iam_api_key`.

use chrono::SecondsFormat;

use super::TYPE;
use super::create::{self, NewKey};
use crate::block;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::model::{self, ApiKey as Seen, Changes, NewApiKey};
use crate::framework::managed::{Imported, PlanContext, Resource, StateRecorder, StateWriter, Trace, creation};
use crate::framework::records::Record;
use crate::framework::timeouts::Timeouts;
use crate::framework::{Context, Diagnostic, Error, Invalid, ObjectId};
use crate::http::Deadline;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::equivalence::Equivalence;
use crate::schema::{Attr, Nesting, Unset, computed, optional, required, time};
use crate::secret::Secret;

block! {
    /// Manages an API key of Scaleway IAM.
    ///
    /// ~> **Note** The secret key is stored in the state in clear text. Whoever can read the state can use the key.
    pub struct State {
        /// The access key.
        access_key: String = computed(),
        /// ID of the application that holds the key. Exactly one of `application_id` and `user_id` must be set.
        application_id: String = optional().equivalence(Equivalence::Uuid).requires_replace().check(Check::Uuid),
        /// Creation time (RFC 3339).
        created_at: String = computed(),
        /// IP address from which the key was created.
        creation_ip: String = computed(),
        /// ID of the project that the key uses in Object Storage. Defaults to the organization's default project.
        default_project_id: String = optional().unset(Unset::UseStateForUnknown).equivalence(Equivalence::Uuid).check(Check::Uuid),
        /// Description of the key.
        description: String = optional()
            .default("")
            .equivalence(Equivalence::EmptyIsNull)
            .check(Check::Length { min: 0, max: 200 }),
        /// Whether the key can be changed.
        editable: bool = computed(),
        /// Expiry time (RFC 3339). If omitted, the key never expires. Another notation of the same time is no change.
        expires_at: String = optional()
            .default("")
            .equivalence(Equivalence::Instant)
            .requires_replace()
            .check(Check::Rfc3339),
        /// ID of the key, equal to `access_key`.
        id: String = computed(),
        /// The secret key. The service returns it only when the key is created: it is null for an imported key.
        secret_key: Secret = computed(),
        /// Time of the last change (RFC 3339).
        updated_at: String = computed().unset(Unset::UnknownOnChange),
        /// ID of the user who holds the key. Exactly one of `application_id` and `user_id` must be set.
        user_id: String = optional().equivalence(Equivalence::Uuid).requires_replace().check(Check::Uuid);
        /// Timeouts of operations.
        timeouts: Option<Timeouts> = Nesting::Single,
    }
}

block! {
    /// What identifies a key.
    pub struct Identity {
        /// The access key.
        id: String = required(),
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
        Some(ObjectId::global(TYPE, state.id.known()?))
    }

    fn identity(_: Option<&Client>, state: &State) -> Identity {
        Identity { id: state.id.clone() }
    }

    /// The official provider may have written an empty text for the holder that there is not.
    fn upgrade(state: State, _: StateWriter) -> State {
        let given = |text: &Attr<String>| Attr::from(text.given().map(str::to_owned));
        State {
            application_id: given(&state.application_id),
            user_id: given(&state.user_id),
            ..state
        }
    }

    fn check(config: &State) -> Vec<Invalid> {
        match (&config.application_id, &config.user_id) {
            (Attr::Null, Attr::Null) => vec![Invalid::attribute(
                "application_id",
                "or \"user_id\" must be set: a key belongs to an application or a user",
            )],
            (Attr::Known(_), Attr::Known(_)) => {
                vec![Invalid::attribute(
                    "user_id",
                    "cannot be set together with \"application_id\"",
                )]
            }
            _ => Vec::new(),
        }
    }

    fn customize_plan(context: &PlanContext<'_, Self>, prior: Option<&State>, plan: &mut State) -> Vec<Invalid> {
        // The end of a key that exists may well have passed.
        let is_new = prior.is_none_or(|prior| prior.expires_at != plan.expires_at);
        match time::instant(plan.expires_at.text()) {
            Some(end) if is_new && end <= context.now => {
                vec![Invalid::attribute("expires_at", "must lie in the future")]
            }
            _ => Vec::new(),
        }
    }

    async fn trace(context: &Context<Client>, records: &[Record]) -> Result<Vec<Trace>, Error> {
        create::trace(&context.client, Deadline::at(context.deadline), records).await
    }

    /// Created under a mark, which a change then replaces by the description that is wanted.
    async fn create(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        plan: State,
    ) -> Result<State, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        // The service is stricter about the spelling than Go, and so than the check.
        let expires_at =
            time::instant(plan.expires_at.text()).map(|end| end.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        let new = NewApiKey {
            application_id: plan.application_id.given(),
            user_id: plan.user_id.given(),
            expires_at: expires_at.as_deref(),
            default_project_id: plan.default_project_id.given(),
            description: plan.description.text(),
        };
        let state = |made: Seen| State {
            access_key: Attr::Known(made.access_key.clone()),
            created_at: model::whole_seconds(made.created_at).into(),
            creation_ip: made.creation_ip.into(),
            default_project_id: match &plan.default_project_id {
                Attr::Known(id) => Attr::Known(id.clone()),
                Attr::Null | Attr::Unknown => made.default_project_id.into(),
            },
            description: made.description.into(),
            editable: made.editable.into(),
            id: Attr::Known(made.access_key),
            secret_key: made.secret_key.into(),
            updated_at: model::whole_seconds(made.updated_at).into(),
            ..plan.clone()
        };
        let new = NewKey::new(context, &api, new);
        let state = creation::create::<Self, _>(context, recorder, &new, state).await?;
        let changes = Changes {
            description: Some(plan.description.text()),
            ..Changes::default()
        };
        let described = api.to_finish().update_api_key(state.id.text(), &changes).await;
        let seen = described.map_err(|error| {
            let remedy = error.remedy().unwrap_or_default().to_owned();
            error.advise(format!(
                "The key {} was created, and still has the description it was created under. It is in the state as tainted: the next \
                 apply replaces it. {remedy}",
                state.id.text()
            ))
        })?;
        Ok(State {
            description: plan.description,
            updated_at: model::whole_seconds(seen.updated_at).into(),
            ..state
        })
    }

    async fn read(context: &Context<Client>, prior: State) -> Result<Option<State>, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let seen = api.get_api_key(prior.id.text()).await?;
        Ok(seen.map(|seen| state_of(seen, prior)))
    }

    async fn update(
        context: &Context<Client>,
        _: &StateRecorder<'_, State>,
        prior: State,
        plan: State,
    ) -> Result<State, Error> {
        let changed = |before: &Attr<String>, after: &Attr<String>| before.text() != after.text();
        let changes = Changes {
            description: changed(&prior.description, &plan.description).then(|| plan.description.text()),
            default_project_id: plan
                .default_project_id
                .known()
                .map(String::as_str)
                .filter(|_| changed(&prior.default_project_id, &plan.default_project_id)),
        };
        if changes.description.is_none() && changes.default_project_id.is_none() {
            return Ok(State {
                updated_at: prior.updated_at,
                ..plan
            });
        }
        let api = context.client.api(Deadline::at(context.deadline))?;
        let seen = api.update_api_key(prior.id.text(), &changes).await?;
        Ok(State {
            updated_at: model::whole_seconds(seen.updated_at).into(),
            ..plan
        })
    }

    async fn delete(context: &Context<Client>, _: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        api.delete_api_key(prior.id.text()).await
    }

    /// The access key.
    fn import(id: &str) -> Result<Imported<State>, ValidationIssue> {
        if !is_access_key(id) {
            return Err(ValidationIssue::error(NO_ACCESS_KEY));
        }
        let state = State {
            id: Attr::Known(id.to_owned()),
            ..State::default()
        };
        let warning = Diagnostic::warning(
            "The secret key of an imported key is not known",
            format!(
                "Scaleway tells the secret key of {id} only once, in the answer to its creation. `secret_key` is null in the state and \
                 stays so; whoever made the key has it, or a new key has to be made."
            ),
        );
        Ok(Imported {
            state,
            warning: Some(warning),
        })
    }

    fn import_identity(identity: Identity) -> Result<Imported<State>, Invalid> {
        Self::import(identity.id.text()).map_err(|issue| Invalid::of("id", issue))
    }
}

pub(super) const NO_ACCESS_KEY: &str =
    "must be an access key, 20 upper-case letters and digits such as \"SCWXXXXXXXXXXXXXXXXX\"";

/// Whether a text can be an access key.
pub(super) fn is_access_key(text: &str) -> bool {
    text.len() == 20
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// What the state holds once the key was seen. The secret key is in no answer but the first, so the state keeps it.
pub(super) fn state_of(seen: Seen, prior: State) -> State {
    State {
        access_key: Attr::Known(seen.access_key.clone()),
        application_id: prior.application_id.reconcile(seen.application_id, Equivalence::Uuid),
        created_at: model::whole_seconds(seen.created_at).into(),
        creation_ip: seen.creation_ip.into(),
        default_project_id: prior
            .default_project_id
            .reconcile(seen.default_project_id, Equivalence::Uuid),
        description: prior.description.reconcile(seen.description, Equivalence::EmptyIsNull),
        editable: seen.editable.into(),
        expires_at: prior.expires_at.reconcile(seen.expires_at, Equivalence::Instant),
        id: Attr::Known(seen.access_key),
        secret_key: prior.secret_key,
        updated_at: model::whole_seconds(seen.updated_at).into(),
        user_id: prior.user_id.reconcile(seen.user_id, Equivalence::Uuid),
        timeouts: prior.timeouts,
    }
}

#[cfg(test)]
mod fuzz;
