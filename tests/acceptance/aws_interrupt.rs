//! Ctrl-C while a key is being made.

use std::time::Duration;

use cli::Cli;
use sandbox::{Cloud, Fault, FaultKind};
use support::harness::{Test, cli_tests};

use super::stage::{AWS, Stage};

pub(crate) const TESTS: &[Test] = cli_tests![a_key_made_while_terraform_is_interrupted_reaches_the_state];

/// Longest wait for a call to arrive. It takes a second; this only turns a hang into a failure.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

fn a_key_made_while_terraform_is_interrupted_reaches_the_state(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    stage.sandbox.fault(Fault {
        cloud: Cloud::Aws,
        operation: Some("CreateApiKey".to_owned()),
        kind: FaultKind::Delay { milliseconds: 2000 },
        times: 1,
    });
    stage.configure(r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#);
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("CreateApiKey", PATIENCE).is_some());
    running.interrupt().unwrap();
    let output = running.wait().unwrap();

    assert!(output.stdout.contains("Interrupt received"), "{output}");
    let keys = stage.sandbox.aws().keys();
    assert_eq!(keys.len(), 1, "{output}");
    let state = stage.attributes("aws_api_gateway_api_key.test");
    assert_eq!(state["id"], keys[0].id);
    assert_eq!(state["value"], keys[0].value);
    stage.expect_no_change();
    stage.workspace.destroy().unwrap();
    assert_eq!(stage.sandbox.aws().keys(), []);
}
