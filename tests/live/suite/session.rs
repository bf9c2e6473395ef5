//! One run of the tests: what all of them share, and the course that each takes.

use std::any::Any;
use std::ffi::OsStr;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use apikeys::framework::{Error, Kind};
use apikeys::host::environment::Environment;
use chrono::{DateTime, Utc};
use cli::{Cli, Use, Workspace};
use tokio::runtime::Runtime;

use super::name::Name;
use super::summary::{Outcome, Report};
use super::vendor::{self, Vendor};
use super::{Variables, scenario, sweep};

/// What all tests of a run share.
pub(super) struct Session {
    /// The name of every key that is made.
    pub(super) name: Name,
    environment: Variables,
    cli: Cli,
    runtime: Runtime,
}

impl Session {
    /// A session that begins now.
    ///
    /// # Errors
    ///
    /// What becomes of every test: they are not wanted, or there is no CLI.
    pub(super) fn start(environment: &Variables, now: DateTime<Utc>) -> Result<Self, Outcome> {
        let variable = |name: &str| environment.get(OsStr::new(name)).cloned();
        if variable("TF_ACC").is_none_or(|value| value != "1") {
            return Err(Outcome::Skipped("TF_ACC is not 1".to_owned()));
        }
        let cli = Cli::find(variable).map_err(|missing| Outcome::Failed(missing.to_string()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            name: Name::new(now),
            environment: environment.clone(),
            cli,
            runtime: runtime.map_err(|error| Outcome::Failed(error.to_string()))?,
        })
    }

    /// An empty workspace whose commands see the whole environment, but for what would have the CLI itself work elsewhere.
    pub(super) fn workspace(&self, provider: Use) -> Workspace {
        let program = Path::new(env!("CARGO_BIN_EXE_terraform-provider-apikeys"));
        let workspace = Workspace::new(&self.cli, program, &[provider]).unwrap();
        let own = workspace.variables().clone();
        let own = own.into_iter().filter(|(name, _)| !is_users(name));
        let inherited = self.environment.iter().filter(|(name, _)| !leads_elsewhere(name));
        workspace.environment(inherited).environment(own)
    }

    /// Waits for the end of calls.
    pub(super) fn wait_for<T>(&self, calls: impl Future<Output = T>) -> T {
        self.runtime.block_on(calls)
    }

    fn environment(&self) -> Environment {
        self.environment.iter().collect()
    }
}

/// The user's folder is where credentials are.
fn is_users(variable: &OsStr) -> bool {
    variable == "HOME"
}

fn leads_elsewhere(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy();
    let names = ["TF_DATA_DIR", "TF_REATTACH_PROVIDERS", "TF_WORKSPACE"];
    names.contains(&name.as_ref()) || name.starts_with("TF_CLI_ARGS")
}

/// The test of one cloud. Whatever becomes of it, nothing it made stays.
pub(super) fn test<V: Vendor>(session: &Session) -> Report {
    let begun = vendor::connect::<V>(session.environment()).and_then(|vendor| {
        let swept = session.wait_for(sweep::earlier_runs(&vendor, session.name.began))?;
        Ok((vendor, swept))
    });
    match begun {
        Ok((vendor, swept)) => Report {
            outcome: lived(session, &vendor),
            swept,
        },
        Err(error) => not_begun(&error).into(),
    }
}

fn lived<V: Vendor>(session: &Session, vendor: &V) -> Outcome {
    let lived = panic::catch_unwind(AssertUnwindSafe(|| scenario::run(session, vendor)));
    let left = session.wait_for(sweep::this_run(vendor, &session.name));
    let left = match left {
        Ok(left) if left.is_empty() => None,
        Ok(left) => Some(format!("left behind, and removed now: {}", left.join(", "))),
        Err(error) => Some(format!("a key named {} may be left behind: {error}", session.name)),
    };
    let wrong: Vec<_> = lived.err().map(text_of).into_iter().chain(left).collect();
    if wrong.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(wrong.join("\n"))
    }
}

/// Nothing was made yet: what is not configured is no failure.
fn not_begun(error: &Error) -> Outcome {
    match error.kind {
        Kind::NoCredentials | Kind::NotConfigured => Outcome::Skipped(error.to_string()),
        _ => Outcome::Failed(format!("before anything was made: {error}")),
    }
}

fn text_of(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic
            .downcast::<&str>()
            .map_or_else(|_| "a panic".to_owned(), |text| (*text).to_owned()),
    }
}
