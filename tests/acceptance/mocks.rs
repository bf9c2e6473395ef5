//! Tests of configurations with mock providers, which make up what the schema says a provider gives.

use std::fs;
use std::path::Path;

use super::support::{APIKEYS, Stage};

#[test]
fn the_guide_to_mocks_has_a_test_that_passes() {
    let Some(stage) = Stage::new(&[APIKEYS]) else { return };
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/mocks.md");
    let guide = fs::read_to_string(guide).unwrap();
    let blocks: Vec<_> = guide
        .split("```terraform\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .collect();
    let [configuration, test] = blocks[..] else {
        panic!("two blocks, not {}", blocks.len())
    };
    stage.configure(configuration);
    stage.workspace.write("keys.tftest.hcl", test).unwrap();
    expect_passed(&stage);
}

#[test]
fn mocks_leave_null_what_no_provider_has_to_give() {
    let Some(stage) = Stage::new(&[APIKEYS]) else { return };
    stage.configure(
        r#"
        terraform {
          required_providers {
            apikeys = { source = "apikeys/apikeys" }
          }
        }
        resource "aws_api_gateway_api_key" "key" {
          provider = apikeys
          name     = "key"
        }
        resource "scaleway_iam_api_key" "key" {
          provider = apikeys
          user_id  = "b0000000-0000-4000-8000-000000000001"
        }
        "#,
    );
    let nulls = [
        "aws_api_gateway_api_key.key.customer_id",
        "aws_api_gateway_api_key.key.tags",
        "scaleway_iam_api_key.key.application_id",
        "scaleway_iam_api_key.key.description",
        "scaleway_iam_api_key.key.expires_at",
    ];
    let asserts =
        nulls.map(|it| format!("  assert {{\n    condition = {it} == null\n    error_message = \"{it}\"\n  }}\n"));
    let runs = ["plan", "apply"]
        .map(|command| format!("run \"{command}\" {{\n  command = {command}\n{}}}\n", asserts.concat()));
    let test = format!("mock_provider \"apikeys\" {{}}\n{}", runs.concat());
    stage.workspace.write("keys.tftest.hcl", &test).unwrap();
    expect_passed(&stage);
}

fn expect_passed(stage: &Stage) {
    stage.workspace.run(&["test"]).unwrap().success().unwrap();
    assert_eq!(stage.calls(), [""; 0]);
}
