//! A Tencent Cloud key through the vendor's API of 2017 where things go wrong: lost answers, vague codes, and the end of that API.

use cli::Cli;
use sandbox::tencentcloud::{Key, KeyKind, Status};
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox, Spelling};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::json_server::JsonServer;
use super::stage::{Stage, TENCENTCLOUD, elsewhere, refusal};
use super::tencentcloud::{KEY, expect_nothing_in_state, fault, key, manual_key, only_key, refuse, state_of};
use super::tencentcloud_2017::{error, in_2017, in_block, secretive};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_manual_key_whose_answer_was_lost_is_taken_over,
    a_request_that_never_arrived_is_sent_again_after_a_look,
    a_manual_request_that_is_carried_out_late_is_found_when_the_next_one_clashes,
    a_lost_key_that_nothing_proves_to_be_ours_is_named_and_left_alone,
    somebody_elses_key_of_the_id_is_a_clash_even_after_a_lost_answer,
    a_failure_that_is_no_clash_is_told_in_the_vendors_words,
    a_key_deleted_outside_is_planned_again_also_where_regions_are_unknown,
    a_key_of_another_region_is_an_error_and_stays_in_the_state,
    a_bound_key_is_not_destroyed_and_goes_on_working,
    a_throttled_create_is_repeated,
    an_api_that_has_ended_is_an_error_that_says_so_and_takes_nothing_from_the_state,
    an_api_that_has_ended_makes_no_key_and_says_so,
];

fn a_manual_key_whose_answer_was_lost_is_taken_over(cli: &Cli) {
    {
        let configuration = manual_key("on", "a_secret_of_ours");
        for kind in [FaultKind::DropAfter, FaultKind::TruncatedBody, FaultKind::HtmlAfter] {
            for spelling in [Spelling::Declared, Spelling::Sampled] {
                let options = Options {
                    spelling,
                    ..Options::default()
                };
                let stage = Stage::with(cli, &[TENCENTCLOUD], options);
                fault(&stage, "CreateApiKey", kind.clone());
                let output = stage.apply(&in_2017(&configuration));
                assert!(
                    output.stdout.contains("The answer to the creation of API key"),
                    "{kind:?}: {output}"
                );
                assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)), "{kind:?}");
                stage.expect_no_change();
            }
        }
    }
}

