//! The provider as a process beside the CLI: attached by hand, and how it introduces itself to the clouds.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use cli::{Cli, Workspace};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::harness::{Test, cli_tests};

use crate::stage::{AWS, Stage, provider};

pub(crate) const TESTS: &[Test] = cli_tests![
    a_provider_in_a_debugger_serves_command_after_command,
    a_provider_in_a_debugger_is_found_under_its_own_and_the_official_address,
    the_log_shows_what_terraform_lets_through,
    the_log_goes_to_the_file_that_terraform_is_told,
    configurations_of_a_provider_in_a_debugger_stand_for_themselves,
    calls_name_provider_and_terraform_and_what_the_user_appends,
];

const KEYS: &str = r#"
    terraform {
      required_providers {
        apikeys = { source = "apikeys/apikeys" }
      }
    }
    resource "aws_api_gateway_api_key" "it" {
      provider = apikeys
      name     = "attached"
    }
    resource "scaleway_iam_api_key" "it" {
      provider       = apikeys
      application_id = "11111111-2222-3333-4444-555555555555"
    }
"#;

/// A provider started with `--debug`, as by a debugger.
struct Attached {
    process: Child,
    stdout: BufReader<ChildStdout>,
}

impl Attached {
    fn start(workspace: &Workspace) -> Self {
        Self::start_as(provider(), workspace)
    }

    /// The provider under the name of this file.
    fn start_as(program: &Path, workspace: &Workspace) -> Self {
        let mut process = Command::new(program)
            .arg("--debug")
            .env_clear()
            .envs(workspace.variables())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        Self { process, stdout }
    }

    /// The value that it says to give to Terraform.
    fn reattach(&mut self) -> String {
        let mut line = String::new();
        while self.stdout.read_line(&mut line).unwrap() > 0 {
            if let Some((_, value)) = line.split_once("TF_REATTACH_PROVIDERS=") {
                return value.trim().trim_matches('\'').to_owned();
            }
            line.clear();
        }
        panic!("no TF_REATTACH_PROVIDERS on stdout");
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let id = i32::try_from(self.process.id()).unwrap();
        let _ = kill(Pid::from_raw(id), Signal::SIGINT);
        let _ = self.process.wait();
    }
}

fn a_provider_in_a_debugger_serves_command_after_command(cli: &Cli) {
    let stage = Stage::new(cli, &[]);
    let mut attached = Attached::start(&stage.workspace);
    let reattach = attached.reattach();
    let Stage { sandbox, workspace, .. } = stage;
    let workspace = workspace.environment([("TF_REATTACH_PROVIDERS", reattach)]);
    workspace.write("main.tf", KEYS).unwrap();
    workspace.apply().unwrap();
    assert_eq!((sandbox.aws().keys().len(), sandbox.scaleway().keys().len()), (1, 1));
    workspace.plan().unwrap();
    workspace.destroy().unwrap();
    assert_eq!((sandbox.aws().keys().len(), sandbox.scaleway().keys().len()), (0, 0));
    assert!(
        attached.process.try_wait().unwrap().is_none(),
        "it lives on between commands"
    );
}

fn a_provider_in_a_debugger_is_found_under_its_own_and_the_official_address(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let program = stage.workspace.programs().join("terraform-provider-aws");
    let mut attached = Attached::start_as(&program, &stage.workspace);
    let reattach = attached.reattach();
    let Stage { sandbox, workspace, .. } = stage;
    // Without the development override, so that only the process started by hand can be meant.
    let workspace = workspace
        .without("TF_CLI_CONFIG_FILE")
        .environment([("TF_REATTACH_PROVIDERS", reattach)]);
    for source in ["apikeys/aws", "hashicorp/aws"] {
        let configuration = format!(
            r#"
            terraform {{
              required_providers {{
                aws = {{ source = "{source}" }}
              }}
            }}
            resource "aws_api_gateway_api_key" "it" {{
              name = "attached"
            }}
            "#
        );
        workspace.write("main.tf", &configuration).unwrap();
        workspace.apply().unwrap();
        assert_eq!(sandbox.aws().keys().len(), 1, "{source}");
        workspace.destroy().unwrap();
    }
}

