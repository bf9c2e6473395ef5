//! A Tencent Cloud key through the vendor's API of 2017: its whole life, who signs and how, and what the provider block says of it.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use cli::Cli;
use sandbox::credentials::{TENCENTCLOUD_TEMPORARY_SECRET_ID, TENCENTCLOUD_TEMPORARY_SECRET_KEY, TENCENTCLOUD_TOKEN};
use sandbox::tencentcloud::{KeyKind, Status};
use sandbox::{DescribedSecrets, FaultKind, Options, Spelling};
use support::harness::{Test, cli_tests};

use super::stage::{APIKEYS, Stage, TENCENTCLOUD};
use super::tencentcloud::{KEY, fault, key, manual_key, only_key, state_of, text};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_automatic_key_is_made_imported_disabled_enabled_and_destroyed_in_every_manner,
    a_manual_key_is_made_given_a_new_secret_imported_and_destroyed,
    a_secret_that_no_look_tells_stays_in_the_state,
    a_wrong_clock_is_made_good_with_the_services_own_time,
    temporary_credentials_are_sent_with_their_token,
    one_role_serves_both_apis,
    a_key_can_be_handed_over_from_one_api_to_the_other,
    the_block_of_the_provider_for_all_clouds_takes_the_arguments_too,
    arguments_of_2017_are_refused_where_they_have_no_effect,
    a_secret_that_stands_in_the_url_is_in_no_trace,
];

const PATH: &str = "/v2/index.php";

/// A configuration whose provider block asks for the API of 2017.
pub(super) fn in_2017(configuration: &str) -> String {
    in_block("", configuration)
}

pub(super) fn in_block(arguments: &str, configuration: &str) -> String {
    format!("provider \"tencentcloud\" {{\n  api_version = \"2017\"\n  {arguments}\n}}\n{configuration}")
}

fn an_automatic_key_is_made_imported_disabled_enabled_and_destroyed_in_every_manner(cli: &Cli) {
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
        let stage = Stage::with(cli, &[TENCENTCLOUD], options);
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

fn a_manual_key_is_made_given_a_new_secret_imported_and_destroyed(cli: &Cli) {
    for method in ["GET", "POST"] {
        let stage = Stage::new(cli, &[TENCENTCLOUD]);
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

fn a_secret_that_no_look_tells_stays_in_the_state(cli: &Cli) {
    let stage = secretive(cli);
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

fn a_wrong_clock_is_made_good_with_the_services_own_time(cli: &Cli) {
    for offset in [TimeDelta::hours(1), -TimeDelta::hours(1)] {
        let options = Options {
            clock_offset: offset,
            ..Options::default()
        };
        let stage = Stage::with(cli, &[TENCENTCLOUD], options);
        stage.apply(&in_2017(&key(r#"secret_name = "test""#)));
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
        assert_eq!(stage.sandbox.tencentcloud().keys(), []);
    }
}

fn temporary_credentials_are_sent_with_their_token(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
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

fn one_role_serves_both_apis(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    let role = format!(
        "assume_role {{\n    role_arn = \"{}\"\n    session_name = \"test\"\n    session_duration = 7200\n  }}",
        sandbox::credentials::TENCENTCLOUD_ROLE_ARN
    );
    stage.apply(&in_block(&role, &key(r#"secret_name = "test""#)));
    assert_eq!(stage.calls(), ["AssumeRole", "CreateApiKey"]);
    let journal = stage.sandbox.journal();
    let paths: BTreeSet<_> = journal.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, BTreeSet::from(["/", PATH]));
}

fn a_key_can_be_handed_over_from_one_api_to_the_other(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
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

fn the_block_of_the_provider_for_all_clouds_takes_the_arguments_too(cli: &Cli) {
    let stage = Stage::new(cli, &[APIKEYS]);
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

fn arguments_of_2017_are_refused_where_they_have_no_effect(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
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

fn a_secret_that_stands_in_the_url_is_in_no_trace(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
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
pub(super) fn secretive(cli: &Cli) -> Stage {
    let options = Options {
        described_secrets: DescribedSecrets::Hidden,
        ..Options::default()
    };
    Stage::with(cli, &[TENCENTCLOUD], options)
}

pub(super) fn error(code: &str) -> FaultKind {
    FaultKind::Error { code: code.to_owned() }
}
