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
    /// A variable's text, for what is not decided by it alone. A variable that is empty or not UTF-8 counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_os(name)?.to_str()
    }

    /// A variable's text where it counts. A variable that is empty counts as unset.
    ///
    /// # Errors
    ///
    /// Where it is not UTF-8: something is meant by it.
    pub fn text(&self, name: &str) -> Result<Option<&str>, NotUtf8> {
        Ok(self.written(name)?.filter(|text| !text.is_empty()))
    }

    /// The first of these variables that is set and counts, with its name.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`]; what comes after the first does not count.
    pub fn first_text<'n>(&self, names: &[&'n str]) -> Result<Option<(&'n str, &str)>, NotUtf8> {
        for name in names {
            if let Some(text) = self.text(name)? {
                return Ok(Some((name, text)));
            }
        }
        Ok(None)
    }

    /// A variable's text where it counts, and counts even when it is empty.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn written(&self, name: &str) -> Result<Option<&str>, NotUtf8> {
        let value = self.0.get(OsStr::new(name));
        value.map(|value| utf8(name, value)).transpose()
    }

    /// The variables whose names begin so: what follows in the name, and the value, which may be empty.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn beginning<'e>(&'e self, prefix: &'e str) -> impl Iterator<Item = Result<(&'e str, &'e str), NotUtf8>> {
        let named = self.0.iter().filter_map(|(name, value)| Some((name.to_str()?, value)));
        named.filter_map(move |(name, value)| {
            let rest = name.strip_prefix(prefix)?;
            Some(utf8(name, value).map(|text| (rest, text)))
        })
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

/// The error that a variable is set to something that is no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {0} is not UTF-8")]
pub struct NotUtf8(String);

fn utf8<'v>(name: &str, value: &'v Wiped) -> Result<&'v str, NotUtf8> {
    value.0.to_str().ok_or_else(|| NotUtf8(name.to_owned()))
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
        assert_eq!(environment.text("EMPTY"), Ok(None));
        assert_eq!(environment.written("EMPTY"), Ok(Some("")));
        assert_eq!(environment.written("MISSING"), Ok(None));
        assert_eq!(environment.first_text(&["EMPTY", "SET"]), Ok(Some(("SET", "value"))));
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_an_error_where_it_counts() {
        use std::os::unix::ffi::OsStrExt;

        let environment = Environment::from_iter([("BAD", OsStr::from_bytes(b"\xff")), ("GOOD", OsStr::new("value"))]);
        let error = environment.text("BAD").err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("the environment variable BAD is not UTF-8"));
        assert_eq!(environment.first_text(&["GOOD", "BAD"]), Ok(Some(("GOOD", "value"))));
        assert!(environment.first_text(&["BAD", "GOOD"]).is_err());
        assert_eq!(environment.beginning("B").filter(Result::is_err).count(), 1);
        assert_eq!(environment.get("BAD"), None);
    }

    #[test]
    fn variables_are_found_by_how_their_names_begin() {
        let environment = Environment::from_iter([("TAG_a", "1"), ("TAG_B", ""), ("TAX", "2")]);
        let found: Vec<_> = environment.beginning("TAG_").collect();
        assert_eq!(found, [Ok(("B", "")), Ok(("a", "1"))]);
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!("{:?}", Environment::from_iter([("TOKEN", "hunter2")])),
            r#"{"TOKEN"}"#
        );
    }
}
