//! What is told of the tests, in the manner of the standard harness.

use std::io::{self, Write};

use super::Verdict;

/// What became of one test.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// Something is not as it should be.
    Failed(String),
    /// All is as it should be.
    Passed,
    /// It was not run, and why.
    Skipped(String),
}

/// What there is to tell of one test.
#[derive(Debug)]
pub(super) struct Report {
    /// What became of it.
    pub(super) outcome: Outcome,
    /// The names of the keys that earlier runs had left behind, and that were removed.
    pub(super) swept: Vec<String>,
}

/// What has become of the tests so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    failures: Vec<(&'static str, String)>,
    passed: usize,
    skipped: usize,
}

impl Summary {
    /// Tells of a test whose name is already told.
    pub(super) fn add(&mut self, test: &'static str, report: Report, out: &mut impl Write) -> io::Result<()> {
        match report.outcome {
            Outcome::Failed(reason) => {
                self.failures.push((test, reason));
                write!(out, "FAILED")?;
            }
            Outcome::Passed => {
                self.passed += 1;
                write!(out, "ok")?;
            }
            Outcome::Skipped(reason) => {
                self.skipped += 1;
                write!(out, "skipped ({reason})")?;
            }
        }
        match report.swept.as_slice() {
            [] => writeln!(out),
            swept => writeln!(out, " (left behind by earlier runs, and removed: {})", swept.join(", ")),
        }
    }

    /// Tells the whole.
    pub(super) fn end(self, out: &mut impl Write) -> io::Result<Verdict> {
        for (test, reason) in &self.failures {
            writeln!(out, "\n---- {test} ----\n{reason}")?;
        }
        let (word, verdict) = match self.failures.as_slice() {
            [] => ("ok", Verdict::Passed),
            _ => ("FAILED", Verdict::Failed),
        };
        let (passed, failed, skipped) = (self.passed, self.failures.len(), self.skipped);
        writeln!(
            out,
            "\nlive result: {word}. {passed} passed; {failed} failed; {skipped} skipped\n"
        )?;
        Ok(verdict)
    }
}

impl From<Outcome> for Report {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            swept: Vec::new(),
        }
    }
}
