//! The rules: what must be so after a run, whatever went wrong in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::diagnostic::{self, Diagnostic};
use super::kind::{Kind, Operation};
use super::live::Live;

/// What there is after a run.
#[derive(Clone, Debug)]
pub struct Evidence {
    pub kind: Kind,
    /// Nothing was made to go wrong.
    pub is_faultless: bool,
    /// Each folder's keys are made by two processes of the provider, of which neither is shown what the other's state holds.
    pub has_aliases: bool,
    /// Several resources are to make the same objects.
    pub is_contested: bool,
    /// The keys at the cloud.
    pub live: Vec<Live>,
    /// The keys that a person has made, as they were made.
    pub strangers: Vec<Live>,
    pub folders: Vec<Folder>,
}

/// What there is of a working folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// What its state holds.
    pub entries: Vec<Entry>,
    /// What the commands of the run have said.
    pub run: Vec<Diagnostic>,
    /// What the plan after the run has said.
    pub plan: Vec<Diagnostic>,
    /// The keys that its requests have made.
    pub made: BTreeSet<String>,
    /// The keys that an answer to one of its creates has named.
    pub told: BTreeSet<String>,
    /// How many requests of each operation its first apply took.
    pub calls: BTreeMap<Operation, usize>,
}

/// A resource in a state.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub address: String,
    pub id: String,
    pub secret: Option<String>,
    pub attributes: BTreeMap<String, Value>,
    pub is_tainted: bool,
    /// No API tells its secret any more, as with an imported key of Scaleway.
    pub is_secret_unknowable: bool,
}

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// A state holds a key that no answer to its run has named, at a cloud that offers no proof of who made it.
    Adopted(String),
    /// A run without faults took other calls than it needs.
    Calls(String),
    /// A diagnostic says that a key is left behind which a state holds.
    FalseAlarm(String),
    /// A state holds a key that does not exist.
    Gone(String),
    /// Two states, or one state twice, hold the same key.
    HeldTwice(String),
    /// A state holds another secret than the key has, or none.
    Secret(String),
    /// A person's key was changed or removed.
    StrangerChanged(String),
    /// A key was disabled or removed that is not proven to be the run's own.
    Touched(String),
    /// A live key that no state holds, and that no diagnostic names.
    Unnamed(String),
    /// A state says of a key what is not so.
    Untrue(String),
    /// A run without faults was warned of something.
    Warned(String),
    /// What the run itself found: an exit code, a process or a file left.
    Run(String),
}

/// All rules that the evidence breaks.
pub fn judge(evidence: &Evidence) -> BTreeSet<Finding> {
    let mut findings = states(evidence);
    findings.extend(strangers(evidence));
    findings.extend(unnamed(evidence));
    findings.extend(false_alarms(evidence));
    if evidence.kind == Kind::TencentAuto {
        findings.extend(unproven(evidence));
    }
    if evidence.is_faultless {
        findings.extend(quiet(evidence));
    }
    findings
}

/// The live keys that no state holds and that no person has made.
pub fn orphans(evidence: &Evidence) -> Vec<&str> {
    let held = held(evidence);
    let is_strange = |id: &str| evidence.strangers.iter().any(|stranger| stranger.id == id);
    let ids = evidence.live.iter().map(|key| key.id.as_str());
    ids.filter(|id| !held.contains(id) && !is_strange(id)).collect()
}

fn held(evidence: &Evidence) -> BTreeSet<&str> {
    let entries = evidence.folders.iter().flat_map(|folder| &folder.entries);
    entries.map(|entry| entry.id.as_str()).collect()
}

/// The rules that hold at any time: what the states say is so.
pub fn states(evidence: &Evidence) -> BTreeSet<Finding> {
    let mut findings = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for entry in evidence.folders.iter().flat_map(|folder| &folder.entries) {
        let shown = format!("{} {:?}", entry.address, entry.id);
        if !seen.insert(&entry.id) {
            findings.insert(Finding::HeldTwice(shown.clone()));
        }
        let Some(key) = evidence.live.iter().find(|key| key.id == entry.id) else {
            findings.insert(Finding::Gone(shown));
            continue;
        };
        let secret = entry.secret.as_deref().filter(|secret| !secret.is_empty());
        let has_one = evidence.kind.secret_attribute().is_some();
        if has_one
            && secret != Some(&key.secret)
            && !(secret.is_none() && (entry.is_tainted || entry.is_secret_unknowable))
        {
            findings.insert(Finding::Secret(shown.clone()));
        }
        for (name, value) in &key.attributes {
            let stated = entry.attributes.get(*name);
            if !is_same(stated.unwrap_or(&Value::Null), value) {
                findings.insert(Finding::Untrue(format!("{shown}: {name} is {value}, not {stated:?}")));
            }
        }
    }
    findings
}

