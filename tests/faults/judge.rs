//! What must be so whatever went wrong.

use std::collections::BTreeSet;
use std::path::Path;

use apikeys::protocol::proto::tfplugin6 as pb;
use apikeys::value::Value;

use super::clouds::{Kind, Live};
use super::terraform::{State, Told, id_of, is_refused};

/// How the operation under the fault ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Done,
    Warned,
    Refused,
    /// Refused, with the id and the import block of a key that nobody can tell to be the one that was created.
    Named,
}

/// What is wrong with the clouds and the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A live key that is in no state, and that no diagnostic of the operation names with its import block.
    Orphan(String),
    /// A warning of the plain apply, with nothing wrong any more.
    FalseAlarm(String),
    /// A record of a creation that is left when all was put right.
    Record(String),
    /// A secret in the state that is not the live one.
    LostSecret(String),
    /// A state that says what is not so.
    WrongState(String),
    /// A plan that is not empty once all was put right.
    UncleanPlan,
    /// A plain apply that fails with nothing wrong any more.
    Refused,
}

/// Compares the states with what lives at the cloud. `awaited` are the keys that may be in no state for now.
pub fn judge(live: &[Live], states: &[State], awaited: &[String], is_secret_unknowable: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut held = BTreeSet::new();
    for state in states.iter().filter(|state| state.is_some()) {
        let id = id_of(state);
        findings.extend(compared(state, live, is_secret_unknowable));
        if !held.insert(id.clone()) {
            findings.push(Finding::WrongState(format!("{id} is held twice")));
        }
    }
    let ids = live.iter().map(|key| &key.id);
    let orphans = ids.filter(|id| !held.contains(*id) && !awaited.contains(id));
    findings.extend(orphans.cloned().map(Finding::Orphan));
    findings
}

/// Compares what a state holds with the key.
fn compared(state: &State, live: &[Live], is_secret_unknowable: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let id = id_of(state);
    let Some(stored) = state else { return findings };
    let Some(key) = live.iter().find(|key| key.id == id) else {
        // Somebody else may take a key away between an operation and its answer; here nobody does.
        findings.push(Finding::WrongState(format!("there is no key {id:?}")));
        return findings;
    };
    if let Some((name, secret)) = &key.secret {
        match &stored.object[*name] {
            Value::Null if is_secret_unknowable => {}
            held if held.as_str() == Some(secret) => {}
            _ => findings.push(Finding::LostSecret(key.id.clone())),
        }
    }
    for (name, value) in &key.attributes {
        let held = match &stored.object[*name] {
            Value::String(text) if text.is_empty() => &Value::Null,
            held => held,
        };
        if held != value {
            findings.push(Finding::WrongState(format!("{name} of {id}")));
        }
    }
    findings
}

/// The live keys that no state holds, and that a diagnostic names with an import block.
pub fn named(kind: &Kind, told: &Told, live: &[Live], states: &[State]) -> Vec<String> {
    let is_held = |id: &String| states.iter().any(|state| id_of(state) == *id);
    let is_named = |id: &String| {
        let block = format!("id = \"{}\"", kind.import_id(id));
        let mut details = told.iter().map(|told| &told.detail);
        details.any(|detail| detail.contains("import {") && detail.contains(&block))
    };
    let ids = live.iter().map(|key| &key.id);
    ids.filter(|id| !is_held(id) && is_named(id)).cloned().collect()
}

/// How an operation ended.
pub fn outcome(told: &Told, named: &[String]) -> Outcome {
    match (is_refused(told), told.iter().any(is_warning)) {
        _ if !named.is_empty() => Outcome::Named,
        (true, _) => Outcome::Refused,
        (false, true) => Outcome::Warned,
        (false, false) => Outcome::Done,
    }
}

/// The warnings of an apply with which nothing is wrong.
pub fn false_alarms(told: &Told) -> impl Iterator<Item = Finding> {
    let alarms = told.iter().filter(|told| is_warning(told));
    alarms.map(|told| Finding::FalseAlarm(told.summary.clone()))
}

/// Whether it is a warning, but for the one of every import that a secret is not known.
fn is_warning(told: &pb::Diagnostic) -> bool {
    let warning = pb::diagnostic::Severity::Warning;
    told.severity() == warning && !told.summary.starts_with("The secret key of an imported key")
}

/// The records of creations that are left in a working folder.
pub fn records(folder: &Path) -> impl Iterator<Item = Finding> {
    let records = folder.join(".terraform/apikeys-creations");
    let entries = records.read_dir().into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".json")).map(Finding::Record)
}
