//! The scenarios, and how they are run.

mod answers;
mod diagnostic;
mod draw;
mod ends;
mod faults;
mod judge;
mod kind;
mod listed;
mod live;
mod negative;
mod others;
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
use support::harness::{Test, cli_tests};

use self::faults::{Garble, Lapse, Lapses};
use self::judge::Finding;
use self::kind::{Kind, Operation};
use self::run::Report;
use self::scenario::Scenario;

pub(crate) const TESTS: [&[Test]; 2] = [
    cli_tests![
        no_key_is_lost_and_nobody_elses_is_touched,
        a_proof_that_any_key_carries_is_noticed,
    ],
    negative::TESTS,
];

/// How many runs are under way at once: they mostly wait.
const AT_ONCE: usize = 24;
/// How many scenarios are drawn.
const DRAWN: u64 = 60;

fn no_key_is_lost_and_nobody_elses_is_touched(cli: &Cli) {
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
    let reports = run_all(scenarios.collect(), cli);
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
fn a_proof_that_any_key_carries_is_noticed(cli: &Cli) {
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
        let report = run::run(scenario, cli);
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

/// Writes what a long run is followed by while it goes on.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
