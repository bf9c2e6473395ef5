//! Users, who hold keys themselves. Source: the vendor's SDKs, and recorded responses.
//!
//! A user is created as a member, an account within the organization. The API still describes guests, who are invited by their email
//! address alone, but the vendor ended them in 2025 and made them members, with the address as the username.

use http::Method;
use serde::{Deserialize, Serialize};

use super::client::Api;
use super::holder::{self, Holder, Operations};
use crate::clouds::shared::calls;
use crate::framework::Error;
use crate::http::RetrySafety;

/// A user in a response.
#[derive(Debug, Deserialize)]
pub struct User {
    /// Its id, a UUID.
    #[serde(default)]
    pub id: String,
    /// The email address.
    #[serde(default)]
    pub email: String,
    /// The username, unique in the organization.
    #[serde(default)]
    pub username: String,
    /// The first name; empty for none.
    pub first_name: Option<String>,
    /// The last name; empty for none.
    pub last_name: Option<String>,
    /// The phone number; empty for none.
    pub phone_number: Option<String>,
    /// The language, such as `en_US`.
    pub locale: Option<String>,
    /// The creation time: RFC 3339, UTC, microseconds.
    pub created_at: Option<String>,
    /// The time of the last change: RFC 3339, UTC, microseconds. In the response to a change it may still be the one before.
    pub updated_at: Option<String>,
    /// The organization the user belongs to.
    pub organization_id: Option<String>,
    /// Whether the user can be deleted: owners cannot.
    pub deletable: Option<bool>,
    /// The time of the last login: RFC 3339, UTC; null for never.
    pub last_login_at: Option<String>,
    /// `owner` or `member`.
    pub r#type: Option<String>,
    /// `invitation_pending` or `activated`.
    pub status: Option<String>,
    /// Whether multifactor authentication is on.
    pub mfa: Option<bool>,
    /// The account of an owner; empty for a member.
    pub account_root_user_id: Option<String>,
    /// The tags.
    pub tags: Option<Vec<String>>,
    /// Whether the user is locked out.
    pub locked: Option<bool>,
}

/// A user to create.
#[derive(Clone, Serialize)]
pub struct NewUser<'a> {
    /// The organization the user is to belong to.
    pub organization_id: &'a str,
    /// The tags.
    pub tags: Vec<&'a str>,
    /// What a member is created with.
    pub member: NewMember<'a>,
}

/// A member to create. Everything is sent; empty is none.
#[derive(Clone, Serialize)]
pub struct NewMember<'a> {
    /// The email address.
    pub email: &'a str,
    /// Whether the password is sent there.
    pub send_password_email: bool,
    /// Whether a first email is sent there.
    pub send_welcome_email: bool,
    /// The username.
    pub username: &'a str,
    /// The first password, exposed.
    pub password: &'a str,
    /// The first name.
    pub first_name: &'a str,
    /// The last name.
    pub last_name: &'a str,
    /// The phone number.
    pub phone_number: &'a str,
    /// The language.
    pub locale: &'a str,
}

/// An update of a user.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct UserChanges<'a> {
    /// All new tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<&'a str>>,
    /// The new email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// The new first name; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<&'a str>,
    /// The new last name; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<&'a str>,
    /// The new phone number; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<&'a str>,
    /// The new language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'a str>,
}

#[derive(Serialize)]
struct NewUsername<'a> {
    username: &'a str,
}

impl Api {
    /// Changes the username of a user.
    pub async fn update_user_username(&self, id: &str, username: &str) -> Result<User, Error> {
        let operation = "UpdateUserUsername";
        let body = calls::json_body(operation, &NewUsername { username })?;
        let path = format!("{}/update-username", holder::path::<User>(id));
        // To be called this already is what is asked for.
        let answer = self
            .send(operation, Method::POST, &path, body, RetrySafety::Idempotent)
            .await?;
        holder::about(operation, id, &answer)
    }
}

impl Holder for User {
    const OPERATIONS: Operations = Operations {
        path: "/iam/v1alpha1/users",
        noun: "user",
        plural: "users",
        create: "CreateUser",
        get: "GetUser",
        list: "ListUsers",
        update: "UpdateUser",
        delete: "DeleteUser",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.username
    }

    fn created_at(&self) -> Option<&str> {
        self.created_at.as_deref()
    }

    fn has_mark(&self, mark: &str) -> bool {
        self.tags.iter().flatten().any(|tag| tag == mark)
    }
}
