//! Keys that `terraform query` finds, and the configuration that it generates for them.

use std::fs;

use chrono::{TimeDelta, Utc};
use cli::{Cli, Output, Use};
use sandbox::scaleway::Bearer;
use sandbox::tencentcloud::{KeyKind, Status};
use sandbox::{Cloud, Fault, FaultKind, aws, scaleway, tencentcloud};
use serde_json::{Value, json};
use support::harness::{Since, Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::scaleway as scw;
use super::scaleway::{APPLICATION, USER};
use super::stage::{APIKEYS, AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    since QUERIES;
    keys_of_all_clouds_are_found_under_one_name,
    a_generated_configuration_is_written_as_by_hand_and_imports_without_a_change,
    keys_of_every_kind_are_imported_by_what_a_query_generates,
    resource_objects_have_values_only_where_they_are_asked_for,
    a_limit_ends_the_calls,
    the_queries_of_the_official_scaleway_tests_find_what_those_expect,
    what_is_wrong_with_a_query_is_told_at_its_argument,
    a_page_that_fails_is_an_error,
    an_interrupted_query_does_not_wait_for_its_page,
];

/// Protocol 6.10. OpenTofu 1.12 has no queries.
pub(crate) const QUERIES: Since = Since {
    terraform: Some((1, 14)),
    opentofu: None,
};

/// What a query needs beside itself: a configuration that names its providers.
fn required(uses: &[Use]) -> String {
    let entries = uses.iter();
    let entries = entries.map(|used| format!("{} = {{ source = \"{}\" }}\n", used.name, used.source));
    let entries: String = entries.collect();
    format!("terraform {{\n  required_providers {{\n{entries}\n  }}\n}}\n")
}

/// A stage for queries of these providers.
fn stage(cli: &Cli, uses: &[Use]) -> Stage {
    let stage = Stage::new(cli, uses);
    stage.configure(&required(uses));
    stage
}

/// A `list` block named `all`.
fn list(kind: &str, provider: &str, arguments: &str) -> String {
    format!("list \"{kind}\" \"all\" {{\n  provider = {provider}\n  {arguments}\n}}\n")
}

fn query(stage: &Stage, queries: &str, arguments: &[&str]) -> Output {
    stage.workspace.write("main.tfquery.hcl", queries).unwrap();
    stage.workspace.run(&[&["query"], arguments].concat()).unwrap()
}

/// What a query finds, as it is in its JSON output.
fn found(stage: &Stage, queries: &str) -> Vec<Value> {
    let output = query(stage, queries, &["-json"]).success().unwrap();
    let lines = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    let found = lines.filter_map(|line: Value| line.get("list_resource_found").cloned());
    found.collect()
}

fn aws_key(name: &str) -> aws::Key {
    aws::Key::new("us-east-1", name, Utc::now())
}

fn tencent_key(name: &str) -> tencentcloud::Key {
    tencentcloud::Key::new("ap-guangzhou", name, Utc::now())
}

fn scaleway_key(description: &str) -> scaleway::Key {
    scaleway::Key::new(Bearer::Application(APPLICATION.to_owned()), description, Utc::now())
}

fn keys_of_all_clouds_are_found_under_one_name(cli: &Cli) {
    let stage = stage(cli, &[APIKEYS]);
    let aws = stage.sandbox.aws().insert(aws_key("one"));
    let tencent = stage.sandbox.tencentcloud().insert(tencent_key("two"));
    let scaleway = stage.sandbox.scaleway().insert(scaleway_key(""));
    let kinds = [
        "aws_api_gateway_api_key",
        "tencentcloud_api_gateway_api_key",
        "scaleway_iam_api_key",
    ];
    let queries = kinds.map(|kind| list(kind, "apikeys", "")).concat();
    let mut found: Vec<_> = found(&stage, &queries)
        .into_iter()
        .map(|found| {
            assert!(found.get("resource_object").is_none());
            json!([found["resource_type"], found["display_name"], found["identity"]])
        })
        .collect();
    found.sort_by_key(Value::to_string);
    let mut expected = [
        json!([kinds[0], "one", {"account_id": null, "id": aws, "region": "us-east-1"}]),
        json!([kinds[1], "two", {"id": tencent, "region": "ap-guangzhou"}]),
        json!([kinds[2], scaleway, {"id": scaleway}]),
    ];
    expected.sort_by_key(Value::to_string);
    assert_eq!(found, expected);

    let output = query(&stage, &queries, &[]).success().unwrap();
    for (name, id) in [("one", &aws), ("two", &tencent)] {
        let line = output.stdout.lines().find(|line| line.contains(id.as_str())).unwrap();
        assert!(line.contains(name), "{output}");
    }
}

/// The import block is Terraform's own, which writes null for what is not known.
const WRITTEN: &str = r#"resource "aws_api_gateway_api_key" "all_0" {
  provider    = aws
  description = "What it is for"
  name        = "billing"
  tags = {
    Stage = "test"
  }
}

