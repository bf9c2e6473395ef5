//! The credentials to start with, and the roles to assume with them.

use super::process::Process;
use super::roles::{Role, WebIdentity};
use crate::signing::Credentials;

/// The credentials to start with, and the roles to assume with them.
#[derive(Debug)]
pub struct Start {
    /// The credentials to start with.
    pub base: Base,
    /// The roles, in order.
    pub steps: Vec<Step>,
    /// The sources and roles for messages, without secrets.
    pub(super) origins: Vec<String>,
}

/// The credentials to start with.
#[derive(Debug)]
pub enum Base {
    /// Static credentials.
    Fixed(Credentials),
    /// The output of a command.
    Process(Process),
    /// A role of single sign-on.
    Sso(Sso),
    /// The container that the provider runs in.
    Container,
    /// The instance that the provider runs on.
    Instance,
    /// None: the first step needs no credentials.
    None,
}

/// A role of single sign-on. Its token is the one that `aws sso login` caches.
#[derive(Clone, Debug)]
pub struct Sso {
    /// The account.
    pub account_id: String,
    /// The role in it.
    pub role_name: String,
    /// The portal.
    pub start_url: String,
    /// The portal's region.
    pub region: String,
    /// The `sso-session`, whose token can be renewed; none in the legacy format.
    pub session: Option<String>,
}

/// A role to assume.
#[derive(Debug)]
pub enum Step {
    /// With other credentials.
    Role(Role),
    /// With a web identity token.
    WebIdentity(WebIdentity),
}

impl Start {
    /// Starts with these credentials.
    pub(super) fn with(base: Base, origin: String) -> Self {
        Self {
            base,
            steps: Vec::new(),
            origins: vec![origin],
        }
    }

    /// Starts with a role assumed with a web identity token.
    pub(super) fn by_token(identity: WebIdentity, origin: String) -> Self {
        let role = format!("the role {}", identity.role_arn);
        Self {
            base: Base::None,
            steps: vec![Step::WebIdentity(identity)],
            origins: vec![origin, role],
        }
    }

    /// Then assumes a role.
    pub(super) fn then(mut self, role: Role) -> Self {
        self.origins.push(format!("the role {}", role.role_arn));
        self.steps.push(Step::Role(role));
        self
    }
}
