use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};

use cli::{Cli, Failure, Output, Use, Workspace};
use sandbox::Sandbox;
use serde_json::Value;

const EXAMPLE: &str = include_str!("../../../../../examples/demo/main.tf");

/// The sources that the example names.
const USES: [Use; 3] = [
    Use {
        source: "apikeys/aws",
        name: "aws",
    },
    Use {
        source: "apikeys/scaleway",
        name: "scaleway",
    },
    Use {
        source: "apikeys/tencentcloud",
        name: "tencentcloud",
    },
];

/// A working folder with the example in it, and the clouds it is applied to.
pub(crate) struct Stage<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) workspace: Workspace,
    transcript: RefCell<String>,
    secrets: RefCell<BTreeSet<String>>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(cli: &Cli, provider: &Path, sandbox: &'a Sandbox) -> Result<Self, Failure> {
        let workspace = Workspace::new(cli, provider, &USES)?.environment(sandbox.environment());
        workspace.write("main.tf", EXAMPLE)?;
        Ok(Self {
            sandbox,
            workspace,
            transcript: RefCell::default(),
            secrets: RefCell::default(),
        })
    }

    /// Runs a command that has to succeed.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        let output = self.workspace.run(arguments)?;
        *self.transcript.borrow_mut() += &format!("{}{}", output.stdout, output.stderr);
        self.secrets.borrow_mut().extend(secrets(self.sandbox));
        output.success()
    }

    /// How many secrets the clouds have given out, and whether a command has printed one.
    pub(crate) fn leaks(&self) -> (usize, bool) {
        let (transcript, secrets) = (self.transcript.borrow(), self.secrets.borrow());
        let leaked = secrets.iter().any(|secret| transcript.contains(secret.as_str()));
        (secrets.len(), leaked)
    }

    /// The ids in the state by address, `TYPE.NAME`.
    pub(crate) fn ids(&self) -> Result<BTreeMap<String, String>, Failure> {
        let state = self.workspace.state()?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let resources = state["resources"].as_array().into_iter().flatten();
        let resources = resources.filter(|resource| resource["mode"] == "managed");
        let ids = resources.map(|resource| {
            let address = format!("{}.{}", text(&resource["type"]), text(&resource["name"]));
            (address, text(&resource["instances"][0]["attributes"]["id"]))
        });
        Ok(ids.collect())
    }

    /// Removes the folder, and says so. The clouds with their keys end with this process.
    pub(crate) fn remove(self) -> String {
        let (keys, folder) = (live(self.sandbox).len(), self.workspace.folder());
        drop(self);
        let folder = folder.parent().unwrap_or(&folder).display().to_string();
        format!("stopped the clouds with {keys} keys, removed {folder}")
    }

    /// The folder in which the CLI and the provider put what is temporary.
    pub(crate) fn temporary(&self) -> Option<PathBuf> {
        let variables = self.workspace.variables();
        variables.get("TMPDIR".as_ref() as &std::ffi::OsStr).map(PathBuf::from)
    }
}

/// The CLI as a user types it: by its name where the `PATH` leads to it.
pub(crate) fn typed(cli: &Cli) -> String {
    let program = cli.program();
    let path = env::var_os("PATH").unwrap_or_default();
    let name = program.file_stem().unwrap_or_default();
    let is_on_path = env::split_paths(&path).any(|folder| Some(&*folder) == program.parent());
    let typed = if is_on_path { Path::new(name) } else { program };
    typed.display().to_string()
}

/// The ids of all keys on all clouds.
pub(crate) fn live(sandbox: &Sandbox) -> BTreeSet<String> {
    let aws = sandbox.aws().keys().into_iter().map(|key| key.id);
    let scaleway = sandbox.scaleway().keys().into_iter().map(|key| key.access_key);
    let tencentcloud = sandbox.tencentcloud().keys().into_iter().map(|key| key.id);
    aws.chain(scaleway).chain(tencentcloud).collect()
}

/// The secrets of all keys on all clouds.
fn secrets(sandbox: &Sandbox) -> impl Iterator<Item = String> {
    let aws = sandbox.aws().keys().into_iter().map(|key| key.value);
    let scaleway = sandbox.scaleway().keys().into_iter().map(|key| key.secret_key);
    let tencentcloud = sandbox.tencentcloud().keys().into_iter().map(|key| key.secret);
    aws.chain(scaleway).chain(tencentcloud)
}
