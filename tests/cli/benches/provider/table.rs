use std::env::consts::{ARCH, OS};
use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use cli::Cli;

const LABEL: usize = 58;
const VALUE: usize = 12;

/// What was measured, a line for each figure, printed as soon as it is known.
pub(crate) struct Table<W>(W);

/// What a figure is to be at most, and whether it is.
pub(crate) struct Target {
    text: String,
    met: bool,
}

impl Target {
    pub(crate) fn megabytes(bytes: u64, most: u64) -> Self {
        Self::new(format!("{most} MB"), bytes <= most * 1_000_000)
    }

    pub(crate) fn milliseconds(time: Duration, most: u64) -> Self {
        Self::new(format!("{most} ms"), time <= Duration::from_millis(most))
    }

    pub(crate) fn times(ratio: f64, most: f64) -> Self {
        Self::new(format!("{most:.1} ×"), ratio <= most)
    }

    fn new(text: String, met: bool) -> Self {
        Self { text, met }
    }
}

impl<W: Write> Table<W> {
    pub(crate) fn new(out: W) -> Self {
        Self(out)
    }

    pub(crate) fn title(&mut self, cli: &Cli) -> io::Result<()> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let cli = cli.program().display();
        writeln!(
            self.0,
            "Measured in this run on {OS} {ARCH} with {cores} cores, through {cli}."
        )
    }

    pub(crate) fn section(&mut self, name: &str) -> io::Result<()> {
        writeln!(self.0, "\n{name}")
    }

    pub(crate) fn row(&mut self, label: &str, value: impl AsRef<str>, target: Option<Target>) -> io::Result<()> {
        write!(self.0, "  {label:<LABEL$}{:>VALUE$}", value.as_ref())?;
        if let Some(Target { text, met }) = target {
            let verdict = if met { "met" } else { "missed" };
            write!(self.0, "   at most {text}: {verdict}")?;
        }
        writeln!(self.0)?;
        self.0.flush()
    }

    pub(crate) fn footnote(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.0, "\n{text}")
    }
}
