use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{fs, io};

use serde_json::Value;
use tempfile::TempDir;

use crate::configuration::{self, Use};
use crate::failure::Failure;
use crate::find::Cli;
use crate::process::{Output, Running};

/// A private folder with a configuration and a provider, and the environment its commands see.
///
/// Dropping it removes the folder.
#[derive(Debug)]
pub struct Workspace {
    cli: Cli,
    temp: TempDir,
    environment: BTreeMap<OsString, OsString>,
}

impl Workspace {
    /// An empty configuration with development overrides: the provider is used as it is and needs no `init`.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn new(cli: &Cli, provider: &Path, uses: &[Use]) -> Result<Self, Failure> {
        Self::build(cli, |programs| configuration::overriding(programs, provider, uses))
    }

    /// An empty configuration with a file system mirror that holds this version of the provider: it has to be installed with
    /// `init` first, and can only come from there.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn with_mirror(cli: &Cli, provider: &Path, uses: &[Use], version: &str) -> Result<Self, Failure> {
        Self::build(cli, |programs| {
            configuration::mirroring(programs, provider, uses, version, cli)
        })
    }

    /// The same, with these variables in the environment of its commands.
    #[must_use]
    pub fn environment<N: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables.into_iter();
        self.environment
            .extend(variables.map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// The same, without this variable.
    #[must_use]
    pub fn without(mut self, variable: &str) -> Self {
        self.environment.remove(&OsString::from(variable));
        self
    }

    /// The working folder.
    pub fn folder(&self) -> PathBuf {
        self.temp.path().join("work")
    }

    /// The folder with the provider's program under its names.
    pub fn programs(&self) -> PathBuf {
        self.temp.path().join("providers")
    }

    /// What the commands see of an environment.
    pub fn variables(&self) -> &BTreeMap<OsString, OsString> {
        &self.environment
    }

    /// Keeps the folder, and gives it: it is not removed any more.
    pub fn keep(self) -> PathBuf {
        self.temp.keep()
    }

    /// Writes a file of the working folder.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        fs::write(self.folder().join(name), text).map_err(Failure::system(format!("writing {name}")))
    }

    /// Starts a command, without colours and without asking.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn spawn(&self, arguments: &[&str]) -> Result<Running, Failure> {
        self.spawn_within(arguments, LIMIT)
    }

    /// Starts a command that may take this long, where that is more than commands usually take.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn spawn_within(&self, arguments: &[&str], limit: Duration) -> Result<Running, Failure> {
        let mut command = Command::new(&self.cli.program);
        command
            .args(arguments)
            .arg("-no-color")
            .current_dir(self.folder())
            .env_clear()
            .envs(&self.environment);
        Running::start(&mut command, limit)
    }

    /// Runs a command to its end, whatever that is.
    ///
    /// # Errors
    ///
    /// It cannot be started, or takes too long.
    pub fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        self.spawn(arguments)?.wait()
    }

    /// Installs the providers.
    ///
    /// # Errors
    ///
    /// The command fails, as with all that follow.
    pub fn init(&self) -> Result<Output, Failure> {
        self.run(&["init"])?.success()
    }

    /// Checks the configuration.
    ///
    /// # Errors
    ///
    /// The command fails.
    pub fn validate(&self) -> Result<Output, Failure> {
        self.run(&["validate"])?.success()
    }

    /// Shows what would be done.
    ///
    /// # Errors
    ///
    /// The command fails.
    pub fn plan(&self) -> Result<Output, Failure> {
        self.run(&["plan"])?.success()
    }

    /// Expects that nothing would be done.
    ///
    /// # Errors
    ///
    /// Something would be, or the command fails.
    pub fn plan_nothing(&self) -> Result<Output, Failure> {
        self.run(&["plan", "-detailed-exitcode"])?.success()
    }

    /// What would be done, as `show -json` says it: among others `resource_changes`.
    ///
    /// # Errors
    ///
    /// A command fails.
    pub fn plan_json(&self) -> Result<Value, Failure> {
        self.run(&["plan", "-out=saved.tfplan"])?.success()?;
        self.run(&["show", "-json", "saved.tfplan"])?.success()?.json()
    }

    /// Does what is to be done.
    ///
    /// # Errors
    ///
    /// The command fails.
    pub fn apply(&self) -> Result<Output, Failure> {
        self.run(&["apply", "-auto-approve"])?.success()
    }

    /// Destroys everything.
    ///
    /// # Errors
    ///
    /// The command fails.
    pub fn destroy(&self) -> Result<Output, Failure> {
        self.run(&["destroy", "-auto-approve"])?.success()
    }

    /// Takes the object of this id into the state.
    ///
    /// # Errors
    ///
    /// The command fails.
    pub fn import(&self, address: &str, id: &str) -> Result<Output, Failure> {
        self.run(&["import", address, id])?.success()
    }

    /// The state file: among others `resources`.
    ///
    /// # Errors
    ///
    /// The command fails. Without a state it writes nothing, which is no JSON.
    pub fn state(&self) -> Result<Value, Failure> {
        self.run(&["state", "pull"])?.success()?.json()
    }

    /// What the state holds of the resource `TYPE.NAME`.
    ///
    /// # Errors
    ///
    /// The command fails, or there is no such resource.
    pub fn attributes(&self, address: &str) -> Result<Value, Failure> {
        let state = self.state()?;
        let is_it = |resource: &&Value| {
            let text = |member: &str| resource[member].as_str().unwrap_or_default();
            format!("{}.{}", text("type"), text("name")) == address
        };
        let found = state["resources"].as_array().into_iter().flatten().find(is_it);
        found
            .and_then(|resource| resource["instances"].get(0)?.get("attributes").cloned())
            .ok_or_else(|| Failure::NoSuchAddress(address.to_owned()))
    }

    fn build(cli: &Cli, install: impl FnOnce(&Path) -> io::Result<String>) -> Result<Self, Failure> {
        let temp = tempfile::Builder::new()
            .prefix("apikeys-")
            .tempdir()
            .map_err(Failure::system("making a temporary folder"))?;
        let workspace = Self {
            environment: environment(cli, temp.path()),
            cli: cli.clone(),
            temp,
        };
        workspace
            .fill(install)
            .map_err(Failure::system("filling a workspace"))?;
        Ok(workspace)
    }

    fn fill(&self, install: impl FnOnce(&Path) -> io::Result<String>) -> io::Result<()> {
        fs::create_dir(self.folder())?;
        fs::create_dir(self.temp.path().join(TEMPORARY))?;
        fs::write(self.temp.path().join(CLI_CONFIGURATION), install(&self.programs())?)
    }
}

