//! What the user is told when AWS refuses, and what is left then: no second key, and none that no state knows.

use chrono::TimeDelta;
use cli::Cli;
use sandbox::{Cloud, Fault, FaultKind, Options};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_full_quota_is_told_at_once_in_the_vendors_words,
    a_value_that_exists_names_the_key_that_holds_it,
    a_wrong_secret_is_told_with_what_to_check,
    a_wrong_clock_is_made_good_with_the_services_own_time,
    an_endpoint_that_nobody_listens_on_is_told_with_its_address,
    without_credentials_the_error_names_arguments_and_variables,
    an_update_half_done_is_in_the_state,
    a_read_that_is_refused_removes_nothing_from_the_state,
];

const KEY: &str = "aws_api_gateway_api_key.test";
const CONFIGURATION: &str = r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#;

fn a_full_quota_is_told_at_once_in_the_vendors_words(cli: &Cli) {
    let options = Options {
        aws_key_quota: 0,
        ..Options::default()
    };
    let stage = Stage::with(cli, &[AWS], options);
    stage.configure(CONFIGURATION);
    let said = stage.refused_apply();
    assert_eq!(stage.calls(), ["CreateApiKey"]);
    assert!(said.contains("Cannot create aws_api_gateway_api_key"), "{said}");
    assert!(said.contains("CreateApiKey: LimitExceededException: "), "{said}");
    assert!(said.contains("request id"), "{said}");
    assert!(said.contains("Delete unused objects"), "{said}");
    assert!(stage.workspace.attributes(KEY).is_err());
}

fn a_value_that_exists_names_the_key_that_holds_it(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let mut held = sandbox::aws::Key::new("us-east-1", "the holder", chrono::Utc::now());
    held.value = "a-value-of-twenty-or-more".to_owned();
    let id = stage.sandbox.aws().insert(held);
    // More keys than fit on one page come before it.
    for number in 0..501 {
        let other = sandbox::aws::Key::new("us-east-1", &format!("other {number}"), chrono::Utc::now());
        stage.sandbox.aws().insert(other);
    }
    stage.configure(
        r#"resource "aws_api_gateway_api_key" "test" {
             name  = "test"
             value = "a-value-of-twenty-or-more"
           }"#,
    );
    let said = stage.refused_apply();
    // The key that holds it is on the second page.
    assert_eq!(stage.calls(), ["CreateApiKey", "GetApiKeys", "GetApiKeys"]);
    assert!(
        said.contains(&format!("the key {id} (\"the holder\") holds this value")),
        "{said}"
    );
    assert!(said.contains(&format!("id = \"{id}\"")), "{said}");
    // Terraform itself shows the configuration's line; what follows is ours.
    let ours = said.split("CreateApiKey").nth(1).unwrap();
    assert!(!ours.contains("a-value-of-twenty-or-more"), "{said}");
}

fn a_wrong_secret_is_told_with_what_to_check(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    stage.workspace = stage
        .workspace
        .environment([("AWS_SECRET_ACCESS_KEY", "not-the-secret")]);
    stage.configure(CONFIGURATION);
    let said = stage.refused_apply();
    assert_eq!(stage.calls(), ["CreateApiKey"]);
    assert!(said.contains("CreateApiKey: "), "{said}");
    assert!(
        said.contains("SignatureException") || said.contains("SignatureDoesNotMatch"),
        "{said}"
    );
    assert!(said.contains("Check the credentials"), "{said}");
    assert!(!said.contains("not-the-secret"), "{said}");
    assert_eq!(stage.sandbox.aws().keys(), []);
}

fn a_wrong_clock_is_made_good_with_the_services_own_time(cli: &Cli) {
    let options = Options {
        clock_offset: TimeDelta::hours(1),
        ..Options::default()
    };
    let stage = Stage::with(cli, &[AWS], options);
    stage.apply(CONFIGURATION);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

fn an_endpoint_that_nobody_listens_on_is_told_with_its_address(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    // A port that was free a moment ago.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    stage.configure(&format!(
        "provider \"aws\" {{\n  endpoints {{\n    apigateway = \"http://{closed}\"\n  }}\n}}\n{CONFIGURATION}\n"
    ));
    let said = stage.refused_apply();
    assert!(said.contains(&closed.to_string()), "{said}");
    assert!(said.contains("Check the endpoint"), "{said}");
    assert!(stage.workspace.attributes(KEY).is_err());
}

fn without_credentials_the_error_names_arguments_and_variables(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    stage.workspace = stage.workspace.without("AWS_SECRET_ACCESS_KEY");
    stage.configure(CONFIGURATION);
    let said = stage.refused_apply();
    assert!(
        said.contains("AWS_ACCESS_KEY_ID, but no AWS_SECRET_ACCESS_KEY"),
        "{said}"
    );
    stage.workspace = stage.workspace.without("AWS_ACCESS_KEY_ID");
    let said = stage.refused_apply();
    for word in ["access_key", "secret_key", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        assert!(said.contains(word), "{word} in {said}");
    }
    assert_eq!(stage.calls(), [""; 0]);
}

fn an_update_half_done_is_in_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(CONFIGURATION);
    stage.sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some("UpdateApiKey".to_owned()),
        kind: FaultKind::Error {
            code: "AccessDeniedException".to_owned(),
        },
        times: 1,
    });
    stage.configure("resource \"aws_api_gateway_api_key\" \"test\" {\n  name = \"two\"\n  tags = { a = \"b\" }\n}\n");
    let said = stage.refused_apply();
    assert!(said.contains("UpdateApiKey: AccessDeniedException"), "{said}");
    let state = stage.attributes(KEY);
    assert_eq!(state["name"], "test");
    assert_eq!(state["tags_all"], json!({"a": "b"}));
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY)["name"], "two");
    stage.expect_no_change();
}

fn a_read_that_is_refused_removes_nothing_from_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(CONFIGURATION);
    stage.sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some("GetApiKey".to_owned()),
        kind: FaultKind::Error {
            code: "AccessDeniedException".to_owned(),
        },
        times: 1,
    });
    let said = stage.refused_plan();
    assert!(said.contains("GetApiKey: AccessDeniedException"), "{said}");
    stage.expect_no_change();
}
