//! Answers of Tencent Cloud that come late, broken, or without what they are to tell.

use cli::Cli;
use sandbox::{Cloud, Fault, FaultKind};
use serde_json::json;
use support::harness::{Test, cli_tests};

use super::json_server::JsonServer;
use super::stage::{Stage, TENCENTCLOUD, refusal};
use super::tencentcloud::{KEY, expect_nothing_in_state, fault, key, only_key, state_of};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_throttled_create_is_repeated,
    what_cannot_be_read_in_the_place_of_an_answer_is_asked_for_again,
    a_page_that_stays_in_the_place_of_an_answer_is_an_error_and_takes_nothing_from_the_state,
    an_answer_without_a_result_is_an_error_and_takes_nothing_from_the_state,
    what_an_answer_leaves_null_has_not_changed,
];

fn a_throttled_create_is_repeated(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    for kind in [
        FaultKind::Throttle { retry_after: None },
        FaultKind::Error {
            code: "LimitExceeded.RequestLimitExceeded".to_owned(),
        },
    ] {
        fault(&stage, "CreateApiKey", kind);
    }
    stage.apply(&key(r#"secret_name = "test""#));
    assert_eq!(stage.calls(), ["CreateApiKey"; 3]);
    only_key(&stage);
}

fn what_cannot_be_read_in_the_place_of_an_answer_is_asked_for_again(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key(r#"secret_name = "test""#));
    stage.calls();
    for kind in [FaultKind::Html, FaultKind::HtmlAfter, FaultKind::CutJson] {
        fault(&stage, "DescribeApiKey", kind);
        stage.expect_no_change();
        assert_eq!(stage.calls(), ["DescribeApiKey"; 2]);
    }
}

fn a_page_that_stays_in_the_place_of_an_answer_is_an_error_and_takes_nothing_from_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key("secret_name = \"test\"\n  timeouts {\n    read = \"2s\"\n  }"));
    let made = stage.attributes(KEY);
    stage.sandbox.fault(Fault {
        cloud: Cloud::Tencentcloud,
        operation: Some("DescribeApiKey".to_owned()),
        kind: FaultKind::HtmlAfter,
        times: u32::MAX,
    });
    let refresh = ["apply", "-refresh-only", "-auto-approve"];
    let said = refusal(stage.workspace.run(&refresh).unwrap());
    assert!(
        said.contains("the response cannot be read: status 200, content type text/html"),
        "{said}"
    );
    // It shows how the page begins.
    assert!(said.contains("not JSON: \"<"), "{said}");
    assert_eq!(stage.attributes(KEY), made);
}

fn an_answer_without_a_result_is_an_error_and_takes_nothing_from_the_state(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key(r#"secret_name = "test""#));
    let made = only_key(&stage);
    for body in [
        r#"{"Response":{"Result":null,"RequestId":"r-1"}}"#,
        r#"{"Response":{"RequestId":"r-1"}}"#,
        r#"{"Response":{"Result":{"AccessKeyId":null,"Status":null},"RequestId":"r-1"}}"#,
        r#"{"Response":{"Result":{"AccessKeyId":"another"},"RequestId":"r-1"}}"#,
    ] {
        let cloud = JsonServer::start(move |_| body.to_owned());
        stage.workspace = stage
            .workspace
            .environment([("TENCENTCLOUD_DOMAIN", cloud.authority())]);
        for command in [&["plan"][..], &["destroy", "-auto-approve", "-refresh=false"]] {
            let said = refusal(stage.workspace.run(command).unwrap());
            let expected = format!(
                "DescribeApiKey: the response is not about the key {} (request id r-1)",
                made.id
            );
            assert!(said.contains(&expected), "{said}");
        }
        let elsewhere = stage
            .another_workspace()
            .environment([("TENCENTCLOUD_DOMAIN", cloud.authority())]);
        if body.contains("another") {
            continue;
        }
        let configuration = key("secret_name = \"test\"\n  timeouts {\n    create = \"1s\"\n  }");
        elsewhere.write("main.tf", &configuration).unwrap();
        let said = refusal(elsewhere.run(&["apply", "-auto-approve"]).unwrap());
        assert!(said.contains("CreateApiKey: the response "), "{said}");
        let found = "the search for the API key that it may have created failed: DescribeApiKeysStatus: the response has no list of keys";
        assert!(said.contains(found), "{said}");
        assert!(said.contains("The next plan in this folder searches again"), "{said}");
    }
    assert_eq!(stage.attributes(KEY), state_of(&made));
}

fn what_an_answer_leaves_null_has_not_changed(cli: &Cli) {
    let mut stage = Stage::new(cli, &[TENCENTCLOUD]);
    stage.apply(&key("secret_name = \"test\"\n  status = \"off\""));
    let made = only_key(&stage);
    let nothing = json!({
        "AccessKeyId": made.id, "AccessKeySecret": null, "AccessKeyType": null, "SecretName": null,
        "CreatedTime": null, "ModifiedTime": null, "Status": null, "Tags": null,
    });
    let cloud = JsonServer::start(move |request| {
        let result = if request.head.contains("x-tc-action: describeapikey") {
            &nothing
        } else {
            // The documentation allows it for the calls that change something.
            &json!(null)
        };
        json!({ "Response": { "Result": result, "RequestId": "r-1" } }).to_string()
    });
    stage.workspace = stage
        .workspace
        .environment([("TENCENTCLOUD_DOMAIN", cloud.authority())]);
    stage.workspace.plan_nothing().unwrap();
    stage.workspace.destroy().unwrap();
    expect_nothing_in_state(&stage);
}
