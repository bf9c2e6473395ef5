//! Listed scenarios with wrong answers.

use std::time::Duration;

use sandbox::Cloud;

use super::faults::{Garble, Lapse, Lapses, Plan};
use super::kind::{Kind, Operation};
use super::scenario::{Scenario, Then};

use Operation::{Create, Delete, Get, Update};

/// A create is carried out and answered with something else.
pub fn garbled_creates(kind: Kind) -> Vec<Scenario> {
    // Siblings have a scenario of their own.
    let garbles = Garble::CREATES.into_iter().filter(|garble| *garble != Garble::Sibling);
    let garbled = garbles.map(|garble| Scenario {
        keys: 2,
        ..Scenario::new(format!("a create answers with {garble:?}"), kind)
            .with(Create, Lapses::first(1, Lapse::Garbled(garble)))
            .succeeding()
    });
    garbled.collect()
}

/// The call after the create that makes the key as it is configured goes wrong; the next apply completes it.
pub fn second_calls(kind: Kind) -> Vec<Scenario> {
    let dropped = Lapse::Dropped { after: Duration::ZERO };
    let rows = [
        ("dropped unrun", Lapses::first(1, dropped)),
        ("lost", Lapses::first(1, Lapse::Lost)),
        (
            "answered with a page",
            Lapses::first(1, Lapse::Garbled(Garble::Html(200))),
        ),
        ("dropped for ever", Lapses::some(&[(100, dropped)])),
        (
            "answered with siblings",
            Lapses::some(&[(100, Lapse::Garbled(Garble::Sibling))]),
        ),
    ];
    let wrong = rows.map(|(name, lapses)| Scenario {
        keys: 3,
        is_changed: true,
        timeout: 20,
        then: Then::Again,
        ..Scenario::new(format!("the call after a create {name}"), kind).with(Update, lapses)
    });
    match kind.cloud() {
        // One call makes it all.
        Cloud::Aws => Vec::new(),
        Cloud::Tencentcloud | Cloud::Scaleway => wrong.into(),
    }
}

/// Removals that go wrong.
pub fn removals(kind: Kind) -> Vec<Scenario> {
    let rows = [
        ("dropped unrun", Lapse::Dropped { after: Duration::ZERO }),
        ("lost", Lapse::Lost),
        ("answered with a page", Lapse::Garbled(Garble::Html(200))),
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

/// Answers about another key than the one that was asked about, or about none.
pub fn other_keys(kind: Kind) -> Vec<Scenario> {
    let plan = |operations: &[Operation], garble| Plan {
        lapses: operations
            .iter()
            .map(|operation| (*operation, Lapses::some(&[(100, Lapse::Garbled(garble))])))
            .collect(),
        ..Plan::default()
    };
    let garbles = [Garble::EmptyObject, Garble::NoId, Garble::Sibling];
    let sibling = Lapses::some(&[(50, Lapse::Garbled(Garble::Sibling))]);
    let mut scenarios = vec![Scenario {
        keys: 5,
        timeout: 20,
        ..Scenario::new("creates answer with siblings", kind).with(Create, sibling)
    }];
    for garble in garbles {
        let scenario = |name: &str| Scenario::new(format!("{name} with {garble:?}"), kind);
        scenarios.push(Scenario {
            keys: 3,
            then: Then::Refresh(plan(&[Get], garble)),
            ..scenario("reads answer")
        });
        scenarios.push(Scenario {
            keys: 3,
            then: Then::Change(plan(&[Update], garble)),
            ..scenario("changes answer")
        });
        scenarios.push(Scenario {
            keys: 2,
            then: Then::Import(plan(&[Get], garble)),
            ..scenario("imports answer")
        });
    }
    scenarios
}
