//! What the provider does as a process while it serves, and how it ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::env;
use std::io::{self, Read};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use apikeys::host::environment::Environment;
use apikeys::plugin;
use apikeys::protocol::Changes;
use apikeys::protocol::proto::plugin::ConnInfo;
use apikeys::protocol::proto::tfplugin6::provider_server::Provider;
use apikeys::protocol::proto::tfplugin6::{
    Diagnostic, DynamicValue, get_functions, get_metadata, get_provider_schema, validate_provider_config,
};
use futures_util::{FutureExt, stream};
use nix::sys::signal::Signal;
use serde_json::Value;
use support::host::{Host, connect};
use support::launch::Launch;
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// The provider's program.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-apikeys");

#[tokio::test]
async fn shutdown_ends_the_process_in_time_although_streams_are_open() {
    let host = Host::start(PROVIDER).await;
    let mut stdio = host.stdio().stream_stdio(()).await.unwrap().into_inner();
    let mut broker = host
        .broker()
        .start_stream(stream::pending::<ConnInfo>())
        .await
        .unwrap()
        .into_inner();
    let watch = HealthCheckRequest {
        service: "plugin".into(),
    };
    let _watch = host.health().watch(watch).await.unwrap();
    assert!(stdio.message().now_or_never().is_none() && broker.message().now_or_never().is_none());

    let begin = Instant::now();
    let exit = host.shutdown().await;
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert!(exit.status.success());
    assert!(exit.left.is_empty(), "{:?}", exit.left);
    assert!(
        matches!(stdio.message().await, Ok(None)),
        "the stream ends without a word"
    );
}

#[tokio::test]
async fn health_is_serving_under_the_name_that_go_plugin_asks_for() {
    let host = Host::start(PROVIDER).await;
    let answer = host
        .health()
        .check(HealthCheckRequest {
            service: "plugin".into(),
        })
        .await
        .unwrap();
    assert_eq!(answer.get_ref().status(), ServingStatus::Serving);
}

#[tokio::test]
async fn an_interrupt_and_the_end_of_the_terminal_are_swallowed() {
    let host = Host::start(PROVIDER).await;
    for signal in [Signal::SIGINT, Signal::SIGHUP] {
        host.plugin.process.signal(signal);
        let answer = host
            .health()
            .check(HealthCheckRequest {
                service: "plugin".into(),
            })
            .await;
        assert!(answer.is_ok(), "{signal}: {answer:?}");
    }
    assert!(host.shutdown().await.status.success());
}

#[tokio::test]
async fn a_termination_lets_the_call_in_flight_finish() {
    let mut host = Launch::function("a_provider").host().await;
    let mut provider = host.provider();
    let call = tokio::spawn(async move { provider.get_metadata(get_metadata::Request {}).await });
    host.plugin
        .process
        .stderr
        .wait_for(|line| line.contains("waiting"))
        .await;

    host.plugin.process.signal(Signal::SIGTERM);
    while tokio::net::UnixStream::connect(host.plugin.line.address())
        .await
        .is_ok()
    {
        tokio::task::yield_now().await;
    }
    assert!(!call.is_finished());
    drop(host.plugin.process.stdin.take());

    assert!(call.await.unwrap().is_ok());
    let exit = host.plugin.process.exit().await;
    assert!(exit.status.success() && exit.left.is_empty());
}

#[tokio::test]
async fn a_panic_is_reported_in_the_hosts_way_and_ends_only_its_call() {
    let host = Launch::function("a_provider").host().await;
    let panicked = host
        .provider()
        .get_functions(get_functions::Request {})
        .await
        .unwrap_err();
    assert_eq!(panicked.code(), Code::Cancelled);
    assert!(host.health().check(HealthCheckRequest::default()).await.is_ok());
    let stderr = host.shutdown().await.stderr;
    assert!(
        stderr.starts_with("panic: no functions here\n\nat tests/process.rs:"),
        "{stderr}"
    );
}

#[tokio::test]
async fn a_message_may_be_larger_than_grpc_allows_by_itself() {
    let host = Launch::function("a_provider").host().await;
    let config = DynamicValue {
        msgpack: vec![0; 8 << 20],
        ..DynamicValue::default()
    };
    let request = validate_provider_config::Request {
        config: Some(config.clone()),
    };
    let answer = host.provider().validate_provider_config(request).await.unwrap();
    assert_eq!(answer.get_ref().diagnostics[0].summary.len(), config.msgpack.len());
}

