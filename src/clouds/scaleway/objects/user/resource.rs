//! `scaleway_iam_user`.

use super::TYPE;
use crate::block;
use crate::clouds::scaleway::client::Client;
use crate::clouds::scaleway::iam::client::Api;
use crate::clouds::scaleway::iam::user::{NewMember, NewUser, User as Seen, UserChanges};
use crate::clouds::scaleway::objects::holder;
use crate::framework::managed::{Imported, PlanContext, Resource, StateRecorder, Trace, creation};
use crate::framework::records::Record;
use crate::framework::timeouts::Timeouts;
use crate::framework::{Context, Error, Invalid, ObjectId};
use crate::http::Deadline;
use crate::schema::attr::StringList;
use crate::schema::block::Block;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::equivalence::Equivalence;
use crate::schema::{Attr, Nesting, Unset, computed, optional, required};
use crate::secret::Secret;
use crate::value::{Path, Value};

block! {
    /// Manages a user of Scaleway IAM: a member of an organization.
    ///
    /// Deleting a user deletes the member's account and API keys, those that Terraform does not manage among them.
    ///
    /// ~> **Note** `password` is stored in the state in clear text.
    pub struct State {
        /// ID of the account of an organization's owner; empty for members.
        account_root_user_id: String = computed(),
        /// Creation time (RFC 3339).
        created_at: String = computed(),
        /// Whether the user can be deleted. Owners cannot.
        deletable: bool = computed(),
        /// Email address of the user.
        email: String = required().check(EMAIL),
        /// First name of the user.
        first_name: String = optional().default("").equivalence(Equivalence::EmptyIsNull),
        /// ID of the user.
        id: String = computed(),
        /// Time of the last login (RFC 3339); empty for a user who never logged in.
        last_login_at: String = computed(),
        /// Last name of the user.
        last_name: String = optional().default("").equivalence(Equivalence::EmptyIsNull),
        /// Language of the user, such as `en_US`. If omitted, the service chooses it.
        locale: String = optional().unset(Unset::UseStateForUnknown),
        /// Whether the user is locked.
        locked: bool = computed(),
        /// Whether the user has multifactor authentication.
        mfa: bool = computed(),
        /// ID of the organization that the user belongs to. Defaults to the provider's organization, or else to that of the credentials.
        organization_id: String = optional()
            .unset(Unset::UseStateForUnknown)
            .equivalence(Equivalence::Uuid)
            .requires_replace()
            .check(Check::Uuid),
        /// Password for the first login. It is used when the user is created only: a change has no effect.
        password: Secret = optional(),
        /// Phone number of the user.
        phone_number: String = optional().default("").equivalence(Equivalence::EmptyIsNull),
        /// Whether the password is sent to the user by email when the user is created.
        send_password_email: bool = optional(),
        /// Whether a welcome email is sent to the user when the user is created.
        send_welcome_email: bool = optional(),
        /// Status of the user: `invitation_pending` or `activated`.
        status: String = computed(),
        /// Tags of the user.
        tags: StringList = optional().default(Value::List(Vec::new())).equivalence(Equivalence::EmptyIsNull).check(holder::TAGS),
        /// Type of the user: `owner` or `member`.
        r#type: String = computed(),
        /// Time of the last change (RFC 3339).
        updated_at: String = computed().unset(Unset::UnknownOnChange),
        /// Username, which is unique in the organization. If omitted, a user is created with the email address as the username.
        username: String = optional().unset(Unset::CustomizePlan).check(NOT_EMPTY);
        /// Timeouts of operations.
        timeouts: Option<Timeouts> = Nesting::Single,
    }
}

block! {
    /// What identifies a user.
    pub struct Identity {
        /// ID of the user.
        id: String = required().equivalence(Equivalence::Uuid).check(Check::Uuid),
    }
}

const EMAIL: Check = Check::Custom {
    description: "An email address.",
    validate: |value| {
        let address = value.as_str().unwrap_or_default();
        let parts = address.rsplit_once('@');
        if parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
            return Vec::new();
        }
        let message = format!("must be an email address, such as \"someone@example.com\", but is \"{address}\"");
        vec![ValidationIssue::error(message)]
    },
};

/// Whether a password is given that is not the other one.
fn is_another(password: &Attr<Secret>, other: &Attr<Secret>) -> bool {
    let exposed = password.known().map(Secret::expose);
    !password.is_null() && exposed != other.known().map(Secret::expose)
}

const NOT_EMPTY: Check = Check::Custom {
    description: "Not empty.",
    validate: |value| match value.as_str() {
        Some("") => vec![ValidationIssue::error(
            "must not be empty; leave it out for the default",
        )],
        _ => Vec::new(),
    },
};

/// The resource.
pub struct User;

impl Resource for User {
    const TYPE: &'static str = TYPE;
    const NOUN: &'static str = "user";
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

    fn customize_plan(context: &PlanContext<'_, Self>, prior: Option<&State>, plan: &mut State) -> Vec<Invalid> {
        if context.config.username.is_null() {
            plan.username = prior.map_or_else(|| plan.email.clone(), |prior| prior.username.clone());
        }
        let mut invalid = Vec::new();
        // A user can have none, and then it can be configured so.
        let had_none = prior.is_some_and(|prior| prior.locale.text().is_empty());
        if plan.locale.known().is_some_and(String::is_empty) && !had_none {
            let message = "must not be empty; leave it out for the default";
            invalid.push(Invalid::attribute("locale", message));
        }
        match prior {
            Some(prior) if is_another(&plan.password, &prior.password) => {
                invalid.push(Invalid {
                    path: Path::attribute("password"),
                    issue: ValidationIssue::warning(
                        "is used only when a user is created: the password of this user stays as it is",
                    ),
                });
            }
            _ => {}
        }
        invalid
    }

