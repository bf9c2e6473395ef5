//! The provider's program.

use std::{
    env,
    error::Error,
    io::{self, Write},
    iter,
    process::ExitCode,
};

use apikeys::{
    environment::Environment,
    plugin::{self, HandshakeError},
    rpc::proto::tfplugin6::provider_server::Provider,
};

const NAME: &str = "terraform-provider-apikeys";

const ADDRESSES: [&str; 1] = ["registry.terraform.io/apikeys/apikeys"];

const HELP: &str = "\
This program is a provider: Terraform or OpenTofu starts it when a configuration needs it.
Started by hand it has nothing to do. To use it, name it under required_providers and run
`terraform init`.

  --debug    keep running and print what attaches Terraform to this process
  --version  print name and version
  --help     print this text
";

fn main() -> ExitCode {
    let environment: Environment = env::vars_os().collect();
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_str()).collect();
    let result = match arguments.as_slice() {
        [] => plugin::serve(&environment, NAME, Unimplemented, io::stdout()),
        [Some("--debug")] => plugin::debug(&environment, NAME, &ADDRESSES, Unimplemented, io::stdout()),
        [Some("--version")] => return print(&format!("{NAME} {}\n", env!("CARGO_PKG_VERSION"))),
        [Some("--help")] => return print(HELP),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(plugin::Error::Handshake(HandshakeError::Cookie)) => {
            eprint!("{HELP}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{NAME}: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// An error and what led to it, on one line.
fn chain(error: &dyn Error) -> String {
    let causes = iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

struct Unimplemented;

impl Provider for Unimplemented {}
