//! What Terraform tells the user.

use crate::schema::check::Severity;
use crate::value::Path;

/// A message for the user, at a place of the configuration where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the operation failed.
    pub severity: Severity,
    /// A short phrase the user can search for.
    pub summary: String,
    /// What was attempted, what was found, what to do.
    pub detail: String,
    /// The attribute concerned.
    pub path: Option<Path>,
}

impl Diagnostic {
    /// An error that concerns no single attribute.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path: None,
        }
    }

    /// A warning that concerns no single attribute.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(summary, detail)
        }
    }

    /// The same message, at this place.
    pub fn at(self, path: Path) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }
}
