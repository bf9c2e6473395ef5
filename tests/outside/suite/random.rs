//! Scenarios drawn from a seed.

use std::time::Duration;

use chrono::TimeDelta;

use super::draw::Draw;
use super::faults::{Date, Dated, Garble, Lapse, Lapses, Plan, WrongDate};
use super::kind::{Kind, Operation};
use super::scenario::{Kill, Names, Processes, Scenario, Then, Whom};

/// The scenario of a seed.
pub fn scenario(seed: u64) -> Scenario {
    let mut draw = Draw::new(seed);
    let kind = draw.pick(&Kind::ALL);
    let (processes, names, keys) = match draw.between(0, 5) {
        0 | 1 => (Processes::One, draw.pick(&[Names::Absent, Names::Same]), 1),
        2 => (Processes::One, draw.pick(&[Names::Absent, Names::Same]), 5),
        3 => (Processes::One, Names::Different, 5),
        4 => (Processes::TwoFolders, Names::Same, draw.pick(&[1, 2, 3])),
        _ => (Processes::TwoAliases, Names::Same, draw.pick(&[1, 2, 3])),
    };
    let scenario = Scenario {
        processes,
        names,
        keys,
        is_taken: (kind.is_attachment() || kind == Kind::User) && draw.chance(20),
        stranger: draw.chance(30).then(|| millis(&mut draw, 0, 2500)),
        timeout: draw.between(20, 30),
        has_data_folder: draw.chance(30),
        ..Scenario::new(format!("random {seed}"), kind)
    };
    let mut scenario = befallen(scenario, &mut draw);
    scenario.plan.seed = seed;
    scenario.other_plan = if draw.chance(50) {
        scenario.plan.clone()
    } else {
        Plan::default()
    };
    scenario.other_plan.seed = seed ^ 1;
    scenario
}

/// The scenario with something that goes wrong.
fn befallen(mut scenario: Scenario, draw: &mut Draw) -> Scenario {
    let kind = scenario.kind;
    match draw.between(0, 12) {
        0 => scenario.with(Operation::Create, lapses(draw, &[Lapse::Lost])),
        1 => {
            let dropped = dropped(draw);
            scenario.with(Operation::Create, lapses(draw, &[dropped]))
        }
        2 => mixed(scenario, draw),
        3 => {
            scenario.plan.lag = millis(draw, 300, 10_000);
            mixed(scenario, draw)
        }
        4 => dated(mixed(scenario, draw), draw),
        5 => {
            let garble = draw.pick(&Garble::CREATES);
            scenario.with(Operation::Create, lapses(draw, &[Lapse::Garbled(garble)]))
        }
        6 => {
            let garble = Lapse::Garbled(draw.pick(&Garble::LISTS));
            let lapses = if draw.chance(50) {
                Lapses::first(draw.pick(&[1, 2, 3]), garble)
            } else {
                lapses(draw, &[garble])
            };
            mixed(scenario, draw).with(kind.search(), lapses)
        }
        7 => {
            let garble = Lapse::Garbled(draw.pick(&Garble::READS));
            let operation = draw.pick(&[kind.read(), Operation::Update]);
            let plan = Plan {
                seed: draw.between(0, u64::MAX - 1),
                lapses: [(operation, lapses(draw, &[garble]))].into(),
                ..Plan::default()
            };
            scenario.then = draw.pick(&[Then::Change, Then::Import, Then::Refresh])(plan);
            scenario
        }
        8 => {
            let dropped = dropped(draw);
            let lapse = draw.pick(&[Lapse::Lost, dropped, Lapse::Garbled(Garble::Html(200))]);
            scenario.then = Then::Again;
            scenario.is_changed = true;
            scenario.with(Operation::Update, lapses(draw, &[lapse]))
        }
        _ => killed(scenario, draw),
    }
}

fn lapses(draw: &mut Draw, lapses: &[Lapse]) -> Lapses {
    let percent = draw.pick(&[30, 60, 100]) / u8::try_from(lapses.len()).unwrap();
    let chances: Vec<_> = lapses.iter().map(|lapse| (percent, *lapse)).collect();
    Lapses::some(&chances)
}

/// Creates that are lost, dropped and late.
fn mixed(scenario: Scenario, draw: &mut Draw) -> Scenario {
    let late = Lapse::Late(millis(draw, 200, 5000));
    let dropped = dropped(draw);
    let lapses = lapses(draw, &[Lapse::Lost, dropped, late]);
    scenario.with(Operation::Create, lapses)
}

fn dropped(draw: &mut Draw) -> Lapse {
    Lapse::Dropped {
        after: millis(draw, 0, 2000),
    }
}

fn dated(mut scenario: Scenario, draw: &mut Draw) -> Scenario {
    let seconds = draw.pick(&[10, -10, 3600, -3600]);
    let date = draw.pick(&[Date::Alternating(seconds), Date::Missing, Date::Shifted(seconds)]);
    let of = draw.pick(&[Dated::All, Dated::Lists]);
    scenario.plan.date = Some(WrongDate { of, date });
    scenario.clock = TimeDelta::seconds(draw.pick(&[0, 0, 10, -10]));
    scenario
}

fn killed(scenario: Scenario, draw: &mut Draw) -> Scenario {
    let mut scenario = if draw.chance(40) {
        mixed(scenario, draw)
    } else {
        scenario
    };
    scenario.plan.slow = millis(draw, 200, 2500);
    let first = scenario.keys.min(3) as u64;
    scenario.kill = Some(Kill {
        whom: draw.pick(&[
            Whom::Both,
            Whom::Hangup,
            Whom::InTurn,
            Whom::Provider,
            Whom::Terraform,
            Whom::TwiceInterrupted,
        ]),
        creates: usize::try_from(draw.between(1, first)).unwrap(),
        delay: millis(draw, 0, 3000),
    });
    scenario
}

fn millis(draw: &mut Draw, least: u64, most: u64) -> Duration {
    Duration::from_millis(draw.between(least, most))
}
