//! The provider's program.

mod arguments;

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, iter};

use apikeys::docs;
use apikeys::framework::records::Records;
use apikeys::host::Host;
use apikeys::host::environment::Environment;
use apikeys::host::file;
use apikeys::host::private_file;
use apikeys::host::random;
use apikeys::plugin::{self, HandshakeError, ShutdownReason};
use apikeys::protocol::{Changes, Server};
use apikeys::provider::Provider;

use self::arguments::{Task, USAGE};

const VERSION: &str = env!("CARGO_PKG_VERSION");

const HELP: &str = "\
This program is a provider: Terraform or OpenTofu starts it when a configuration needs it.
Started by hand it has nothing to do. To use it, name it under required_providers and run
`terraform init`.

  --debug        keep running and print what attaches Terraform to this process
  --docs DIR     render the registry's pages in DIR/docs, for the name this program runs under,
                 from DIR/examples, and remove the pages there that are another name's
  -V, --version  print name, version, commit and target
  -h, --help     print this text

One dash does as well as two.
";

fn main() -> ExitCode {
    let environment: Environment = env::vars_os().collect();
    let mut arguments = env::args_os();
    let program = PathBuf::from(arguments.next().unwrap_or_default());
    let task = Task::parse(arguments);
    let records = match task {
        Ok(Task::Serve) => records(&environment),
        // Nobody says where a Terraform runs that is attached by hand.
        _ => Records::default(),
    };
    let host = Host {
        environment: environment.clone(),
        read: file::read,
        write: private_file::write,
        clock: chrono::Utc::now,
        random_fraction: random::fraction,
        random_secret: random::secret,
        version: VERSION,
    };
    let provider = Provider::of_program(&program, host.clone(), records.clone());
    let name = format!("terraform-provider-{}", provider.name());

    let result = match task {
        Ok(Task::Serve) => serve(&environment, &name, provider, &records),
        Ok(Task::Debug) => debug(&environment, &name, &provider.addresses(), move || {
            Provider::of_program(&program, host.clone(), Records::default())
        }),
        Ok(Task::Docs(project)) => docs::write(&provider, &project).map_err(Into::into),
        Ok(Task::Version) => print(&version(&name)),
        Ok(Task::Help) => print(&format!("usage: {name} {USAGE}\n\n{HELP}")),
        Err(error) => {
            eprintln!("{name}: {error}\nusage: {name} {USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_started_by_hand(error.as_ref()) => {
            eprint!("{HELP}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{name}: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn serve(environment: &Environment, name: &str, provider: Provider, records: &Records) -> Result<(), Box<dyn Error>> {
    let changes = Changes::default();
    let server = Server::new(Arc::new(provider), changes.clone());
    if plugin::serve(environment, name, server, &changes, io::stdout())? == ShutdownReason::Requested {
        records.finish();
    }
    Ok(())
}

fn debug(
    environment: &Environment,
    name: &str,
    addresses: &[String],
    provider: impl Fn() -> Provider + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let changes = Changes::default();
    let theirs = changes.clone();
    let server = move || Server::new(Arc::new(provider()), theirs.clone());
    plugin::debug(environment, name, addresses, server, &changes, io::stdout())?;
    Ok(())
}

/// The records of creations of the Terraform that started this process: both have one working folder.
fn records(environment: &Environment) -> Records {
    let folder = env::current_dir();
    folder.map_or_else(
        |_| Records::default(),
        |folder| Records::in_data_folder(environment, &folder, run()),
    )
}

/// What the processes of one command line have in common: the parent, and when that was started.
#[cfg(target_os = "linux")]
fn run() -> Option<String> {
    let parent = std::os::unix::process::parent_id();
    let status = std::fs::read_to_string(format!("/proc/{parent}/stat")).ok()?;
    // The program's name, in brackets, may hold anything. proc_pid_stat(5): the start time is the 20th field after it.
    let (_, fields) = status.rsplit_once(')')?;
    Some(format!("{parent} {}", fields.split_whitespace().nth(19)?))
}

#[cfg(not(target_os = "linux"))]
fn run() -> Option<String> {
    None
}

/// The program's name and version, and what it was built from and for.
fn version(name: &str) -> String {
    format!(
        "{name} {VERSION}\ncommit: {}\ntarget: {}\n",
        env!("BUILD_COMMIT"),
        env!("BUILD_TARGET")
    )
}

fn print(text: &str) -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(text.as_bytes())?)
}

fn is_started_by_hand(error: &(dyn Error + 'static)) -> bool {
    matches!(
        error.downcast_ref(),
        Some(plugin::Error::Handshake(HandshakeError::Cookie))
    )
}

/// An error and what led to it, on one line.
fn chain(error: &dyn Error) -> String {
    let causes = iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
