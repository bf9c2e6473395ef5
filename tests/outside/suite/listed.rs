//! The scenarios that every test run goes through: each broke once, or stands beside one that did.

use std::time::Duration;

use chrono::TimeDelta;

use super::faults::{Date, Dated, Garble, Lapse, Lapses, Plan, WrongDate};
use super::kind::{Kind, Operation};
use super::scenario::{Expected, Names, Processes, Scenario, Then};
use super::{answers, ends, others};

use Operation::{Create, List};

/// Long enough for everybody else to be done meanwhile.
const MEANWHILE: Duration = Duration::from_secs(3);

/// Every listed scenario.
pub fn all() -> Vec<Scenario> {
    let parts: [fn(Kind) -> Vec<Scenario>; 11] = [
        nothing_wrong,
        strangers,
        several_lost,
        searches,
        dates,
        answers::garbled_creates,
        answers::second_calls,
        answers::other_keys,
        answers::removals,
        ends::kills,
        ends::stalled,
    ];
    let of_kind = |kind: Kind| match kind.is_key() {
        true => parts.into_iter().flat_map(|part| part(kind)).collect(),
        false => others::all(kind),
    };
    Kind::ALL.into_iter().flat_map(of_kind).collect()
}

fn nothing_wrong(kind: Kind) -> Vec<Scenario> {
    let scenario = |name: &str| Scenario::new(format!("nothing wrong, {name}"), kind);
    let scenarios = vec![
        scenario("one key"),
        Scenario {
            keys: 5,
            has_data_folder: true,
            ..scenario("five keys of one name")
        },
        Scenario {
            keys: 5,
            names: Names::Different,
            ..scenario("five keys of different names")
        },
        Scenario {
            keys: 3,
            processes: Processes::TwoFolders,
            ..scenario("two processes")
        },
        Scenario {
            keys: 3,
            processes: Processes::TwoAliases,
            ..scenario("two aliases")
        },
        Scenario {
            stranger: Some(Duration::ZERO),
            ..scenario("a person's key made meanwhile")
        },
        Scenario {
            keys: 30,
            then: Then::More(10),
            ..scenario("ten keys more of one name")
        },
    ];
    let wished = |scenario| Scenario {
        expected: Expected::Success,
        ..scenario
    };
    scenarios.into_iter().map(wished).collect()
}

/// A create is not carried out, and somebody else makes such a key meanwhile.
fn strangers(kind: Kind) -> Vec<Scenario> {
    let dropped = Lapses::first(1, Lapse::Dropped { after: MEANWHILE });
    let scenario = |name: &str| Scenario::new(format!("dropped unrun, {name}"), kind).with(Create, dropped.clone());
    let quarter = Plan {
        seed: 7,
        lapses: [(Create, Lapses::some(&[(25, Lapse::Dropped { after: Duration::ZERO })]))].into(),
        ..Plan::default()
    };
    vec![
        Scenario {
            stranger: Some(Duration::from_millis(500)),
            ..scenario("a person makes such a key")
        },
        Scenario {
            stranger: Some(Duration::from_millis(500)),
            names: Names::Absent,
            ..scenario("a person makes a key without a name")
        },
        Scenario {
            processes: Processes::TwoFolders,
            ..scenario("another process makes such a key")
        },
        Scenario {
            processes: Processes::TwoAliases,
            ..scenario("another alias makes such a key")
        },
        Scenario {
            processes: Processes::TwoFolders,
            keys: 3,
            plan: quarter.clone(),
            other_plan: Plan { seed: 8, ..quarter },
            ..scenario("a quarter of two processes")
        },
    ]
}

/// Several answers of one process are lost.
fn several_lost(kind: Kind) -> Vec<Scenario> {
    let dropped = Lapse::Dropped { after: Duration::ZERO };
    let late = |seconds| Lapse::Late(Duration::from_secs(seconds));
    let five = |name: &str| Scenario {
        keys: 5,
        ..Scenario::new(name, kind)
    };
    vec![
        five("one of five lost")
            .with(Create, Lapses::first(1, Lapse::Lost))
            .succeeding(),
        five("two of five lost")
            .with(Create, Lapses::first(2, Lapse::Lost))
            .succeeding(),
        five("all five lost")
            .with(Create, Lapses::first(5, Lapse::Lost))
            .succeeding(),
        Scenario {
            names: Names::Different,
            ..five("all five of different names lost")
                .with(Create, Lapses::first(5, Lapse::Lost))
                .succeeding()
        },
        five("all five dropped unrun").with(Create, Lapses::first(5, dropped)),
        Scenario {
            plan: Plan {
                seed: 3,
                slow: Duration::from_millis(500),
                ..Plan::default()
            },
            ..five("lost and dropped, mixed")
        }
        .with(Create, Lapses::some(&[(35, Lapse::Lost), (35, dropped)])),
        Scenario::new("carried out a second after it was dropped", kind).with(Create, Lapses::first(1, late(1))),
        Scenario::new("carried out six seconds after it was dropped", kind).with(Create, Lapses::first(1, late(6))),
        Scenario {
            timeout: 20,
            ..Scenario::new("every answer lost, for ever", kind).with(Create, Lapses::some(&[(100, Lapse::Lost)]))
        },
    ]
}

/// The search for a lost key meets lists that do not show it.
fn searches(kind: Kind) -> Vec<Scenario> {
    let lost = |name: String| {
        Scenario::new(name, kind)
            .with(Create, Lapses::first(1, Lapse::Lost))
            .succeeding()
    };
    let lagging = [300, 1000, 3000, 10_000].map(|lag| {
        let scenario = lost(format!("lost, and lists {lag} ms behind"));
        let plan = Plan {
            lag: Duration::from_millis(lag),
            ..scenario.plan
        };
        Scenario { plan, ..scenario }
    });
    let garbled = Garble::LISTS.map(|garble| {
        let scenario = lost(format!("lost, and the first list answers with {garble:?}"));
        scenario.with(List, Lapses::first(1, Lapse::Garbled(garble)))
    });
    lagging.into_iter().chain(garbled).collect()
}

fn dates(kind: Kind) -> Vec<Scenario> {
    let rows = [
        ("ten seconds ahead on lists", Dated::Lists, Date::Shifted(10), 0),
        ("an hour ahead", Dated::All, Date::Shifted(3600), 0),
        ("an hour behind", Dated::All, Date::Shifted(-3600), 0),
        ("ten seconds off, alternating", Dated::All, Date::Alternating(10), 0),
        ("missing, the clock ten seconds off", Dated::All, Date::Missing, -10),
    ];
    let dated = rows.map(|(name, of, date, clock)| {
        let scenario = Scenario::new(format!("lost, and Date {name}"), kind);
        let scenario = scenario.with(Create, Lapses::first(1, Lapse::Lost)).succeeding();
        let plan = Plan {
            date: Some(WrongDate { of, date }),
            ..scenario.plan
        };
        Scenario {
            plan,
            clock: TimeDelta::seconds(clock),
            ..scenario
        }
    });
    let skewed = [10, -10].map(|minutes| Scenario {
        keys: 10,
        clock: TimeDelta::minutes(minutes),
        expected: Expected::Success,
        ..Scenario::new(format!("ten keys, the clock {minutes} minutes off"), kind)
    });
    dated.into_iter().chain(skewed).collect()
}
