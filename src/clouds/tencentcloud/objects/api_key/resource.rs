//! `tencentcloud_api_gateway_api_key`.

use super::TYPE;
use super::create::{self, NewKey};
use crate::block;
use crate::clouds::tencentcloud::apigateway::client::Api;
use crate::clouds::tencentcloud::apigateway::model::{ApiKey as Seen, NewApiKey, Status};
use crate::clouds::tencentcloud::apigateway::other_regions::Sought;
use crate::clouds::tencentcloud::client::Client;
use crate::framework::managed::{Imported, PlanContext, Resource, StateRecorder, Trace, creation};
use crate::framework::records::Record;
use crate::framework::timeouts::Timeouts;
use crate::framework::{Context, Error, Invalid, Kind, ObjectId};
use crate::http::Deadline;
use crate::schema::attr::AttrType;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{Attr, Nesting, Unset, computed, optional, required};
use crate::secret::Secret;

block! {
    /// Manages an API key of Tencent Cloud API Gateway.
    ///
    /// ~> **Note** The key's secret is stored in the state in clear text. Whoever can read the state can use the key.
    ///
    /// -> **Note** The vendor is shutting down API Gateway: it has not been sold since 2024-07-01, and console and APIs end in batches
    /// from 2026-10-30.
    pub struct State {
        /// ID of the key. Required if `access_key_type` is `manual`. Otherwise the service generates it, and it can only be set to the
        /// current ID.
        access_key_id: String = optional()
            .unset(Unset::UseStateForUnknown)
            .requires_replace()
            .check(Check::Length { min: 5, max: 50 })
            .check(CHARACTERS),
        /// Secret of the key. Required for a new key if `access_key_type` is `manual`; if omitted later, the key keeps its secret.
        /// Otherwise the service generates it, and only the current secret can be set.
        access_key_secret: Secret = optional()
            .unset(Unset::UseStateForUnknown)
            .check(Check::Length { min: 10, max: 50 })
            .check(CHARACTERS),
        /// Whether the service generates ID and secret (`auto`) or the configuration sets them (`manual`).
        access_key_type: String = optional()
            .default("auto")
            .requires_replace()
            .check(Check::OneOf(&["auto", "manual"])),
        /// Creation time (RFC 3339).
        create_time: String = computed(),
        /// ID of the key, equal to `access_key_id`.
        id: String = computed(),
        /// Time of the last change (RFC 3339).
        modify_time: String = computed().unset(Unset::UnknownOnChange),
        /// Name of the key.
        secret_name: String = required().requires_replace(),
        /// Whether the key is enabled.
        status: String = optional().default("on").check(Check::OneOf(&["on", "off"]));
        /// Timeouts of operations.
        timeouts: Option<Timeouts> = Nesting::Single,
    }
}

block! {
    /// What identifies a key.
    pub struct Identity {
        /// ID of the key.
        id: String = required(),
        /// Region of the key. Can only be the provider's region.
        region: String = optional(),
    }
}

/// The documentation allows letters, digits and underscores; a newer page of the console allows hyphens, too.
const CHARACTERS: Check = Check::Custom {
    description: "Letters, digits and underscores.",
    validate: |value| {
        let text = value.as_str().unwrap_or_default();
        let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
        if text.chars().all(plain) {
            Vec::new()
        } else if text.chars().all(|character| plain(character) || character == '-') {
            vec![ValidationIssue::warning(
                "has a hyphen, which not every endpoint of the service accepts",
            )]
        } else {
            vec![ValidationIssue::error(
                "must consist of letters, digits and underscores",
            )]
        }
    },
};

/// The resource.
pub struct ApiKey;

impl Resource for ApiKey {
    const TYPE: &'static str = TYPE;
    const NOUN: &'static str = "API key";

    type State = State;
    type Identity = Identity;
    type Client = Client;

    fn object_id(state: &State) -> Option<ObjectId> {
        Some(ObjectId::global(TYPE, state.id.known()?))
    }

    fn identity(client: Option<&Client>, state: &State) -> Identity {
        Identity {
            id: state.id.clone(),
            region: client.map(Client::region).unwrap_or_default(),
        }
    }

