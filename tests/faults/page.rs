//! The page of the documentation that shows what was measured.

use std::fmt::Write;

use sandbox::Cloud;

use super::case::{Finding, Operation, Outcome, Persistence, Report};
use super::fault;

const HEAD: &str = "\
---
page_title: \"What happens when something fails\"
subcategory: \"\"
description: |-
  No key is ever lost: what was measured, and what cannot be noticed.
---

# What happens when something fails

Whatever fails, there is never a live key that no state knows, and never a state entry whose key or secret is gone. This page is written
by the test that measures it (`cargo test --test faults`), and is out of date as soon as the test finds anything else.

Each case runs one operation through a provider process of its own, against clouds of its own on this machine, while something goes wrong:
with the first call of the operation, or with every call until it ends. Then the fault is gone, and a plain apply follows. Right after
the fault and again at the end, the keys at the cloud are compared with the state: ids, secrets, attributes. The plan after that has to be
empty.
";

const LEGEND: &str = "\
In each cell: the fault the first time / every time. **ok**: done as if nothing had been wrong. **warned**: done, with a warning that says
what happened. **error**: not done, or not known to be done; the state says what is, and the next apply goes on from there.
";

const TAIL: &str = "\
## How it is done

- **A creation whose answer is lost** is never just sent again. The provider looks for the key that the request may have made. At AWS no
  two keys have the same value, and each key is asked for with one, drawn by the provider where none is configured; at Tencent Cloud no two
  manual keys have the same id: so the key is found for certain, or can be asked for again. Automatic keys of Tencent Cloud and keys of
  Scaleway are told by name or holder, description and age, by the service's clock. One that is found is taken over; at Scaleway it is
  removed and made anew, because its secret was in the lost answer. Several that could be the one are listed in an error, and none is touched.
- **A change or a removal whose answer is lost** is repeated, and if all answers are lost, the key is looked at: the state says what is.
- **Work of several calls** records each step. What a failure in the middle leaves is in the state, and the next apply goes on from there.
- **A read** removes a key from the state only when the service says that this key does not exist.
- **Ctrl-C, a stop and a termination** end waits, and no call in flight: what was begun is finished and reaches the state.

## What cannot be noticed

When Terraform or the provider is killed outright (SIGKILL, a lost machine) after the cloud has made a key and before the state is written,
nothing can save that run. The next plan of a new key looks at the keys that were made within the last hour. One that is as planned and that
no state Terraform has shown to the provider holds is told in a warning, with the import block that takes it over. What limits this:

- A key that was left behind more than an hour ago is not told from others.
- AWS keys are compared by name, description, customer id and whether they are enabled, automatic keys of Tencent Cloud by name, keys of
  Scaleway by holder, description and end. A key that another state holds and that agrees in all of that is told, too, although nothing is wrong.
- A key with a configured value or id stands in the way of a second one: the apply fails and names it.
- The secret of a Scaleway key that was left behind is lost. It can be imported to be replaced, or deleted.
- The look takes at most five seconds and the permission to list keys. Without, the plan goes on and says nothing; under `TF_LOG=INFO` it does.
- A request that the cloud carries out more than a few seconds after it has dropped the connection can make a second key, except where keys are
  unique: all at AWS, manual ones at Tencent Cloud.
";

/// The whole page.
pub fn render(reports: &[Report]) -> String {
    let mut page = format!("{HEAD}\n{}\n\n{LEGEND}", counts(reports));
    for (cloud, title) in [
        (Cloud::Aws, "AWS"),
        (Cloud::Tencentcloud, "Tencent Cloud"),
        (Cloud::Scaleway, "Scaleway"),
    ] {
        let _ = write!(page, "\n## {title}\n\n{}", table(cloud, reports));
    }
    let _ = write!(page, "\n{TAIL}");
    page
}

/// What was counted.
pub fn counts(reports: &[Report]) -> String {
    let count = |is_it: fn(&Finding) -> bool| {
        let findings = reports.iter().flat_map(|report| &report.findings);
        findings.filter(|finding| is_it(finding)).count()
    };
    format!(
        "{} cases: {} orphaned keys, {} lost secrets, {} wrong states, {} plans that were not empty at the end, {} applies that failed \
         at the end.",
        reports.len(),
        count(|finding| matches!(finding, Finding::Orphan(_))),
        count(|finding| matches!(finding, Finding::LostSecret(_))),
        count(|finding| matches!(finding, Finding::WrongState(_))),
        count(|finding| matches!(finding, Finding::UncleanPlan)),
        count(|finding| matches!(finding, Finding::Refused)),
    )
}

fn table(cloud: Cloud, reports: &[Report]) -> String {
    let mut table =
        "| fault | create | read | update | delete | import |\n| --- | --- | --- | --- | --- | --- |\n".to_owned();
    for wrong in fault::ALL {
        let _ = write!(table, "| {} |", wrong.name());
        for operation in [
            Operation::Create,
            Operation::Read,
            Operation::Update,
            Operation::Delete,
            Operation::Import,
        ] {
            let outcome = |persistence| {
                let is_it = |report: &&Report| {
                    let case = &report.case;
                    (case.kind.cloud, case.wrong, case.operation, case.persistence)
                        == (cloud, wrong, operation, persistence)
                };
                // Of kinds of key that fare differently, the worst.
                word(reports.iter().filter(is_it).map(|report| report.outcome).max())
            };
            let (first, every) = (outcome(Persistence::FirstTime), outcome(Persistence::EveryTime));
            let _ = write!(table, " {first} / {every} |");
        }
        table.push('\n');
    }
    table
}

fn word(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Done) => "ok",
        Some(Outcome::Warned) => "warned",
        Some(Outcome::Refused) => "error",
        None => "",
    }
}
