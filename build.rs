//! Compiles `proto/` into the modules of `src/rpc/proto.rs`, without `protoc`, and finds out what `--version` says.

// Build scripts talk to cargo through stdout.
#![allow(clippy::print_stdout)]

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::Command;

const DEFINITIONS: [&str; 4] = [
    "tfplugin6.proto",
    "grpc_controller.proto",
    "grpc_stdio.proto",
    "grpc_broker.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    println!("cargo::rustc-env=BUILD_TARGET={}", env::var("TARGET")?);
    println!(
        "cargo::rustc-env=BUILD_COMMIT={}",
        commit().as_deref().unwrap_or("unknown")
    );
    tonic_prost_build::configure()
        // Clients are for the tests, which act as the host; they bring their own transport.
        .build_transport(false)
        // An rpc that the provider does not have answers UNIMPLEMENTED.
        .generate_default_stubs(true)
        // These hold configurations and states, hence secrets: `src/rpc/proto.rs` gives them a `Debug` that shows neither.
        .skip_debug([".tfplugin6.DynamicValue", ".tfplugin6.RawState"])
        .emit_rerun_if_changed(false)
        .compile_fds(protox::compile(DEFINITIONS, ["proto"])?)?;
    Ok(())
}

/// The commit that is checked out here. None where it cannot be told, as in an archive of the sources or without Git, and where a
/// change of it would not be noticed.
fn commit() -> Option<String> {
    let log = git(&["--git-path", "logs/HEAD"])?;
    // Whatever moves HEAD writes there. A file that is not there counts as changed, in every build.
    if !Path::new(&log).is_file() {
        return None;
    }
    println!("cargo::rerun-if-changed={log}");
    git(&["--verify", "HEAD"])
}

/// What `git rev-parse` says, of no other folder than this: an archive may lie in the work tree of another project.
fn git(arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.args(["--git-dir=.git", "rev-parse"]).args(arguments);
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
