//! The negative control: evidence that breaks a rule, each rule in turn, and that the judge finds it.
//!
//! That the harness as a whole sees a wrong proof is a test in `mod.rs`: its proxy forges what proves whose a key is. To see it by
//! hand, break the proof in the provider: where a cloud's `creation.rs` compares a found key's value, mark or secret with that of
//! the request, compare the name instead. Then `APIKEYS_OUTSIDE_ONLY='dropped unrun' cargo test --test outside` reports persons'
//! keys that were changed or are held, keys held twice, and keys gone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use support::harness::{Test, plain_tests};

use super::diagnostic::Diagnostic;
use super::judge::{Entry, Evidence, Finding, Folder, judge};
use super::kind::{Kind, Operation};
use super::live::Live;

pub(super) const TESTS: &[Test] = plain_tests![
    what_is_fine_is_found_fine,
    each_broken_rule_is_found,
    an_orphan_counts_as_named_where_a_reader_sees_its_id,
    a_tainted_entry_without_a_secret_is_true_and_one_with_another_secret_is_not,
    an_automatic_key_of_tencent_cloud_is_neither_adopted_nor_touched_but_may_be_named,
    a_run_without_faults_takes_the_calls_it_needs_and_says_nothing,
    an_attachment_made_by_hand_is_neither_held_nor_removed,
    who_comes_too_late_may_name_what_the_other_resource_has_made,
    no_secret_is_asked_of_what_has_none,
];

fn live(id: &str) -> Live {
    Live {
        id: id.to_owned(),
        secret: format!("secret of {id}"),
        attributes: vec![("status", json!("on"))],
        whole: String::new(),
    }
}

fn entry(id: &str) -> Entry {
    Entry {
        address: format!("key.{id}"),
        id: id.to_owned(),
        secret: Some(format!("secret of {id}")),
        attributes: BTreeMap::from([("status".to_owned(), json!("on"))]),
        ..Entry::default()
    }
}

fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn warning(summary: &str, detail: &str) -> Diagnostic {
    Diagnostic {
        is_error: false,
        summary: summary.to_owned(),
        detail: detail.to_owned(),
    }
}

/// Two keys in two states, and a person's key: nothing is wrong.
fn fine(kind: Kind) -> Evidence {
    let folder = |id: &str| Folder {
        entries: vec![entry(id)],
        made: ids(&[id]),
        told: ids(&[id]),
        calls: BTreeMap::from([(Operation::Create, 1)]),
        ..Folder::default()
    };
    Evidence {
        kind,
        is_faultless: false,
        has_aliases: false,
        is_contested: false,
        live: vec![live("one"), live("two"), live("person")],
        strangers: vec![live("person")],
        folders: vec![folder("one"), folder("two")],
    }
}

fn what_is_fine_is_found_fine() {
    for kind in Kind::ALL {
        assert_eq!(judge(&fine(kind)), BTreeSet::new(), "{kind}");
    }
}