/// How long a command may take. It takes a second; this only turns a hang into a failure.
const LIMIT: Duration = Duration::from_secs(120);
const CLI_CONFIGURATION: &str = "cli.tfrc";
const TEMPORARY: &str = "tmp";

fn environment(cli: &Cli, folder: &Path) -> BTreeMap<OsString, OsString> {
    let variables = [
        ("CHECKPOINT_DISABLE", "1".into()),
        ("HOME", folder.into()),
        ("PATH", cli.path.clone()),
        ("TF_CLI_CONFIG_FILE", folder.join(CLI_CONFIGURATION).into()),
        ("TF_INPUT", "0".into()),
        ("TF_IN_AUTOMATION", "1".into()),
        ("TMPDIR", folder.join(TEMPORARY).into()),
    ];
    variables
        .into_iter()
        .map(|(name, value): (_, OsString)| (name.into(), value))
        .collect()
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::find::Product;

    /// A shell in the place of a CLI.
    fn shell() -> Cli {
        Cli {
            program: "/bin/sh".into(),
            path: "/usr/bin:/bin".into(),
            product: Product::Terraform,
            version: "1.11.4".to_owned(),
        }
    }

    const USE: Use = Use {
        source: "hashicorp/aws",
        name: "aws",
    };

    #[test]
    fn commands_see_their_own_environment_and_nothing_of_ours() {
        let cli = shell();
        let workspace = Workspace::new(&cli, &cli.program, &[USE]).unwrap();
        let workspace = workspace
            .environment([("AWS_REGION", "us-east-1"), ("DROPPED", "x")])
            .without("DROPPED");
        let output = workspace.run(&["-c", "env; echo last=$0"]).unwrap();
        let names = output
            .stdout
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, _)| name);
        // The shell adds some of its own.
        let mut names: Vec<_> = names
            .filter(|name| !["OLDPWD", "PWD", "SHLVL", "_"].contains(name))
            .collect();
        names.sort_unstable();
        let expected = [
            "AWS_REGION",
            "CHECKPOINT_DISABLE",
            "HOME",
            "PATH",
            "TF_CLI_CONFIG_FILE",
            "TF_INPUT",
            "TF_IN_AUTOMATION",
            "TMPDIR",
            "last",
        ];
        assert_eq!(names, expected);
        assert!(output.stdout.contains("last=-no-color\n"), "{output}");
    }

    #[test]
    fn nothing_is_left_behind() {
        let cli = shell();
        let workspace = Workspace::with_mirror(&cli, &cli.program, &[USE], "1.2.3").unwrap();
        let folder = workspace.folder();
        assert!(folder.is_dir());
        drop(workspace);
        assert!(!folder.parent().unwrap().exists());
    }
}
