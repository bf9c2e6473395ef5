//! No key is lost, and nobody else's is touched: the provider under the real CLI, with a proxy between it and the sandbox at which
//! things go wrong, several keys, several processes, and a judge that compares the live keys with all states.
//!
//! Listed scenarios, and some drawn from a seed:
//!
//! - `APIKEYS_OUTSIDE_RUNS=n` draws that many;
//! - `APIKEYS_OUTSIDE_SEED=s` draws them from this seed on; a failure prints the seed of its run, which draws it again as the only one
//!   with `APIKEYS_OUTSIDE_RUNS=1`;
//! - `APIKEYS_OUTSIDE_ONLY=text` runs the scenarios whose name has the text: `random` for the drawn ones alone;
//! - `APIKEYS_OUTSIDE_SHOW=1` writes what came by and was said in every run, not only where something was found.
//!
//! For long runs: `APIKEYS_OUTSIDE_RUNS=500 APIKEYS_OUTSIDE_ONLY=random cargo test --test outside -- --nocapture > outside.log`. What
//! fails is written as it happens, the counts come last.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

mod answers;
mod diagnostic;
mod draw;
mod ends;
mod faults;
mod judge;
mod kind;
mod listed;
mod negative;
mod place;
mod processes;
mod proxy;
mod random;
mod record;
mod run;
mod scenario;
mod scene;
mod wire;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, thread};

use cli::Cli;
use faults::{Garble, Lapse, Lapses};
use judge::Finding;
use kind::{Kind, Operation};
use run::Report;
use scenario::Scenario;

/// How many runs are under way at once: they mostly wait.
const AT_ONCE: usize = 24;
/// How many scenarios are drawn.
const DRAWN: u64 = 60;

#[test]
fn no_key_is_lost_and_nobody_elses_is_touched() {
    let Some(cli) = cli() else { return };
    let seed = number("APIKEYS_OUTSIDE_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        now.as_secs() * 1000
    });
    let drawn = number("APIKEYS_OUTSIDE_RUNS").unwrap_or(DRAWN);
    let only = env::var("APIKEYS_OUTSIDE_ONLY").unwrap_or_default();
    let scenarios = listed::all()
        .into_iter()
        .chain((seed..seed + drawn).map(random::scenario));
    let scenarios = scenarios.filter(|scenario| scenario.to_string().contains(&only));
    say(&format!("drawn from seed {seed}"));
    let reports = run_all(scenarios.collect(), &cli);
    let broken: Vec<_> = reports.iter().filter(|report| !report.findings.is_empty()).collect();
    say(&counts(&reports));
    let names: Vec<_> = broken
        .iter()
        .map(|report| format!("{}: {:?}", report.scenario, report.findings))
        .collect();
    assert!(
        broken.is_empty(),
        "seed {seed}\n{}\n{}",
        counts(&reports),
        names.join("\n")
    );
}

/// The harness as a whole sees a proof that proves nothing: every key of a list carries what proves that it is the run's own.
#[test]
fn a_proof_that_any_key_carries_is_noticed() {
    let Some(cli) = cli() else { return };
    for kind in [Kind::AwsDrawn, Kind::Scaleway] {
        let dropped = Lapse::Dropped {
            after: Duration::from_secs(1),
        };
        let scenario = Scenario {
            stranger: Some(Duration::ZERO),
            ..Scenario::new("forged", kind)
                .with(Operation::Create, Lapses::first(1, dropped))
                .with(Operation::List, Lapses::some(&[(100, Lapse::Garbled(Garble::Forged))]))
                .with(Operation::Get, Lapses::some(&[(100, Lapse::Garbled(Garble::Forged))]))
        };
        let report = run::run(scenario, &cli);
        let is_seen = |finding: &Finding| matches!(finding, Finding::Adopted(_) | Finding::StrangerChanged(_));
        assert!(report.findings.iter().any(is_seen), "{report}");
    }
}

fn run_all(scenarios: VecDeque<Scenario>, cli: &Cli) -> Vec<Report> {
    let waiting = Mutex::new(scenarios);
    let reports = Mutex::new(Vec::new());
    let shows_all = env::var_os("APIKEYS_OUTSIDE_SHOW").is_some();
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(scenario) = next() {
                    let report = run::run(scenario, cli);
                    if !report.findings.is_empty() || shows_all {
                        say(&report.to_string());
                    }
                    reports.lock().unwrap_or_else(PoisonError::into_inner).push(report);
                }
            });
        }
    });
    reports.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What was run, and what was found.
fn counts(reports: &[Report]) -> String {
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for report in reports {
        let (runs, broken) = kinds.entry(report.scenario.kind.to_string()).or_default();
        *runs += 1;
        *broken += usize::from(!report.findings.is_empty());
    }
    let kinds = kinds
        .iter()
        .map(|(kind, (runs, broken))| format!("{kind}: {runs} runs, {broken} with violations"));
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    for finding in reports.iter().flat_map(|report| &report.findings) {
        let rule = format!("{finding:?}");
        *rules
            .entry(rule.split('(').next().unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    let torn = reports.iter().filter(|report| report.is_torn).count();
    format!(
        "{} runs, {} violations {rules:?}, {torn} not judged since Terraform was killed while it wrote its state\n{}",
        reports.len(),
        rules.values().sum::<usize>(),
        kinds.collect::<Vec<_>>().join("\n")
    )
}

fn number(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// The CLI of this machine. None if acceptance tests are to be skipped.
fn cli() -> Option<Cli> {
    if env::var_os("APIKEYS_SKIP_ACCEPTANCE").is_some_and(|value| value == "1") {
        say("APIKEYS_SKIP_ACCEPTANCE=1: scenarios are skipped");
        return None;
    }
    match Cli::find(|name| env::var_os(name)) {
        Ok(cli) => Some(cli),
        Err(missing) => panic!("the scenarios need a CLI: {missing}"),
    }
}

/// Writes past the capture of the test harness: a long run is followed while it goes on.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