/// Whether both are equal, an absent text being as good as an empty one.
fn is_same(one: &Value, other: &Value) -> bool {
    let is_unset = |value: &Value| value.is_null() || value == "";
    one == other || (is_unset(one) && is_unset(other))
}

fn strangers(evidence: &Evidence) -> Vec<Finding> {
    let is_changed = |stranger: &&Live| !evidence.live.contains(stranger);
    let changed = evidence.strangers.iter().filter(is_changed);
    let held = held(evidence);
    let taken = evidence
        .strangers
        .iter()
        .filter(|stranger| held.contains(stranger.id.as_str()));
    changed
        .map(|stranger| Finding::StrangerChanged(stranger.id.clone()))
        .chain(taken.map(|stranger| Finding::Adopted(stranger.id.clone())))
        .collect()
}

/// An orphan is to be named where it was made: by the run, or by the summary of a diagnostic of the plan that follows.
fn unnamed(evidence: &Evidence) -> Vec<Finding> {
    let is_named = |folder: &Folder, id: &str| {
        let in_run = diagnostic::seen(&folder.run).iter().any(|text| text.contains(id));
        in_run || folder.plan.iter().any(|told| told.summary.contains(id))
    };
    let is_made_elsewhere = |folder: &Folder, id: &str| {
        !folder.made.contains(id) && evidence.folders.iter().any(|folder| folder.made.contains(id))
    };
    let orphans = orphans(evidence).into_iter();
    orphans
        .filter(|id| {
            let mut folders = evidence.folders.iter().filter(|folder| !is_made_elsewhere(folder, id));
            !folders.any(|folder| is_named(folder, id))
        })
        .map(|id| Finding::Unnamed(id.to_owned()))
        .collect()
}

/// No diagnostic may say of a key that a state holds that it is left behind.
///
/// Of automatic keys of Tencent Cloud nobody can tell who made them. A run may name those that could be its own, and a plan those
/// that no state shows to its process. Where several resources are to make the same objects, the error of the one that comes too late
/// names what the other has made.
fn false_alarms(evidence: &Evidence) -> Vec<Finding> {
    let everywhere = held(evidence);
    let mut findings = Vec::new();
    for folder in &evidence.folders {
        let here = folder.entries.iter().map(|entry| entry.id.as_str()).collect();
        let (diagnostics, held): (Vec<_>, &BTreeSet<&str>) = match evidence.kind {
            Kind::TencentAuto if evidence.has_aliases => (Vec::new(), &here),
            Kind::TencentAuto => (folder.plan.iter().collect(), &here),
            _ => {
                let in_run = folder
                    .run
                    .iter()
                    .filter(|told| !(evidence.is_contested && told.is_error));
                (in_run.chain(&folder.plan).collect(), &everywhere)
            }
        };
        for told in diagnostics {
            let accused = held.iter().filter(|id| !id.is_empty() && told.accuses(id));
            findings.extend(accused.map(|id| Finding::FalseAlarm(format!("{id}: {}", told.summary))));
        }
    }
    findings
}

/// Automatic keys of Tencent Cloud are the run's own only if an answer to a create of it has named them.
fn unproven(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in &evidence.folders {
        let adopted = folder.entries.iter().filter(|entry| !folder.told.contains(&entry.id));
        findings.extend(adopted.map(|entry| Finding::Adopted(format!("{} {}", entry.address, entry.id))));
        let is_as_made = |id: &String| {
            let key = evidence.live.iter().find(|key| key.id == *id);
            key.is_some_and(|key| key.attributes.contains(&("status", "on".into())))
        };
        let touched = folder.made.difference(&folder.told).filter(|id| !is_as_made(id));
        findings.extend(touched.map(|id| Finding::Touched(id.clone())));
    }
    findings
}

/// A run without faults takes the calls that its kind needs, and not a word is said.
fn quiet(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in &evidence.folders {
        let told = folder.run.iter().chain(&folder.plan);
        findings.extend(told.map(|told| Finding::Warned(told.summary.clone())));
        let keys = folder.calls.get(&Operation::Create).copied().unwrap_or_default();
        if folder.calls != evidence.kind.calls(keys) || keys > folder.entries.len() {
            findings.push(Finding::Calls(format!("{:?}", folder.calls)));
        }
    }
    findings
}
