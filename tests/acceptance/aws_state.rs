//! A state that the official provider has written.

use cli::Cli;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::official_state::state_file;
use super::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_official_state_without_tags_opens_unchanged,
    an_official_state_without_tags_opens_unchanged_where_the_configuration_has_an_empty_map,
    an_official_state_with_every_argument_opens_unchanged,
    an_official_state_of_a_later_version_opens_unchanged,
    a_state_of_a_terraform_that_marked_nothing_sensitive_opens_unchanged,
    a_state_with_a_null_customer_id_opens_unchanged,
];

const KEY: &str = "aws_api_gateway_api_key.test";

/// The state of `key`, with these tags, as the official provider 5.100.0 has it: no `region`, texts empty rather than null.
fn official_attributes(key: &sandbox::aws::Key, tags: Value, tags_all: Value) -> Value {
    let date = key.created.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    json!({
        "arn": format!("arn:aws:apigateway:{}::/apikeys/{}", key.region, key.id),
        "created_date": date,
        "customer_id": key.customer_id.clone().unwrap_or_default(),
        "description": key.description.clone().unwrap_or_default(),
        "enabled": key.enabled,
        "id": key.id,
        "last_updated_date": date,
        "name": key.name,
        "tags": tags,
        "tags_all": tags_all,
        "value": key.value,
    })
}

fn made_outside(region: &str) -> sandbox::aws::Key {
    let mut key = sandbox::aws::Key::new(region, "test", chrono::Utc::now());
    key.description = Some("Managed by Terraform".to_owned());
    key
}

/// As earlier versions of this provider wrote it: `customer_id` null, and `tags` null or an empty map as the configuration has them.
fn a_state_with_a_null_customer_id_opens_unchanged(cli: &Cli) {
    for (tags, argument) in [(Value::Null, ""), (json!({}), "tags = {}")] {
        let stage = Stage::new(cli, &[AWS]);
        let key = made_outside("us-east-1");
        let mut attributes = official_attributes(&key, tags.clone(), json!({}));
        attributes["customer_id"] = Value::Null;
        attributes["region"] = json!("us-east-1");
        attributes["timeouts"] = Value::Null;
        stage.sandbox.aws().insert(key);
        let state = state_file(stage.registry(), KEY, &attributes);
        stage.workspace.write("terraform.tfstate", &state).unwrap();
        stage.configure(&format!(
            "resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {argument}\n}}\n"
        ));
        let unrefreshed = stage
            .workspace
            .run(&["plan", "-detailed-exitcode", "-refresh=false"])
            .unwrap();
        assert_eq!(unrefreshed.code(), Some(0), "{unrefreshed}");
        stage.expect_no_change();
        stage
            .workspace
            .run(&["apply", "-refresh-only", "-auto-approve"])
            .unwrap();
        assert_eq!(stage.attributes(KEY)["tags"], tags);
        assert_eq!(stage.attributes(KEY)["customer_id"], "");
    }
}

/// Expects that the state of `key` opens with nothing to be done, with and without a refresh, and that everything works on.
fn expect_opens(cli: &Cli, key: sandbox::aws::Key, tags: Value, tags_all: Value, configuration: &str) {
    let stage = Stage::new(cli, &[AWS]);
    let state = state_file(stage.registry(), KEY, &official_attributes(&key, tags, tags_all));
    let id = stage.sandbox.aws().insert(key.clone());
    stage.workspace.write("terraform.tfstate", &state).unwrap();
    stage.configure(configuration);

    let unrefreshed = stage
        .workspace
        .run(&["plan", "-detailed-exitcode", "-refresh=false"])
        .unwrap();
    assert_eq!(unrefreshed.code(), Some(0), "{unrefreshed}");
    assert_eq!(stage.calls(), [""; 0]);
    stage.expect_no_change();
    assert_eq!(stage.calls(), ["GetApiKey"]);

    stage.apply(&configuration.replace("name = \"test\"", "name = \"renamed\""));
    let renamed = stage.attributes(KEY);
    assert_eq!(renamed["id"], id);
    assert_eq!(renamed["value"], key.value);
    assert_eq!(renamed["region"], key.region);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

fn an_official_state_without_tags_opens_unchanged(cli: &Cli) {
    for tags in [json!({}), Value::Null] {
        expect_opens(
            cli,
            made_outside("us-east-1"),
            tags,
            json!({}),
            r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#,
        );
    }
}

fn an_official_state_without_tags_opens_unchanged_where_the_configuration_has_an_empty_map(cli: &Cli) {
    let configuration = r#"
        resource "aws_api_gateway_api_key" "test" {
          name = "test"
          tags = {}
        }
    "#;
    expect_opens(cli, made_outside("us-east-1"), Value::Null, json!({}), configuration);
}

fn an_official_state_with_every_argument_opens_unchanged(cli: &Cli) {
    let mut key = made_outside("eu-west-1");
    key.customer_id = Some("customer-1".to_owned());
    key.description = None;
    key.enabled = false;
    key.tags = [("a", "1"), ("team", "keys")]
        .map(|(key, value)| (key.into(), value.into()))
        .into();
    key.value = "a-value-of-twenty-or-more".to_owned();
    expect_opens(
        cli,
        key,
        json!({"a": "1"}),
        json!({"a": "1", "team": "keys"}),
        r#"
        provider "aws" {
          region                      = "eu-west-1"
          skip_credentials_validation = true
          skip_requesting_account_id  = true
          default_tags {
            tags = { team = "keys" }
          }
        }
        resource "aws_api_gateway_api_key" "test" {
          name = "test"
          customer_id = "customer-1"
          description = ""
          enabled     = false
          value       = "a-value-of-twenty-or-more"
          tags        = { a = "1" }
        }"#,
    );
}

fn an_official_state_of_a_later_version_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = made_outside("eu-west-1");
    let mut attributes = official_attributes(&key, Value::Null, json!({}));
    attributes["region"] = json!("eu-west-1");
    stage.sandbox.aws().insert(key);
    stage
        .workspace
        .write("terraform.tfstate", &state_file(stage.registry(), KEY, &attributes))
        .unwrap();
    stage.configure(
        r#"resource "aws_api_gateway_api_key" "test" {
             name   = "test"
             region = "eu-west-1"
           }"#,
    );
    let unrefreshed = stage
        .workspace
        .run(&["plan", "-detailed-exitcode", "-refresh=false"])
        .unwrap();
    assert_eq!(unrefreshed.code(), Some(0), "{unrefreshed}");
    stage.expect_no_change();
}

fn a_state_of_a_terraform_that_marked_nothing_sensitive_opens_unchanged(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let key = made_outside("us-east-1");
    let attributes = official_attributes(&key, Value::Null, json!({}));
    let state = state_file(stage.registry(), KEY, &attributes);
    let marks = r#""sensitive_attributes":[[{"type":"get_attr","value":"value"}]]"#;
    assert!(state.contains(marks));
    let unmarked = state.replace(marks, r#""sensitive_attributes":[]"#);
    stage.sandbox.aws().insert(key);
    stage.workspace.write("terraform.tfstate", &unmarked).unwrap();
    stage.configure(r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#);
    stage.expect_no_change();
}
