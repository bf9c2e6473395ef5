use std::env::VarError;
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::iter;
use std::time::Duration;

/// The most columns of a line.
const WIDTH: usize = 80;

/// Prints each step: the commands a user would type, then what came of them.
pub(crate) struct Progress<W> {
    out: W,
    style: Style,
}

/// Whether the output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Coloured,
}

impl Style {
    /// Colours for a terminal that has them, unless `NO_COLOR` is set; `variable` gives the environment.
    pub(crate) fn of(out: &impl IsTerminal, variable: impl Fn(&str) -> Result<String, VarError>) -> Self {
        let is_unwanted = !matches!(variable("NO_COLOR").as_deref(), Ok("") | Err(VarError::NotPresent));
        let is_dumb = variable("TERM").is_ok_and(|term| term == "dumb");
        if out.is_terminal() && !is_unwanted && !is_dumb {
            Self::Coloured
        } else {
            Self::Plain
        }
    }
}

const BOLD: &str = "1";
const DIM: &str = "2";
const GREEN: &str = "32";
const RED: &str = "31";

impl<W: Write> Progress<W> {
    pub(crate) fn new(out: W, style: Style) -> Self {
        Self { out, style }
    }

    /// What the commands that follow are for, as a comment of the shell.
    pub(crate) fn comment(&mut self, text: &str) -> io::Result<()> {
        for line in wrapped(text, WIDTH - 2) {
            writeln!(self.out, "{}", self.painted(DIM, &format!("# {line}")))?;
        }
        self.out.flush()
    }

    /// A command that is about to run.
    pub(crate) fn command(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "$ {}", self.painted(BOLD, line))?;
        self.out.flush()
    }

    /// Lines that the user is to read, as they are.
    pub(crate) fn text(&mut self, lines: &str) -> io::Result<()> {
        write!(self.out, "{lines}")?;
        self.out.flush()
    }

    /// A step was as claimed. Each line of `found` after the first is a detail.
    pub(crate) fn done(&mut self, found: &str, took: Duration) -> io::Result<()> {
        let (found, details) = found.split_once('\n').unwrap_or((found, ""));
        let lines = wrapped(&format!("{found} ({:.2} s)", took.as_secs_f64()), WIDTH - 2);
        let signs = iter::once(self.painted(GREEN, "✓")).chain(iter::repeat(" ".to_owned()));
        for (sign, line) in signs.zip(lines) {
            writeln!(self.out, "{sign} {line}")?;
        }
        for detail in details.lines() {
            writeln!(self.out, "    {detail}")?;
        }
        writeln!(self.out)?;
        self.out.flush()
    }

    /// The end, before its time.
    pub(crate) fn failed(&mut self, error: &dyn Error) -> io::Result<()> {
        let causes = iter::successors(Some(error), |error| (*error).source()).map(ToString::to_string);
        let causes = causes.collect::<Vec<_>>().join(": ");
        // What a command printed is shown as it is.
        writeln!(self.out, "{} {causes}", self.painted(RED, "✗"))?;
        self.out.flush()
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Coloured => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
        }
    }
}

/// The words of a text in lines of this many columns. A longer word has a line to itself.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn printed(style: Style) -> String {
        let mut out = Vec::new();
        let mut progress = Progress::new(&mut out, style);
        progress.comment(&"a comment of many words ".repeat(9)).unwrap();
        progress.command("terraform plan").unwrap();
        let found = format!("{}\naws  id", "found ".repeat(30));
        progress.done(&found, Duration::from_millis(1234)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_have_at_most_80_columns_and_are_plain_where_nobody_wants_colours() {
        let plain = printed(Style::Plain);
        assert!(plain.lines().all(|line| line.chars().count() <= WIDTH), "{plain}");
        assert!(!plain.contains('\u{1b}'), "{plain}");
        assert!(plain.contains("\n$ terraform plan\n✓ found found"), "{plain}");
        assert!(plain.ends_with("found (1.23 s)\n    aws  id\n\n"), "{plain}");
    }

    #[test]
    fn colours_change_nothing_else() {
        let mut coloured = printed(Style::Coloured);
        for code in [BOLD, DIM, GREEN, "0"] {
            coloured = coloured.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_eq!(coloured, printed(Style::Plain));
    }

    #[test]
    fn a_file_gets_no_colours() {
        let file = tempfile::tempfile().unwrap();
        assert_eq!(Style::of(&file, |_| Err(VarError::NotPresent)), Style::Plain);
    }
}
