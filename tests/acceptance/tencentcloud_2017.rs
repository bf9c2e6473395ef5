//! A Tencent Cloud key through the vendor's API of 2017: its whole life, lost answers, and the end of that API.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sandbox::credentials::{TENCENTCLOUD_TEMPORARY_SECRET_ID, TENCENTCLOUD_TEMPORARY_SECRET_KEY, TENCENTCLOUD_TOKEN};
use sandbox::tencentcloud::{Key, KeyKind, Status};
use sandbox::{Cloud, DescribedSecrets, FaultKind, Options, Sandbox, Spelling};
use serde_json::json;

use super::canned::Canned;
use super::support::{APIKEYS, Stage, TENCENTCLOUD, refusal};
use super::tencentcloud::{KEY, expect_nothing_in_state, fault, key, manual_key, only_key, refuse, state_of, text};

const PATH: &str = "/v2/index.php";

/// A configuration whose provider block asks for the API of 2017.
fn in_2017(configuration: &str) -> String {
    in_block("", configuration)
}

fn in_block(arguments: &str, configuration: &str) -> String {
    format!("provider \"tencentcloud\" {{\n  api_version = \"2017\"\n  {arguments}\n}}\n{configuration}")
}

#[test]
fn an_automatic_key_is_made_imported_disabled_enabled_and_destroyed_in_every_manner() {
    let manners = [
        ("", "POST", Spelling::Declared),
        (r#"signature_method = "HmacSHA1""#, "POST", Spelling::Sampled),
        (r#"request_method = "GET""#, "GET", Spelling::Sampled),
        (
            "request_method = \"GET\"\n  signature_method = \"HmacSHA1\"",
            "GET",
            Spelling::Declared,
        ),
    ];
    for (arguments, method, spelling) in manners {
        let options = Options {
            spelling,
            ..Options::default()
        };
        let Some(stage) = Stage::with(&[TENCENTCLOUD], options) else {
            return;
        };
        let configured = |status: &str| {
            in_block(
                arguments,
                &key(&format!("secret_name = \"a name\"\n  status = \"{status}\"")),
            )
        };
        let output = stage.apply(&configured("on"));
        assert_eq!(stage.calls(), ["CreateApiKey"]);
        let made = only_key(&stage);
        assert_eq!(stage.attributes(KEY), state_of(&made));
        assert_eq!(
            (made.kind, made.status, made.name.as_str()),
            (KeyKind::Auto, Status::Enabled, "a name")
        );
        assert!(!output.stdout.contains(&made.secret), "{output}");
        stage.expect_no_change();
        stage.expect_import(&configured("on"), KEY, &made.id, &[]);
        stage.calls();

        stage.apply(&configured("off"));
        assert_eq!(stage.calls(), ["DescribeApiKey", "DisableApiKey", "DescribeApiKey"]);
        let disabled = only_key(&stage);
        assert_eq!((disabled.status, &disabled.secret), (Status::Disabled, &made.secret));
        assert_eq!(stage.attributes(KEY), state_of(&disabled));
        stage.expect_no_change();
        stage.apply(&configured("on"));
        assert_eq!(only_key(&stage).status, Status::Enabled);
        stage.calls();

        stage.workspace.destroy().unwrap();
        let calls = ["DescribeApiKey", "DescribeApiKey", "DisableApiKey", "DeleteApiKey"];
        assert_eq!(stage.calls(), calls);
        assert_eq!(stage.sandbox.tencentcloud().keys(), []);
        for entry in stage.sandbox.journal() {
            assert_eq!(entry.method, method, "{entry:?}");
            assert_eq!(entry.path.split('?').next(), Some(PATH), "{entry:?}");
            assert_eq!(entry.code, None, "{entry:?}");
        }
    }
}

#[test]
fn a_manual_key_is_made_given_a_new_secret_imported_and_destroyed() {
    for method in ["GET", "POST"] {
        let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
            return;
        };
        let configured = |status: &str, secret: &str| {
            in_block(&format!("request_method = \"{method}\""), &manual_key(status, secret))
        };
        stage.apply(&configured("on", "a_secret_of_ours"));
        assert_eq!(stage.calls(), ["CreateApiKey"]);
        let made = only_key(&stage);
        assert_eq!(stage.attributes(KEY), state_of(&made));
        assert_eq!(
            (made.kind, made.id.as_str(), made.secret.as_str()),
            (KeyKind::Manual, "an_id_of_ours", "a_secret_of_ours")
        );
        stage.expect_no_change();

        // A disabled key cannot be changed: it is enabled for it.
        for (status, secret) in [
            ("off", "another_secret"),
            ("off", "a_third_secret"),
            ("on", "a_last_secret"),
        ] {
            stage.apply(&configured(status, secret));
            let changed = only_key(&stage);
            assert_eq!(changed.secret, secret);
            assert_eq!(changed.status.is_enabled(), status == "on");
            assert_eq!(stage.attributes(KEY), state_of(&changed));
            stage.expect_no_change();
        }
        stage.expect_import(&configured("on", "a_last_secret"), KEY, "an_id_of_ours", &[]);
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.tencentcloud().keys(), []);
    }
}

