//! What the CLI says, as its machine-readable output has it.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// An error or a warning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostic {
    pub is_error: bool,
    pub summary: String,
    pub detail: String,
}

/// The warning that every command gives which uses a provider that is not installed.
const OVERRIDES: &str = "Provider development overrides are in effect";

/// The diagnostics of a command that was run with `-json`.
pub fn of(stdout: &str) -> Vec<Diagnostic> {
    let lines = stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let diagnostics = lines.filter_map(|mut line| match line["diagnostic"].take() {
        Value::Null => None,
        diagnostic => Some(Diagnostic {
            is_error: diagnostic["severity"] == "error",
            summary: diagnostic["summary"].as_str().unwrap_or_default().to_owned(),
            detail: diagnostic["detail"].as_str().unwrap_or_default().to_owned(),
        }),
    });
    diagnostics.filter(|told| told.summary != OVERRIDES).collect()
}

/// What a reader sees of the diagnostics of a command: of warnings with the same summary, Terraform shows the first one's detail.
pub fn seen(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut summaries = BTreeSet::new();
    diagnostics
        .iter()
        .map(|told| {
            let is_first = summaries.insert(&told.summary);
            let detail = if told.is_error || is_first {
                told.detail.as_str()
            } else {
                ""
            };
            format!("{}\n{detail}", told.summary)
        })
        .collect()
}

impl Diagnostic {
    /// Whether it says that this key is left behind: that it is to be imported, or in words.
    pub fn accuses(&self, id: &str) -> bool {
        let text = format!("{}\n{}", self.summary, self.detail);
        let words: Vec<_> = text.split_whitespace().collect();
        let text = words.join(" ");
        let is_imported = [format!("id = \"{id}\""), format!("id = \"{id}@")]
            .iter()
            .any(|line| text.contains(line));
        is_imported || (text.contains("left behind") && text.contains(id))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.is_error { "Error" } else { "Warning" };
        write!(f, "{severity}: {}\n{}", self.summary, self.detail)
    }
}
