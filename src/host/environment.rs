//! The environment as a value.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroize;

/// The environment variables of the process.
///
/// Clones share one copy, whose values are zeroized on drop, since they may be secret. The copy of the system remains.
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
    /// The value of a variable. Empty or non-UTF-8 values count as unset. For variables that decide nothing about identity or endpoints.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_os(name)?.to_str()
    }

    /// The value of a variable. An empty value counts as unset.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<&str>, NotUtf8> {
        Ok(self.text_or_empty(name)?.filter(|text| !text.is_empty()))
    }

    /// The first of these variables that is set and not empty, with its name.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`]; variables after the first one set are not read.
    pub fn first_text<'n>(&self, names: &[&'n str]) -> Result<Option<(&'n str, &str)>, NotUtf8> {
        for name in names {
            if let Some(text) = self.text(name)? {
                return Ok(Some((name, text)));
            }
        }
        Ok(None)
    }

    /// The value of a variable, which may be empty.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn text_or_empty(&self, name: &str) -> Result<Option<&str>, NotUtf8> {
        let value = self.0.get(OsStr::new(name));
        value.map(|value| utf8(name, value)).transpose()
    }

    /// The variables with this prefix: the rest of the name, and the value, which may be empty.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn with_prefix<'e>(&'e self, prefix: &'e str) -> impl Iterator<Item = Result<(&'e str, &'e str), NotUtf8>> {
        let named = self.0.iter().filter_map(|(name, value)| Some((name.to_str()?, value)));
        named.filter_map(move |(name, value)| {
            let rest = name.strip_prefix(prefix)?;
            Some(utf8(name, value).map(|text| (rest, text)))
        })
    }

    /// The user's home folder.
    pub fn home(&self) -> Option<&Path> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.get_os(name).map(Path::new)
    }

    /// The value of a variable in the system's encoding, for paths. An empty value counts as unset.
    pub fn get_os(&self, name: &str) -> Option<&OsStr> {
        self.0
            .get(OsStr::new(name))
            .map(|value| value.0.as_os_str())
            .filter(|value| !value.is_empty())
    }
}

/// A variable is not UTF-8.
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

/// Shows names only, since values may be secret.
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
        assert_eq!(environment.text_or_empty("EMPTY"), Ok(Some("")));
        assert_eq!(environment.text_or_empty("MISSING"), Ok(None));
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
        assert_eq!(environment.with_prefix("B").filter(Result::is_err).count(), 1);
        assert_eq!(environment.get("BAD"), None);
    }

    #[test]
    fn variables_are_found_by_how_their_names_begin() {
        let environment = Environment::from_iter([("TAG_a", "1"), ("TAG_B", ""), ("TAX", "2")]);
        let found: Vec<_> = environment.with_prefix("TAG_").collect();
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