#[test]
fn a_secret_that_no_look_tells_stays_in_the_state() {
    let Some(stage) = secretive() else { return };
    let configuration = in_2017(&key(r#"secret_name = "test""#));
    stage.apply(&configuration);
    let made = only_key(&stage);
    stage.expect_no_change();
    stage
        .workspace
        .run(&["apply", "-refresh-only", "-auto-approve"])
        .unwrap()
        .success()
        .unwrap();
    assert_eq!(stage.attributes(KEY), state_of(&made));
}

#[test]
fn a_key_whose_answer_was_lost_is_taken_over() {
    let automatic = key(r#"secret_name = "test""#);
    let disabled = key("secret_name = \"test\"\n  status = \"off\"");
    let manual = manual_key("on", "a_secret_of_ours");
    for configuration in [automatic, disabled, manual] {
        for kind in [FaultKind::DropAfter, FaultKind::TruncatedBody, FaultKind::HtmlAfter] {
            for spelling in [Spelling::Declared, Spelling::Sampled] {
                let options = Options {
                    spelling,
                    ..Options::default()
                };
                let Some(stage) = Stage::with(&[TENCENTCLOUD], options) else {
                    return;
                };
                fault(&stage, "CreateApiKey", kind.clone());
                let output = stage.apply(&in_2017(&configuration));
                assert!(
                    output.stdout.contains("The answer to a creation was lost"),
                    "{kind:?}: {output}"
                );
                assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)), "{kind:?}");
                stage.expect_no_change();
            }
        }
    }
}

#[test]
fn a_request_that_never_arrived_is_sent_again_after_a_look() {
    for configuration in [key(r#"secret_name = "test""#), manual_key("on", "a_secret_of_ours")] {
        for kind in [FaultKind::DropBefore, FaultKind::Html, error("6000"), error("5400")] {
            let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
                return;
            };
            fault(&stage, "CreateApiKey", kind);
            stage.apply(&in_2017(&configuration));
            assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
            stage.expect_no_change();
        }
    }
}

#[test]
fn a_manual_request_that_is_carried_out_late_is_found_when_the_next_one_clashes() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    // The look after it comes sooner, the repetition later.
    fault(&stage, "CreateApiKey", FaultKind::DropThenRun { milliseconds: 150 });
    stage.apply(&in_2017(&manual_key("on", "a_secret_of_ours")));
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
    stage.expect_no_change();
}

#[test]
fn a_lost_automatic_key_whose_secret_nobody_tells_is_removed_and_made_anew() {
    let Some(stage) = secretive() else { return };
    fault(&stage, "CreateApiKey", FaultKind::DropAfter);
    let output = stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    let said: Vec<_> = output.stdout.split_whitespace().collect();
    assert!(said.join(" ").contains("It was found and removed"), "{output}");
    let calls = [
        "CreateApiKey",
        "DescribeApiKey",
        "DisableApiKey",
        "DeleteApiKey",
        "CreateApiKey",
    ];
    assert_eq!(stage.calls(), calls);
    assert_eq!(stage.attributes(KEY), state_of(&only_key(&stage)));
    stage.expect_no_change();
}