fn the_log_shows_what_terraform_lets_through(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    stage.configure("resource \"aws_api_gateway_api_key\" \"it\" {\n  name = \"it\"\n}\n");
    let (all, own, core) = ("TF_LOG_PROVIDER", "TF_LOG_PROVIDER_AWS", "TF_LOG_CORE");
    for (variables, expected) in [
        (&[][..], &[][..]),
        // Terraform does not know it, and throws away what comes.
        (&[(own, "TRACE")], &[]),
        (&[(own, "TRACE"), (core, "TRACE")], &[]),
        (&[(all, "TRACE")], &["DEBUG", "INFO", "TRACE"]),
        (&[(all, "DEBUG")], &["DEBUG", "INFO"]),
        (&[("TF_LOG", "INFO")], &["INFO"]),
        (&[("TF_LOG", "TRACE"), (all, "INFO")], &["INFO"]),
        (&[("TF_LOG", "TRACE"), (all, "OFF")], &[]),
        // It takes away only.
        (&[(all, "INFO"), (own, "TRACE")], &["INFO"]),
        (&[(all, "TRACE"), (own, "INFO")], &["INFO"]),
        (&[(all, "TRACE"), (own, "OFF")], &[]),
    ] {
        stage.workspace = stage.workspace.environment(variables.iter().copied());
        let output = stage.workspace.plan().unwrap();
        let lines = output.stderr.lines().filter(|line| line.contains(OURS));
        let levels: BTreeSet<_> = lines.filter_map(|line| line.split(['[', ']']).nth(1)).collect();
        assert_eq!(Vec::from_iter(levels), expected, "{variables:?}: {}", output.stderr);
        for (variable, _) in variables {
            stage.workspace = stage.workspace.without(variable);
        }
    }
}

fn the_log_goes_to_the_file_that_terraform_is_told(cli: &Cli) {
    let mut stage = Stage::new(cli, &[AWS]);
    stage.configure("resource \"aws_api_gateway_api_key\" \"it\" {\n  name = \"it\"\n}\n");
    let variables = [("TF_LOG_PROVIDER", "INFO"), ("TF_LOG_PATH", "terraform.log")];
    stage.workspace = stage.workspace.environment(variables);
    let output = stage.workspace.plan().unwrap();
    assert_eq!(output.stderr, "");
    let log = fs::read_to_string(stage.workspace.folder().join("terraform.log")).unwrap();
    assert!(log.contains(OURS), "{log}");
}

/// How Terraform marks a line of the provider's.
const OURS: &str = "provider.terraform-provider-aws: ";

fn configurations_of_a_provider_in_a_debugger_stand_for_themselves(cli: &Cli) {
    let stage = Stage::new(cli, &[]);
    let mut attached = Attached::start(&stage.workspace);
    let reattach = attached.reattach();
    let Stage { sandbox, workspace, .. } = stage;
    let workspace = workspace.environment([("TF_REATTACH_PROVIDERS", reattach)]);
    workspace.write("main.tf", ALIASES).unwrap();
    workspace.apply().unwrap();
    let creations = || {
        sandbox
            .journal()
            .into_iter()
            .filter(|entry| entry.operation == "CreateApiKey")
    };
    let regions = ["us-west-2", "eu-west-1"].map(|region| {
        let here = creations().filter(|entry| entry.region.as_deref() == Some(region));
        (region, here.count())
    });
    assert_eq!(regions, [("us-west-2", 3), ("eu-west-1", 3)]);
    for name in ["here", "there"] {
        let address = format!("aws_api_gateway_api_key.{name}");
        let region = workspace.attributes(&address).unwrap()["region"].clone();
        assert_eq!(region, if name == "here" { "us-west-2" } else { "eu-west-1" });
    }
    workspace.plan_nothing().unwrap();
    workspace.destroy().unwrap();
    assert_eq!(sandbox.aws().keys(), []);
}

const ALIASES: &str = r#"
    terraform {
      required_providers {
        apikeys = { source = "apikeys/apikeys" }
      }
    }
    provider "apikeys" {
      aws {
        region = "us-west-2"
      }
    }
    provider "apikeys" {
      alias = "there"
      aws {
        region = "eu-west-1"
      }
    }
    resource "aws_api_gateway_api_key" "here" {
      provider = apikeys
      count    = 3
      name     = "here-${count.index}"
    }
    resource "aws_api_gateway_api_key" "there" {
      provider = apikeys.there
      count    = 3
      name     = "there-${count.index}"
    }
"#;

fn calls_name_provider_and_terraform_and_what_the_user_appends(cli: &Cli) {
    let stage = Stage::new(cli, &[AWS]);
    let Stage { sandbox, workspace, .. } = stage;
    let workspace = workspace.environment([("TF_APPEND_USER_AGENT", "pipeline/7")]);
    let configuration = r#"
        provider "aws" {
          user_agent = ["team/a"]
        }
        resource "aws_api_gateway_api_key" "it" {
          name = "it"
        }
    "#;
    workspace.write("main.tf", configuration).unwrap();
    workspace.apply().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for call in sandbox.journal() {
        let user_agent = call.user_agent.unwrap();
        let (ours, rest) = user_agent.split_once(' ').unwrap();
        assert_eq!(ours, format!("terraform-provider-apikeys/{version}"));
        assert!(rest.starts_with("Terraform/1."), "{user_agent}");
        assert!(rest.ends_with(" team/a pipeline/7"), "{user_agent}");
    }
}
