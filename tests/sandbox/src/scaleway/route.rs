use http::Method;

use crate::reply::Received;

/// An operation with the id from its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    CreateApiKey,
    CreateApplication,
    CreateUser,
    DeleteApiKey(String),
    DeleteApplication(String),
    DeleteUser(String),
    GetApiKey(String),
    GetApplication(String),
    GetUser(String),
    ListApiKeys,
    ListApplications,
    ListUsers,
    UpdateApiKey(String),
    UpdateApplication(String),
    UpdateUser(String),
    UpdateUserUsername(String),
}

impl Route {
    pub(super) fn of(request: &Received) -> Option<Self> {
        let path = request.uri().path().strip_prefix("/iam/v1alpha1/")?;
        let parts: Vec<_> = path.split('/').collect();
        if parts.contains(&"") {
            return None;
        }
        let id = || parts.get(1).map(|id| (*id).to_owned());
        let method = request.method();
        Some(match parts[..] {
            ["api-keys"] if method == Method::POST => Self::CreateApiKey,
            ["api-keys"] if method == Method::GET => Self::ListApiKeys,
            ["api-keys", _] if method == Method::GET => Self::GetApiKey(id()?),
            ["api-keys", _] if method == Method::PATCH => Self::UpdateApiKey(id()?),
            ["api-keys", _] if method == Method::DELETE => Self::DeleteApiKey(id()?),
            ["applications"] if method == Method::POST => Self::CreateApplication,
            ["applications"] if method == Method::GET => Self::ListApplications,
            ["applications", _] if method == Method::GET => Self::GetApplication(id()?),
            ["applications", _] if method == Method::PATCH => Self::UpdateApplication(id()?),
            ["applications", _] if method == Method::DELETE => Self::DeleteApplication(id()?),
            ["users"] if method == Method::POST => Self::CreateUser,
            ["users"] if method == Method::GET => Self::ListUsers,
            ["users", _] if method == Method::GET => Self::GetUser(id()?),
            ["users", _] if method == Method::PATCH => Self::UpdateUser(id()?),
            ["users", _] if method == Method::DELETE => Self::DeleteUser(id()?),
            ["users", _, "update-username"] if method == Method::POST => Self::UpdateUserUsername(id()?),
            _ => return None,
        })
    }

    /// The name in the vendor's SDKs.
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::CreateApiKey => "CreateAPIKey",
            Self::CreateApplication => "CreateApplication",
            Self::CreateUser => "CreateUser",
            Self::DeleteApiKey(_) => "DeleteAPIKey",
            Self::DeleteApplication(_) => "DeleteApplication",
            Self::DeleteUser(_) => "DeleteUser",
            Self::GetApiKey(_) => "GetAPIKey",
            Self::GetApplication(_) => "GetApplication",
            Self::GetUser(_) => "GetUser",
            Self::ListApiKeys => "ListAPIKeys",
            Self::ListApplications => "ListApplications",
            Self::ListUsers => "ListUsers",
            Self::UpdateApiKey(_) => "UpdateAPIKey",
            Self::UpdateApplication(_) => "UpdateApplication",
            Self::UpdateUser(_) => "UpdateUser",
            Self::UpdateUserUsername(_) => "UpdateUserUsername",
        }
    }
}
