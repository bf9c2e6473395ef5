//! The environment as a value.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroize;

/// The variables a program was started with. `main` takes them once; everything below is told.
///
/// There is one copy, however often this is cloned, and it is wiped: variables hold secrets. The system's own is not ours to wipe.
#[derive(Clone, Default)]
pub struct Environment(Arc<BTreeMap<OsString, Wiped>>);

/// A variable's value.
struct Wiped(OsString);

impl Drop for Wiped {
    fn drop(&mut self) {
        std::mem::take(&mut self.0).into_encoded_bytes().zeroize();
    }
}

impl Environment {
    /// A variable's text. A variable that is empty or no UTF-8 counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_os(name)?.to_str()
    }

    /// The first of these variables that is set, with its name.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// The variables whose names begin so: what follows in the name, and the value, which may be empty.
    pub fn beginning<'e>(&'e self, prefix: &'e str) -> impl Iterator<Item = (&'e str, &'e str)> {
        let texts = self
            .0
            .iter()
            .filter_map(|(name, value)| Some((name.to_str()?, value.0.to_str()?)));
        texts.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
    }

    /// Whether a variable is set, and empty.
    pub fn is_empty(&self, name: &str) -> bool {
        self.0.get(OsStr::new(name)).is_some_and(|value| value.0.is_empty())
    }

    /// The user's folder.
    pub fn home(&self) -> Option<&Path> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.get_os(name).map(Path::new)
    }

    /// A variable as the system has it, for paths. A variable that is empty counts as unset.
    pub fn get_os(&self, name: &str) -> Option<&OsStr> {
        self.0
            .get(OsStr::new(name))
            .map(|value| value.0.as_os_str())
            .filter(|value| !value.is_empty())
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), Wiped(value.into())));
        Self(Arc::new(variables.collect()))
    }
}

/// Names only: the values hold credentials.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let environment = Environment::from_iter([("EMPTY", ""), ("SET", "value")]);
        assert_eq!(environment.get("SET"), Some("value"));
        assert_eq!(environment.get("EMPTY"), None);
        assert_eq!(environment.get("MISSING"), None);
        assert!(environment.is_empty("EMPTY"));
        assert!(!environment.is_empty("SET") && !environment.is_empty("MISSING"));
    }

    #[test]
    fn variables_are_found_by_how_their_names_begin() {
        let environment = Environment::from_iter([("TAG_a", "1"), ("TAG_B", ""), ("TAX", "2")]);
        let found: Vec<_> = environment.beginning("TAG_").collect();
        assert_eq!(found, [("B", ""), ("a", "1")]);
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", Environment::from_iter([("TOKEN", "hunter2")])),
            r#"{"TOKEN"}"#
        );
    }
}
