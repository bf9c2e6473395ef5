//! A saved plan that is applied again after an apply that was killed, with neither its state nor its records left: the key of the first
//! apply is found by what the plan keeps. And plans that nobody has applied before.

use cli::{Cli, Use};
use sandbox::{Cloud, Fault, FaultKind};
use support::harness::{Since, Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::scaleway;
use super::stage::{AWS, SCALEWAY, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![
    since PLANS_KEEP_PRIVATE_DATA;
    an_aws_key_of_a_killed_apply_is_taken_over_by_the_next_apply_of_the_plan,
    a_scaleway_key_of_a_killed_apply_is_removed_by_the_next_apply_of_the_plan,
    what_a_plan_keeps_reaches_no_state_and_no_log,
];

pub(crate) const PLAIN_TESTS: &[Test] = cli_tests![a_saved_plan_makes_a_key_in_one_call_more_at_most];

/// Protocol 6.11.
const PLANS_KEEP_PRIVATE_DATA: Since = Since {
    terraform: Some((1, 16)),
    opentofu: None,
};

const AWS_KEY: &str = "aws_api_gateway_api_key.test";
const AWS_CONFIGURATION: &str = r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#;

/// Saves a plan, kills its apply with a key just made, and gives the stage with nothing but the plan left.
fn killed(cli: &Cli, provider: Use, cloud: Cloud, create: &str, configuration: &str) -> Stage {
    let mut stage = Stage::new(cli, &[provider]);
    stage.configure(configuration);
    stage
        .workspace
        .run(&["plan", "-out=saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    stage.sandbox.fault(Fault {
        cloud,
        operation: Some(create.to_owned()),
        kind: FaultKind::Delay { milliseconds: 20_000 },
        times: 1,
    });
    let running = stage.workspace.spawn(&["apply", "saved.tfplan"]).unwrap();
    assert!(stage.sandbox.wait_for_call(create, PATIENCE).is_some());
    // Kills the whole process group, with SIGKILL.
    drop(running);
    let elsewhere = stage.another_workspace();
    for file in ["main.tf", "saved.tfplan"] {
        std::fs::copy(stage.workspace.folder().join(file), elsewhere.folder().join(file)).unwrap();
    }
    stage.workspace = elsewhere;
    stage.calls();
    stage
}

fn an_aws_key_of_a_killed_apply_is_taken_over_by_the_next_apply_of_the_plan(cli: &Cli) {
    let stage = killed(cli, AWS, Cloud::Aws, "CreateApiKey", AWS_CONFIGURATION);
    let [made] = stage.sandbox.aws().keys().try_into().unwrap();
    let output = stage
        .workspace
        .run(&["apply", "saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    assert!(
        output.stdout.contains("The answer to the creation of API key"),
        "{output}"
    );
    assert_eq!(stage.calls(), ["CreateApiKey", "GetApiKeys"]);
    let state = stage.attributes(AWS_KEY);
    assert_eq!(state["id"], made.id);
    assert_eq!(state["value"], made.value);
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
    stage.expect_no_change();
}

fn a_scaleway_key_of_a_killed_apply_is_removed_by_the_next_apply_of_the_plan(cli: &Cli) {
    let configuration = scaleway::key("");
    let stage = killed(cli, SCALEWAY, Cloud::Scaleway, "CreateAPIKey", &configuration);
    let left = scaleway::only_key(&stage).access_key;
    let output = stage
        .workspace
        .run(&["apply", "saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    assert!(
        output.stdout.contains(&format!("creation of API key {left} was lost")),
        "{output}"
    );
    let made = scaleway::only_key(&stage);
    assert_ne!(made.access_key, left);
    assert_eq!(stage.attributes(scaleway::KEY)["secret_key"], made.secret_key);
    stage.expect_no_change();
}

fn what_a_plan_keeps_reaches_no_state_and_no_log(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS, SCALEWAY]);
    stage.workspace = stage.workspace.environment([("TF_LOG", "TRACE")]);
    stage.configure(&format!("{AWS_CONFIGURATION}\n{}", scaleway::key("")));
    let plan = stage
        .workspace
        .run(&["plan", "-out=saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    let shown = stage
        .workspace
        .run(&["show", "-json", "saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    let apply = stage
        .workspace
        .run(&["apply", "saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    for output in [&plan, &shown, &apply] {
        for text in [&output.stdout, &output.stderr] {
            assert!(!text.contains("apikeys seed"), "{}", output.command);
            // The same in base64.
            assert!(!text.contains("YXBpa2V5cyBzZWVk"), "{}", output.command);
        }
    }
    let state = stage.workspace.state().unwrap();
    for resource in state["resources"].as_array().unwrap() {
        assert_eq!(resource["instances"][0].get("private"), None, "{}", resource["type"]);
    }
    let [key] = stage.sandbox.aws().keys().try_into().unwrap();
    assert!(!apply.stderr.contains(&key.value));
}

fn a_saved_plan_makes_a_key_in_one_call_more_at_most(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS, SCALEWAY]);
    let configuration = format!("{AWS_CONFIGURATION}\n{}", scaleway::key(""));
    stage.apply(&configuration);
    let mut calls = stage.calls();
    calls.sort_unstable();
    assert_eq!(calls, ["CreateAPIKey", "CreateApiKey", "UpdateAPIKey"]);
    stage.workspace.destroy().unwrap();
    stage.calls();

    stage
        .workspace
        .run(&["plan", "-out=saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    stage
        .workspace
        .run(&["apply", "saved.tfplan"])
        .unwrap()
        .success()
        .unwrap();
    let mut calls = stage.calls();
    calls.retain(|call| call != "ListAPIKeys");
    calls.sort_unstable();
    assert_eq!(calls, ["CreateAPIKey", "CreateApiKey", "UpdateAPIKey"]);
    stage.expect_no_change();
}
