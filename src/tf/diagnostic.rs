//! What Terraform tells the user.

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

/// Whether an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It failed.
    Error,
    /// It did not, but the user should know.
    Warning,
}

/// The way from an object to a value inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To an attribute or block by name.
    Attribute(String),
    /// To an element of a map.
    Key(String),
    /// To an element of a list.
    Index(i64),
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

impl Path {
    /// The path to an attribute of the object itself.
    pub fn attribute(name: impl Into<String>) -> Self {
        Self(vec![Step::Attribute(name.into())])
    }

    /// This path and one step more.
    pub fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The name of the innermost attribute or block.
    pub fn name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Attribute(name) => Some(name.as_str()),
            Step::Key(_) | Step::Index(_) => None,
        })
    }
}
