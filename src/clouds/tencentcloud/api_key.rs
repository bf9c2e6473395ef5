//! `tencentcloud_api_gateway_api_key`.

use super::Client;
use super::api::{Api, ApiKey as Seen, NewApiKey, REGIONS, Status};
use crate::block;
use crate::lifecycle::{Error, Failure, Imported, Invalid, Kind, Leaving, Resource};
use crate::secret::Secret;
use crate::tf::Attr;
use crate::tf::check::{Check, Complaint};
use crate::tf::schema::{Unset, computed, optional, required};

block! {
    /// Manages an API key of Tencent Cloud API Gateway.
    ///
    /// ~> **Note** The key's secret is stored in the state, in clear. Whoever reads the state can use the key.
    ///
    /// -> **Note** The vendor is shutting API Gateway down: since 2024-07-01 nothing new can be bought, and console and APIs end in
    /// batches from 2026-10-30.
    pub struct State {
        /// ID of the key. Required when `access_key_type` is `manual`, and not to be set otherwise.
        access_key_id: String = optional()
            .unset(Unset::Kept)
            .replaces()
            .check(Check::Length { min: 5, max: 50 })
            .check(CHARACTERS),
        /// Secret of the key. Required when `access_key_type` is `manual`, and not to be set otherwise.
        access_key_secret: Secret = optional()
            .unset(Unset::Kept)
            .check(Check::Length { min: 10, max: 50 })
            .check(CHARACTERS),
        /// Who chooses id and secret: the service (`auto`) or the user (`manual`).
        access_key_type: String = optional()
            .default("auto")
            .replaces()
            .check(Check::OneOf(&["auto", "manual"])),
        /// When the key was made, in RFC 3339.
        create_time: String = computed(),
        /// ID of the key, as `access_key_id`.
        id: String = computed(),
        /// When the key was last changed, in RFC 3339.
        modify_time: String = computed().unset(Unset::Refreshed),
        /// Name of the key.
        secret_name: String = required().replaces(),
        /// Whether callers can use the key.
        status: String = optional().default("on").check(Check::OneOf(&["on", "off"])),
    }
}

/// The documentation knows letters, digits and underscores; a newer page of the console knows hyphens, too.
const CHARACTERS: Check = Check::Rule {
    sentence: "Letters, digits and underscores.",
    complaints: |value| {
        let text = value.as_str().unwrap_or_default();
        let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
        if text.chars().all(plain) {
            Vec::new()
        } else if text.chars().all(|character| plain(character) || character == '-') {
            vec![Complaint::warning(
                "has a hyphen, which not every endpoint of the service takes",
            )]
        } else {
            vec![Complaint::error("must consist of letters, digits and underscores")]
        }
    },
};

/// The resource.
pub struct ApiKey;

impl Resource for ApiKey {
    const TYPE: &'static str = "tencentcloud_api_gateway_api_key";

    type State = State;
    type Client = Client;

    fn check(config: &State) -> Vec<Invalid> {
        let is_manual = match &config.access_key_type {
            Attr::Unknown => return Vec::new(),
            given => given.text() == "manual",
        };
        let given = [
            ("access_key_id", config.access_key_id.is_null()),
            ("access_key_secret", config.access_key_secret.is_null()),
        ];
        let wrong = given.into_iter().filter(|(_, is_null)| *is_null == is_manual);
        let message = if is_manual {
            "is required when access_key_type is \"manual\""
        } else {
            "can only be set when access_key_type is \"manual\": the service chooses it"
        };
        wrong.map(|(name, _)| Invalid::attribute(name, message)).collect()
    }

    async fn create(client: &Client, plan: State) -> Result<State, Failure<State>> {
        let api = client.api()?;
        let new = NewApiKey {
            secret_name: plan.secret_name.text(),
            access_key_type: plan.access_key_type.text(),
            access_key_id: plan.access_key_id.known().map(String::as_str),
            access_key_secret: plan.access_key_secret.known().map(Secret::expose),
        };
        let made = api.create_api_key(&new).await.map_err(explain_clash)?;
        let id = made.access_key_id.clone().unwrap_or_default();
        let wanted = Status::of(&plan.status);
        let made = State {
            secret_name: plan.secret_name.clone(),
            access_key_type: plan.access_key_type.clone(),
            status: Status::On.word(),
            ..state_of(made, plan)
        };
        if wanted == Status::On {
            return Ok(made);
        }
        api.set_status(&id, Status::Off).await.leaving(|| made.clone())?;
        let disabled = State {
            status: Status::Off.word(),
            ..made
        };
        // Only for the time of the last change; to lose the create over it would be a bad bargain.
        match api.describe_api_key(&id).await {
            Ok(Some(seen)) => Ok(State {
                modify_time: seen.modified_time.into(),
                ..disabled
            }),
            Ok(None) | Err(_) => Ok(disabled),
        }
    }

    async fn read(client: &Client, prior: State) -> Result<Option<State>, Error> {
        let api = client.api()?;
        match api.describe_api_key(prior.id.text()).await? {
            Some(seen) => Ok(Some(state_of(seen, prior))),
            None => nowhere_else(client, &api, prior.id.text()).await.map(|()| None),
        }
    }