#[tokio::test]
async fn log_lines_have_the_form_that_the_host_reads_back() {
    let host = Launch::function("a_provider").variable("TF_LOG", "trace").host().await;
    let unimplemented = host
        .provider()
        .get_provider_schema(get_provider_schema::Request {})
        .await
        .unwrap_err();
    assert_eq!(unimplemented.code(), Code::Unimplemented);
    let stderr = host.shutdown().await.stderr;
    let lines: Vec<Value> = stderr
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    for line in &lines {
        assert!(line["@message"].is_string());
        assert_eq!(line["@module"], "provider");
        let time = line["@timestamp"].as_str().unwrap();
        assert!(
            time.len() == "2026-01-02T03:04:05.123456Z".len() && time.ends_with('Z'),
            "{time}"
        );
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
    }
    let call = lines
        .iter()
        .find(|line| line["@message"] == "asked for\na schema")
        .unwrap();
    assert_eq!(
        (&call["@level"], &call["tf_rpc"]),
        (&"info".into(), &"GetProviderSchema".into())
    );
    assert!(call["tf_req_id"].is_string());
}

#[tokio::test]
async fn nothing_is_logged_unless_the_user_wants_it() {
    for (variables, silent) in [
        (vec![], true),
        (vec![("TF_LOG", "OFF")], true),
        (vec![("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "ERROR")], true),
        (
            vec![("TF_LOG_PROVIDER", "TRACE"), ("TF_LOG_PROVIDER_APIKEYS", "WARN")],
            true,
        ),
        (vec![("TF_LOG_PROVIDER_APIKEYS", "DEBUG")], false),
    ] {
        let launch = variables.iter().fold(Launch::new(PROVIDER), |launch, (name, value)| {
            launch.variable(name, value)
        });
        let stderr = launch.host().await.shutdown().await.stderr;
        assert_eq!(stderr.is_empty(), silent, "{variables:?}: {stderr}");
    }
}

#[tokio::test]
async fn debug_mode_prints_what_attaches_terraform_and_serves_until_a_signal() {
    for signal in [Signal::SIGINT, Signal::SIGHUP, Signal::SIGTERM] {
        debug_mode_until(signal).await;
    }
}

async fn debug_mode_until(signal: Signal) {
    let mut process = Launch::new(PROVIDER)
        .without("TF_PLUGIN_MAGIC_COOKIE")
        .arguments(["--debug"])
        .run();
    let line = process
        .stdout
        .wait_for(|line| line.contains("TF_REATTACH_PROVIDERS"))
        .await;
    let value = line
        .trim()
        .strip_prefix("TF_REATTACH_PROVIDERS='")
        .unwrap()
        .strip_suffix('\'')
        .unwrap();
    let reattach: Value = serde_json::from_str(value).unwrap();
    let addresses: Vec<_> = reattach.as_object().unwrap().keys().collect();
    assert_eq!(
        addresses,
        ["apikeys/apikeys"],
        "without a host, which differs between CLIs"
    );
    let way = &reattach["apikeys/apikeys"];
    assert_eq!(way["Protocol"], "grpc");
    assert_eq!((&way["ProtocolVersion"], &way["Test"]), (&6.into(), &true.into()));
    assert_eq!(
        (&way["Pid"], &way["Addr"]["Network"]),
        (&process.id().into(), &"unix".into())
    );

    let socket = Path::new(way["Addr"]["String"].as_str().unwrap());
    let channel = connect(socket, None).await.unwrap();
    let answer = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
    assert!(answer.is_ok(), "{answer:?}");
    process.signal(signal);
    let exit = process.exit().await;
    assert!(exit.status.success() && exit.left.is_empty());
}

#[tokio::test]
async fn debug_mode_logs_to_its_own_stderr_by_its_own_variables() {
    for (variable, logs) in [("TF_LOG_PROVIDER_APIKEYS", true), ("TF_LOG_CORE", false)] {
        let mut process = Launch::new(PROVIDER)
            .without("TF_PLUGIN_MAGIC_COOKIE")
            .arguments(["--debug"])
            .variable(variable, "DEBUG")
            .run();
        process.stdout.wait_for(|line| line.contains("Ctrl-C")).await;
        process.signal(Signal::SIGTERM);
        let exit = process.exit().await;
        assert!(exit.status.success());
        assert_eq!(exit.stderr.contains("\"serving\""), logs, "{variable}: {}", exit.stderr);
    }
}

#[tokio::test]
async fn one_dash_does_as_well_as_two() {
    let launch = || Launch::new(PROVIDER).without("TF_PLUGIN_MAGIC_COOKIE");
    let mut process = launch().arguments(["-debug"]).run();
    process
        .stdout
        .wait_for(|line| line.contains("TF_REATTACH_PROVIDERS"))
        .await;
    process.signal(Signal::SIGTERM);
    assert!(process.exit().await.status.success());
}

#[tokio::test]
async fn help_is_an_answer_and_no_error() {
    for argument in ["-h", "-help", "--help"] {
        let exit = Launch::new(PROVIDER).arguments([argument]).run().exit().await;
        assert!(exit.status.success(), "{argument}");
        assert!(
            exit.stdout.starts_with("usage: terraform-provider-apikeys ["),
            "{}",
            exit.stdout
        );
        for known in ["--debug", "--docs DIR", "-V, --version", "-h, --help"] {
            assert!(exit.stdout.contains(known), "{known}: {}", exit.stdout);
        }
        assert_eq!(exit.stderr, "");
    }
}

#[tokio::test]
async fn the_version_tells_name_number_commit_and_target() {
    for argument in ["-V", "-version", "--version"] {
        let exit = Launch::new(PROVIDER).arguments([argument]).run().exit().await;
        assert!(exit.status.success(), "{argument}");
        let lines: Vec<_> = exit.stdout.lines().collect();
        let [version, commit, target] = lines[..] else {
            panic!("{}", exit.stdout)
        };
        assert_eq!(
            version,
            concat!("terraform-provider-apikeys ", env!("CARGO_PKG_VERSION"))
        );
        let commit = commit.strip_prefix("commit: ").unwrap();
        if commit != "unknown" {
            assert_eq!(commit, head());
        }
        let target = target.strip_prefix("target: ").unwrap();
        assert!(
            target.starts_with(env::consts::ARCH) && target.contains(env::consts::OS),
            "{target}"
        );
    }
}

/// The commit that is checked out.
fn head() -> String {
    let output = Command::new("git")
        .args(["--git-dir=.git", "rev-parse", "HEAD"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_wrong_argument_is_named_with_one_line_of_usage() {
    for (arguments, told) in [
        (&["--unknown"][..], "unexpected argument \"--unknown\""),
        (&["--debug", "-x"], "unexpected argument \"-x\""),
        (&["--docs"], "--docs needs a folder"),
    ] {
        let exit = Launch::new(PROVIDER)
            .arguments(arguments.iter().copied())
            .run()
            .exit()
            .await;
        assert_eq!(
            (exit.status.code(), exit.stdout.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        let name = "terraform-provider-apikeys";
        let usage = "[--debug | --docs DIR | --version | --help]";
        assert_eq!(exit.stderr, format!("{name}: {told}\nusage: {name} {usage}\n"));
    }
}

/// Not a test but a provider, which some of the tests above start.
#[test]
#[ignore = "runs only when a test acts as its host"]
fn a_provider() {
    let environment: Environment = env::vars_os().collect();
    if environment.get("TF_PLUGIN_MAGIC_COOKIE").is_some() {
        let changes = Changes::default();
        plugin::serve(&environment, "terraform-provider-test", Awkward, &changes, io::stdout()).unwrap();
    }
}

struct Awkward;

#[tonic::async_trait]
impl Provider for Awkward {
    /// Answers when stdin ends.
    async fn get_metadata(
        &self,
        _: Request<get_metadata::Request>,
    ) -> Result<Response<get_metadata::Response>, Status> {
        eprintln!("waiting");
        tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()))
            .await
            .unwrap()?;
        Ok(Response::new(get_metadata::Response::default()))
    }

    /// Sends back as much as it got.
    async fn validate_provider_config(
        &self,
        request: Request<validate_provider_config::Request>,
    ) -> Result<Response<validate_provider_config::Response>, Status> {
        let length = request
            .get_ref()
            .config
            .as_ref()
            .map_or(0, |config| config.msgpack.len());
        let echo = Diagnostic {
            summary: "x".repeat(length),
            ..Diagnostic::default()
        };
        Ok(Response::new(validate_provider_config::Response {
            diagnostics: vec![echo],
        }))
    }

    async fn get_functions(
        &self,
        _: Request<get_functions::Request>,
    ) -> Result<Response<get_functions::Response>, Status> {
        panic!("no functions here")
    }

    async fn get_provider_schema(
        &self,
        _: Request<get_provider_schema::Request>,
    ) -> Result<Response<get_provider_schema::Response>, Status> {
        tracing::info!(target: "apikeys::test", "asked for\na schema");
        Err(Status::unimplemented(""))
    }
}