import {
  to       = aws_api_gateway_api_key.all_0
  provider = aws
  identity = {
    account_id = null
    id         = "ID"
    region     = "us-east-1"
  }
}
"#;

fn a_generated_configuration_is_written_as_by_hand_and_imports_without_a_change(cli: &Cli) {
    let stage = stage(cli, &[AWS]);
    let id = stage.sandbox.aws().insert(aws::Key {
        description: Some("What it is for".to_owned()),
        tags: [("Stage".to_owned(), "test".to_owned())].into(),
        ..aws_key("billing")
    });
    let queries = list("aws_api_gateway_api_key", "aws", "");
    let generated = generated(&stage, &queries);
    let generated: Vec<_> = generated.lines().filter(|line| !line.starts_with('#')).collect();
    let expected = WRITTEN.replace("ID", &id);
    assert_eq!(generated.join("\n").trim(), expected.trim());
    expect_imported(&stage, 1);
}

fn generated(stage: &Stage, queries: &str) -> String {
    query(stage, queries, &["-generate-config-out=generated.tf"])
        .success()
        .unwrap();
    fs::read_to_string(stage.workspace.folder().join("generated.tf")).unwrap()
}

/// Expects that what was generated imports this many keys, and that nothing is left to do then.
fn expect_imported(stage: &Stage, count: usize) {
    fs::remove_file(stage.workspace.folder().join("main.tfquery.hcl")).unwrap();
    let applied = stage.workspace.apply().unwrap();
    let summary = format!("Resources: {count} imported, 0 added, 0 changed, 0 destroyed.");
    assert!(applied.stdout.contains(&summary), "{applied}");
    stage.expect_no_change();
}

fn keys_of_every_kind_are_imported_by_what_a_query_generates(cli: &Cli) {
    let now = Utc::now();
    let stage = stage(cli, &[AWS]);
    for key in [
        aws::Key {
            customer_id: Some("customer".to_owned()),
            enabled: false,
            ..aws_key("every argument")
        },
        aws::Key {
            name: None,
            ..aws_key("")
        },
        aws::Key::new("eu-west-1", "elsewhere", now),
    ] {
        stage.sandbox.aws().insert(key);
    }
    let region = "for_each = toset([\"us-east-1\", \"eu-west-1\"])\n  config {\n    region = each.value\n  }";
    generated(&stage, &list("aws_api_gateway_api_key", "aws", region));
    expect_imported(&stage, 3);

    let stage = self::stage(cli, &[TENCENTCLOUD]);
    let manual = tencentcloud::Key {
        id: "an_id_of_ours".to_owned(),
        kind: KeyKind::Manual,
        status: Status::Disabled,
        ..tencent_key("manual")
    };
    for key in [tencent_key("automatic"), tencent_key(""), manual] {
        stage.sandbox.tencentcloud().insert(key);
    }
    let text = generated(&stage, &list("tencentcloud_api_gateway_api_key", "tencentcloud", ""));
    assert!(
        !text.contains("AKID") || !text.contains("access_key_id     = \"AKID"),
        "{text}"
    );
    expect_imported(&stage, 3);

    let stage = self::stage(cli, &[SCALEWAY]);
    let ended = scaleway::Key {
        expires_at: Some(now - TimeDelta::days(1)),
        ..scaleway::Key::new(Bearer::User(USER.to_owned()), "a user's", now)
    };
    for key in [scaleway_key(""), ended] {
        stage.sandbox.scaleway().insert(key);
    }
    generated(&stage, &list("scaleway_iam_api_key", "scaleway", ""));
    expect_imported(&stage, 2);
}

fn resource_objects_have_values_only_where_they_are_asked_for(cli: &Cli) {
    let object = |provider: Use, kind: &str, arguments: &str, secret: &str| {
        let stage = stage(cli, &[provider]);
        let aws = aws_key("one");
        let tencent = tencent_key("one");
        let secrets = [aws.value.clone(), tencent.secret.clone()];
        stage.sandbox.aws().insert(aws);
        stage.sandbox.tencentcloud().insert(tencent);
        let queries = list(kind, provider.name, &format!("include_resource = true\n  {arguments}"));
        let found = found(&stage, &queries);
        let [found] = found.as_slice() else { panic!("{found:?}") };
        let value = found["resource_object"][secret].as_str().map(str::to_owned);
        assert!(value.iter().all(|value| secrets.contains(value)), "{found}");
        value
    };
    let aws = |arguments| object(AWS, "aws_api_gateway_api_key", arguments, "value");
    assert_eq!(aws(""), None);
    assert!(aws("config {\n    include_values = true\n  }").is_some());
    let tencent = |arguments| {
        let kind = "tencentcloud_api_gateway_api_key";
        object(TENCENTCLOUD, kind, arguments, "access_key_secret")
    };
    assert_eq!(tencent(""), None);
    assert!(tencent("config {\n    include_secrets = true\n  }").is_some());
}

