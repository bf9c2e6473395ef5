//! `moved` blocks that lead from the official providers to this one, and between its own names.

use cli::{Cli, Product};
use serde_json::{Value, json};
use support::harness::{Test, cli_tests};

use super::official_state::state_file;
use super::stage::{APIKEYS, AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_key_of_an_official_provider_is_moved_here_without_a_change,
    what_is_no_key_of_the_same_type_is_not_moved,
];

const REQUIRED: &str = "terraform {\n  required_providers {\n    apikeys = { source = \"apikeys/apikeys\" }\n  }\n}\n";
const AWS_KEY: &str = "aws_api_gateway_api_key.test";

/// The same resource under the provider of all clouds, and another name.
fn moved(configuration: &str, resource: &str) -> String {
    let header = format!("resource \"{resource}\" \"test\" {{");
    let (_, arguments) = configuration.split_once(&header).unwrap();
    format!(
        "{REQUIRED}resource \"{resource}\" \"here\" {{\n  provider = apikeys\n{arguments}\nmoved {{\n  from = {resource}.test\n  to = \
         {resource}.here\n}}\n"
    )
}

fn a_key_of_an_official_provider_is_moved_here_without_a_change(cli: &Cli) {
    let aws = "resource \"aws_api_gateway_api_key\" \"test\" {\n  name = \"test\"\n}\n".to_owned();
    for (provider, address, configuration) in [
        (AWS, AWS_KEY, aws),
        (
            TENCENTCLOUD,
            tencentcloud::KEY,
            tencentcloud::key(r#"secret_name = "test""#),
        ),
        (SCALEWAY, scaleway::KEY, scaleway::key("")),
    ] {
        let mut stage = Stage::new(cli, &[provider, APIKEYS]);
        stage.workspace = stage.workspace.environment([("TF_LOG", "TRACE")]);
        stage.apply(&configuration);
        // What the state says of where it comes from, and of its private data, is what the official provider has written.
        let before = stage.attributes(address);
        let state = state_file(stage.registry(), address, &before);
        stage.workspace.write("terraform.tfstate", &state).unwrap();
        let (resource, _) = address.split_once('.').unwrap();
        let output = stage.apply(&moved(&configuration, resource));
        assert!(output.stdout.contains("0 added, 0 changed, 0 destroyed"), "{output}");
        for secret in ["value", "secret_key", "access_key_secret"] {
            let secret = before[secret].as_str();
            assert!(
                secret.is_none_or(|secret| !output.stderr.contains(secret)),
                "{resource}"
            );
        }
        let here = format!("{resource}.here");
        let mut expected = before;
        if address == AWS_KEY {
            // An official state holds null for an empty map, too.
            expected["tags"] = json!({});
        }
        assert_eq!(stage.attributes(&here), expected);
        let state = stage.workspace.state().unwrap();
        let provider = state["resources"][0]["provider"].as_str().unwrap();
        assert!(provider.ends_with("/apikeys/apikeys\"]"), "{provider}");
        // OpenTofu 1.10 does not ask the provider to move what stays of one type.
        let is_asked = cli.product() == Product::Terraform || cli.minor() > (1, 10);
        let private = &state["resources"][0]["instances"][0]["private"];
        assert!(!is_asked || *private == Value::Null || private == "", "{private}");
        stage.expect_no_change();
        stage.workspace.destroy().unwrap();
    }
}

fn what_is_no_key_of_the_same_type_is_not_moved(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS, APIKEYS]);
    stage.configure("resource \"terraform_data\" \"test\" {}\n");
    stage.workspace.apply().unwrap();
    let configuration = "resource \"aws_api_gateway_api_key\" \"here\" {\n  provider = apikeys\n  name = \"n\"\n}\n";
    let moved = "moved {\n  from = terraform_data.test\n  to = aws_api_gateway_api_key.here\n}\n";
    stage.configure(&format!("{REQUIRED}{configuration}{moved}"));
    let said = refusal(stage.workspace.run(&["plan"]).unwrap());
    assert!(said.contains("Unsupported move"), "{said}");
    assert!(said.contains("both have to be of the same type"), "{said}");
    assert_eq!(stage.calls(), [""; 0]);
}
