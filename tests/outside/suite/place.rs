//! A working folder of a run, with its proxy.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cli::{Cli, Failure, Output, Running, Use, Workspace};
use serde_json::Value;

use super::diagnostic::{self, Diagnostic};
use super::faults::Plan;
use super::judge::{Entry, Folder};
use super::kind::{Kind, Operation};
use super::proxy::Proxy;
use super::scene::Scene;

pub struct Place {
    pub workspace: Workspace,
    pub proxy: Proxy,
    data: PathBuf,
}

/// What a command has said.
pub struct Told {
    pub text: String,
    pub diagnostics: Vec<Diagnostic>,
    pub has_succeeded: bool,
    pub is_late: bool,
}

const APIKEYS: Use = Use {
    source: "apikeys/apikeys",
    name: "apikeys",
};

/// How long an import may take: a read takes 5 minutes at most where there are no `timeouts`, and uses them up at AWS, where there are 25
/// attempts, if its answers are never right. The rest is Terraform's.
const LONGEST_IMPORT: Duration = Duration::from_secs(5 * 60 + 30);

impl Place {
    pub fn new(
        cli: &Cli,
        scene: &Arc<Scene>,
        plan: Plan,
        stranger: Option<(String, Duration)>,
        has_data_folder: bool,
    ) -> Self {
        let provider = Path::new(env!("CARGO_BIN_EXE_terraform-provider-apikeys"));
        let proxy = Proxy::start(scene, plan, stranger).unwrap();
        let workspace = Workspace::new(cli, provider, &[APIKEYS]).unwrap();
        let mut data = workspace.folder().join(".terraform");
        let mut workspace = workspace
            .environment(scene.sandbox.environment())
            .environment([scene.kind.endpoint(&proxy.authority())]);
        if has_data_folder {
            data = workspace.programs().with_file_name("data");
            workspace = workspace.environment([("TF_DATA_DIR", data.as_os_str())]);
        }
        Self { workspace, proxy, data }
    }

    pub fn spawn(&self, arguments: &[&str]) -> Running {
        self.workspace.spawn(arguments).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Told {
        Told::of(self.spawn(arguments).wait())
    }

    /// Imports a key. Nobody has set `timeouts` for the read that this takes.
    pub fn import(&self, address: &str, id: &str) -> Told {
        let running = self.workspace.spawn_within(&["import", address, id], LONGEST_IMPORT);
        Told::of(running.unwrap().wait())
    }

    /// What the state holds; none if it cannot be read, as when Terraform was killed while it wrote.
    pub fn entries(&self, kind: Kind, is_imported: bool, has_saved: bool) -> Option<Vec<Entry>> {
        let Ok(state) = fs::read(self.workspace.folder().join("terraform.tfstate")) else {
            return Some(Vec::new());
        };
        // So it is from when Terraform locks it until there is something to write; later only while it is written anew.
        if state.is_empty() {
            return (!has_saved).then(Vec::new);
        }
        let state: Value = serde_json::from_slice(&state).ok()?;
        let mut entries = Vec::new();
        for resource in state["resources"].as_array()? {
            for instance in resource["instances"].as_array()? {
                entries.push(entry(kind, is_imported, &resource["name"], instance)?);
            }
        }
        Some(entries)
    }

    /// What there is of the folder but for what was said.
    pub fn evidence(
        &self,
        kind: Kind,
        is_imported: bool,
        told: &[Told],
        calls: BTreeMap<Operation, usize>,
    ) -> Option<Folder> {
        let record = self.proxy.record();
        let has_saved = told.iter().any(|told| told.text.contains(": Creation complete"));
        Some(Folder {
            entries: self.entries(kind, is_imported, has_saved)?,
            run: told.iter().flat_map(|told| told.diagnostics.clone()).collect(),
            made: record.made,
            told: record.told,
            calls,
            ..Folder::default()
        })
    }

    /// How many requests of each operation have come by.
    pub fn calls(&self) -> BTreeMap<Operation, usize> {
        let arrivals = self.proxy.record().arrivals.into_iter();
        arrivals.map(|(operation, times)| (operation, times.len())).collect()
    }

    /// What is in the folder for temporary files.
    pub fn temporary_files(&self) -> Vec<String> {
        let folder = self.workspace.variables().get(OsStr::new("TMPDIR"));
        folder.map(|folder| files(Path::new(folder))).unwrap_or_default()
    }

    /// What is in Terraform's data folder.
    pub fn data_files(&self) -> Vec<String> {
        files(&self.data)
    }
}

impl Told {
    pub fn of(ended: Result<Output, Failure>) -> Self {
        let (output, is_late) = match ended {
            Ok(output) => (output, false),
            Err(Failure::Late { output, .. }) => (*output, true),
            Err(failure) => panic!("{failure}"),
        };
        let lines = output.stdout.lines().map(|line| {
            if let [told] = diagnostic::of(line).as_slice() {
                return told.to_string();
            }
            let message = serde_json::from_str::<Value>(line).ok();
            message
                .and_then(|message| message["@message"].as_str().map(str::to_owned))
                .unwrap_or_else(|| line.to_owned())
        });
        let status = output
            .status
            .map_or_else(|| "a kill".to_owned(), |status| status.to_string());
        let text = format!(
            "`{}` ended with {status}\n{}\n{}",
            output.command,
            lines.collect::<Vec<_>>().join("\n"),
            output.stderr
        );
        Self {
            text,
            diagnostics: diagnostic::of(&output.stdout),
            has_succeeded: output.succeeded(),
            is_late,
        }
    }
}

fn entry(kind: Kind, is_imported: bool, name: &Value, instance: &Value) -> Option<Entry> {
    let attributes = instance["attributes"].as_object()?;
    let text = |name: &str| attributes.get(name).and_then(Value::as_str).map(str::to_owned);
    // A key has the same id in every plan of AWS.
    let id = match kind {
        Kind::AwsAttachment => text("usage_plan_id")
            .zip(text("key_id"))
            .map(|(plan, key)| format!("{plan}/{key}")),
        _ => text("id"),
    };
    Some(Entry {
        address: format!("{}[{}]", name.as_str()?, instance["index_key"]),
        id: id.unwrap_or_default(),
        secret: kind.secret_attribute().and_then(text),
        is_tainted: instance["status"] == "tainted",
        is_secret_unknowable: is_imported && kind == Kind::Scaleway && instance["index_key"] == 0,
        attributes: attributes.clone().into_iter().collect(),
    })
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            _ => found.push(entry.path().to_string_lossy().into_owned()),
        }
    }
    found
}
