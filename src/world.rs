//! What the program knows of the world outside. Read once by `main`; everything else is told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// The environment, the clock, chance, and the program's own version.
#[derive(Clone)]
pub struct World {
    /// The environment variables.
    pub environment: Environment,
    /// The current time.
    pub clock: Clock,
    /// An even draw from 0.0 up to, not including, 1.0: for the jitter of waits.
    pub chance: fn() -> f64,
    /// The provider's version, without a leading `v`.
    pub version: &'static str,
}

/// Tells the current time.
pub type Clock = fn() -> DateTime<Utc>;

/// The environment variables. Some of them are secrets: this prints no values.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The value of a variable. One that is set but empty counts as not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The first of these variables that has a value, with its name.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
