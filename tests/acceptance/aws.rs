//! The life of an AWS key, argument by argument: create, import, change in place, replace, disappear, destroy.

use cli::Cli;
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_is_made_imported_renamed_and_destroyed,
    a_customer_id_is_set_changed_and_removed_in_place,
    a_description_is_changed_emptied_and_defaulted_in_place,
    a_key_made_with_an_empty_description_has_none,
    a_key_is_disabled_and_enabled_in_place,
    a_given_value_is_kept_and_another_one_replaces_the_key,
    a_value_that_has_to_be_computed_first_is_taken,
    a_key_deleted_outside_is_planned_and_made_again,
    a_change_outside_is_seen_and_set_right,
    an_update_sends_only_what_changed,
    keys_of_the_same_name_live_side_by_side,
];

const KEY: &str = "aws_api_gateway_api_key.test";

fn a_key_is_made_imported_renamed_and_destroyed(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&key(r#"name = "one""#));
    // The answer to the create call tells everything: no second call.
    assert_eq!(stage.calls(), ["CreateApiKey"]);
    let made = stage.attributes(KEY);
    expect_defaults(&made, "one");
    stage.expect_no_change();
    stage.expect_import(&key(r#"name = "one""#), KEY, text(&made["id"]), &[]);
    stage.calls();

    stage.apply(&key(r#"name = "two""#));
    assert_eq!(stage.calls(), ["GetApiKey", "UpdateApiKey"]);
    let renamed = stage.attributes(KEY);
    expect_defaults(&renamed, "two");
    expect_same_key(&renamed, &made);
    stage.expect_no_change();
    stage.expect_import(&key(r#"name = "two""#), KEY, text(&made["id"]), &[]);
    stage.calls();

    stage.workspace.destroy().unwrap();
    assert_eq!(stage.calls(), ["GetApiKey", "DeleteApiKey"]);
    assert_eq!(stage.sandbox.aws().keys(), []);
}

fn a_customer_id_is_set_changed_and_removed_in_place(cli: &Cli) {
    let customer_id = |key: &sandbox::aws::Key| key.customer_id.clone();
    expect_changes_in_place(
        cli,
        "customer_id",
        &[
            (Some(r#""test-customer-id-1""#), json!("test-customer-id-1")),
            (Some(r#""test-customer-id-2""#), json!("test-customer-id-2")),
            (None, json!("")),
        ],
        |key| json!(customer_id(key).unwrap_or_default()),
    );
}

fn a_description_is_changed_emptied_and_defaulted_in_place(cli: &Cli) {
    expect_changes_in_place(
        cli,
        "description",
        &[
            (Some(r#""description 1""#), json!("description 1")),
            (Some(r#""description 2""#), json!("description 2")),
            (Some(r#""""#), json!("")),
            (None, json!("Managed by Terraform")),
        ],
        |key| json!(key.description.clone().unwrap_or_default()),
    );
}

fn a_key_made_with_an_empty_description_has_none(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let configuration = key("name = \"test\"\n  description = \"\"");
    stage.apply(&configuration);
    assert_eq!(stage.attributes(KEY)["description"], "");
    assert_eq!(stage.sandbox.aws().keys()[0].description, None);
    stage.expect_no_change();
}

fn a_key_is_disabled_and_enabled_in_place(cli: &Cli) {
    expect_changes_in_place(
        cli,
        "enabled",
        &[
            (Some("false"), json!(false)),
            (Some("true"), json!(true)),
            (Some("false"), json!(false)),
            (None, json!(true)),
        ],
        |key| json!(key.enabled),
    );
}

fn a_given_value_is_kept_and_another_one_replaces_the_key(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let first = key("name  = \"test\"\n  value = \"MjQ2OGQ3MmUtN2I5Ny00Zjg1LWFlOTQtMGFkZjFi\"");
    stage.apply(&first);
    let made = stage.attributes(KEY);
    assert_eq!(made["value"], "MjQ2OGQ3MmUtN2I5Ny00Zjg1LWFlOTQtMGFkZjFi");
    assert_eq!(stage.sandbox.aws().keys()[0].value, text(&made["value"]));
    stage.expect_import(&first, KEY, text(&made["id"]), &[]);

    let output = stage.workspace.run(&["plan"]).unwrap();
    assert!(!output.stdout.contains(text(&made["value"])), "{output}");
    stage.configure(&key(r#"name = "test""#));
    stage.expect_no_change();

    stage.configure(&key("name  = \"test\"\n  value = \"another-value-of-the-key\""));
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["delete", "create"]));
    assert_eq!(planned["replace_paths"], json!([["value"]]));
    stage.calls();
    stage.workspace.apply().unwrap();
    assert_eq!(stage.calls(), ["GetApiKey", "DeleteApiKey", "CreateApiKey"]);
    assert_ne!(stage.attributes(KEY)["id"], made["id"]);
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

fn a_value_that_has_to_be_computed_first_is_taken(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let computed = r#"
        resource "terraform_data" "value" { input = "a-value-nobody-knows-yet" }
        resource "aws_api_gateway_api_key" "test" {
          name  = "test"
          value = terraform_data.value.output
        }"#;
    stage.configure(computed);
    assert_eq!(stage.planned(KEY)["after_unknown"]["value"], true);
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY)["value"], "a-value-nobody-knows-yet");
    stage.expect_no_change();
}

fn a_key_deleted_outside_is_planned_and_made_again(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&key(r#"name = "test""#));
    let lost = stage.attributes(KEY);
    stage.sandbox.aws().remove(text(&lost["id"])).unwrap();
    assert_eq!(stage.planned(KEY)["actions"], json!(["create"]));
    stage.workspace.apply().unwrap();
    assert_ne!(stage.attributes(KEY)["id"], lost["id"]);

    stage.sandbox.aws().remove(text(&stage.attributes(KEY)["id"])).unwrap();
    stage.calls();
    stage
        .workspace
        .run(&["destroy", "-auto-approve", "-refresh=false"])
        .unwrap()
        .success()
        .unwrap();
    assert_eq!(stage.calls(), ["DeleteApiKey"]);
}

fn a_change_outside_is_seen_and_set_right(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&key(r#"name = "test""#));
    let id = text(&stage.attributes(KEY)["id"]).to_owned();
    stage.sandbox.aws().update(&id, |key| {
        key.description = None;
        key.enabled = false;
        key.name = Some("renamed".to_owned());
    });
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["before"]["name"], "renamed");
    assert_eq!(planned["before"]["enabled"], false);
    stage.workspace.apply().unwrap();
    let key = stage.sandbox.aws().key(&id).unwrap();
    assert_eq!(key.description.as_deref(), Some("Managed by Terraform"));
    assert!(key.enabled);
    assert_eq!(key.name.as_deref(), Some("test"));
    stage.expect_no_change();
}

fn an_update_sends_only_what_changed(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&key("name = \"one\"\n  tags = { a = \"b\" }"));
    let id = text(&stage.attributes(KEY)["id"]).to_owned();
    // Whatever the update sends besides the name would undo one of these.
    stage.sandbox.aws().update(&id, |key| {
        key.customer_id = Some("elsewhere".to_owned());
        key.description = Some("elsewhere".to_owned());
        key.enabled = false;
        key.tags.clear();
    });
    stage.configure(&key("name = \"two\"\n  tags = { a = \"b\" }"));
    stage.calls();
    let arguments = ["apply", "-auto-approve", "-refresh=false"];
    stage.workspace.run(&arguments).unwrap().success().unwrap();
    assert_eq!(stage.calls(), ["UpdateApiKey"]);
    let key = stage.sandbox.aws().key(&id).unwrap();
    assert_eq!(key.name.as_deref(), Some("two"));
    assert_eq!(key.customer_id.as_deref(), Some("elsewhere"));
    assert_eq!(key.description.as_deref(), Some("elsewhere"));
    assert!(!key.enabled);
    assert!(key.tags.is_empty());
}

fn keys_of_the_same_name_live_side_by_side(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(
        r#"resource "aws_api_gateway_api_key" "test" {
             count = 3
             name  = "same"
           }"#,
    );
    let keys = stage.sandbox.aws().keys();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| key.name.as_deref() == Some("same")));
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

/// Steps one argument through these values, `None` leaving it out. Each is a change of the same key by one call, and state and
/// service (by `remote`) have it afterwards.
fn expect_changes_in_place(
    cli: &Cli,
    argument: &str,
    steps: &[(Option<&str>, Value)],
    remote: impl Fn(&sandbox::aws::Key) -> Value,
) {
    let stage = Stage::new(cli, &[AWS]);
    let mut first = None;
    for (value, expected) in steps {
        let line = value.map(|value| format!("{argument} = {value}")).unwrap_or_default();
        let configuration = key(&format!("name = \"test\"\n  {line}"));
        stage.calls();
        stage.apply(&configuration);
        let state = stage.attributes(KEY);
        assert_eq!(state[argument], *expected, "{argument} after {value:?}");
        let found = remote(&stage.sandbox.aws().keys()[0]);
        assert_eq!(found, *expected, "{argument} at the service after {value:?}");
        match &first {
            None => {
                assert_eq!(stage.calls(), ["CreateApiKey"]);
                stage.expect_import(&configuration, KEY, text(&state["id"]), &[]);
                first = Some(state);
            }
            Some(first) => {
                assert_eq!(stage.calls(), ["GetApiKey", "UpdateApiKey"], "calls for {value:?}");
                expect_same_key(&state, first);
            }
        }
        stage.expect_no_change();
    }
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

fn expect_defaults(state: &Value, name: &str) {
    let id = text(&state["id"]);
    assert_eq!(
        text(&state["arn"]),
        format!("arn:aws:apigateway:us-east-1::/apikeys/{id}")
    );
    for date in ["created_date", "last_updated_date"] {
        let date = text(&state[date]);
        assert!(chrono::DateTime::parse_from_rfc3339(date).is_ok(), "{date}");
    }
    assert_eq!(state["customer_id"], "");
    assert_eq!(state["description"], "Managed by Terraform");
    assert_eq!(state["enabled"], true);
    assert_eq!(state["name"], name);
    assert_eq!(state["region"], "us-east-1");
    assert_eq!(state["tags"], Value::Null);
    assert_eq!(state["tags_all"], json!({}));
    assert_eq!(text(&state["value"]).len(), 40);
}

fn expect_same_key(now: &Value, before: &Value) {
    for attribute in ["id", "arn", "created_date", "value"] {
        assert_eq!(now[attribute], before[attribute], "{attribute}");
    }
}

pub(super) fn key(arguments: &str) -> String {
    format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  {arguments}\n}}\n")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
