//! What came of a call of Terraform.

use super::Diagnostic;

/// What came of a call, and what the user is told.
#[derive(Debug)]
pub struct Outcome<T> {
    /// What came of it.
    pub value: T,
    /// What the user is told.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Outcome<T> {
    pub(in crate::framework) fn new(value: T) -> Self {
        Self {
            value,
            diagnostics: Vec::new(),
        }
    }

    pub(in crate::framework) fn failed(value: T, diagnostic: Diagnostic) -> Self {
        Self {
            value,
            diagnostics: vec![diagnostic],
        }
    }
}
