//! `cargo demo`: the provider on three clouds on loopback, driven by the real CLI.

mod interrupt;
mod play;
mod progress;
mod stage;
mod steps;
mod story;

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, io};

use cli::{Cli, build_provider};
use interrupt::Interrupt;
use progress::{Progress, Style};
use sandbox::{Cloud, Options, Sandbox};

const USAGE: &str = "usage: cargo demo [-- --keep]

Builds the provider, starts three clouds on loopback, and has Terraform or
OpenTofu create, look up, change, import and destroy keys there, and put one
into a usage plan.

  --keep  afterwards keep the clouds and a working folder until Ctrl-C";

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
    let style = Style::of(&io::stdout(), |name| env::var(name));
    let mut progress = Progress::new(io::stdout(), style);
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
    progress.comment("The provider, as it is released. The first build takes minutes")?;
    progress.command("cargo build --release")?;
    let begun = Instant::now();
    let provider = build_provider(env::vars_os()).map_err(|error| -> Box<dyn Error> {
        // Cargo gets the Ctrl-C of the terminal, too.
        if interrupt.came() {
            "interrupted during the build: nothing was started, nothing is left".into()
        } else {
            error.into()
        }
    })?;
    let megabytes = std::fs::metadata(&provider)?.len() as f64 / 1e6;
    progress.done(&format!("one program of {megabytes:.1} MB"), begun.elapsed())?;

    progress.comment("The three clouds, on this machine")?;
    progress.command("cargo run -p sandbox -- serve")?;
    let begun = Instant::now();
    let sandbox = Sandbox::start(Options::default())?;
    let clouds = Cloud::ALL.map(|cloud| format!("\n{:13} {}", cloud.to_string(), sandbox.url(cloud)));
    progress.done(&format!("listening on loopback{}", clouds.concat()), begun.elapsed())?;

    story::tell(progress, &cli, &provider, &sandbox, &interrupt)?;
    match afterwards {
        Afterwards::Keep => play::until_interrupted(progress, &cli, &provider, &sandbox, &interrupt),
        Afterwards::Remove => Ok(()),
    }
}
