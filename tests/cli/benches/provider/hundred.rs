use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use cli::{Cli, Workspace};
use sandbox::{Options, RateLimits, Sandbox};

use crate::contender::Contender;
use crate::table::{Table, Target};
use crate::{megabytes, watch};

const KEYS: usize = 100;

/// What has to be known to read the figures.
pub(crate) const NOTE: &str = "\
The clouds keep AWS's documented limits here: 5 creates and 10 calls in all per second, in bursts of up to 40 calls.
A hundred creates take 19 s at the least under them. Our provider paces its calls by these limits.";

/// Times a hundred keys under AWS's rate limits, and watches the provider's memory.
pub(crate) fn measure(
    table: &mut Table<impl Write>,
    cli: &Cli,
    bench: &Path,
    contender: &Contender,
) -> Result<(), Box<dyn Error>> {
    let options = Options {
        rate_limits: RateLimits::On,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options)?;
    table.section(&format!("{}: memory, and {KEYS} keys", contender.name))?;

    let peaks = tempfile::NamedTempFile::new()?;
    let program = if cfg!(unix) { bench } else { &contender.program };
    let watched = |keys| -> Result<Workspace, Box<dyn Error>> {
        let workspace = Contender::overriding(cli, program, &sandbox, keys)?;
        Ok(workspace.environment(watch::variables(&contender.program, peaks.path())))
    };
    let one = watched(1)?;
    one.apply()?;
    one.plan()?;
    memory(table, "peak memory, one key made and planned", contender, peaks.path())?;

    sandbox.reset();
    let hundred = watched(KEYS)?;
    timed(table, &sandbox, &format!("apply, {KEYS} keys made"), || {
        hundred.apply().map(drop)
    })?;
    timed(table, &sandbox, &format!("plan, {KEYS} keys refreshed"), || {
        hundred.plan().map(drop)
    })?;
    memory(
        table,
        &format!("peak memory, {KEYS} keys made and planned"),
        contender,
        peaks.path(),
    )?;
    Ok(())
}

fn timed(
    table: &mut Table<impl Write>,
    sandbox: &Sandbox,
    label: &str,
    command: impl FnOnce() -> Result<(), cli::Failure>,
) -> Result<(), Box<dyn Error>> {
    let before = sandbox.journal().len();
    let begun = Instant::now();
    command()?;
    let took = begun.elapsed();
    let journal = sandbox.journal();
    let calls = journal.len() - before;
    let refused = journal
        .iter()
        .skip(before)
        .filter(|call| call.status == Some(429))
        .count();
    let label = format!("{label}: {calls} calls, {refused} throttled");
    Ok(table.row(&label, format!("{:.2} s", took.as_secs_f64()), None)?)
}

fn memory(
    table: &mut Table<impl Write>,
    label: &str,
    contender: &Contender,
    peaks: &Path,
) -> Result<(), Box<dyn Error>> {
    let Some(peak) = watch::highest(peaks)? else {
        return Ok(table.row(label, "unknown", None)?);
    };
    let target = (contender.name == "ours").then(|| Target::megabytes(peak, 16));
    Ok(table.row(label, megabytes(peak), target)?)
}
