//! Listed scenarios of what is not a key: of keys in usage plans, applications and users.

use std::time::Duration;

use super::faults::{Garble, Lapse, Lapses, Plan};
use super::kind::{Kind, Operation};
use super::scenario::{Expected, Kill, Names, Processes, Scenario, Then, Whom};

use Operation::{Create, Delete, Update};

/// The scenarios of a kind. How requests are sent, and how lost ones are found, is as with keys; so there are fewer of them.
pub fn all(kind: Kind) -> Vec<Scenario> {
    let parts = [nothing_wrong, by_hand, lost, answers, removals, kills];
    parts.into_iter().flat_map(|part| part(kind)).collect()
}

fn nothing_wrong(kind: Kind) -> Vec<Scenario> {
    let scenario = |name: &str| Scenario {
        keys: 3,
        expected: Expected::Success,
        ..Scenario::new(format!("nothing wrong, {name}"), kind)
    };
    let mut scenarios = vec![
        Scenario {
            has_data_folder: true,
            then: Then::More(2),
            ..scenario("three, then two more")
        },
        Scenario {
            processes: Processes::TwoFolders,
            ..scenario("two processes")
        },
        Scenario {
            processes: Processes::TwoAliases,
            ..scenario("two aliases")
        },
    ];
    if kind == Kind::Application {
        scenarios.push(Scenario {
            names: Names::Absent,
            ..scenario("no names")
        });
    }
    scenarios
}

/// What a person, or somebody else's configuration, has made is neither adopted nor removed.
fn by_hand(kind: Kind) -> Vec<Scenario> {
    let dropped = Lapses::first(
        1,
        Lapse::Dropped {
            after: Duration::from_secs(3),
        },
    );
    let mut scenarios = vec![
        Scenario {
            stranger: Some(Duration::from_millis(500)),
            then: Then::Destroy(Plan::default()),
            ..Scenario::new("dropped unrun, and a person makes one meanwhile", kind).with(Create, dropped.clone())
        },
        Scenario {
            keys: 3,
            processes: Processes::TwoAliases,
            ..Scenario::new("dropped unrun, with two aliases", kind).with(Create, dropped)
        },
    ];
    if kind.is_attachment() || kind == Kind::User {
        scenarios.push(Scenario {
            keys: 3,
            is_taken: true,
            then: Then::Destroy(Plan::default()),
            ..Scenario::new("made by hand before, and the others lost", kind)
                .with(Create, Lapses::first(3, Lapse::Lost))
        });
        scenarios.push(Scenario {
            keys: 3,
            processes: Processes::TwoFolders,
            is_contested: true,
            ..Scenario::new("two processes make the same ones", kind)
        });
        scenarios.push(Scenario {
            keys: 3,
            processes: Processes::TwoAliases,
            is_contested: true,
            ..Scenario::new("two aliases make the same ones, and one is lost", kind)
                .with(Create, Lapses::first(1, Lapse::Lost))
        });
    }
    scenarios
}

fn lost(kind: Kind) -> Vec<Scenario> {
    let five = |name: &str| Scenario {
        keys: 5,
        ..Scenario::new(name, kind)
    };
    let lost = |name: &str| {
        Scenario::new(name, kind)
            .with(Create, Lapses::first(1, Lapse::Lost))
            .succeeding()
    };
    let late = Lapse::Late(Duration::from_secs(6));
    let page = Lapse::Garbled(Garble::Html(200));
    let mut scenarios = vec![
        five("two of five lost")
            .with(Create, Lapses::first(2, Lapse::Lost))
            .succeeding(),
        five("all five lost")
            .with(Create, Lapses::first(5, Lapse::Lost))
            .succeeding(),
        Scenario::new("carried out six seconds after it was dropped", kind).with(Create, Lapses::first(1, late)),
        Scenario {
            timeout: 20,
            ..Scenario::new("every answer lost, for ever", kind).with(Create, Lapses::some(&[(100, Lapse::Lost)]))
        },
        // The first look at a plan comes before the create.
        lost("lost, and the first looks answer with a page").with(kind.search(), Lapses::first(2, page)),
    ];
    if kind.search() == Operation::List {
        let lagging = lost("lost, and lists 3 seconds behind");
        let plan = Plan {
            lag: Duration::from_secs(3),
            ..lagging.plan
        };
        scenarios.push(Scenario { plan, ..lagging });
    }
    scenarios
}

