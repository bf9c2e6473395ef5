use chrono::{DateTime, Utc};
use http::{StatusCode, header};
use serde_json::json;

use super::fields::Fields;
use super::list::{Page, Query, invalid};
use super::refusal::{Reason, Refusal};
use super::{forget_holder, shapes};
use crate::reply::{Received, Reply};
use crate::store::Identified;
use crate::world::World;
use crate::{credentials, random};

/// A user of the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// A UUID.
    pub id: String,
    /// The email address.
    pub email: String,
    /// The username, which no other user has.
    pub username: String,
    /// The first password; no answer shows it.
    pub password: String,
    /// Empty when there is none.
    pub first_name: String,
    /// Empty when there is none.
    pub last_name: String,
    /// Empty when there is none.
    pub phone_number: String,
    /// The language.
    pub locale: String,
    /// The tags.
    pub tags: Vec<String>,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user was last changed.
    pub updated_at: DateTime<Utc>,
    /// When the user last logged in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// Whether the user is the organization's owner.
    pub is_owner: bool,
    /// Whether the user is locked out.
    pub locked: bool,
    /// Whether multifactor authentication is on.
    pub mfa: bool,
    /// Which emails were to be sent: the one with the password, and the one that welcomes.
    pub emails: [bool; 2],
}

impl User {
    /// A member with this username and address, with a generated id.
    pub fn new(username: &str, email: &str, created_at: DateTime<Utc>) -> Self {
        Self {
            id: random::uuid(),
            email: email.to_owned(),
            username: username.to_owned(),
            password: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            phone_number: String::new(),
            locale: "en_US".to_owned(),
            tags: Vec::new(),
            created_at,
            updated_at: created_at,
            last_login_at: None,
            is_owner: false,
            locked: false,
            mfa: false,
            emails: [false; 2],
        }
    }

    /// The organization's owner, whose key the caller's is.
    fn owner() -> Self {
        Self {
            id: credentials::SCW_USER_ID.to_owned(),
            is_owner: true,
            ..Self::new("owner@example.com", "owner@example.com", DateTime::UNIX_EPOCH)
        }
    }
}

impl Identified for User {
    fn id(&self) -> &str {
        &self.id
    }
}

const RESOURCE: &str = "user";
const MEMBER_FIELDS: [&str; 9] = [
    "email",
    "send_password_email",
    "send_welcome_email",
    "username",
    "password",
    "first_name",
    "last_name",
    "phone_number",
    "locale",
];