    /// A disabled key cannot be changed: to get a new secret it is enabled, changed, and given the status it is to have.
    async fn update(client: &Client, prior: State, plan: State) -> Result<State, Failure<State>> {
        let api = client.api()?;
        let mut state = prior;
        let wanted = Status::of(&plan.status);
        if let Some(secret) = new_secret(&state, &plan) {
            let before = Status::of(&state.status);
            switch(&api, &mut state, Status::On).await.leaving(|| state.clone())?;
            if let Err(error) = api.update_api_key(state.id.text(), &secret).await {
                // What cannot be put back stays as it is, and the state says so.
                let _ = switch(&api, &mut state, before).await;
                return Err(error).leaving(|| state.clone());
            }
            state.access_key_secret = Attr::Known(secret);
        }
        switch(&api, &mut state, wanted).await.leaving(|| state.clone())?;
        let seen = api.describe_api_key(state.id.text()).await.leaving(|| state.clone())?;
        Ok(State {
            modify_time: seen.map_or(state.modify_time, |seen| seen.modified_time.into()),
            ..plan
        })
    }

    /// An enabled key cannot be deleted, so the live status counts, not the one in the state.
    async fn delete(client: &Client, prior: State) -> Result<(), Failure<State>> {
        let api = client.api()?;
        let id = prior.id.text();
        let Some(seen) = api.describe_api_key(id).await? else {
            return Ok(nowhere_else(client, &api, id).await?);
        };
        let before = seen.status().unwrap_or_else(|| Status::of(&prior.status));
        if seen.status() != Some(Status::Off) {
            match api.set_status(id, Status::Off).await {
                Err(error) if error.kind == Kind::NotFound => return Ok(()),
                disabled => disabled?,
            }
        }
        let mut state = State {
            status: Status::Off.word(),
            ..prior
        };
        if let Err(error) = api.delete_api_key(state.id.text()).await {
            // A key that stays, such as one in use, is to go on working. What cannot be put back the state tells.
            let _ = switch(&api, &mut state, before).await;
            return Err(error).leaving(|| state);
        }
        Ok(())
    }

    /// The key's id.
    fn import(id: &str) -> Result<Imported<State>, Complaint> {
        let fits = (5..=50).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if !fits {
            return Err(Complaint::error(
                "must be the id of a key, 5 to 50 letters, digits and underscores, such as \"AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B\"",
            ));
        }
        let state = State {
            id: Attr::Known(id.to_owned()),
            ..State::default()
        };
        Ok(Imported { state, warning: None })
    }
}

/// Makes sure that a key that is not in the provider's region is in no other either: then it is gone. A key elsewhere is an error,
/// for the state is right and the provider block is not.
async fn nowhere_else(client: &Client, api: &Api<'_>, id: &str) -> Result<(), Error> {
    for region in REGIONS.into_iter().filter(|region| *region != api.region()) {
        match client.api_in(region)?.describe_api_key(id).await {
            Ok(None) => {}
            Ok(Some(_)) => {
                let what = format!(
                    "the key {id} is in {region}, but the provider looks in {}",
                    api.region()
                );
                let advice =
                    format!("Set the provider's `region` to \"{region}\". Nothing was removed from the state.");
                return Err(Error::new("DescribeApiKey", Kind::Invalid, what).advise(advice));
            }
            // A region that is closed to us holds no key of ours.
            Err(error) if matches!(error.kind, Kind::NotServed | Kind::Denied) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn switch(api: &Api<'_>, state: &mut State, wanted: Status) -> Result<(), Error> {
    if Status::of(&state.status) != wanted {
        api.set_status(state.id.text(), wanted).await?;
        state.status = wanted.word();
    }
    Ok(())
}

/// The secret a plan asks for, where it is another than the state's.
fn new_secret(state: &State, plan: &State) -> Option<Secret> {
    let wanted = plan.access_key_secret.known()?;
    let held = state.access_key_secret.known();
    held.is_none_or(|held| held.expose() != wanted.expose())
        .then(|| wanted.clone())
}

/// What the state holds once the key was seen. What an answer leaves out has not changed.
fn state_of(seen: Seen, prior: State) -> State {
    let status = seen.status().map(Status::word);
    let or = |seen: Option<String>, prior: Attr<String>| match (seen, prior) {
        (Some(seen), _) => Attr::Known(seen),
        (None, prior) => prior,
    };
    State {
        access_key_id: or(seen.access_key_id.clone(), prior.access_key_id),
        access_key_secret: seen.access_key_secret.map_or(prior.access_key_secret, Attr::Known),
        access_key_type: or(seen.access_key_type, prior.access_key_type),
        create_time: or(seen.created_time, prior.create_time),
        id: or(seen.access_key_id, prior.id),
        modify_time: or(seen.modified_time, prior.modify_time),
        secret_name: or(seen.secret_name, prior.secret_name),
        status: status.unwrap_or(prior.status),
    }
}

fn explain_clash(error: Error) -> Error {
    match error.kind {
        Kind::Conflict => error.about("access_key_id").advise(
            "A key with this id exists already, in this region or another. Choose another id, or import that key with its id.",
        ),
        _ => error,
    }
}
