use http::Method;
use percent_encoding::percent_decode_str;

use crate::reply::Received;

/// An operation with its path labels, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    CreateApiKey,
    CreateUsagePlan,
    CreateUsagePlanKey(String),
    DeleteApiKey(String),
    DeleteUsagePlan(String),
    DeleteUsagePlanKey(String, String),
    GetAccount,
    GetApiKey(String),
    GetApiKeys,
    GetTags(String),
    GetUsagePlan(String),
    GetUsagePlanKey(String, String),
    GetUsagePlanKeys(String),
    GetUsagePlans,
    TagResource(String),
    UntagResource(String),
    UpdateApiKey(String),
}

impl Route {
    pub(super) fn of(request: &Received) -> Option<Self> {
        let segments: Vec<String> = request.uri().path().split('/').skip(1).map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method();
        Some(match (method, segments.as_slice()) {
            (&Method::POST, ["apikeys"]) => Self::CreateApiKey,
            (&Method::GET, ["apikeys"]) => Self::GetApiKeys,
            (&Method::GET, ["apikeys", id]) => Self::GetApiKey((*id).to_owned()),
            (&Method::PATCH, ["apikeys", id]) => Self::UpdateApiKey((*id).to_owned()),
            (&Method::DELETE, ["apikeys", id]) => Self::DeleteApiKey((*id).to_owned()),
            (&Method::GET, ["tags", arn]) => Self::GetTags((*arn).to_owned()),
            (&Method::PUT, ["tags", arn]) => Self::TagResource((*arn).to_owned()),
            (&Method::DELETE, ["tags", arn]) => Self::UntagResource((*arn).to_owned()),
            (&Method::GET, ["account"]) => Self::GetAccount,
            (&Method::POST, ["usageplans"]) => Self::CreateUsagePlan,
            (&Method::GET, ["usageplans"]) => Self::GetUsagePlans,
            (&Method::GET, ["usageplans", plan]) => Self::GetUsagePlan((*plan).to_owned()),
            (&Method::DELETE, ["usageplans", plan]) => Self::DeleteUsagePlan((*plan).to_owned()),
            (&Method::POST, ["usageplans", plan, "keys"]) => Self::CreateUsagePlanKey((*plan).to_owned()),
            (&Method::GET, ["usageplans", plan, "keys"]) => Self::GetUsagePlanKeys((*plan).to_owned()),
            (&Method::GET, ["usageplans", plan, "keys", key]) => {
                Self::GetUsagePlanKey((*plan).to_owned(), (*key).to_owned())
            }
            (&Method::DELETE, ["usageplans", plan, "keys", key]) => {
                Self::DeleteUsagePlanKey((*plan).to_owned(), (*key).to_owned())
            }
            _ => return None,
        })
    }

    /// The name in the service model.
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::CreateApiKey => "CreateApiKey",
            Self::CreateUsagePlan => "CreateUsagePlan",
            Self::CreateUsagePlanKey(_) => "CreateUsagePlanKey",
            Self::DeleteApiKey(_) => "DeleteApiKey",
            Self::DeleteUsagePlan(_) => "DeleteUsagePlan",
            Self::DeleteUsagePlanKey(..) => "DeleteUsagePlanKey",
            Self::GetAccount => "GetAccount",
            Self::GetApiKey(_) => "GetApiKey",
            Self::GetApiKeys => "GetApiKeys",
            Self::GetTags(_) => "GetTags",
            Self::GetUsagePlan(_) => "GetUsagePlan",
            Self::GetUsagePlanKey(..) => "GetUsagePlanKey",
            Self::GetUsagePlanKeys(_) => "GetUsagePlanKeys",
            Self::GetUsagePlans => "GetUsagePlans",
            Self::TagResource(_) => "TagResource",
            Self::UntagResource(_) => "UntagResource",
            Self::UpdateApiKey(_) => "UpdateApiKey",
        }
    }
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