fn each_broken_rule_is_found() {
    let rows: [(fn(&mut Evidence), Finding); 15] = [
        (
            |it| it.folders[1].entries = vec![entry("one"), entry("two")],
            Finding::HeldTwice("key.one \"one\"".to_owned()),
        ),
        (
            |it| it.folders[0].entries.push(entry("one")),
            Finding::HeldTwice("key.one \"one\"".to_owned()),
        ),
        (
            |it| it.live.retain(|key| key.id != "one"),
            Finding::Gone("key.one \"one\"".to_owned()),
        ),
        (
            |it| it.folders[0].entries.push(entry("")),
            Finding::Gone("key. \"\"".to_owned()),
        ),
        (
            |it| it.folders[0].entries[0].secret = Some("secret of two".to_owned()),
            Finding::Secret("key.one \"one\"".to_owned()),
        ),
        (
            |it| it.folders[0].entries[0].secret = Some(String::new()),
            Finding::Secret("key.one \"one\"".to_owned()),
        ),
        (
            |it| it.folders[0].entries[0].secret = None,
            Finding::Secret("key.one \"one\"".to_owned()),
        ),
        (
            |it| it.live[2].whole = "changed".to_owned(),
            Finding::StrangerChanged("person".to_owned()),
        ),
        (|it| it.live.truncate(2), Finding::StrangerChanged("person".to_owned())),
        (
            |it| it.folders[0].entries.push(entry("person")),
            Finding::Adopted("person".to_owned()),
        ),
        (|it| it.folders[0].entries.clear(), Finding::Unnamed("one".to_owned())),
        (
            |it| it.live[0].attributes = vec![("status", json!("off"))],
            Finding::Untrue("key.one \"one\": status is \"off\", not Some(String(\"on\"))".to_owned()),
        ),
        (
            |it| {
                it.folders[0]
                    .run
                    .push(warning("Look", "import {\n  to = key.it\n  id = \"two\"\n}"))
            },
            Finding::FalseAlarm("two: Look".to_owned()),
        ),
        (
            |it| it.folders[0].plan.push(warning("The key one was left behind", "")),
            Finding::FalseAlarm("one: The key one was left behind".to_owned()),
        ),
        (
            // It is named where another folder's run made it, which does not help the folder that has lost it.
            |it| {
                it.folders[0].entries.clear();
                it.folders[1].run.push(warning("The key one was left behind", ""));
            },
            Finding::Unnamed("one".to_owned()),
        ),
    ];
    for (number, (break_it, finding)) in rows.into_iter().enumerate() {
        let mut evidence = fine(Kind::AwsDrawn);
        break_it(&mut evidence);
        assert!(
            judge(&evidence).contains(&finding),
            "row {number}: {:?}",
            judge(&evidence)
        );
    }
}

fn an_orphan_counts_as_named_where_a_reader_sees_its_id() {
    let named = |run: &[Diagnostic], plan: &[Diagnostic]| {
        let mut evidence = fine(Kind::AwsDrawn);
        evidence.folders[0].entries.clear();
        evidence.folders[0].run = run.to_vec();
        evidence.folders[0].plan = plan.to_vec();
        judge(&evidence).is_empty()
    };
    let folded = [warning("Lost", "the key three"), warning("Lost", "the key one")];
    assert!(named(&[warning("Lost", "the key one")], &[]));
    assert!(!named(&folded, &[]), "Terraform shows the first detail only");
    assert!(named(&folded.map(|it| Diagnostic { is_error: true, ..it }), &[]));
    assert!(named(&[], &[warning("The key one was left behind", "")]));
    assert!(!named(&[], &[warning("A key was left behind", "the key one")]));
}

fn a_tainted_entry_without_a_secret_is_true_and_one_with_another_secret_is_not() {
    let mut evidence = fine(Kind::TencentManual);
    let entry = &mut evidence.folders[0].entries[0];
    (entry.is_tainted, entry.secret) = (true, None);
    assert_eq!(judge(&evidence), BTreeSet::new());
    evidence.folders[0].entries[0].secret = Some("another".to_owned());
    assert!(matches!(judge(&evidence).first(), Some(Finding::Secret(_))));
}

