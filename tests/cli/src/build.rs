use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The package of the provider, and its program.
const PROVIDER: &str = "terraform-provider-apikeys";

/// The folder with the provider's `Cargo.toml`.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Why there is no provider.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Cargo has said why.
    #[error("cargo did not build the provider")]
    Failed,
    /// Cargo has not said where the program is.
    #[error("cargo named no program {PROVIDER}")]
    Nowhere,
    /// Cargo did not start.
    #[error("starting cargo")]
    Start(#[source] io::Error),
}

/// Has Cargo build the provider in release form, as far as it is not up to date, and gives its program.
///
/// `environment` is that of the calling process. Cargo's messages go to stderr.
///
/// # Errors
///
/// Cargo cannot be started, or the provider not be built.
pub fn build_provider(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<PathBuf, BuildError> {
    // Some build scripts run again whenever the variables change that `cargo run` sets for its program.
    let mut environment: Vec<_> = environment.into_iter().collect();
    environment.retain(|(name, _)| !is_of_calling_package(name));
    let cargo = environment.iter().find(|(name, _)| name == "CARGO");
    let cargo = cargo.map_or(OsStr::new("cargo"), |(_, program)| program);
    let output = Command::new(cargo)
        .args(["build", "--release", "--package", PROVIDER, "--bin", PROVIDER])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(ROOT)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(BuildError::Start)?;
    if !output.status.success() {
        return Err(BuildError::Failed);
    }
    program_in(&output.stdout).ok_or(BuildError::Nowhere)
}

fn is_of_calling_package(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy();
    ["CARGO_PKG_", "CARGO_MANIFEST_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// The program in what Cargo reports, a line of JSON for each thing it made or found up to date.
fn program_in(report: &[u8]) -> Option<PathBuf> {
    let lines = report.split(|byte| *byte == b'\n');
    let messages = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let mut ours = messages.filter(|message| message["target"]["name"] == PROVIDER);
    ours.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}
