//! The names of keys: what is recognised as made by these tests, and when.

use std::fmt;

use apikeys::host::random;
use chrono::{DateTime, NaiveDateTime, Utc};

/// The name of a run's keys, such as `tf-apikeys-live-20260131T235959Z-x7Kp2mQa`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// When the run began.
    pub(crate) began: DateTime<Utc>,
    unique: String,
}

/// What every name begins with.
pub(super) const PREFIX: &str = "tf-apikeys-live-";

const TIME: &str = "%Y%m%dT%H%M%SZ";

impl Name {
    /// A name that no other run has.
    pub(crate) fn new(began: DateTime<Utc>) -> Self {
        let unique = random::secret(8).expect("randomness of the system");
        Self {
            began,
            unique: unique.expose().to_owned(),
        }
    }

    /// The name that a text begins with, as a word of its own. Others may have a prefix like ours: a name has to have all its parts.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let word = text.split(' ').next()?.replace('_', "-");
        let (time, unique) = word.strip_prefix(PREFIX)?.split_once('-')?;
        let is_unique = unique.len() == 8 && unique.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_unique.then_some(Self {
            began: NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc(),
            unique: unique.to_owned(),
        })
    }

    /// The name where only letters, digits and underscores are allowed.
    pub(crate) fn underscored(&self) -> String {
        self.to_string().replace('-', "_")
    }

    /// Whether this is a name of the same run. A name tells the time to the second only.
    pub(super) fn is_of(&self, run: &Self) -> bool {
        self.unique == run.unique && self.began.timestamp() == run.began.timestamp()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}-{}", self.began.format(TIME), self.unique)
    }
}
