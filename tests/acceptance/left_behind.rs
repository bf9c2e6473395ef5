//! Runs that are killed before they can save their state: the next plan names the keys they have left, by the records in Terraform's
//! data folder. Without records a plan of new keys makes no call.

use cli::{Cli, Use};
use sandbox::{Cloud, Fault, FaultKind};
use support::harness::{Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::stage::{AWS, SCALEWAY, Stage, TENCENTCLOUD, refusal};
use super::{scaleway, tencentcloud};

pub(crate) const TESTS: &[Test] = cli_tests![
    an_aws_key_left_behind_is_noticed,
    a_key_left_behind_in_another_region_is_noticed_with_its_region,
    an_aws_key_of_a_configured_value_left_behind_stands_in_the_way,
    a_tencent_cloud_key_left_behind_is_noticed,
    a_scaleway_key_left_behind_is_noticed,
    a_plan_of_new_keys_makes_no_call_and_warns_of_nothing,
    each_of_several_keys_left_behind_is_named_and_none_that_a_state_holds,
    a_search_for_what_was_left_behind_that_is_refused_is_told_and_repeated,
    a_key_of_a_run_that_ended_without_knowing_its_outcome_is_noticed_in_words_that_are_true,
];

const WARNING: &str = "was left behind by an earlier run";
const AWS_CONFIGURATION: &str = r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#;

/// Kills Terraform and the provider with a key just made, and gives the stage with nothing in the state.
fn killed(cli: &Cli, provider: Use, cloud: Cloud, create: &str, configuration: &str) -> Stage {
    let stage = Stage::new(cli, &[provider]);
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
    stage
}

/// Expects that a plan warns with an import block, and that to import is to have the key.
fn expect_notice(stage: &Stage, configuration: &str, address: &str, id: &str) {
    let output = stage.workspace.run(&["plan"]).unwrap();
    let said: String = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(WARNING), "{output}");
    let (type_name, _) = address.split_once('.').unwrap();
    let block = format!("import {{ to = {type_name}.<name> id = \"{id}\" }}");
    assert!(said.contains(&block), "{said}");
    assert!(said.contains(&format!("API key {id} was left behind")), "{said}");

    stage.configure(&format!(
        "{configuration}\nimport {{\n  to = {address}\n  id = \"{id}\"\n}}\n"
    ));
    let output = stage.workspace.run(&["apply", "-auto-approve"]).unwrap();
    let output = output.success().unwrap();
    assert!(!output.stdout.contains(WARNING), "{output}");
    assert_eq!(stage.attributes(address)["id"], id);
    stage.expect_no_change();
}

fn an_aws_key_left_behind_is_noticed(cli: &Cli) {
    let stage = killed(cli, AWS, Cloud::Aws, "CreateApiKey", AWS_CONFIGURATION);
    let id = stage.sandbox.aws().keys()[0].id.clone();
    expect_notice(&stage, AWS_CONFIGURATION, "aws_api_gateway_api_key.test", &id);
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
}

fn a_key_left_behind_in_another_region_is_noticed_with_its_region(cli: &Cli) {
    let configuration = AWS_CONFIGURATION
        .replace(" }", "\n  region = \"eu-west-1\"\n}")
        .replace("{ ", "{\n  ");
    let stage = killed(cli, AWS, Cloud::Aws, "CreateApiKey", &configuration);
    let id = format!("{}@eu-west-1", stage.sandbox.aws().keys()[0].id);
    let output = stage.workspace.run(&["plan"]).unwrap();
    assert!(output.stdout.contains(&id), "{output}");
}

fn an_aws_key_of_a_configured_value_left_behind_stands_in_the_way(cli: &Cli) {
    let configuration = "resource \"aws_api_gateway_api_key\" \"test\" {\n  name = \"test\"\n  value = \"a-value-of-twenty-or-more\"\n}\n";
    let stage = killed(cli, AWS, Cloud::Aws, "CreateApiKey", configuration);
    let id = stage.sandbox.aws().keys()[0].id.clone();
    let said = refusal(stage.workspace.run(&["apply", "-auto-approve"]).unwrap());
    assert!(said.contains(&format!("id = \"{id}\"")), "{said}");
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
}

