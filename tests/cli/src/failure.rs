use std::time::Duration;
use std::{fmt, io};

use crate::process::Output;

/// Why a command has not given what was asked.
///
/// Its `Debug` is its message, so that an `unwrap` in a test shows the command and what it wrote as they are.
#[derive(thiserror::Error)]
pub enum Failure {
    /// The command ended with something else than success.
    #[error("{0}")]
    Ended(Box<Output>),
    /// The command did not end in time and was killed.
    #[error("killed after {limit:?}: {output}")]
    Late {
        /// How long it had.
        limit: Duration,
        /// What it had written by then.
        output: Box<Output>,
    },
    /// There is nothing at this address in the state.
    #[error("the state has no {0}")]
    NoSuchAddress(String),
    /// What the command wrote is not JSON.
    #[error("not JSON: {output}")]
    NotJson {
        /// What it wrote.
        output: Box<Output>,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The system did not let a file be written or a program be started.
    #[error("{what}")]
    System {
        /// What was attempted.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

impl Failure {
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::System { what, source }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match self {
            Self::NotJson { source, .. } => write!(f, ": {source}"),
            Self::System { source, .. } => write!(f, ": {source}"),
            Self::Ended(_) | Self::Late { .. } | Self::NoSuchAddress(_) => Ok(()),
        }
    }
}