fn an_automatic_key_of_tencent_cloud_is_neither_adopted_nor_touched_but_may_be_named() {
    let mut evidence = fine(Kind::TencentAuto);
    evidence.folders[0].told.clear();
    let adopted = Finding::Adopted("key.one one".to_owned());
    assert_eq!(judge(&evidence), BTreeSet::from([adopted]));

    let mut evidence = fine(Kind::TencentAuto);
    evidence.folders[0].made.insert("three".to_owned());
    let touched = BTreeSet::from([Finding::Touched("three".to_owned())]);
    assert_eq!(judge(&evidence), touched, "it was removed");
    evidence.live.push(live("three"));
    evidence.live[3].attributes = vec![("status", json!("off"))];
    assert!(judge(&evidence).is_superset(&touched), "it was disabled");

    let mut evidence = fine(Kind::TencentAuto);
    evidence.folders[0].run.push(warning("The key two was left behind", ""));
    evidence.folders[0]
        .plan
        .push(warning("The key two was left behind", ""));
    assert_eq!(judge(&evidence), BTreeSet::new());
    evidence.folders[0]
        .plan
        .push(warning("The key one was left behind", ""));
    assert!(matches!(judge(&evidence).first(), Some(Finding::FalseAlarm(_))));
    evidence.has_aliases = true;
    assert_eq!(judge(&evidence), BTreeSet::new());
}

fn a_run_without_faults_takes_the_calls_it_needs_and_says_nothing() {
    let quiet = |kind, calls: &[(Operation, usize)], run: &[Diagnostic]| {
        let mut evidence = fine(kind);
        evidence.is_faultless = true;
        evidence.folders.truncate(1);
        evidence.live.remove(1);
        evidence.folders[0].calls = calls.iter().copied().collect();
        evidence.folders[0].run = run.to_vec();
        judge(&evidence)
    };
    let (create, update, list) = ((Operation::Create, 1), (Operation::Update, 1), (Operation::List, 1));
    assert_eq!(quiet(Kind::AwsDrawn, &[create], &[]), BTreeSet::new());
    assert_eq!(quiet(Kind::Scaleway, &[create, update], &[]), BTreeSet::new());
    assert_eq!(
        quiet(Kind::AwsAttachment, &[create, (Operation::Get, 1)], &[]),
        BTreeSet::new()
    );
    let findings = quiet(Kind::AwsDrawn, &[create, list], &[warning("Mind", "")]);
    assert_eq!(
        findings.into_iter().collect::<Vec<_>>(),
        [
            Finding::Calls("{Create: 1, List: 1}".to_owned()),
            Finding::Warned("Mind".to_owned()),
        ]
    );
    assert!(!quiet(Kind::AwsDrawn, &[(Operation::Create, 2)], &[]).is_empty());
    assert!(!quiet(Kind::Scaleway, &[create], &[]).is_empty());
}

fn an_attachment_made_by_hand_is_neither_held_nor_removed() {
    for kind in [Kind::AwsAttachment, Kind::TencentAttachment] {
        let mut evidence = fine(kind);
        evidence.folders[0].entries.push(entry("person"));
        assert_eq!(
            judge(&evidence),
            BTreeSet::from([Finding::Adopted("person".to_owned())]),
            "{kind}"
        );
        let mut evidence = fine(kind);
        evidence.live.truncate(2);
        let removed = BTreeSet::from([Finding::StrangerChanged("person".to_owned())]);
        assert_eq!(judge(&evidence), removed, "{kind}");
    }
}

fn who_comes_too_late_may_name_what_the_other_resource_has_made() {
    let mut evidence = fine(Kind::AwsAttachment);
    let error = Diagnostic {
        is_error: true,
        ..warning("Cannot create", "import {\n  to = it\n  id = \"two\"\n}")
    };
    evidence.folders[0].run.push(error.clone());
    assert!(matches!(judge(&evidence).first(), Some(Finding::FalseAlarm(_))));
    evidence.is_contested = true;
    assert_eq!(judge(&evidence), BTreeSet::new());
    evidence.folders[0].plan.push(error);
    assert!(
        matches!(judge(&evidence).first(), Some(Finding::FalseAlarm(_))),
        "a plan makes nothing"
    );
}

fn no_secret_is_asked_of_what_has_none() {
    for kind in Kind::ALL {
        let mut evidence = fine(kind);
        evidence.folders[0].entries[0].secret = None;
        let is_asked = !judge(&evidence).is_empty();
        assert_eq!(is_asked, kind.secret_attribute().is_some(), "{kind}");
    }
}