/// `CreateUser`. Guests, who were invited by an address alone, ended in 2025; a member is demanded.
pub(super) fn create(world: &mut World, request: &Received, now: DateTime<Utc>) -> Result<Reply, Refusal> {
    let mut fields = Fields::of(request, &["organization_id", "tags", "member"])?;
    fields.organization(RESOURCE)?;
    let tags = fields.tags().unwrap_or_default();
    let member = fields.object("member", &MEMBER_FIELDS);
    let mut member = fields.finish(member)?;
    let (username, email) = (member.required("username"), member.required("email"));
    let mut text = |name| member.text(name).unwrap_or_default();
    let user = User {
        password: text("password"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        phone_number: text("phone_number"),
        locale: Some(text("locale"))
            .filter(|locale| !locale.is_empty())
            .unwrap_or_else(|| "en_US".to_owned()),
        tags,
        emails: [member.flag("send_password_email"), member.flag("send_welcome_email")],
        ..User::new(&username, &email, now)
    };
    refuse_taken(world, &mut member, &user.id, &username);
    member.finish(Some(()))?;
    let answer = shapes::user(&user);
    world.scaleway_users.insert(user);
    Ok(Reply::json(StatusCode::OK, &answer))
}

pub(super) fn get(world: &World, id: &str) -> Result<Reply, Refusal> {
    let owner = User::owner();
    let found = Some(&owner)
        .filter(|owner| owner.id == id)
        .or_else(|| world.scaleway_users.get(id));
    let user = found.ok_or_else(|| Refusal::not_found(RESOURCE, id))?;
    Ok(Reply::json(StatusCode::OK, &shapes::user(user)))
}

/// `ListUsers`, with the owner among them.
pub(super) fn list(world: &World, request: &Received) -> Result<Reply, Refusal> {
    let query = Query::of(request);
    query.organization(RESOURCE)?;
    let (ids, tag, kind) = (query.all("user_ids"), query.last("tag"), query.last("type"));
    let mfa = query.flag("mfa")?;
    let owner = User::owner();
    let mut found: Vec<_> = std::iter::once(&owner)
        .chain(world.scaleway_users.iter())
        .filter(|found| ids.is_empty() || ids.contains(&found.id.as_str()))
        .filter(|found| tag.is_none_or(|tag| found.tags.iter().any(|own| own.contains(tag))))
        .filter(|found| mfa.is_none_or(|wanted| wanted == found.mfa))
        .filter(|found| match kind {
            None | Some("" | "unknown_type") => true,
            Some(kind) => kind == shapes::user_type(found),
        })
        .collect();
    match query.last("order_by").unwrap_or("created_at_asc") {
        "created_at_asc" => {}
        "created_at_desc" => found.reverse(),
        "updated_at_asc" => found.sort_by_key(|found| found.updated_at),
        "updated_at_desc" => found.sort_by_key(|found| std::cmp::Reverse(found.updated_at)),
        "email_asc" => found.sort_by(|one, other| one.email.cmp(&other.email)),
        "email_desc" => found.sort_by(|one, other| other.email.cmp(&one.email)),
        "last_login_asc" => found.sort_by_key(|found| found.last_login_at),
        "last_login_desc" => found.sort_by_key(|found| std::cmp::Reverse(found.last_login_at)),
        "username_asc" => found.sort_by(|one, other| one.username.cmp(&other.username)),
        "username_desc" => found.sort_by(|one, other| other.username.cmp(&one.username)),
        _ => return Err(invalid("order_by", "must name a field and a direction")),
    }
    let shown = Page::of(&query)?;
    let shown: Vec<_> = shown.of_all(&found).map(|found| shapes::user(found)).collect();
    Ok(Reply::json(
        StatusCode::OK,
        &json!({ "users": shown, "total_count": found.len() }),
    ))
}

pub(super) fn update(world: &mut World, request: &Received, id: &str, now: DateTime<Utc>) -> Result<Reply, Refusal> {
    let user = editable(world, id)?;
    let known = ["tags", "email", "first_name", "last_name", "phone_number", "locale"];
    let mut fields = Fields::of(request, &known)?;
    let tags = fields.tags();
    let texts = ["email", "first_name", "last_name", "phone_number", "locale"].map(|name| fields.text(name));
    fields.finish(Some(()))?;
    let members = [
        &mut user.email,
        &mut user.first_name,
        &mut user.last_name,
        &mut user.phone_number,
        &mut user.locale,
    ];
    for (member, text) in members.into_iter().zip(texts) {
        *member = text.unwrap_or_else(|| member.clone());
    }
    user.tags = tags.unwrap_or_else(|| user.tags.clone());
    Ok(changed(user, now))
}

/// `UpdateUserUsername`.
pub(super) fn update_username(
    world: &mut World,
    request: &Received,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Reply, Refusal> {
    editable(world, id)?;
    let mut fields = Fields::of(request, &["username"])?;
    let username = fields.required("username");
    refuse_taken(world, &mut fields, id, &username);
    let username = fields.finish(Some(username))?;
    let user = editable(world, id)?;
    user.username = username;
    Ok(changed(user, now))
}

/// `DeleteUser`, which deletes the user's keys.
pub(super) fn delete(world: &mut World, id: &str) -> Result<Reply, Refusal> {
    editable(world, id)?;
    world.scaleway_users.remove(id);
    forget_holder(world, id);
    Ok(Reply::empty(StatusCode::NO_CONTENT).with(header::CONTENT_TYPE, "application/json"))
}

/// A user who can be changed and deleted: the owner cannot.
fn editable<'w>(world: &'w mut World, id: &str) -> Result<&'w mut User, Refusal> {
    if id == credentials::SCW_USER_ID {
        return Err(Refusal::permissions_denied("write", RESOURCE));
    }
    let found = world.scaleway_users.get_mut(id);
    found.ok_or_else(|| Refusal::not_found(RESOURCE, id))
}

/// The answer to a change, which in recordings of the real service still has the time of the change before.
fn changed(user: &mut User, now: DateTime<Utc>) -> Reply {
    let answer = shapes::user(user);
    user.updated_at = now;
    Reply::json(StatusCode::OK, &answer)
}

/// In which words the real service refuses a username that another user has is not known.
fn refuse_taken(world: &World, fields: &mut Fields, id: &str, username: &str) {
    let owner = User::owner();
    let mut all = world.scaleway_users.iter().chain([&owner]);
    if all.any(|user| user.username == username && user.id != id) {
        fields.refuse("username", Reason::Constraint, "is used by another user");
    }
}