#[test]
fn a_lost_manual_key_whose_secret_nobody_tells_is_given_the_one_that_was_asked_for() {
    let Some(stage) = secretive() else { return };
    fault(&stage, "CreateApiKey", FaultKind::DropAfter);
    stage.apply(&in_2017(&manual_key("on", "a_secret_of_ours")));
    let calls = ["CreateApiKey", "DescribeApiKey", "DescribeApiKey", "UpdateApiKey"];
    assert_eq!(stage.calls(), calls);
    let made = only_key(&stage);
    assert_eq!(made.secret, "a_secret_of_ours");
    assert_eq!(stage.attributes(KEY)["access_key_secret"], "a_secret_of_ours");
    stage.expect_no_change();
}

#[test]
fn somebody_elses_key_of_the_id_is_a_clash_even_after_a_lost_answer() {
    for lost in [false, true] {
        let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
            return;
        };
        let mut other = Key::new("ap-guangzhou", "test", chrono::Utc::now());
        other.id = "an_id_of_ours".to_owned();
        other.kind = KeyKind::Manual;
        stage.sandbox.tencentcloud().insert(other.clone());
        if lost {
            fault(&stage, "CreateApiKey", FaultKind::DropAfter);
        }
        stage.configure(&in_2017(&manual_key("on", "a_secret_of_ours")));
        let said = stage.refused_apply();
        assert!(said.contains("CreateApiKey: 5100: "), "{said}");
        assert!(said.contains(r#"access_key_id = "an_id_of_ours""#), "{said}");
        assert!(said.contains("import that key with its id"), "{said}");
        assert_eq!(only_key(&stage), other);
        expect_nothing_in_state(&stage);
    }
}

#[test]
fn a_failure_that_is_no_clash_is_told_in_the_vendors_words() {
    let options = Options {
        tencentcloud_key_quota: 0,
        ..Options::default()
    };
    let Some(stage) = Stage::with(&[TENCENTCLOUD], options) else {
        return;
    };
    for configuration in [key(r#"secret_name = "test""#), manual_key("on", "a_secret_of_ours")] {
        stage.configure(&in_2017(&configuration));
        let said = stage.refused_apply();
        let expected = "CreateApiKey: 5100: The number of keys exceeds the limit 0.";
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("exists already"), "{said}");
    }
}

#[test]
fn a_key_deleted_outside_is_planned_again_also_where_regions_are_unknown() {
    let Some(mut stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    stage.sandbox.tencentcloud().remove(&only_key(&stage).id).unwrap();
    stage.calls();
    assert_eq!(stage.planned(KEY)["actions"], json!(["create"]));
    // It was looked for in every region.
    assert_eq!(stage.calls().len(), 15);

    // A service that knows no other region than this one, and has no other code for that.
    let cloud = Canned::start(|head| {
        let code = if head.contains("region=ap-guangzhou") {
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

#[test]
fn a_key_of_another_region_is_an_error_and_stays_in_the_state() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    let configuration = key(r#"secret_name = "test""#);
    stage.apply(&in_block(r#"region = "ap-singapore""#, &configuration));
    let made = only_key(&stage);
    stage.configure(&in_block(r#"region = "ap-tokyo""#, &configuration));
    let said = stage.refused_plan();
    let expected = format!(
        "the key {} is in ap-singapore, but the provider looks in ap-tokyo",
        made.id
    );
    assert!(said.contains(&expected), "{said}");
    assert_eq!(stage.attributes(KEY), state_of(&made));
}

#[test]
fn a_bound_key_is_not_destroyed_and_goes_on_working() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    let id = only_key(&stage).id;
    stage
        .sandbox
        .tencentcloud()
        .bind("ap-guangzhou", "usagePlan-12345678", &id);
    let said = refusal(stage.workspace.run(&["destroy", "-auto-approve"]).unwrap());
    assert!(said.contains("DeleteApiKey: 5100: "), "{said}");
    assert!(said.contains("If this one is, unbind it there first."), "{said}");
    assert_eq!(only_key(&stage).status, Status::Enabled);
    stage.expect_no_change();
}

#[test]
fn a_throttled_create_is_repeated() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    fault(&stage, "CreateApiKey", FaultKind::Throttle { retry_after: None });
    fault(&stage, "CreateApiKey", error("4400"));
    stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    assert_eq!(stage.calls(), ["CreateApiKey"; 3]);
    only_key(&stage);
}

#[test]
fn a_wrong_clock_is_made_good_with_the_services_own_time() {
    for offset in [TimeDelta::hours(1), -TimeDelta::hours(1)] {
        let options = Options {
            clock_offset: offset,
            ..Options::default()
        };
        let Some(stage) = Stage::with(&[TENCENTCLOUD], options) else {
            return;
        };
        stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.tencentcloud().keys(), []);
    }
}

#[test]
fn temporary_credentials_are_sent_with_their_token() {
    let Some(mut stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    stage.workspace = stage.workspace.environment([
        ("TENCENTCLOUD_SECRET_ID", TENCENTCLOUD_TEMPORARY_SECRET_ID),
        ("TENCENTCLOUD_SECRET_KEY", TENCENTCLOUD_TEMPORARY_SECRET_KEY),
        ("TENCENTCLOUD_SECURITY_TOKEN", TENCENTCLOUD_TOKEN),
    ]);
    let configuration = in_2017(&key(r#"secret_name = "test""#));
    stage.apply(&configuration);
    stage.expect_no_change();

    stage.workspace = stage
        .workspace
        .environment([("TENCENTCLOUD_SECURITY_TOKEN", "another")]);
    let said = stage.refused_plan();
    assert!(said.contains("DescribeApiKey: 4105: "), "{said}");
    assert!(said.contains("The call was made with: credentials from"), "{said}");
}

#[test]
fn one_role_serves_both_apis() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    let role = format!(
        "assume_role {{\n    role_arn = \"{}\"\n    session_name = \"test\"\n    session_duration = 7200\n  }}",
        sandbox::credentials::TENCENTCLOUD_ROLE_ARN
    );
    stage.apply(&in_block(&role, &key(r#"secret_name = "test""#)));
    // One for the plan, which looks at the keys there are, and one for the apply.
    assert_eq!(stage.calls(), ["AssumeRole", "AssumeRole", "CreateApiKey"]);
    let journal = stage.sandbox.journal();
    let paths: BTreeSet<_> = journal.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, BTreeSet::from(["/", PATH]));
}

#[test]
fn an_api_that_has_ended_is_an_error_that_says_so_and_takes_nothing_from_the_state() {
    let Some(mut stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
    let made = only_key(&stage);
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
            assert_eq!(stage.attributes(KEY), state_of(&made));
        }
    };
    stage.sandbox.fault(sandbox::Fault {
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
        let other = Canned::start(move |_| body.to_owned());
        stage.workspace = stage
            .workspace
            .environment([("TENCENTCLOUD_DOMAIN", other.authority())]);
        expect_told(&stage, "DescribeApiKey: the answer cannot be read");
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

#[test]
fn an_api_that_has_ended_makes_no_key_and_says_so() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    refuse(&stage, "CreateApiKey", "6100");
    stage.configure(&in_2017(&key(r#"secret_name = "test""#)));
    let said = stage.refused_apply();
    assert!(said.contains("CreateApiKey: 6100: "), "{said}");
    expect_retirement(&said);
    assert_eq!(stage.sandbox.tencentcloud().keys(), []);
}

#[test]
fn a_key_can_be_handed_over_from_one_api_to_the_other() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    let configuration = key(r#"secret_name = "test""#);
    stage.apply(&in_2017(&configuration));
    let made = only_key(&stage);
    for block in ["", "provider \"tencentcloud\" {\n  api_version = \"2018\"\n}\n"] {
        stage.configure(&format!("{block}{configuration}"));
        stage.expect_no_change();
    }
    stage.configure(&in_2017(&configuration));
    stage.expect_no_change();
    assert_eq!(stage.attributes(KEY), state_of(&made));
}

#[test]
fn the_block_of_the_provider_for_all_clouds_takes_the_arguments_too() {
    let Some(stage) = Stage::new(&[APIKEYS]) else { return };
    let provider = r#"
        terraform {
          required_providers {
            apikeys = { source = "apikeys/apikeys" }
          }
        }
        provider "apikeys" {
          tencentcloud {
            api_version      = "2017"
            request_method   = "GET"
            signature_method = "HmacSHA1"
          }
        }
        resource "tencentcloud_api_gateway_api_key" "test" {
          provider    = apikeys
          secret_name = "test"
        }"#;
    stage.apply(provider);
    let journal = stage.sandbox.journal();
    let made = journal.iter().find(|entry| entry.operation == "CreateApiKey").unwrap();
    assert_eq!(made.method, "GET");
    assert!(made.path.starts_with("/v2/index.php?"), "{made:?}");
}

#[test]
fn arguments_of_2017_are_refused_where_they_have_no_effect() {
    let Some(stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    let rows = [
        (
            r#"signature_method = "HmacSHA1""#,
            r#""signature_method" can only be set when api_version is "2017"."#,
        ),
        (
            "api_version = \"2018\"\n  request_method = \"GET\"",
            r#""request_method" can only be set when api_version is "2017"."#,
        ),
        (
            r#"api_version = "2016""#,
            r#""api_version" must be "2018" or "2017", but is "2016"."#,
        ),
        (
            "api_version = \"2017\"\n  request_method = \"PUT\"",
            r#""request_method" must be "POST" or "GET", but is "PUT"."#,
        ),
        (
            "api_version = \"2017\"\n  signature_method = \"HmacMD5\"",
            r#""signature_method" must be "HmacSHA256" or "HmacSHA1", but is "HmacMD5"."#,
        ),
    ];
    for (arguments, expected) in rows {
        let block = format!("provider \"tencentcloud\" {{\n  {arguments}\n}}\n");
        stage.configure(&format!("{block}{}", key(r#"secret_name = "test""#)));
        let said = stage.refused_plan();
        assert!(said.contains(expected), "{said}");
        assert_eq!(stage.calls(), [""; 0]);
    }
}

#[test]
fn a_secret_that_stands_in_the_url_is_in_no_trace() {
    let Some(mut stage) = Stage::new(&[TENCENTCLOUD]) else {
        return;
    };
    let secrets = ["first_secret_of_ours", "second_secret_of_ours"];
    stage.workspace = stage.workspace.environment([
        ("TF_LOG", "TRACE"),
        ("TENCENTCLOUD_SECRET_ID", TENCENTCLOUD_TEMPORARY_SECRET_ID),
        ("TENCENTCLOUD_SECRET_KEY", TENCENTCLOUD_TEMPORARY_SECRET_KEY),
        ("TENCENTCLOUD_SECURITY_TOKEN", TENCENTCLOUD_TOKEN),
    ]);
    let variable = "variable \"secret\" {\n  sensitive = true\n}\n";
    let given = manual_key("on", "").replace(r#"access_key_secret = """#, "access_key_secret = var.secret");
    let configuration = in_block(r#"request_method = "GET""#, &format!("{given}{variable}"));
    let mut outputs = Vec::new();
    for secret in secrets {
        stage.workspace = stage.workspace.environment([("TF_VAR_secret", secret)]);
        outputs.push(stage.apply(&configuration));
        assert_eq!(only_key(&stage).secret, secret);
    }
    fault(&stage, "DescribeApiKey", error("6100"));
    outputs.push(stage.workspace.run(&["plan"]).unwrap());
    let callers = [TENCENTCLOUD_TEMPORARY_SECRET_KEY, TENCENTCLOUD_TOKEN];
    for output in outputs {
        for secret in secrets.into_iter().chain(callers) {
            let lines = output.stdout.lines().chain(output.stderr.lines());
            let found: Vec<_> = lines.filter(|line| line.contains(secret)).collect();
            assert!(found.is_empty(), "`{}` wrote {secret}: {found:?}", output.command);
        }
    }
    // What went out held it all the same.
    let journal = stage.sandbox.journal();
    let made = journal.iter().find(|entry| entry.operation == "CreateApiKey").unwrap();
    assert!(made.path.contains("secretKey=***"), "{made:?}");
    assert_eq!(text(&stage.attributes(KEY)["access_key_secret"]), secrets[1]);
}

/// A stage on a service that tells a key's secret to nobody but who makes it.
fn secretive() -> Option<Stage> {
    let options = Options {
        described_secrets: DescribedSecrets::Hidden,
        ..Options::default()
    };
    Stage::with(&[TENCENTCLOUD], options)
}

fn error(code: &str) -> FaultKind {
    FaultKind::Error { code: code.to_owned() }
}

fn expect_retirement(said: &str) {
    for words in [
        "whose end the vendor has announced: planned from 2023-01-01",
        "remove `api_version` from the provider block",
        "shutting API Gateway down",
        "2026-10-30",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
