//! `terraform test` with mock providers does what the guide says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cli::{Cli, Product, Use};
use support::harness::{Test, cli_tests};

use super::stage::Stage;

pub(crate) const TESTS: &[Test] = cli_tests![
    the_example_in_the_guide_to_mocks_passes_without_a_call,
    mocks_generate_the_values_that_the_guide_lists_and_leave_the_rest_null,
    mocks_of_data_sources_have_empty_lists_and_the_values_that_are_set,
    elements_of_a_list_can_be_set_as_outputs_of_a_module,
];

const AWS: Use = Use {
    source: "apikeys/aws",
    name: "aws",
};
const SCALEWAY: Use = Use {
    source: "apikeys/scaleway",
    name: "scaleway",
};
const TENCENTCLOUD: Use = Use {
    source: "apikeys/tencentcloud",
    name: "tencentcloud",
};

/// One object of each type, with what is required.
const KEYS: &str = r#"
terraform {
  required_providers {
    aws          = { source = "apikeys/aws" }
    scaleway     = { source = "apikeys/scaleway" }
    tencentcloud = { source = "apikeys/tencentcloud" }
  }
}

resource "aws_api_gateway_api_key" "key" {
  name = "key"
}

resource "aws_api_gateway_usage_plan_key" "key" {
  key_id        = aws_api_gateway_api_key.key.id
  key_type      = "API_KEY"
  usage_plan_id = "u1v2w3"
}

resource "scaleway_iam_api_key" "key" {
  user_id = "b0000000-0000-4000-8000-000000000001"
}

resource "scaleway_iam_application" "key" {}

resource "scaleway_iam_user" "key" {
  email = "key@example.com"
}

resource "tencentcloud_api_gateway_api_key" "key" {
  secret_name = "key"
}

resource "tencentcloud_api_gateway_api_key_attachment" "key" {
  api_key_id    = tencentcloud_api_gateway_api_key.key.id
  usage_plan_id = "usagePlan-gyeafpab"
}
"#;

fn the_example_in_the_guide_to_mocks_passes_without_a_call(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS, TENCENTCLOUD]);
    let guide = guide();
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

fn mocks_generate_the_values_that_the_guide_lists_and_leave_the_rest_null(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS, SCALEWAY, TENCENTCLOUD]);
    stage.configure(KEYS);
    let guide = guide();
    let listed: Vec<_> = guide.lines().filter_map(row).collect();
    let mut asserts: Vec<_> = listed
        .iter()
        .map(|(resource, attribute, value)| {
            let it = format!("{resource}.key.{attribute}");
            match *value {
                "a random string" => match cli.product() {
                    Product::Terraform => format!("length({it}) == 8"),
                    Product::OpenTofu => format!("can(regex(\"^[[:alnum:]]{{4,}}$\", {it})) && {it} != \"auto\""),
                },
                "`false`" => format!("{it} == false"),
                "an empty map" | "an empty list" => format!("{it} != null && length({it}) == 0"),
                other => panic!("{it}: {other}"),
            }
        })
        .collect();

    let schemas = stage.workspace.run(&["providers", "schema", "-json"]).unwrap();
    let schemas: serde_json::Value = serde_json::from_str(&schemas.success().unwrap().stdout).unwrap();
    let mut computed = BTreeSet::new();
    for provider in schemas["provider_schemas"].as_object().unwrap().values() {
        for (resource, schema) in provider["resource_schemas"].as_object().unwrap() {
            for (attribute, schema) in schema["block"]["attributes"].as_object().unwrap() {
                match (schema["optional"] == true, schema["computed"] == true) {
                    (true, true) => drop(computed.insert((resource.clone(), attribute.clone()))),
                    (true, false) if attribute != "user_id" => {
                        asserts.push(format!("{resource}.key.{attribute} == null"));
                    }
                    _ => {}
                }
            }
        }
    }
    let names = listed
        .iter()
        .map(|(resource, attribute, _)| ((*resource).to_owned(), (*attribute).to_owned()));
    assert_eq!(names.collect::<BTreeSet<_>>(), computed);

    let asserts = asserts
        .iter()
        .map(|it| (it, it.replace('"', "'")))
        .map(|(it, told)| format!("  assert {{\n    condition = {it}\n    error_message = \"{told}\"\n  }}\n"));
    let mocks = "mock_provider \"aws\" {}\nmock_provider \"scaleway\" {}\nmock_provider \"tencentcloud\" {}\n";
    let test = format!("{mocks}run \"apply\" {{\n{}}}\n", asserts.collect::<String>());
    stage.workspace.write("keys.tftest.hcl", &test).unwrap();
    expect_passed(&stage);
}

const DATA: &str = r#"
data "aws_api_gateway_api_keys" "all" {}

data "aws_api_gateway_api_key" "one" {
  id = "a1b2c3d4e5"
}

output "ids" {
  value = data.aws_api_gateway_api_keys.all.items[*].id
}
"#;

const REQUIRED: &str = "terraform {\n  required_providers {\n    aws = { source = \"apikeys/aws\" }\n  }\n}\n";

fn mocks_of_data_sources_have_empty_lists_and_the_values_that_are_set(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.configure(&format!("{REQUIRED}{DATA}"));
    let test = r#"
mock_provider "aws" {
  mock_data "aws_api_gateway_api_key" {
    defaults = { name = "billing" }
  }
}

run "read" {
  assert {
    condition     = data.aws_api_gateway_api_key.one.name == "billing" && length(data.aws_api_gateway_api_key.one.value) >= 4
    error_message = "the key is not the mocked one"
  }
  assert {
    condition     = length(data.aws_api_gateway_api_keys.all.items) == 0
    error_message = "there are keys"
  }
}
"#;
    stage.workspace.write("data.tftest.hcl", test).unwrap();
    expect_passed(&stage);
}

fn elements_of_a_list_can_be_set_as_outputs_of_a_module(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let module = stage.workspace.folder().join("lookup");
    fs::create_dir(&module).unwrap();
    fs::write(module.join("main.tf"), format!("{REQUIRED}{DATA}")).unwrap();
    stage.configure(&format!(
        "{REQUIRED}module \"lookup\" {{\n  source = \"./lookup\"\n}}\n"
    ));
    let test = r#"
mock_provider "aws" {}

override_module {
  target  = module.lookup
  outputs = { ids = ["a1b2c3d4e5"] }
}

run "read" {
  assert {
    condition     = module.lookup.ids[0] == "a1b2c3d4e5"
    error_message = "the module has other outputs"
  }
}
"#;
    stage.workspace.write("data.tftest.hcl", test).unwrap();
    stage.workspace.run(&["get"]).unwrap().success().unwrap();
    expect_passed(&stage);
}

fn guide() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/mocks.md")).unwrap()
}

/// A row of the guide's table: the resource, the attribute, and what a mock generates.
fn row(line: &str) -> Option<(&str, &str, &str)> {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let ["", resource, attribute, _, value, ""] = cells[..] else {
        return None;
    };
    let name = |cell: &'_ str| cell.starts_with('`');
    (name(resource) && name(attribute)).then(|| (resource.trim_matches('`'), attribute.trim_matches('`'), value))
}

fn expect_passed(stage: &Stage) {
    let output = stage.workspace.run(&["test"]).unwrap().success().unwrap();
    assert!(output.stdout.contains("1 passed, 0 failed"), "{output}");
    assert_eq!(stage.calls(), [""; 0]);
}
