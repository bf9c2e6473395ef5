//! Terraform is gone while keys are being made: what nobody can record is undone, and the provider ends.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, Instant};

use cli::{Cli, Running, Workspace};
use sandbox::{Cloud, Fault, FaultKind, Options, Sandbox};
use support::harness::{Test, cli_tests};

use super::aws_interrupt::PATIENCE;
use super::scaleway::APPLICATION;
use super::stage::{APIKEYS, AWS, Stage, provider};

pub(crate) const TESTS: &[Test] = cli_tests![
    keys_that_a_killed_terraform_was_making_are_removed_again_at_every_cloud,
    a_key_is_removed_again_when_the_terminal_is_closed,
    a_key_is_removed_again_after_a_second_interrupt,
    a_script_between_terraform_and_provider_changes_nothing,
];

/// How long an answer to a create takes: longer than Terraform waits for a provider to end.
const DELAY: Duration = Duration::from_secs(4);

/// Longest life of a provider without a host.
const SOON: Duration = Duration::from_secs(15);

const LOG: &str = "log";
const KEY: &str = r#"resource "aws_api_gateway_api_key" "test" { name = "test" }"#;

fn delay(sandbox: &Sandbox, cloud: Cloud, operation: &str) {
    sandbox.fault(Fault {
        cloud,
        operation: Some(operation.to_owned()),
        kind: FaultKind::Delay {
            milliseconds: DELAY.as_millis().try_into().unwrap(),
        },
        times: 1,
    });
}

/// A stage on which a key of AWS is being made.
fn in_a_create(cli: &Cli) -> (Stage, Running) {
    let mut stage = Stage::new(cli, &[AWS]);
    stage.workspace = stage.workspace.environment([("TF_LOG", "INFO"), ("TF_LOG_PATH", LOG)]);
    delay(&stage.sandbox, Cloud::Aws, "CreateApiKey");
    stage.configure(KEY);
    let running = stage.workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    assert!(stage.sandbox.wait_for_call("CreateApiKey", PATIENCE).is_some());
    assert_eq!(stage.sandbox.aws().keys().len(), 1);
    (stage, running)
}

/// Waits until no provider is left, which is when no socket of one is.
fn expect_end_of_providers(workspace: &Workspace) {
    let temporary = workspace.folder().parent().unwrap().join("tmp");
    wait(SOON, || fs::read_dir(&temporary).unwrap().count() == 0);
}

/// Waits until no key is left.
fn expect_undone(sandbox: &Sandbox) {
    wait(SOON, || keys(sandbox) == [0, 0, 0]);
}

fn keys(sandbox: &Sandbox) -> [usize; 3] {
    [
        sandbox.aws().keys().len(),
        sandbox.tencentcloud().keys().len(),
        sandbox.scaleway().keys().len(),
    ]
}

/// Waits until something is so, but no longer than this.
fn wait(limit: Duration, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < limit, "not within {limit:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A key of each cloud.
fn of_all_clouds() -> String {
    format!(
        r#"
        terraform {{
          required_providers {{
            apikeys = {{ source = "apikeys/apikeys" }}
          }}
        }}
        resource "aws_api_gateway_api_key" "it" {{
          provider = apikeys
          name     = "it"
        }}
        resource "tencentcloud_api_gateway_api_key" "it" {{
          provider    = apikeys
          secret_name = "it"
        }}
        resource "scaleway_iam_api_key" "it" {{
          provider       = apikeys
          application_id = "{APPLICATION}"
        }}
        "#
    )
}

/// An apply that is making a key at each cloud.
fn making_all(sandbox: &Sandbox, workspace: &Workspace) -> Running {
    for (cloud, operation) in [
        (Cloud::Aws, "CreateApiKey"),
        (Cloud::Tencentcloud, "CreateApiKey"),
        (Cloud::Scaleway, "CreateAPIKey"),
    ] {
        delay(sandbox, cloud, operation);
    }
    workspace.write("main.tf", &of_all_clouds()).unwrap();
    let running = workspace.spawn(&["apply", "-auto-approve"]).unwrap();
    wait(PATIENCE, || keys(sandbox) == [1, 1, 1]);
    running
}

fn keys_that_a_killed_terraform_was_making_are_removed_again_at_every_cloud(cli: &Cli) {
    let stage = Stage::new(cli, &[APIKEYS]);
    let mut running = making_all(&stage.sandbox, &stage.workspace);
    running.kill_alone().unwrap();
    running.wait().unwrap();
    expect_undone(&stage.sandbox);
    expect_end_of_providers(&stage.workspace);
}

fn a_key_is_removed_again_when_the_terminal_is_closed(cli: &Cli) {
    let (stage, running) = in_a_create(cli);
    running.hang_up().unwrap();
    running.wait().unwrap();
    expect_undone(&stage.sandbox);
    expect_end_of_providers(&stage.workspace);
}

fn a_key_is_removed_again_after_a_second_interrupt(cli: &Cli) {
    let (stage, running) = in_a_create(cli);
    running.interrupt().unwrap();
    // Two that come at once would be one.
    let log = || fs::read_to_string(stage.workspace.folder().join(LOG)).unwrap_or_default();
    wait(PATIENCE, || log().contains("Terraform asked to stop"));
    running.interrupt().unwrap();
    let output = running.wait().unwrap();
    assert!(output.stderr.contains("Two interrupts received"), "{output}");
    assert_eq!(output.code(), Some(1), "{output}");
    expect_undone(&stage.sandbox);
    expect_end_of_providers(&stage.workspace);
    assert!(stage.workspace.attributes("aws_api_gateway_api_key.test").is_err());
}

fn a_script_between_terraform_and_provider_changes_nothing(cli: &Cli) {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("provider");
    fs::write(
        &script,
        format!("#!/bin/sh\n\"{}\" \"$@\"\nexit $?\n", provider().display()),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let workspace = Workspace::new(cli, &script, &[APIKEYS]).unwrap();
    let workspace = workspace.environment(sandbox.environment());
    workspace.write("main.tf", &of_all_clouds()).unwrap();
    workspace.apply().unwrap();
    workspace.destroy().unwrap();
    sandbox.reset();

    let mut running = making_all(&sandbox, &workspace);
    running.kill_alone().unwrap();
    running.wait().unwrap();
    expect_undone(&sandbox);
    expect_end_of_providers(&workspace);
}
