use http::Method;

use crate::reply::Received;

const KEYS: &str = "/iam/v1alpha1/api-keys";

/// An operation with the access key from its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    CreateApiKey,
    DeleteApiKey(String),
    GetApiKey(String),
    ListApiKeys,
    UpdateApiKey(String),
}

impl Route {
    pub(super) fn of(request: &Received) -> Option<Self> {
        let rest = request.uri().path().strip_prefix(KEYS)?;
        let access_key = rest
            .strip_prefix('/')
            .filter(|id| !id.is_empty() && !id.contains('/'))
            .map(str::to_owned);
        Some(match (request.method(), access_key) {
            (&Method::POST, None) if rest.is_empty() => Self::CreateApiKey,
            (&Method::GET, None) if rest.is_empty() => Self::ListApiKeys,
            (&Method::GET, Some(id)) => Self::GetApiKey(id),
            (&Method::PATCH, Some(id)) => Self::UpdateApiKey(id),
            (&Method::DELETE, Some(id)) => Self::DeleteApiKey(id),
            _ => return None,
        })
    }

    /// The name in the vendor's SDKs.
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::CreateApiKey => "CreateAPIKey",
            Self::DeleteApiKey(_) => "DeleteAPIKey",
            Self::GetApiKey(_) => "GetAPIKey",
            Self::ListApiKeys => "ListAPIKeys",
            Self::UpdateApiKey(_) => "UpdateAPIKey",
        }
    }
}
