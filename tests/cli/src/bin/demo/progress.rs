use std::error::Error;
use std::io::{self, Write};
use std::iter;
use std::time::Duration;

/// Tells what happens, a line for each step.
pub(crate) struct Progress<W>(W);

impl<W: Write> Progress<W> {
    pub(crate) fn new(out: W) -> Self {
        Self(out)
    }

    /// What is about to happen, or goes without a time.
    pub(crate) fn note(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.0, "  {text}")?;
        self.0.flush()
    }

    /// Lines that the user is to read, as they are.
    pub(crate) fn text(&mut self, lines: &str) -> io::Result<()> {
        write!(self.0, "{lines}")?;
        self.0.flush()
    }

    /// A step was as claimed.
    pub(crate) fn done(&mut self, step: &str, found: &str, took: Duration) -> io::Result<()> {
        writeln!(self.0, "✓ {step}: {found} ({:.2} s)", took.as_secs_f64())?;
        self.0.flush()
    }

    /// The end, before its time.
    pub(crate) fn failed(&mut self, error: &dyn Error) -> io::Result<()> {
        let causes = iter::successors(Some(error), |error| (*error).source()).map(ToString::to_string);
        writeln!(self.0, "✗ {}", causes.collect::<Vec<_>>().join(": "))?;
        self.0.flush()
    }
}
