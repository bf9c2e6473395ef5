//! The `region` argument of an AWS key.

use cli::{Cli, Workspace};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::stage::{AWS, Stage, refusal};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_lives_in_its_own_region_else_in_the_providers,
    another_region_replaces_the_key_and_naming_the_providers_does_not,
    a_key_of_another_region_is_imported_by_id_and_region,
    an_import_block_with_a_region_takes_the_key_in,
    a_region_of_another_partition_is_refused_at_plan,
    without_any_region_the_plan_says_where_to_set_one,
    a_provider_whose_region_is_computed_first_is_planned_and_applied,
];

const KEY: &str = "aws_api_gateway_api_key.test";

fn a_key_lives_in_its_own_region_else_in_the_providers(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(
        r#"
        provider "aws" { region = "us-west-2" }
        resource "aws_api_gateway_api_key" "providers" { name = "providers" }
        resource "aws_api_gateway_api_key" "own" {
          name   = "own"
          region = "eu-central-1"
        }"#,
    );
    for (name, region) in [("providers", "us-west-2"), ("own", "eu-central-1")] {
        let state = stage.attributes(&format!("aws_api_gateway_api_key.{name}"));
        let id = state["id"].as_str().unwrap();
        assert_eq!(state["region"], region);
        assert_eq!(state["arn"], format!("arn:aws:apigateway:{region}::/apikeys/{id}"));
        assert_eq!(stage.sandbox.aws().key(id).unwrap().region, region);
    }
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}

fn another_region_replaces_the_key_and_naming_the_providers_does_not(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.apply(&key("", ""));
    let made = stage.attributes(KEY);
    stage.configure(&key("", r#"region = "us-east-1""#));
    stage.expect_no_change();

    stage.configure(&key("", r#"region = "eu-west-1""#));
    let planned = stage.planned(KEY);
    assert_eq!(planned["actions"], json!(["delete", "create"]));
    assert_eq!(planned["replace_paths"], json!([["region"]]));
    stage.workspace.apply().unwrap();
    assert_ne!(stage.attributes(KEY)["id"], made["id"]);
    let keys = stage.sandbox.aws().keys();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].region, "eu-west-1");

    // The provider's region is the key's when the key names none.
    stage.configure(&key(r#"region = "eu-west-1""#, ""));
    stage.expect_no_change();
    stage.configure(&key(r#"region = "eu-west-2""#, ""));
    assert_eq!(stage.planned(KEY)["replace_paths"], json!([["region"]]));
}

fn a_key_of_another_region_is_imported_by_id_and_region(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let configuration = key("", r#"region = "eu-west-1""#);
    stage.apply(&configuration);
    let id = stage.attributes(KEY)["id"].as_str().unwrap().to_owned();
    stage.expect_import(&configuration, KEY, &format!("{id}@eu-west-1"), &[]);

    let elsewhere = stage.another_workspace();
    elsewhere.write("main.tf", &configuration).unwrap();
    let said = refusal(elsewhere.run(&["import", KEY, &id]).unwrap());
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

fn an_import_block_with_a_region_takes_the_key_in(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let mut made_outside = sandbox::aws::Key::new("ap-southeast-2", "outside", chrono::Utc::now());
    made_outside.description = Some("Managed by Terraform".to_owned());
    let id = stage.sandbox.aws().insert(made_outside);
    let configuration = format!(
        "import {{\n  to = {KEY}\n  id = \"{id}@ap-southeast-2\"\n}}\n\n\
         resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"outside\"\n  region = \"ap-southeast-2\"\n}}\n"
    );
    let output = stage.apply(&configuration);
    assert!(
        output.stdout.contains("1 imported, 0 added, 0 changed, 0 destroyed"),
        "{output}"
    );
    assert_eq!(stage.attributes(KEY)["region"], "ap-southeast-2");
    stage.expect_no_change();
}

fn a_region_of_another_partition_is_refused_at_plan(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.configure(&key("", r#"region = "cn-north-1""#));
    let said = stage.refused_plan();
    assert!(
        said.contains("must be in the partition of the provider's region, aws, but is in aws-cn"),
        "{said}"
    );
    assert!(said.contains(r#"region = "cn-north-1""#), "{said}");
    // A provider in that partition takes it.
    stage.apply(&key(r#"region = "cn-northwest-1""#, r#"region = "cn-north-1""#));
    let arn = stage.attributes(KEY)["arn"].as_str().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws-cn:apigateway:cn-north-1::/apikeys/"), "{arn}");
}

fn without_any_region_the_plan_says_where_to_set_one(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    stage.workspace = homeless(stage.workspace);
    stage.configure(&key("", ""));
    let said = stage.refused_plan();
    assert!(said.contains("Invalid region"), "{said}");
    assert!(said.contains("AWS_REGION"), "{said}");
    stage.configure(&key("", r#"region = "eu-west-1""#));
    stage.workspace.apply().unwrap();
    stage.workspace.plan_nothing().unwrap();
}

fn a_provider_whose_region_is_computed_first_is_planned_and_applied(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.configure(
        r#"
        resource "terraform_data" "region" { input = "eu-north-1" }
        provider "aws" { region = terraform_data.region.output }
        resource "aws_api_gateway_api_key" "test" { name = "test" }"#,
    );
    // The environment's region must not stand in for the unknown one.
    let planned = stage.planned(KEY);
    assert_eq!(planned["after"].get("region"), None);
    assert_eq!(planned["after_unknown"]["region"], Value::Bool(true));
    stage.workspace.apply().unwrap();
    assert_eq!(stage.attributes(KEY)["region"], "eu-north-1");
    stage.expect_no_change();
}

fn homeless(workspace: Workspace) -> Workspace {
    workspace.without("AWS_REGION").without("AWS_DEFAULT_REGION")
}

fn key(provider: &str, resource: &str) -> String {
    format!(
        "provider \"aws\" {{\n  {provider}\n}}\n\n\
         resource \"aws_api_gateway_api_key\" \"test\" {{\n  name = \"test\"\n  {resource}\n}}\n"
    )
}