fn answers(kind: Kind) -> Vec<Scenario> {
    let forever = |garble| Lapses::some(&[(100, Lapse::Garbled(garble))]);
    let wrong = |operation, garble| Plan {
        lapses: [(operation, forever(garble))].into(),
        ..Plan::default()
    };
    let garbles = [Garble::Html(200), Garble::EmptyObject, Garble::NoId, Garble::NoSecret];
    let creates = garbles.map(|garble| Scenario {
        keys: 2,
        ..Scenario::new(format!("a create answers with {garble:?}"), kind)
            .with(Create, Lapses::first(1, Lapse::Garbled(garble)))
            .succeeding()
    });
    let reads = [Garble::EmptyObject, Garble::Sibling].map(|garble| Scenario {
        keys: 3,
        then: Then::Refresh(wrong(kind.read(), garble)),
        ..Scenario::new(format!("reads answer with {garble:?}"), kind)
    });
    let import = Scenario {
        keys: 2,
        then: Then::Import(wrong(kind.read(), Garble::EmptyObject)),
        ..Scenario::new("imports answer with EmptyObject", kind)
    };
    // What other kinds answer has neither ids nor secrets.
    let creates = creates
        .into_iter()
        .take(if kind.secret_attribute().is_some() { 4 } else { 2 });
    let mut scenarios: Vec<_> = creates.chain(reads).chain([import]).collect();
    if !kind.is_attachment() {
        let dropped = Lapse::Dropped { after: Duration::ZERO };
        let rows = [
            ("lost", Lapses::first(1, Lapse::Lost)),
            ("dropped for ever", Lapses::some(&[(100, dropped)])),
        ];
        scenarios.extend(rows.map(|(name, lapses)| Scenario {
            keys: 3,
            timeout: 20,
            then: Then::Again,
            ..Scenario::new(format!("the call after a create {name}"), kind).with(Update, lapses)
        }));
        scenarios.push(Scenario {
            keys: 3,
            then: Then::Change(wrong(Update, Garble::Sibling)),
            ..Scenario::new("changes answer with siblings", kind)
        });
    }
    scenarios
}

fn removals(kind: Kind) -> Vec<Scenario> {
    let rows = [
        ("dropped unrun", Lapse::Dropped { after: Duration::ZERO }),
        ("lost", Lapse::Lost),
    ];
    let wrong = rows.map(|(name, lapse)| Scenario {
        keys: 3,
        stranger: Some(Duration::ZERO),
        then: Then::Destroy(Plan {
            lapses: [(Delete, Lapses::first(2, lapse))].into(),
            ..Plan::default()
        }),
        ..Scenario::new(format!("removals {name}"), kind)
    });
    wrong.into()
}

fn kills(kind: Kind) -> Vec<Scenario> {
    let rows = [
        ("Terraform killed", Whom::Terraform, Processes::One),
        ("both killed", Whom::Both, Processes::One),
        ("both killed, with two aliases", Whom::Both, Processes::TwoAliases),
        ("interrupted twice", Whom::TwiceInterrupted, Processes::One),
        (
            "the provider killed beside another process",
            Whom::Provider,
            Processes::TwoFolders,
        ),
    ];
    let killed = rows.map(|(name, whom, processes)| Scenario {
        keys: 6,
        processes,
        plan: Plan {
            seed: 11,
            // Two interrupts take longer than one kill.
            slow: Duration::from_millis(if whom == Whom::TwiceInterrupted { 2500 } else { 1500 }),
            ..Plan::default()
        },
        kill: Some(Kill {
            whom,
            creates: 3,
            delay: Duration::from_millis(900),
        }),
        ..Scenario::new(name, kind)
    });
    killed.into()
}
