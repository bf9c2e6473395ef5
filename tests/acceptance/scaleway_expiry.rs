//! The end of a Scaleway key: an instant, however it is spelled.

use chrono::{DateTime, TimeDelta, Utc};
use cli::Cli;
use sandbox::Options;
use sandbox::scaleway::{Bearer, Key};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::diagnostics::{Mistake, expect_refused};
use super::scaleway::{APPLICATION, KEY, REQUIRED, key, only_key};
use super::stage::{SCALEWAY, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_end_keeps_its_spelling_and_another_spelling_is_no_change,
    an_end_between_two_seconds_is_kept_to_the_fraction,
    an_end_that_only_go_takes_for_a_time_is_sent_as_one,
    another_end_makes_a_new_key,
    an_end_that_has_to_be_computed_first_is_taken,
    an_end_that_has_passed_is_refused_at_plan,
    a_key_that_has_ended_plans_no_change_and_can_be_changed_and_destroyed,
    a_demand_for_an_end_is_told_in_the_vendors_words,
];

fn an_end_keeps_its_spelling_and_another_spelling_is_no_change(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&ends("2035-07-06T11:00:00+02:00"));
    let remote = only_key(&stage);
    assert_eq!(remote.expires_at, Some(instant("2035-07-06T09:00:00Z")));
    for spelling in [
        "2035-07-06T11:00:00+02:00",
        "2035-07-06T09:00:00Z",
        "2035-07-06T09:00:00.000Z",
        "2035-07-06T04:00:00-05:00",
        "2035-07-06T9:00:00,0Z",
    ] {
        stage.configure(&ends(spelling));
        stage.expect_no_change();
        stage.workspace.apply().unwrap();
        assert_eq!(stage.attributes(KEY)["expires_at"], "2035-07-06T11:00:00+02:00");
    }
    assert_eq!(only_key(&stage), remote);
    stage.expect_import(
        &ends("2035-07-06T09:00:00Z"),
        KEY,
        &remote.access_key,
        &["secret_key", "expires_at"],
    );
}

fn an_end_between_two_seconds_is_kept_to_the_fraction(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&ends("2035-07-06T11:00:00.125+02:00"));
    assert_eq!(only_key(&stage).expires_at, Some(instant("2035-07-06T09:00:00.125Z")));
    stage.expect_no_change();
    stage.configure(&ends("2035-07-06T09:00:00.125Z"));
    stage.expect_no_change();
    stage.configure(&ends("2035-07-06T09:00:00Z"));
    assert_eq!(stage.planned(KEY)["replace_paths"], json!([["expires_at"]]));
}

fn an_end_that_only_go_takes_for_a_time_is_sent_as_one(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&ends("2035-07-06T9:00:00,125+24:00"));
    assert_eq!(only_key(&stage).expires_at, Some(instant("2035-07-05T09:00:00.125Z")));
    assert_eq!(stage.attributes(KEY)["expires_at"], "2035-07-06T9:00:00,125+24:00");
    stage.expect_no_change();
}

fn another_end_makes_a_new_key(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&key(""));
    let steps = [
        (ends("2035-07-06T09:00:00Z"), json!("2035-07-06T09:00:00Z")),
        (ends("2036-07-06T09:00:00Z"), json!("2036-07-06T09:00:00Z")),
        (key("expires_at = \"\""), json!("")),
        (ends("2035-07-06T09:00:00Z"), json!("2035-07-06T09:00:00Z")),
        (key(""), json!("")),
    ];
    for (configuration, end) in steps {
        let replaced = only_key(&stage).access_key;
        stage.configure(&configuration);
        let planned = stage.planned(KEY);
        assert_eq!(planned["actions"], json!(["delete", "create"]), "{end}");
        assert_eq!(planned["replace_paths"], json!([["expires_at"]]), "{end}");
        stage.workspace.apply().unwrap();
        assert_ne!(only_key(&stage).access_key, replaced);
        assert_eq!(stage.attributes(KEY)["expires_at"], end);
        stage.expect_no_change();
    }
}

fn an_end_that_has_to_be_computed_first_is_taken(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let end = |time: &str| {
        format!(
            "{}resource \"terraform_data\" \"end\" {{\n  input = \"{time}\"\n}}\n",
            key("expires_at = terraform_data.end.output")
        )
    };
    stage.apply(&end("2035-07-06T11:00:00+02:00"));
    assert_eq!(stage.attributes(KEY)["expires_at"], "2035-07-06T11:00:00+02:00");
    stage.expect_no_change();
    // Once it is known to have passed nothing is made.
    let elsewhere = stage.another_workspace();
    elsewhere.write("main.tf", &end("2020-01-01T00:00:00Z")).unwrap();
    let said = super::stage::refusal(elsewhere.run(&["apply", "-auto-approve"]).unwrap());
    assert!(said.contains(r#""expires_at" must lie in the future."#), "{said}");
    assert_eq!(stage.sandbox.scaleway().keys().len(), 1);
}

fn an_end_that_has_passed_is_refused_at_plan(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let passed = Mistake {
        name: "passed",
        arguments: "user_id = \"b0000000-0000-4000-8000-000000000001\"\nexpires_at = \"2020-01-01T00:00:00Z\"",
        at: "expires_at",
        says: r#"Invalid expires_at: "expires_at" must lie in the future."#,
    };
    expect_refused(&stage, REQUIRED, "scaleway_iam_api_key", &[passed]);
}

fn a_key_that_has_ended_plans_no_change_and_can_be_changed_and_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    let bearer = Bearer::Application(APPLICATION.to_owned());
    let ended = Key {
        expires_at: Some(instant("2020-01-01T00:00:00Z")),
        ..Key::new(bearer, "", instant("2019-01-01T00:00:00Z"))
    };
    let access_key = stage.sandbox.scaleway().insert(ended);
    stage.configure(&ends("2020-01-01T00:00:00Z"));
    stage.workspace.import(KEY, &access_key).unwrap();
    stage.expect_no_change();
    stage.configure(&ends("2020-01-01T01:00:00+01:00"));
    stage.expect_no_change();
    stage.apply(&key("expires_at = \"2020-01-01T00:00:00Z\"\n  description = \"ended\""));
    assert_eq!(only_key(&stage).description, "ended");
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.scaleway().keys(), []);
}

fn a_demand_for_an_end_is_told_in_the_vendors_words(cli: &Cli) {
    let options = Options {
        scaleway_max_expiration: Some(TimeDelta::days(30)),
        ..Options::default()
    };
    let stage = Stage::with(cli, &[SCALEWAY], options);
    for configuration in [key(""), ends("2099-01-01T00:00:00Z")] {
        stage.configure(&configuration);
        let said = stage.refused_apply();
        let expected = "CreateAPIKey: invalid_arguments: invalid argument(s); expires_at: constraint the security settings \
                        of the organization demand an expiry within the allowed time (request id ";
        assert!(said.contains(expected), "{said}");
        assert_eq!(stage.calls(), ["CreateAPIKey"]);
    }
    assert_eq!(stage.sandbox.scaleway().keys(), []);
    let tomorrow = (Utc::now() + TimeDelta::days(1)).to_rfc3339();
    stage.apply(&ends(&tomorrow));
    assert_eq!(stage.attributes(KEY)["expires_at"], tomorrow);
    stage.expect_no_change();
}

fn ends(at: &str) -> String {
    key(&format!("expires_at = \"{at}\""))
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
