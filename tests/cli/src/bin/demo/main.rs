//! `cargo demo`: the provider on three clouds on loopback, driven by the real CLI.

mod interrupt;
mod play;
mod progress;
mod stage;
mod story;

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, io};

use cli::{Cli, build_provider};
use interrupt::Interrupt;
use progress::Progress;
use sandbox::{Cloud, Options, Sandbox};

const USAGE: &str = "usage: cargo demo [-- --keep]

Builds the provider, starts three clouds on loopback, and has Terraform or OpenTofu make,
change, import and destroy keys there.

  --keep  afterwards leaves the clouds and a working folder until Ctrl-C";

/// What becomes of the clouds after the story.
#[derive(Clone, Copy)]
enum Afterwards {
    Keep,
    Remove,
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let afterwards = match arguments.as_slice() {
        [] => Afterwards::Remove,
        ["--keep"] => Afterwards::Keep,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let mut progress = Progress::new(io::stdout());
    match run(&mut progress, afterwards) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do about a terminal that is gone.
            let _ = progress.failed(&*error);
            ExitCode::FAILURE
        }
    }
}

fn run(progress: &mut Progress<impl io::Write>, afterwards: Afterwards) -> Result<(), Box<dyn Error>> {
    // Before the build, which takes minutes the first time.
    let cli = Cli::find(|name| env::var_os(name))?;
    let interrupt = Interrupt::listen()?;
    progress.note("cargo build --release: the provider, as it is released; minutes the first time")?;
    let begun = Instant::now();
    let provider = build_provider(env::vars_os())?;
    let megabytes = std::fs::metadata(&provider)?.len() as f64 / 1e6;
    progress.done("build", &format!("one program of {megabytes:.1} MB"), begun.elapsed())?;

    let begun = Instant::now();
    let sandbox = Sandbox::start(Options::default())?;
    let clouds = Cloud::ALL.map(|cloud| format!("{cloud} at {}", sandbox.url(cloud)));
    progress.done("sandbox", &clouds.join(", "), begun.elapsed())?;

    story::tell(progress, &cli, &provider, &sandbox, &interrupt)?;
    match afterwards {
        Afterwards::Keep => play::until_interrupted(progress, &cli, &provider, &sandbox, &interrupt),
        Afterwards::Remove => Ok(()),
    }
}