fn a_tencent_cloud_key_left_behind_is_noticed(cli: &Cli) {
    let configuration = tencentcloud::key(r#"secret_name = "test""#);
    let stage = killed(cli, TENCENTCLOUD, Cloud::Tencentcloud, "CreateApiKey", &configuration);
    let id = tencentcloud::only_key(&stage).id;
    expect_notice(&stage, &configuration, tencentcloud::KEY, &id);
    tencentcloud::only_key(&stage);
}

fn a_scaleway_key_left_behind_is_noticed(cli: &Cli) {
    let configuration = scaleway::key("");
    let stage = killed(cli, SCALEWAY, Cloud::Scaleway, "CreateAPIKey", &configuration);
    let id = scaleway::only_key(&stage).access_key;
    expect_notice(&stage, &configuration, scaleway::KEY, &id);
    scaleway::only_key(&stage);
}

/// The names of the records, in no order.
fn records(stage: &Stage) -> Vec<String> {
    let folder = stage.workspace.folder().join(".terraform/apikeys-creations");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

fn a_plan_of_new_keys_makes_no_call_and_warns_of_nothing(cli: &Cli) {
    for (provider, cloud, configuration) in [
        (AWS, Cloud::Aws, AWS_CONFIGURATION.to_owned()),
        (
            TENCENTCLOUD,
            Cloud::Tencentcloud,
            tencentcloud::key(r#"secret_name = "test""#),
        ),
        (SCALEWAY, Cloud::Scaleway, scaleway::key("")),
    ] {
        let stage = Stage::new(cli, &[provider]);
        stage.apply(&configuration);
        stage.calls();
        let fewer = stage.another_workspace();
        fewer.write("main.tf", &configuration).unwrap();
        let output = fewer.run(&["plan"]).unwrap().success().unwrap();
        assert!(!output.stdout.contains("Warning: API key"), "{output}");
        assert_eq!(stage.calls(), Vec::<String>::new(), "{cloud}");
        assert_eq!(records(&stage), Vec::<String>::new());
    }
}

fn each_of_several_keys_left_behind_is_named_and_none_that_a_state_holds(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let keys = |count| {
        format!("resource \"aws_api_gateway_api_key\" \"test\" {{\n  count = {count}\n  name  = \"test\"\n}}\n")
    };
    stage.apply(&keys(3));
    let held: Vec<_> = stage.sandbox.aws().keys().into_iter().map(|key| key.id).collect();
    // The answers of all further keys are under way when everything is killed.
    stage.sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some("CreateApiKey".to_owned()),
        kind: FaultKind::Delay { milliseconds: 20_000 },
        times: 9,
    });
    stage.configure(&keys(6));
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_calls("CreateApiKey", 6, PATIENCE).is_some());
    drop(running);
    let left: Vec<_> = stage
        .sandbox
        .aws()
        .keys()
        .into_iter()
        .map(|key| key.id)
        .filter(|id| !held.contains(id))
        .collect();
    assert_eq!(left.len(), 3);
    for _ in 0..2 {
        let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
        for id in &left {
            assert_eq!(
                output.stdout.matches(&format!("API key {id} was left behind")).count(),
                1,
                "{output}"
            );
        }
        for id in &held {
            assert!(!output.stdout.contains(&format!("API key {id} was")), "{output}");
        }
    }
    // What is gone at the vendor is told no more.
    for id in &left {
        stage.sandbox.aws().remove(id);
    }
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    assert!(!output.stdout.contains(WARNING), "{output}");
    assert_eq!(records(&stage), Vec::<String>::new());
}

fn a_search_for_what_was_left_behind_that_is_refused_is_told_and_repeated(cli: &Cli) {
    let stage = killed(cli, SCALEWAY, Cloud::Scaleway, "CreateAPIKey", &scaleway::key(""));
    let id = scaleway::only_key(&stage).access_key;
    stage.sandbox.fault(Fault {
        cloud: Cloud::Scaleway,
        operation: Some("ListAPIKeys".to_owned()),
        kind: FaultKind::Error {
            code: "permissions_denied".to_owned(),
        },
        times: 1,
    });
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    assert!(output.stdout.contains("could not be looked for"), "{output}");
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    assert!(
        output.stdout.contains(&format!("API key {id} was left behind")),
        "{output}"
    );
}

fn a_key_of_a_run_that_ended_without_knowing_its_outcome_is_noticed_in_words_that_are_true(cli: &Cli) {
    let stage = Stage::new(cli, &[SCALEWAY]);
    for (operation, kind) in [
        ("CreateAPIKey", FaultKind::DropAfter),
        (
            "ListAPIKeys",
            FaultKind::Error {
                code: "permissions_denied".to_owned(),
            },
        ),
    ] {
        stage.sandbox.fault(Fault {
            cloud: Cloud::Scaleway,
            operation: Some(operation.to_owned()),
            kind,
            times: 1,
        });
    }
    stage.configure(&scaleway::key(""));
    stage.refused_apply();
    let id = scaleway::only_key(&stage).access_key;
    let output = stage.workspace.run(&["plan"]).unwrap().success().unwrap();
    let said: String = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(&format!("API key {id} {WARNING}")), "{said}");
    let cause = "was interrupted, or ended without knowing what became of a creation";
    assert!(said.contains(cause), "{said}");
}
