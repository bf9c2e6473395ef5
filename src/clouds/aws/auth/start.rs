//! Where to begin, and what to become by that: what the provider block, the environment and the profile can say of who we are.

use super::process::Process;
use super::roles::{Role, WebIdentity};
use crate::signing::Credentials;

/// Where to begin, and what to become by that.
#[derive(Debug)]
pub struct Start {
    /// The credentials to begin with.
    pub base: Base,
    /// What follows, one by means of the other.
    pub steps: Vec<Step>,
    /// All of it in a few words each, without secrets.
    pub(super) origins: Vec<String>,
}

/// The credentials to begin with.
#[derive(Debug)]
pub enum Base {
    /// These.
    Fixed(Credentials),
    /// Those that a command prints.
    Process(Process),
    /// Those of a role that the vendor's single sign-on lets us act in.
    Sso(Sso),
    /// Those of the container that we run in.
    Container,
    /// Those of the instance that we run on.
    Instance,
    /// None: the first step needs none.
    None,
}

/// A role of the vendor's single sign-on. Its token is the one that `aws sso login` left behind.
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
    /// The session of the shared config file whose token can be renewed; none in the older form.
    pub session: Option<String>,
}

/// A way to temporary credentials.
#[derive(Debug)]
pub enum Step {
    /// A role, by other credentials.
    Role(Role),
    /// A role, by a token.
    WebIdentity(WebIdentity),
}

impl Start {
    /// These credentials.
    pub(super) fn with(base: Base, origin: String) -> Self {
        Self {
            base,
            steps: Vec::new(),
            origins: vec![origin],
        }
    }

    /// A role, by a token.
    pub(super) fn by_token(identity: WebIdentity, origin: String) -> Self {
        let role = format!("the role {}", identity.role_arn);
        Self {
            base: Base::None,
            steps: vec![Step::WebIdentity(identity)],
            origins: vec![origin, role],
        }
    }

    /// A role, by this.
    pub(super) fn then(mut self, role: Role) -> Self {
        self.origins.push(format!("the role {}", role.role_arn));
        self.steps.push(Step::Role(role));
        self
    }
}