    /// Checks id and secret, which depend on the existing key: a generated configuration sets the id that the service has generated, and
    /// omits the secret of a manual key.
    fn customize_plan(context: &PlanContext<'_, Self>, prior: Option<&State>, plan: &mut State) -> Vec<Invalid> {
        let is_manual = match &plan.access_key_type {
            Attr::Unknown => return Vec::new(),
            given => given.text() == "manual",
        };
        // A key of the other type is replaced: its id and secret are not those of the new key.
        let held = prior.filter(|prior| prior.access_key_type == plan.access_key_type);
        let config = context.config;
        let id = is_wrong(is_manual, &config.access_key_id, held.map(|held| &held.access_key_id));
        let secret = is_wrong(
            is_manual,
            &config.access_key_secret,
            held.map(|held| &held.access_key_secret),
        );
        let message = if is_manual {
            "is required when access_key_type is \"manual\""
        } else {
            "can only be set when access_key_type is \"manual\": the service generates it"
        };
        let wrong = [("access_key_id", id), ("access_key_secret", secret)]
            .into_iter()
            .filter(|(_, wrong)| *wrong);
        wrong.map(|(name, _)| Invalid::attribute(name, message)).collect()
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
        let new = NewApiKey {
            secret_name: plan.secret_name.text(),
            access_key_type: plan.access_key_type.text(),
            access_key_id: plan.access_key_id.known().map(String::as_str),
            access_key_secret: plan.access_key_secret.known().map(Secret::expose),
        };
        let state = |made: Seen| State {
            secret_name: plan.secret_name.clone(),
            access_key_type: plan.access_key_type.clone(),
            status: made.status().unwrap_or(Status::On).word(),
            // The API of 2017 omits it for a new key.
            modify_time: made.modified_time.clone().or(made.created_time.clone()).into(),
            ..state_of(made, plan.clone())
        };
        let new = NewKey::new(&api, &context.ownership, new);
        let made = creation::create::<Self, _>(context, recorder, &new, state).await;
        let mut state = made.map_err(explain_clash)?;
        switch(&api.to_finish(), recorder, &mut state, Status::from_attr(&plan.status)).await?;
        Ok(state)
    }

    async fn read(context: &Context<Client>, prior: State) -> Result<Option<State>, Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        match api.describe_api_key(prior.id.text()).await? {
            Some(seen) => Ok(Some(state_of(seen, prior))),
            None => api
                .check_nowhere_else(Sought::Key(prior.id.text()))
                .await
                .map(|()| None),
        }
    }

    /// The service rejects changes of a disabled key, so a key is enabled, gets its new secret, and then the planned status.
    async fn update(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        prior: State,
        plan: State,
    ) -> Result<State, Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        let mut state = prior;
        let wanted = Status::from_attr(&plan.status);
        let secret = new_secret(&state, &plan);
        if secret.is_none() && Status::from_attr(&state.status) == wanted {
            return Ok(State {
                modify_time: state.modify_time,
                ..plan
            });
        }
        if let Some(secret) = secret {
            let before = Status::from_attr(&state.status);
            switch(&api, recorder, &mut state, Status::On).await?;
            let changed = api.to_finish().update_api_key(state.id.text(), &secret).await;
            if let Err(error) = changed {
                return Err(put_back(&api.to_finish(), recorder, &mut state, before, error).await);
            }
            state.access_key_secret = Attr::Known(secret);
            recorder.record(&state);
        }
        let api = api.to_finish();
        let switched = switch(&api, recorder, &mut state, wanted).await;
        switched.map_err(|error| with_status(error, &state, wanted))?;
        // Reads the time of the change. If this fails, the change has succeeded all the same.
        let seen = api.describe_api_key(state.id.text()).await.ok().flatten();
        Ok(State {
            modify_time: seen.map_or(state.modify_time, |seen| seen.modified_time.into()),
            ..plan
        })
    }

    /// The service rejects deleting an enabled key, so the key is disabled first, whatever status the state holds.
    async fn delete(context: &Context<Client>, recorder: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        let api = context.client.api(Deadline::at(context.deadline)).await?;
        let id = prior.id.text();
        let Some(seen) = api.describe_api_key(id).await? else {
            return api.check_nowhere_else(Sought::Key(id)).await;
        };
        let before = seen.status().unwrap_or_else(|| Status::from_attr(&prior.status));
        let mut state = State {
            status: before.word(),
            ..prior
        };
        match switch(&api, recorder, &mut state, Status::Off).await {
            Err(error) if error.kind == Kind::NotFound => return Ok(()),
            disabled => disabled?,
        }
        let api = api.to_finish();
        if let Err(error) = api.delete_api_key(state.id.text()).await {
            // A key that cannot be deleted, such as one in use, must go on working.
            return Err(put_back(&api, recorder, &mut state, before, error).await);
        }
        Ok(())
    }

    /// The import id is the key's id.
    fn import(id: &str) -> Result<Imported<State>, ValidationIssue> {
        if !is_id(id) {
            return Err(ValidationIssue::error(
                "must be the id of a key, 5 to 50 letters, digits and underscores, such as \"AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B\"",
            ));
        }
        let state = State {
            id: Attr::Known(id.to_owned()),
            ..State::default()
        };
        Ok(Imported { state, warning: None })
    }

    fn import_identity(identity: Identity) -> Result<Imported<State>, Invalid> {
        Self::import(identity.id.text()).map_err(|issue| Invalid::of("id", issue))
    }
}

