//! Listed scenarios in which somebody is killed, or waits.

use std::time::Duration;

use super::faults::{Lapse, Lapses, Plan};
use super::kind::{Kind, Operation};
use super::scenario::{Expected, Kill, Processes, Scenario, Whom};

/// Somebody is killed while creates are under way.
pub fn kills(kind: Kind) -> Vec<Scenario> {
    let rows = [
        ("Terraform killed", Whom::Terraform, Processes::One),
        ("the provider killed", Whom::Provider, Processes::One),
        ("both killed", Whom::Both, Processes::One),
        ("Terraform killed, then the provider", Whom::InTurn, Processes::One),
        ("interrupted twice", Whom::TwiceInterrupted, Processes::One),
        ("terminal closed", Whom::Hangup, Processes::One),
        ("both killed, with two aliases", Whom::Both, Processes::TwoAliases),
        (SOME_ARE_SAVED, Whom::Both, Processes::TwoAliases),
        (
            "Terraform killed beside another process",
            Whom::Terraform,
            Processes::TwoFolders,
        ),
    ];
    let killed = rows.map(|(name, whom, processes)| Scenario {
        keys: 6,
        processes,
        has_data_folder: whom == Whom::Both,
        plan: Plan {
            seed: 11,
            // Two interrupts take longer than one kill.
            slow: Duration::from_millis(if whom == Whom::TwiceInterrupted { 2500 } else { 1500 }),
            ..Plan::default()
        },
        kill: Some(Kill {
            whom,
            creates: 3,
            delay: Duration::from_millis(if name == SOME_ARE_SAVED { 2600 } else { 900 }),
        }),
        ..Scenario::new(name, kind)
    });
    killed.into()
}

const SOME_ARE_SAVED: &str = "both killed when some keys are saved, with two aliases";

/// A create that hangs.
pub fn stalled(kind: Kind) -> Vec<Scenario> {
    let hung = |seconds| Lapses::first(1, Lapse::Held(Duration::from_secs(seconds)));
    vec![
        Scenario {
            keys: 4,
            expected: Expected::NoneBlocked,
            ..Scenario::new("a create that takes 15 seconds", kind).with(Operation::Create, hung(15))
        },
        Scenario {
            kill: Some(Kill {
                whom: Whom::Terraform,
                creates: 1,
                delay: Duration::from_millis(500),
            }),
            ..Scenario::new("Terraform killed while a create hangs", kind).with(Operation::Create, hung(30))
        },
    ]
}
