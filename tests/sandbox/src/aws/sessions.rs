//! Temporary credentials: who gives them, the security token service or another, does not matter afterwards.

use chrono::{DateTime, TimeDelta, Utc};

use crate::random;
use crate::world::World;

/// Credentials that were given for a time.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) token: String,
    pub(super) ends: DateTime<Utc>,
    /// The role that they act in.
    pub(super) role_arn: String,
}

/// Gives credentials of a role for this many seconds.
pub(super) fn open(world: &mut World, role_arn: &str, seconds: i64) -> Session {
    let session = Session {
        access_key_id: format!("ASIA{}", random::text(random::LOWER, 16).to_uppercase()),
        secret_access_key: random::text(random::MIXED, 40),
        token: format!("sandbox-session-{}", random::text(random::MIXED, 40)),
        ends: world.clock.now() + TimeDelta::seconds(seconds),
        role_arn: role_arn.to_owned(),
    };
    world
        .aws_sessions
        .insert(session.access_key_id.clone(), session.clone());
    session
}
