use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{Application, Bearer, Key, User};
use crate::credentials;
use crate::world::World;

/// Whether the answer is the one that shows the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    Null,
    Shown,
}

/// One key; of the two bearers only the one that is set is a member.
pub(super) fn key(key: &Key, secret: Secret) -> Value {
    let mut members = json!({
        "access_key": key.access_key,
        "secret_key": (secret == Secret::Shown).then_some(&key.secret_key),
        "description": key.description,
        "created_at": moment(key.created_at),
        "updated_at": moment(key.updated_at),
        "expires_at": key.expires_at.map(expiry),
        "default_project_id": key.default_project_id,
        "editable": key.editable,
        "deletable": key.deletable,
        "managed": key.managed,
        "creation_ip": key.creation_ip,
    });
    match &key.bearer {
        Bearer::Application(id) => members["application_id"] = json!(id),
        Bearer::User(id) => members["user_id"] = json!(id),
    }
    members
}

/// One application, with how many keys it holds.
pub(super) fn application(world: &World, application: &Application) -> Value {
    let held = |key: &&Key| key.bearer == Bearer::Application(application.id.clone());
    json!({
        "id": application.id,
        "name": application.name,
        "description": application.description,
        "created_at": moment(application.created_at),
        "updated_at": moment(application.updated_at),
        "organization_id": credentials::SCW_ORGANIZATION_ID,
        "editable": application.editable,
        "deletable": application.deletable,
        "managed": application.managed,
        "nb_api_keys": world.scaleway.iter().filter(held).count(),
        "tags": application.tags,
    })
}

/// One user, without the password.
pub(super) fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone_number": user.phone_number,
        "locale": user.locale,
        "created_at": moment(user.created_at),
        "updated_at": moment(user.updated_at),
        "organization_id": credentials::SCW_ORGANIZATION_ID,
        "deletable": !user.is_owner,
        "last_login_at": user.last_login_at.map(moment),
        "type": user_type(user),
        "two_factor_enabled": user.mfa,
        "status": "activated",
        "mfa": user.mfa,
        "account_root_user_id": if user.is_owner { &user.id } else { "" },
        "tags": user.tags,
        "locked": user.locked,
    })
}

pub(super) fn user_type(user: &User) -> &'static str {
    if user.is_owner { "owner" } else { "member" }
}

fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The same instant in UTC, with a fraction only if there is one.
fn expiry(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
