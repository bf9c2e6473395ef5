use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::faults::Faults;
use crate::journal::Entry;
use crate::limits::Limits;
use crate::options::Options;
use crate::store::Store;
use crate::{aws, scaleway, tencentcloud};

/// One of the three clouds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    /// AWS API Gateway.
    Aws,
    /// Scaleway IAM.
    Scaleway,
    /// Tencent Cloud API Gateway.
    Tencentcloud,
}

impl Cloud {
    /// Every cloud.
    pub const ALL: [Self; 3] = [Self::Aws, Self::Scaleway, Self::Tencentcloud];
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws => "aws",
            Self::Scaleway => "scaleway",
            Self::Tencentcloud => "tencentcloud",
        })
    }
}

/// Everything a running sandbox remembers.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) journal: Vec<Entry>,
    /// Tells those who wait for a call that the journal has grown.
    pub(crate) grown: Arc<Condvar>,
    pub(crate) limits: Limits,
    /// How often all has been forgotten.
    pub(crate) resets: u64,
    pub(crate) aws: Store<aws::Key>,
    pub(crate) scaleway: Store<scaleway::Key>,
    pub(crate) scaleway_applications: Store<scaleway::Application>,
    pub(crate) scaleway_users: Store<scaleway::User>,
    /// The ids of the Scaleway applications and users that were deleted here.
    pub(crate) scaleway_gone: BTreeSet<String>,
    pub(crate) tencentcloud: Store<tencentcloud::Key>,
    /// The temporary credentials that AWS has given, by their access key.
    pub(crate) aws_sessions: BTreeMap<String, aws::sessions::Session>,
    /// When the tokens end that AWS's single sign-on has renewed.
    pub(crate) aws_tokens: BTreeMap<String, DateTime<Utc>>,
    /// When the tokens end that Tencent Cloud's security token service has given.
    pub(crate) tokens: BTreeMap<String, DateTime<Utc>>,
    /// The nonces that Tencent Cloud's API of 2017 has seen, by who signed.
    pub(crate) nonces: BTreeSet<(String, u64)>,
    /// The usage plans of AWS, by region and id.
    pub(crate) aws_plans: BTreeMap<(String, String), aws::Plan>,
    /// The usage plans of Tencent Cloud, by region and id.
    pub(crate) usage_plans: BTreeMap<(String, String), tencentcloud::Plan>,
}

impl World {
    pub(crate) fn shared(options: Options) -> SharedWorld {
        Arc::new(Mutex::new(Self::empty(options)))
    }

    /// Forgets all but the options, the time and those who wait for a call.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            clock: self.clock,
            grown: Arc::clone(&self.grown),
            resets: self.resets + 1,
            ..Self::empty(self.options.clone())
        };
    }

    fn empty(options: Options) -> Self {
        Self {
            clock: Clock::new(options.clock_offset),
            limits: Limits::new(options.rate_limits),
            options,
            faults: Faults::default(),
            journal: Vec::new(),
            grown: Arc::default(),
            resets: 0,
            aws: Store::default(),
            scaleway: Store::default(),
            scaleway_applications: Store::default(),
            scaleway_users: Store::default(),
            scaleway_gone: BTreeSet::new(),
            tencentcloud: Store::default(),
            aws_sessions: BTreeMap::new(),
            aws_tokens: BTreeMap::new(),
            tokens: BTreeMap::new(),
            nonces: BTreeSet::new(),
            aws_plans: BTreeMap::new(),
            usage_plans: BTreeMap::new(),
        }
    }
}

/// The world, shared by the serving thread and the test that owns the sandbox.
pub(crate) type SharedWorld = Arc<Mutex<World>>;

/// Locks the world, also after a panic elsewhere: what it holds is replaced entry by entry and stays usable.
pub(crate) fn lock(world: &SharedWorld) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}