fn a_request_that_never_arrived_is_sent_again_after_a_look(cli: &Cli) {
    for configuration in [key(r#"secret_name = "test""#), manual_key("on", "a_secret_of_ours")] {
        for kind in [FaultKind::DropBefore, FaultKind::Html, error("6000"), error("5400")] {
            let stage = Stage::new(cli, &[TENCENTCLOUD]);
            fault(&stage, "CreateApiKey", kind);
            stage.apply(&in_2017(&configuration));
            assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
            stage.expect_no_change();
        }
    }
}

fn a_manual_request_that_is_carried_out_late_is_found_when_the_next_one_clashes(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    // The look after it comes sooner, the repetition later.
    fault(&stage, "CreateApiKey", FaultKind::DropThenRun { milliseconds: 150 });
    stage.apply(&in_2017(&manual_key("on", "a_secret_of_ours")));
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
    stage.expect_no_change();
}

fn a_lost_key_that_nothing_proves_to_be_ours_is_named_and_left_alone(cli: &Cli) {
    let rows = [
        (key(r#"secret_name = "test""#), "DescribeApiKeysStatus"),
        (manual_key("on", "a_secret_of_ours"), "DescribeApiKey"),
    ];
    for (configuration, look) in rows {
        let stage = secretive(cli);
        fault(&stage, "CreateApiKey", FaultKind::DropAfter);
        stage.configure(&in_2017(&configuration));
        let said = stage.refused_apply();
        let made = only_key(&stage);
        assert!(said.contains(&format!("API key {} (", made.id)), "{said}");
        assert!(said.contains("None of them was touched"), "{said}");
        assert_eq!(stage.calls(), ["CreateApiKey", look], "{said}");
        expect_nothing_in_state(&stage);
    }
}

fn somebody_elses_key_of_the_id_is_a_clash_even_after_a_lost_answer(cli: &Cli) {
    for lost in [false, true] {
        let stage = Stage::new(cli, &[TENCENTCLOUD]);
        let mut other = Key::new("ap-guangzhou", "test", chrono::Utc::now());
        other.id = "an_id_of_ours".to_owned();
        other.kind = KeyKind::Manual;
        stage.sandbox.tencentcloud().insert(other.clone());
        if lost {
            fault(&stage, "CreateApiKey", FaultKind::DropAfter);
        }
        stage.configure(&in_2017(&manual_key("on", "a_secret_of_ours")));
        let said = stage.refused_apply();
        let refusal = if lost {
            "CreateApiKey: another key has this id already"
        } else {
            "CreateApiKey: 5100: "
        };
        assert!(said.contains(refusal), "{said}");
        assert!(said.contains(r#"access_key_id = "an_id_of_ours""#), "{said}");
        assert!(said.contains("import that key with its id"), "{said}");
        assert_eq!(only_key(&stage), other);
        expect_nothing_in_state(&stage);
    }
}

fn a_failure_that_is_no_clash_is_told_in_the_vendors_words(cli: &Cli) {
    let options = Options {
        tencentcloud_key_quota: 0,
        ..Options::default()
    };
    let stage = Stage::with(cli, &[TENCENTCLOUD], options);
    for configuration in [key(r#"secret_name = "test""#), manual_key("on", "a_secret_of_ours")] {
        stage.configure(&in_2017(&configuration));
        let said = stage.refused_apply();
        let expected = "CreateApiKey: 5100: The number of keys exceeds the limit 0.";
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("exists already"), "{said}");
    }
}

fn a_key_deleted_outside_is_planned_again_also_where_regions_are_unknown(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    stage.sandbox.tencentcloud().remove(&only_key(&stage).id).unwrap();
    stage.calls();
    assert_eq!(stage.planned(KEY)["actions"], json!(["create"]));
    // It was looked for in every region.
    assert_eq!(stage.calls().len(), 15);

    // A service that knows no other region than this one, and has no other code for that.
    let cloud = JsonServer::start(|request| {
        let code = if request.head.contains("region=ap-guangzhou") {
            5000
        } else {
            4000
        };
        json!({ "code": code, "codeDesc": "Failed", "message": "" }).to_string()
    });
    stage.configure(&in_block(r#"request_method = "GET""#, &key(r#"secret_name = "test""#)));
    stage.workspace = stage
        .workspace
        .environment([("TENCENTCLOUD_DOMAIN", cloud.authority())]);
    let refreshed = stage
        .workspace
        .run(&["apply", "-refresh-only", "-auto-approve"])
        .unwrap();
    refreshed.success().unwrap();
    expect_nothing_in_state(&stage);
}

fn a_key_of_another_region_is_an_error_and_stays_in_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let configuration = key(r#"secret_name = "test""#);
    stage.apply(&in_block(r#"region = "ap-singapore""#, &configuration));
    let made = only_key(&stage);
    stage.configure(&in_block(r#"region = "ap-tokyo""#, &configuration));
    let said = stage.refused_plan();
    let found = format!(
        "the key {} is in ap-singapore, but the provider looks in ap-tokyo",
        made.id
    );
    for expected in elsewhere(cli, found, "ap-singapore") {
        assert!(said.contains(&expected), "{said}");
    }
    assert_eq!(stage.attributes(KEY), state_of(&made));
}

fn a_bound_key_is_not_destroyed_and_goes_on_working(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    let id = only_key(&stage).id;
    stage
        .sandbox
        .tencentcloud()
        .bind("ap-guangzhou", "usagePlan-12345678", &id);
    let said = refusal(stage.workspace.run(&["destroy", "-auto-approve"]).unwrap());
    assert!(said.contains("DeleteApiKey: 5100: "), "{said}");
    assert!(said.contains("If this key is bound, unbind it first."), "{said}");
    assert_eq!(only_key(&stage).status, Status::Enabled);
    stage.expect_no_change();
}

fn a_throttled_create_is_repeated(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    fault(&stage, "CreateApiKey", FaultKind::Throttle { retry_after: None });
    fault(&stage, "CreateApiKey", error("4400"));
    stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    assert_eq!(stage.calls(), ["CreateApiKey"; 3]);
    only_key(&stage);
}

fn an_api_that_has_ended_is_an_error_that_says_so_and_takes_nothing_from_the_state(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&in_2017(&key(
        "secret_name = \"test\"\n  timeouts {\n    read = \"2s\"\n    delete = \"2s\"\n  }",
    )));
    let made = stage.attributes(KEY);
    let commands: [&[&str]; 3] = [
        &["plan"],
        &["apply", "-refresh-only", "-auto-approve"],
        &["destroy", "-auto-approve", "-refresh=false"],
    ];
    let expect_told = |stage: &Stage, reason: &str| {
        for command in commands {
            let said = refusal(stage.workspace.run(command).unwrap());
            assert!(said.contains(reason), "{said}");
            expect_retirement(&said);
            assert_eq!(stage.attributes(KEY), made);
        }
    };
    stage.sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: None,
        kind: error("6100"),
        times: 3,
    });
    expect_told(&stage, "DescribeApiKey: 6100: ");

    for body in [
        "<html></html>",
        r#"{"Response":{"Error":{"Code":"NoSuchProduct","Message":"no"}}}"#,
    ] {
        let other = JsonServer::start(move |_| body.to_owned());
        stage.workspace = stage
            .workspace
            .environment([("TENCENTCLOUD_DOMAIN", other.authority())]);
        expect_told(&stage, "DescribeApiKey: the response cannot be read");
    }

    // Closed, it keeps its ports from being given to anybody else.
    let deserted = Sandbox::start(Options::default()).unwrap();
    deserted.close(Cloud::Tencentcloud).unwrap();
    let url = deserted.url(Cloud::Tencentcloud);
    stage.workspace = stage
        .workspace
        .environment([("TENCENTCLOUD_DOMAIN", url.trim_start_matches("http://"))]);
    expect_told(&stage, "DescribeApiKey: no connection to 127.0.0.1:");
}

fn an_api_that_has_ended_makes_no_key_and_says_so(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    refuse(&stage, "CreateApiKey", "6100");
    stage.configure(&in_2017(&key(r#"secret_name = "test""#)));
    let said = stage.refused_apply();
    assert!(said.contains("CreateApiKey: 6100: "), "{said}");
    expect_retirement(&said);
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

fn expect_retirement(said: &str) {
    for words in [
        "The vendor planned to shut down its API of 2017 from 2023-01-01",
        "remove `api_version` from the provider block",
        "shutting API Gateway down",
        "2026-10-30",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
