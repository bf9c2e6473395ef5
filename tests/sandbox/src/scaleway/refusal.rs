use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::reply::Reply;

/// An error answer: a flat object with `type`, `message` and what belongs to the type.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: String,
    message: String,
    members: Map<String, Value>,
}

/// What is wrong with one argument of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) reason: Reason,
    pub(super) help: String,
}

/// The reasons the API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Constraint,
    Format,
    Required,
    Unknown,
}

impl Refusal {
    fn new<const N: usize>(status: StatusCode, kind: &str, message: &str, members: [(&str, Value); N]) -> Self {
        let members = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            status,
            kind: kind.to_owned(),
            message: message.to_owned(),
            members,
        }
    }

    /// 401; the reason is `invalid_argument`, `not_found` or `expired`.
    pub(super) fn denied(reason: &str) -> Self {
        let members = [("method", json!("api_key")), ("reason", json!(reason))];
        Self::new(
            StatusCode::UNAUTHORIZED,
            "denied_authentication",
            "authentication is denied",
            members,
        )
    }

    pub(super) fn invalid(arguments: &[Argument]) -> Self {
        let details: Vec<Value> = arguments.iter().map(Argument::detail).collect();
        let members = [("details", details.into())];
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_arguments",
            "invalid argument(s)",
            members,
        )
    }

    pub(super) fn no_such_key(access_key: &str) -> Self {
        Self::not_found("access_key", access_key)
    }

    pub(super) fn not_found(resource: &str, id: &str) -> Self {
        let members = [("resource", json!(resource)), ("resource_id", json!(id))];
        Self::new(StatusCode::NOT_FOUND, "not_found", "resource is not found", members)
    }

    pub(super) fn permissions_denied(action: &str, resource: &str) -> Self {
        let members = [("details", json!([{ "action": action, "resource": resource }]))];
        Self::new(
            StatusCode::FORBIDDEN,
            "permissions_denied",
            "insufficient permissions",
            members,
        )
    }

    pub(super) fn quota_reached(quota: usize, current: usize) -> Self {
        let detail = json!({ "resource": "IamApiKeys", "quota": quota, "current": current });
        let members = [("details", json!([detail]))];
        Self::new(
            StatusCode::FORBIDDEN,
            "quotas_exceeded",
            "quota(s) exceeded for this resource",
            members,
        )
    }

    pub(super) fn server_error(status: StatusCode) -> Self {
        Self::new(status, "internal_error", "internal error", [])
    }

    fn transient_state() -> Self {
        let members = [
            ("resource", json!("access_key")),
            ("resource_id", json!("")),
            ("current_state", json!("updating")),
        ];
        Self::new(
            StatusCode::CONFLICT,
            "transient_state",
            "resource is in a transient state",
            members,
        )
    }

    /// An error that a fault asks for by its type; `denied_authentication` may have a reason behind a slash.
    pub(super) fn named(kind: &str) -> Self {
        if let Some(reason) = kind.strip_prefix("denied_authentication/") {
            return Self::denied(reason);
        }
        let status = match kind {
            "denied_authentication" => return Self::denied("not_found"),
            "permissions_denied" => return Self::permissions_denied("write", "api_key"),
            "not_found" => return Self::not_found("access_key", ""),
            "quotas_exceeded" => return Self::quota_reached(100, 100),
            "transient_state" => return Self::transient_state(),
            "precondition_failed" => StatusCode::PRECONDITION_FAILED,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, kind, &format!("the sandbox was told to answer {kind}"), [])
    }

    pub(super) fn into_reply(self) -> Reply {
        let mut body = self.members;
        body.insert("type".to_owned(), json!(self.kind));
        body.insert("message".to_owned(), json!(self.message));
        Reply::json(self.status, &body.into()).coded(&self.kind)
    }
}

impl Argument {
    fn detail(&self) -> Value {
        let reason = match self.reason {
            Reason::Constraint => "constraint",
            Reason::Format => "format",
            Reason::Required => "required",
            Reason::Unknown => "unknown",
        };
        json!({ "argument_name": self.name, "reason": reason, "help_message": self.help })
    }
}