fn a_limit_ends_the_calls(cli: &Cli) {
    let stage = stage(cli, &[AWS]);
    for number in 0..501 {
        stage.sandbox.aws().insert(aws_key(&format!("key {number}")));
    }
    for (limit, count, calls) in [
        ("", 100, 1),
        ("limit = 3", 3, 1),
        ("limit = 0", 0, 0),
        ("limit = 1000", 501, 2),
    ] {
        stage.calls();
        let found = found(&stage, &list("aws_api_gateway_api_key", "aws", limit));
        assert_eq!((found.len(), stage.calls().len()), (count, calls), "{limit}");
    }
}

/// The `config` blocks of the provider's own tests, and how many keys they expect at least.
fn the_queries_of_the_official_scaleway_tests_find_what_those_expect(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    stage.apply(&scw::key(r#"description = "test-api-key-list-1""#));
    let organization = sandbox::credentials::SCW_ORGANIZATION_ID;
    let bearer = format!("bearer_id = \"{APPLICATION}\"\n    bearer_type = \"application\"");
    for arguments in [
        "",
        "description = \"test-api-key-list-1\"",
        "editable = true",
        "expired = false",
        &bearer,
    ] {
        let config = format!("config {{\n    organization_id = \"{organization}\"\n    {arguments}\n  }}");
        let found = found(&stage, &list("scaleway_iam_api_key", "scaleway", &config));
        assert_eq!(found.len(), 1, "{arguments}");
    }
}

fn what_is_wrong_with_a_query_is_told_at_its_argument(cli: &Cli) {
    let stage = stage(cli, &[AWS, SCALEWAY]);
    let rows = [
        (AWS, "aws_api_gateway_api_key", "region = \"here\"", "but is \"here\""),
        (
            AWS,
            "aws_api_gateway_api_key",
            "id = \"a\"",
            "An argument named \"id\" is not expected here",
        ),
        (
            SCALEWAY,
            "scaleway_iam_api_key",
            "bearer_type = \"group\"",
            "\"bearer_type\" must be \"application\" or \"user\", but is \"group\"",
        ),
    ];
    for (provider, kind, argument, expected) in rows {
        let queries = list(kind, provider.name, &format!("config {{\n    {argument}\n  }}"));
        let said = refusal(query(&stage, &queries, &[]));
        assert!(
            said.contains(expected) && said.contains("main.tfquery.hcl line"),
            "{said}"
        );
    }
    assert_eq!(stage.calls(), Vec::<String>::new());
}

fn a_page_that_fails_is_an_error(cli: &Cli) {
    let stage = stage(cli, &[AWS]);
    for number in 0..501 {
        stage.sandbox.aws().insert(aws_key(&format!("key {number}")));
    }
    let fault = |kind| Fault {
        cloud: Cloud::Aws,
        operation: Some("GetApiKeys".to_owned()),
        kind,
        times: 1,
    };
    stage.sandbox.fault(fault(FaultKind::PlainText));
    stage.sandbox.fault(fault(FaultKind::Error {
        code: "AccessDeniedException".to_owned(),
    }));
    let said = refusal(query(
        &stage,
        &list("aws_api_gateway_api_key", "aws", "limit = 1000"),
        &[],
    ));
    assert!(said.contains("Cannot list aws_api_gateway_api_key"), "{said}");
    assert!(said.contains("The call was made with: "), "{said}");
}

fn an_interrupted_query_does_not_wait_for_its_page(cli: &Cli) {
    let stage = stage(cli, &[AWS]);
    stage.sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some("GetApiKeys".to_owned()),
        kind: FaultKind::Hold {
            milliseconds: 3_600_000,
        },
        times: 1,
    });
    let queries = list("aws_api_gateway_api_key", "aws", "");
    stage.workspace.write("main.tfquery.hcl", &queries).unwrap();
    let running = stage.workspace.spawn(&["query"]).unwrap();
    stage.sandbox.wait_for_call("GetApiKeys", PATIENCE).unwrap();
    running.interrupt().unwrap();
    let said = refusal(running.wait().unwrap());
    assert!(said.contains("Terraform asked to stop"), "{said}");
    assert_eq!(stage.calls(), ["GetApiKeys"]);
}
