//! The sandbox as a program: `sandbox serve` prints where the clouds are and serves until it is interrupted.

use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;

use chrono::TimeDelta;
use sandbox::{Cloud, ListedSecrets, Options, RateLimits, Sandbox};
use serde_json::json;

const USAGE: &str = "usage: sandbox serve [--aws-port N] [--tencentcloud-port N] [--scaleway-port N]
                     [--rate-limits] [--clock-offset SECONDS] [--hide-listed-secrets]

Serves AWS API Gateway, Tencent Cloud API Gateway and Scaleway IAM keys on 127.0.0.1
until it is interrupted. A port of 0, the default, lets the system choose. One line of
JSON on stdout tells the addresses and the environment that the vendors' tools need.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(options) = parse(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match serve(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The options that the arguments ask for; `None` if they cannot be understood.
fn parse(arguments: &[String]) -> Option<Options> {
    let mut arguments = arguments.iter().map(String::as_str);
    if arguments.next() != Some("serve") {
        return None;
    }
    let mut options = Options::default();
    while let Some(flag) = arguments.next() {
        match flag {
            "--aws-port" => options.ports.aws = value(arguments.next())?,
            "--clock-offset" => options.clock_offset = offset(arguments.next())?,
            "--hide-listed-secrets" => options.listed_secrets = ListedSecrets::Hidden,
            "--rate-limits" => options.rate_limits = RateLimits::On,
            "--scaleway-port" => options.ports.scaleway = value(arguments.next())?,
            "--tencentcloud-port" => options.ports.tencentcloud = value(arguments.next())?,
            _ => return None,
        }
    }
    Some(options)
}

/// A shift of at most ten years, which keeps every sum of times within what a calendar can hold.
fn offset(text: Option<&str>) -> Option<TimeDelta> {
    TimeDelta::try_seconds(value(text)?).filter(|offset| offset.abs() <= TimeDelta::days(3650))
}

fn value<T: FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

fn serve(options: Options) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Listening for signals before anything is announced: whoever reads the line may interrupt at once.
    let interrupted = runtime.block_on(async { Interrupt::listen() })?;
    let sandbox = Sandbox::start(options)?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", announcement(&sandbox))?;
    stdout.flush()?;
    runtime.block_on(interrupted.received());
    Ok(())
}

fn announcement(sandbox: &Sandbox) -> serde_json::Value {
    json!({
        "aws": { "url": sandbox.url(Cloud::Aws) },
        "tencentcloud": { "url": sandbox.url(Cloud::Tencentcloud) },
        "scaleway": { "url": sandbox.url(Cloud::Scaleway) },
        "environment": sandbox.environment(),
    })
}

/// SIGINT and SIGTERM, or Ctrl-C where there are no signals.
#[cfg(unix)]
struct Interrupt {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Interrupt {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Interrupt(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Interrupt {
    fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn received(mut self) {
        self.0.recv().await;
    }
}
