//! Values with where they come from, for messages.

use std::fmt;
use std::path::PathBuf;

/// A value, and where it comes from.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from, as messages say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An argument of the provider block.
    Argument(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// An entry of a file.
    File {
        /// The entry.
        entry: &'static str,
        /// The profile it belongs to, if any.
        profile: Option<String>,
        /// The file.
        file: PathBuf,
    },
    /// An entry of a profile, in whichever of several files.
    Profile {
        /// The entry.
        entry: &'static str,
        /// The profile.
        profile: String,
    },
    /// The default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "`{name}` of the provider block"),
            Self::Variable(name) => f.write_str(name),
            Self::File { entry, profile, file } => {
                write!(f, "`{entry}` ")?;
                if let Some(profile) = profile {
                    write!(f, "of profile \"{profile}\" ")?;
                }
                write!(f, "in {}", file.display())
            }
            Self::Profile { entry, profile } => write!(f, "`{entry}` of profile \"{profile}\""),
            Self::Default => f.write_str("the default"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_says_where_to_look() {
        let entry = |profile: Option<&str>| Origin::File {
            entry: "secret_key",
            profile: profile.map(str::to_owned),
            file: "/a/config.yaml".into(),
        };
        let rows = [
            (Origin::Argument("secret_key"), "`secret_key` of the provider block"),
            (Origin::Variable("SCW_SECRET_KEY"), "SCW_SECRET_KEY"),
            (entry(None), "`secret_key` in /a/config.yaml"),
            (entry(Some("p")), "`secret_key` of profile \"p\" in /a/config.yaml"),
            (Origin::Default, "the default"),
        ];
        for (origin, text) in rows {
            assert_eq!(origin.to_string(), text);
        }
    }
}
