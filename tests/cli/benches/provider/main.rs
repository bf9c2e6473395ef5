//! `cargo bench -p cli`: what the provider costs, measured in this run on this machine.
//!
//! With `APIKEYS_PEER_AWS` naming a program of the official AWS provider, that one is measured beside it.

mod contender;
mod hundred;
mod limits;
mod plan;
mod start;
mod statistics;
mod table;
mod watch;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io, iter};

use cli::{Cli, build_provider};
use contender::Contender;
use table::{Table, Target};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().collect();
    let result = match watch::Watched::of_process(&arguments, |name| env::var_os(name)) {
        Some(watched) => watched.run(),
        None => measure(&mut Table::new(io::stdout())).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        let causes = iter::successors(Some(&*error), |error| (*error).source());
        let causes: Vec<_> = causes.map(ToString::to_string).collect();
        eprintln!("bench: {}", causes.join(": "));
        ExitCode::FAILURE
    })
}

fn measure(table: &mut Table<impl io::Write>) -> Result<(), Box<dyn Error>> {
    let cli = Cli::find(|name| env::var_os(name))?;
    let bench = env::current_exe()?;
    let ours = Contender::ours(build_provider(env::vars_os())?);
    let peer = env::var_os("APIKEYS_PEER_AWS").map(|program| Contender::peer(PathBuf::from(program)));
    table.title(&cli)?;

    table.section("provider")?;
    let size = fs::metadata(&ours.program)?.len();
    table.row(
        "size of the program",
        megabytes(size),
        Some(Target::megabytes(size, 12)),
    )?;
    let starts = start::times(&ours.program)?;
    let (median, late) = (statistics::median(&starts), statistics::quantile(&starts, 0.95));
    table.row(
        "start to handshake, median of 100",
        milliseconds(median),
        Some(Target::milliseconds(median, 10)),
    )?;
    table.row("start to handshake, 95 of 100 within", milliseconds(late), None)?;

    plan::compare(table, &cli, &ours, peer.as_ref())?;
    for contender in iter::once(&ours).chain(&peer) {
        hundred::measure(table, &cli, &bench, contender)?;
    }
    limits::measure(table, &cli, &ours.program)?;
    table.footnote(plan::NOTE)?;
    table.footnote(hundred::NOTE)?;
    Ok(())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn milliseconds(time: std::time::Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
