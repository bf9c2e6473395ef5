//! The page of the documentation that shows what was measured.

use std::fmt::Write;

use super::case::Report;
use super::clouds::KINDS;
use super::fault::{self, Wrong};
use super::judge::{Finding, Outcome};
use super::operation::{Operation, Persistence};

const HEAD: &str = include_str!("page/head.md");
const LEGEND: &str = include_str!("page/legend.md");
const OUTSIDE: &str = include_str!("page/outside.md");
const TAIL: &str = include_str!("page/tail.md");

/// The whole page.
pub fn render(reports: &[Report]) -> String {
    let mut page = format!("{HEAD}\n{}\n\n{LEGEND}", counts(reports));
    let mut titles = KINDS.map(|kind| kind.table).to_vec();
    titles.dedup();
    for title in titles {
        let _ = write!(page, "\n### {title}\n\n{}", table(title, reports));
    }
    let _ = write!(page, "\n{OUTSIDE}\n{TAIL}");
    page
}

/// What was counted.
pub fn counts(reports: &[Report]) -> String {
    let count = |is_it: fn(&Finding) -> bool| {
        let findings = reports.iter().flat_map(|report| &report.findings);
        findings.filter(|finding| is_it(finding)).count()
    };
    format!(
        "{} cases: {} orphaned keys, {} lost secrets, {} wrong states, {} false alarms, {} plans that were not empty at the end,\n{} \
         applies that failed at the end, {} records left. {} keys were named in an error, to be imported.",
        reports.len(),
        count(|finding| matches!(finding, Finding::Orphan(_))),
        count(|finding| matches!(finding, Finding::LostSecret(_))),
        count(|finding| matches!(finding, Finding::WrongState(_))),
        count(|finding| matches!(finding, Finding::FalseAlarm(_))),
        count(|finding| matches!(finding, Finding::UncleanPlan)),
        count(|finding| matches!(finding, Finding::Refused)),
        count(|finding| matches!(finding, Finding::Record(_))),
        reports.iter().map(|report| report.named).sum::<usize>(),
    )
}

fn table(title: &str, reports: &[Report]) -> String {
    let reports: Vec<_> = reports
        .iter()
        .filter(|report| report.case.kind.table == title)
        .collect();
    let is_done = |operation: &Operation| reports.iter().any(|report| report.case.operation == *operation);
    let operations: Vec<_> = Operation::ALL.into_iter().filter(is_done).collect();
    let names: Vec<_> = operations.iter().map(|operation| operation.name()).collect();
    let mut table = format!(
        "| fault | {} |\n|{}\n",
        names.join(" | "),
        " --- |".repeat(1 + names.len())
    );
    for wrong in fault::ALL {
        let _ = write!(table, "| {} |", wrong.name());
        for operation in &operations {
            let outcome = |persistence| {
                let is_it = |report: &&&Report| {
                    let case = &report.case;
                    (case.wrong, case.operation, case.persistence) == (wrong, *operation, persistence)
                };
                // Of kinds of key that fare differently, the worst.
                let worst = reports.iter().filter(is_it).map(|report| report.outcome).max();
                match worst {
                    Some(Outcome::Done | Outcome::Refused) if is_race(title, *operation, wrong) => "ok or error",
                    worst => word(worst),
                }
            };
            let _ = match [Persistence::FirstTime, Persistence::EveryTime].map(outcome) {
                ["–", "–"] => write!(table, " |"),
                [first, every] => write!(table, " {first} / {every} |"),
            };
        }
        table.push('\n');
    }
    table
}

/// Whether it depends on which of three requests is first whether all of them get through: AWS takes one addition to a plan at a time, and
/// after the stop, those that wait for their turn are not sent.
fn is_race(title: &str, operation: Operation, wrong: Wrong) -> bool {
    (title, operation, wrong) == ("AWS, keys in usage plans", Operation::CreateThree, Wrong::Stop)
}

fn word(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Done) => "ok",
        Some(Outcome::Warned) => "warned",
        Some(Outcome::Refused) => "error",
        Some(Outcome::Named) => "named",
        None => "–",
    }
}