/// Whether a text can be the id of a key.
pub(super) fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (5..=50).contains(&text.len()) && text.bytes().all(fits)
}

/// Whether a configuration omits what a manual key requires, or sets what the service generates to another value.
fn is_wrong<T: AttrType>(is_manual: bool, given: &Attr<T>, held: Option<&Attr<T>>) -> bool {
    match given {
        Attr::Unknown => false,
        Attr::Null => is_manual && held.is_none(),
        Attr::Known(_) => !is_manual && held.map(Attr::to_value) != Some(given.to_value()),
    }
}

/// Enables or disables a key, unless its status is the wanted one. A retried request can fail because an earlier attempt was executed, so
/// after a failure the key's status decides.
async fn switch(
    api: &Api,
    recorder: &StateRecorder<'_, State>,
    state: &mut State,
    wanted: Status,
) -> Result<(), Error> {
    if Status::from_attr(&state.status) == wanted {
        return Ok(());
    }
    if let Err(error) = api.set_status(state.id.text(), wanted).await {
        let seen = match error.kind {
            Kind::Invalid => api.to_finish().describe_api_key(state.id.text()).await,
            _ => return Err(error),
        };
        match seen {
            Ok(Some(seen)) if seen.status() == Some(wanted) => {}
            _ => return Err(error),
        }
    }
    state.status = wanted.word();
    recorder.record(state);
    Ok(())
}

/// Restores a key's status after another call has failed, and adds to that error if this fails, too.
async fn put_back(
    api: &Api,
    recorder: &StateRecorder<'_, State>,
    state: &mut State,
    before: Status,
    failed: Error,
) -> Error {
    match switch(api, recorder, state, before).await {
        Ok(()) => failed,
        Err(error) => {
            let remedy = failed.remedy().unwrap_or_default().to_owned();
            let left = with_status(error.clone(), state, before);
            let left = format!("{error}. {}", left.remedy().unwrap_or_default());
            failed.advise(format!("{remedy}\n\n{left}").trim_start())
        }
    }
}

/// Adds to the error of a failed switch which status the key has, and which one it should have.
fn with_status(error: Error, state: &State, wanted: Status) -> Error {
    let advice = format!(
        "The key {} is \"{}\", but should be \"{}\". {}",
        state.id.text(),
        state.status.text(),
        wanted.word().text(),
        match wanted {
            Status::Off => "Callers can use it until it is disabled: apply again, or disable it in the console.",
            Status::On => "Callers cannot use it until it is enabled: apply again, or enable it in the console.",
        }
    );
    error.advise(advice)
}

/// The planned secret, if it differs from the state's.
fn new_secret(state: &State, plan: &State) -> Option<Secret> {
    let wanted = plan.access_key_secret.known()?;
    let held = state.access_key_secret.known();
    held.is_none_or(|held| held.expose() != wanted.expose())
        .then(|| wanted.clone())
}

/// The state after reading a key. Properties that a response omits have not changed.
pub(super) fn state_of(seen: Seen, prior: State) -> State {
    let status = seen.status().map(Status::word);
    let or = |seen: Option<String>, prior: Attr<String>| match (seen, prior) {
        (Some(seen), _) => Attr::Known(seen),
        (None, prior) => prior,
    };
    State {
        access_key_id: or(seen.access_key_id.clone(), prior.access_key_id),
        access_key_secret: non_empty(seen.access_key_secret).map_or(prior.access_key_secret, Attr::Known),
        access_key_type: or(seen.access_key_type, prior.access_key_type),
        create_time: or(seen.created_time, prior.create_time),
        id: or(seen.access_key_id, prior.id),
        modify_time: or(seen.modified_time, prior.modify_time),
        secret_name: match or(seen.secret_name, prior.secret_name) {
            // The API of 2017 creates keys without a name.
            Attr::Null => Attr::Known(String::new()),
            name => name,
        },
        status: status.unwrap_or(prior.status),
        timeouts: prior.timeouts,
    }
}

/// The secret in a response; `None` if it is empty.
fn non_empty(secret: Option<Secret>) -> Option<Secret> {
    secret.filter(|secret| !secret.expose().is_empty())
}

fn explain_clash(error: Error) -> Error {
    match error.kind {
        Kind::Conflict => error.at_attribute("access_key_id").advise(
            "Another key has this id, in this region or another, and ids are unique. Choose another id, or import that key with its id. \
             If it is the key that this one replaces, remove create_before_destroy so that it is deleted first, or choose another id.",
        ),
        _ => error,
    }
}

#[cfg(test)]
mod fuzz;
