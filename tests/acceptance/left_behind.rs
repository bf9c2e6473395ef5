//! Runs that are killed before they can save their state: the next plan notices the key they have left, where the cloud lets it.

use cli::Use;
use sandbox::{Cloud, Fault, FaultKind};

use super::aws_interrupt::PATIENCE;
use super::support::{AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway, tencentcloud};

const WARNING: &str = "A key may have been left behind";
const AWS_CONFIGURATION: &str = r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#;

/// Kills Terraform and the provider with a key just made, and gives the stage with nothing in the state.
fn killed(provider: Use, cloud: Cloud, create: &str, configuration: &str) -> Option<Stage> {
    let stage = Stage::new(&[provider])?;
    stage.sandbox.fault(Fault {
        cloud,
        operation: Some(create.to_owned()),
        kind: FaultKind::Delay { milliseconds: 20_000 },
        times: 1,
    });
    stage.configure(configuration);
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call(create, PATIENCE).is_some());
    // Kills the whole process group, with SIGKILL.
    drop(running);
    Some(stage)
}

/// Expects that a plan warns with an import block, and that to import is to have the key.
fn expect_notice(stage: &Stage, configuration: &str, address: &str, id: &str) {
    let output = stage.workspace.run(&["plan"]).unwrap();
    let said: String = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(WARNING), "{output}");
    let (type_name, _) = address.split_once('.').unwrap();
    let block = format!("import {{ to = {type_name}.<name> id = \"{id}\" }}");
    assert!(said.contains(&block), "{said}");

    stage.configure(&format!(
        "{configuration}\nimport {{\n  to = {address}\n  id = \"{id}\"\n}}\n"
    ));
    let output = stage.workspace.run(&["apply", "-auto-approve"]).unwrap();
    let output = output.success().unwrap();
    assert!(!output.stdout.contains(WARNING), "{output}");
    assert_eq!(stage.attributes(address)["id"], id);
    stage.expect_no_change();
}

#[test]
fn an_aws_key_left_behind_is_noticed() {
    let Some(stage) = killed(AWS, Cloud::Aws, "CreateApiKey", AWS_CONFIGURATION) else {
        return;
    };
    let id = stage.sandbox.aws().keys()[0].id.clone();
    expect_notice(&stage, AWS_CONFIGURATION, "aws_api_gateway_api_key.test", &id);
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
}

#[test]
fn a_key_left_behind_in_another_region_is_noticed_with_its_region() {
    let configuration = AWS_CONFIGURATION
        .replace(" }", "\n  region = \"eu-west-1\"\n}")
        .replace("{ ", "{\n  ");
    let Some(stage) = killed(AWS, Cloud::Aws, "CreateApiKey", &configuration) else {
        return;
    };
    let id = format!("{}@eu-west-1", stage.sandbox.aws().keys()[0].id);
    let output = stage.workspace.run(&["plan"]).unwrap();
    assert!(output.stdout.contains(&id), "{output}");
}

#[test]
fn an_aws_key_of_a_configured_value_left_behind_stands_in_the_way() {
    let configuration = "resource \"aws_api_gateway_api_key\" \"test\" {\n  name = \"test\"\n  value = \"a-value-of-twenty-or-more\"\n}\n";
    let Some(stage) = killed(AWS, Cloud::Aws, "CreateApiKey", configuration) else {
        return;
    };
    let id = stage.sandbox.aws().keys()[0].id.clone();
    let said = refusal(stage.workspace.run(&["apply", "-auto-approve"]).unwrap());
    assert!(said.contains(&format!("id = \"{id}\"")), "{said}");
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
}

#[test]
fn a_tencent_cloud_key_left_behind_is_noticed() {
    let configuration = tencentcloud::key(r#"secret_name = "test""#);
    let Some(stage) = killed(TENCENTCLOUD, Cloud::Tencentcloud, "CreateApiKey", &configuration) else {
        return;
    };
    let id = tencentcloud::only_key(&stage).id;
    expect_notice(&stage, &configuration, tencentcloud::KEY, &id);
    tencentcloud::only_key(&stage);
}

#[test]
fn a_scaleway_key_left_behind_is_noticed() {
    let configuration = scaleway::key("");
    let Some(stage) = killed(SCALEWAY, Cloud::Scaleway, "CreateAPIKey", &configuration) else {
        return;
    };
    let id = scaleway::only_key(&stage).access_key;
    expect_notice(&stage, &configuration, scaleway::KEY, &id);
    scaleway::only_key(&stage);
}

#[test]
fn keys_that_states_hold_that_differ_or_that_are_old_are_no_reason_to_warn() {
    let Some(stage) = Stage::new(&[AWS]) else { return };
    let made = |name: &str, minutes| {
        let created = chrono::Utc::now() - chrono::TimeDelta::minutes(minutes);
        let mut key = sandbox::aws::Key::new("us-east-1", name, created);
        key.description = Some("Managed by Terraform".to_owned());
        stage.sandbox.aws().insert(key)
    };
    made("test", 61);
    made("another", 1);
    let output = stage.apply(AWS_CONFIGURATION);
    assert!(!output.stdout.contains(WARNING), "{output}");
    // The state's own key does not count, when it is to be made anew.
    stage
        .workspace
        .run(&["taint", "aws_api_gateway_api_key.test"])
        .unwrap()
        .success()
        .unwrap();
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    assert!(!output.stdout.contains(WARNING), "{output}");
    made("test", 59);
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    assert!(output.stdout.contains(WARNING), "{output}");
}

#[test]
fn a_plan_that_may_not_list_keys_goes_on_without_a_word() {
    let Some(stage) = Stage::new(&[SCALEWAY]) else { return };
    stage.sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation: Some("ListAPIKeys".to_owned()),
        kind: FaultKind::Error {
            code: "permissions_denied".to_owned(),
        },
        times: 9,
    });
    let output = stage.apply(&scaleway::key(""));
    assert!(!output.stdout.contains(WARNING), "{output}");
}
