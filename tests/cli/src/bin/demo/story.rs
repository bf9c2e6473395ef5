use std::io::Write;
use std::path::Path;
use std::time::Instant;

use cli::{Cli, Failure};
use sandbox::Sandbox;

use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::stage::{Stage, typed};
use crate::steps::{STEPS, Wrong, leave_nothing};

/// Why the story broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Something else came about than is claimed.
    #[error("{step}: {claim} is not so: {found}")]
    Claim {
        step: &'static str,
        claim: &'static str,
        found: String,
    },
    /// A command did not do what it was told.
    #[error("{step}")]
    Command {
        step: &'static str,
        #[source]
        source: Failure,
    },
    /// The user did not want to wait for the end.
    #[error("interrupted: {removed}")]
    Interrupted { removed: String },
    /// What is found cannot be told.
    #[error("writing to the terminal")]
    Tell(#[from] std::io::Error),
}

/// Plays all steps, and tells of each.
pub(crate) fn tell(
    progress: &mut Progress<impl Write>,
    cli: &Cli,
    provider: &Path,
    sandbox: &Sandbox,
    interrupt: &Interrupt,
) -> Result<(), Error> {
    let fill = |source| Error::Command {
        step: "a working folder",
        source,
    };
    let stage = Stage::new(cli, provider, sandbox).map_err(fill)?;
    progress.comment("A working folder. A development override makes `init` unnecessary")?;
    progress.command(&format!("cd {}", stage.workspace.folder().display()))?;
    progress.text("\n")?;
    for step in STEPS {
        progress.comment(step.comment)?;
        for command in step.commands {
            progress.command(&command.replace("CLI", &typed(cli)))?;
        }
        let begun = Instant::now();
        let found = (step.act)(&stage);
        if let Ok(found) = &found {
            progress.done(found, begun.elapsed())?;
        }
        // A command that is just being started can get the Ctrl-C, too, and fail for it.
        if interrupt.came() {
            let removed = stage.remove();
            return Err(Error::Interrupted { removed });
        }
        found.map_err(|wrong| wrong.at(step.comment))?;
    }
    progress.comment("Look for anything that is left behind")?;
    let begun = Instant::now();
    let found = leave_nothing(stage).map_err(|wrong| wrong.at("leftovers"))?;
    Ok(progress.done(&found, begun.elapsed())?)
}

impl Wrong {
    fn at(self, step: &'static str) -> Error {
        match self {
            Self::Claim(claim, found) => Error::Claim { step, claim, found },
            Self::Command(source) => Error::Command { step, source },
        }
    }
}
