//! What the program is asked for on its command line.

use std::ffi::OsString;
use std::path::PathBuf;

/// What there is, on one line behind the program's name.
pub(crate) const USAGE: &str = "[--debug | --docs DIR | --version | --help]";

/// What the program is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Serve the Terraform that started it.
    Serve,
    /// Serve whoever is told the way.
    Debug,
    /// Write the pages of the project in this folder.
    Docs(PathBuf),
    /// Print what it can be asked for.
    Help,
    /// Print what it is.
    Version,
}

/// Why the arguments ask for nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// The folder is missing.
    #[error("--docs needs a folder")]
    NoFolder,
    /// An argument that nobody knows, or one too many.
    #[error("unexpected argument {0:?}")]
    Unexpected(OsString),
}

impl Task {
    /// What these arguments, without the program's name, ask for.
    ///
    /// One dash does as well as two, and `=true` may follow `--debug`: that is how Go's `flag` reads them, and so the launch files that
    /// were written for other providers.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Error> {
        let mut arguments = arguments.into_iter();
        let Some(first) = arguments.next() else {
            return Ok(Self::Serve);
        };
        let task = match first.to_str() {
            Some("--debug" | "-debug" | "--debug=true" | "-debug=true") => Self::Debug,
            Some("--docs" | "-docs") => {
                let folder = arguments.next().filter(|folder| !folder.is_empty());
                Self::Docs(folder.ok_or(Error::NoFolder)?.into())
            }
            Some("--help" | "-help" | "-h") => Self::Help,
            Some("--version" | "-version" | "-V") => Self::Version,
            _ => return Err(Error::Unexpected(first)),
        };
        match arguments.next() {
            None => Ok(task),
            Some(surplus) => Err(Error::Unexpected(surplus)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_ask_for_one_thing() {
        for (arguments, task) in [
            (&[][..], Task::Serve),
            (&["--debug"], Task::Debug),
            (&["-debug"], Task::Debug),
            (&["-debug=true"], Task::Debug),
            (&["--debug=true"], Task::Debug),
            (&["--docs", "a b"], Task::Docs("a b".into())),
            (&["-docs", "."], Task::Docs(".".into())),
            (&["--help"], Task::Help),
            (&["-help"], Task::Help),
            (&["-h"], Task::Help),
            (&["--version"], Task::Version),
            (&["-version"], Task::Version),
            (&["-V"], Task::Version),
        ] {
            assert_eq!(
                Task::parse(arguments.iter().map(OsString::from)),
                Ok(task),
                "{arguments:?}"
            );
        }
    }

    #[test]
    fn a_wrong_argument_is_named() {
        for (arguments, message) in [
            (&["--bogus"][..], "unexpected argument \"--bogus\""),
            (&["debug"], "unexpected argument \"debug\""),
            (&[""], "unexpected argument \"\""),
            (&["--debug", "--bogus"], "unexpected argument \"--bogus\""),
            (&["--docs", "a", "b"], "unexpected argument \"b\""),
            (
                &["two\nlines\u{1b}[1m"],
                "unexpected argument \"two\\nlines\\u{1b}[1m\"",
            ),
            (&["--docs"], "--docs needs a folder"),
            (&["--docs", ""], "--docs needs a folder"),
        ] {
            let told = Task::parse(arguments.iter().map(OsString::from));
            let told = told.map_err(|error| error.to_string());
            assert_eq!(told, Err(message.to_owned()), "{arguments:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_may_have_any_name() {
        use std::os::unix::ffi::OsStringExt;

        let name = OsString::from_vec(vec![b'a', 0xff]);
        let told = Task::parse(["--docs".into(), name.clone()]);
        assert_eq!(told, Ok(Task::Docs(name.into())));
    }
}