    async fn trace(context: &Context<Client>, records: &[Record]) -> Result<Vec<Trace>, Error> {
        holder::trace::<NewUser<'_>>(&context.client, Deadline::at(context.deadline), records).await
    }

    /// Created under a mark, which a change then replaces by the tags that are wanted.
    async fn create(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        plan: State,
    ) -> Result<State, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let organization_id = api.organization_or_own(plan.organization_id.known().cloned()).await?;
        let new = NewUser {
            organization_id: &organization_id,
            tags: Vec::new(),
            member: member(&plan),
        };
        let new = holder::Marked::new(context, &api, new);
        let state = |made| state_of(made, plan.clone());
        let made = creation::create::<Self, _>(context, recorder, &new, state).await?;
        let changes = UserChanges {
            tags: Some(holder::tags(&plan.tags)),
            ..UserChanges::default()
        };
        let (api, id) = (api.to_finish(), made.id.text());
        let tagged = api.update::<Seen>(id, &changes).await;
        let tagged = tagged.map_err(|error| holder::half_made(error, Self::NOUN, id, "tags"))?;
        let seen = settled(&api, tagged).await;
        Ok(plan.clone().complete(state_of(seen, plan)))
    }

    async fn read(context: &Context<Client>, prior: State) -> Result<Option<State>, Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
        let seen = api.get::<Seen>(prior.id.text()).await?;
        Ok(seen.map(|seen| state_of(seen, prior)))
    }

    async fn update(
        context: &Context<Client>,
        recorder: &StateRecorder<'_, State>,
        prior: State,
        plan: State,
    ) -> Result<State, Error> {
        let changes = UserChanges {
            tags: (plan.tags != prior.tags).then(|| holder::tags(&plan.tags)),
            email: plan.email.changed_from(&prior.email),
            first_name: plan.first_name.changed_from(&prior.first_name),
            last_name: plan.last_name.changed_from(&prior.last_name),
            phone_number: plan.phone_number.changed_from(&prior.phone_number),
            locale: plan.locale.changed_from(&prior.locale),
        };
        let username = plan.username.changed_from(&prior.username);
        let api = context.client.api(Deadline::at(context.deadline))?;
        let id = prior.id.text();
        let mut seen = None;
        if changes != UserChanges::default() {
            let changed = api.update::<Seen>(id, &changes).await?;
            let so_far = State {
                username: prior.username.clone(),
                ..plan.clone()
            };
            recorder.record(&so_far.complete(prior.clone()));
            seen = Some(changed);
        }
        if let Some(username) = username {
            seen = Some(api.update_user_username(id, username).await?);
        }
        let Some(seen) = seen else {
            return Ok(plan.complete(prior));
        };
        let seen = settled(&api.to_finish(), seen).await;
        Ok(plan.clone().complete(state_of(seen, plan)))
    }

    async fn delete(context: &Context<Client>, _: &StateRecorder<'_, State>, prior: State) -> Result<(), Error> {
        let api = context.client.api(Deadline::at(context.deadline))?;
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

/// A member as planned.
fn member(plan: &State) -> NewMember<'_> {
    let is_set = |flag: &Attr<bool>| flag.known().copied().unwrap_or_default();
    NewMember {
        email: plan.email.text(),
        send_password_email: is_set(&plan.send_password_email),
        send_welcome_email: is_set(&plan.send_welcome_email),
        // Unknown where the address was unknown when this was planned.
        username: plan.username.given().unwrap_or(plan.email.text()),
        password: plan.password.known().map_or("", Secret::expose),
        first_name: plan.first_name.text(),
        last_name: plan.last_name.text(),
        phone_number: plan.phone_number.text(),
        locale: plan.locale.text(),
    }
}

/// The user after a change. The response to it may still have the time of the change before.
async fn settled(api: &Api, changed: Seen) -> Seen {
    match api.get::<Seen>(&changed.id).await {
        Ok(Some(seen)) => seen,
        Ok(None) | Err(_) => changed,
    }
}

/// What the state holds once the user was seen. The state keeps what only a creation takes.
pub(super) fn state_of(seen: Seen, prior: State) -> State {
    State {
        account_root_user_id: holder::or_empty(seen.account_root_user_id),
        created_at: holder::whole_seconds(seen.created_at),
        deletable: seen.deletable.into(),
        email: Attr::Known(seen.email),
        first_name: holder::or_empty(seen.first_name),
        id: Attr::Known(seen.id),
        last_login_at: holder::whole_seconds(seen.last_login_at),
        last_name: holder::or_empty(seen.last_name),
        locale: holder::or_empty(seen.locale),
        locked: seen.locked.into(),
        mfa: seen.mfa.into(),
        organization_id: prior.organization_id.reconcile(seen.organization_id, Equivalence::Uuid),
        password: prior.password,
        phone_number: holder::or_empty(seen.phone_number),
        send_password_email: prior.send_password_email,
        send_welcome_email: prior.send_welcome_email,
        status: holder::or_empty(seen.status),
        tags: holder::tag_list(seen.tags),
        r#type: holder::or_empty(seen.r#type),
        updated_at: holder::whole_seconds(seen.updated_at),
        username: Attr::Known(seen.username),
        timeouts: prior.timeouts,
    }
}

#[cfg(test)]
mod fuzz;
