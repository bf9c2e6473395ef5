//! How the provider learns that its host is gone, and what is no sign of that.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use apikeys::protocol::proto::tfplugin6::get_metadata;
use apikeys::protocol::proto::tfplugin6::provider_client::ProviderClient;
use support::host::{connect, works};
use support::launch::{Launch, eventually, patiently};
use tonic::transport::Channel;

/// The provider's program.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-apikeys");

/// Longer than the provider takes to notice that its host is gone.
const A_WHILE: Duration = Duration::from_secs(1);

/// A provider, or a script that has started it, and the pipes to it. Dropping it ends what it has started.
struct Started {
    launch: Launch,
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<ChildStderr>,
}

impl Started {
    fn by(script: &str, stderr: Stdio) -> Self {
        Self::launch(Launch::new(PROVIDER), script, stderr)
    }

    fn launch(launch: Launch, script: &str, stderr: Stdio) -> Self {
        let launch = launch.plaintext();
        let mut child = launch.by_script(script).stderr(stderr).spawn().unwrap();
        Self {
            launch,
            stdout: child.stdout.take().map(BufReader::new),
            stderr: child.stderr.take(),
            child,
        }
    }

    /// Where it listens, by the line on its stdout.
    fn socket(&mut self) -> PathBuf {
        let mut line = String::new();
        self.stdout.as_mut().unwrap().read_line(&mut line).unwrap();
        socket(&line)
    }

    /// Expects the provider to end soon, without a trace.
    async fn expect_end(&self) {
        let begin = Instant::now();
        eventually(|| fs::read_dir(self.launch.temp()).unwrap().count() == 0).await;
        assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Without pipes and parent no provider lives.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn socket(line: &str) -> PathBuf {
    line.split('|').nth(3).expect(line).into()
}

/// Expects that clients are served, one after the other, with nothing in between.
async fn expect_life(socket: &Path) {
    let begin = Instant::now();
    while begin.elapsed() < A_WHILE {
        assert!(works(connect(socket, None).await).await);
    }
}

#[tokio::test]
async fn broken_pipes_end_it_although_a_client_is_there_and_the_parent_lives() {
    for script in ["exec \"$PROVIDER\"", "\"$PROVIDER\"; exec sleep 1000"] {
        let mut started = Started::by(script, Stdio::piped());
        let socket = started.socket();
        let client = connect(&socket, None).await.unwrap();
        drop((started.stdout.take(), started.stderr.take()));
        started.expect_end().await;
        assert!(!works(Ok(client)).await, "{script}");
    }
}

#[tokio::test]
async fn a_parent_that_goes_is_no_sign_while_somebody_reads() {
    let mut started = Started::by("\"$PROVIDER\" &", Stdio::piped());
    let socket = started.socket();
    assert!(started.child.wait().unwrap().success());
    expect_life(&socket).await;
    drop((started.stdout.take(), started.stderr.take()));
    started.expect_end().await;
}

#[tokio::test]
async fn a_host_need_not_read_on_after_the_line() {
    for stderr in [Stdio::piped(), Stdio::null()] {
        let mut started = Started::by("\"$PROVIDER\" & exec sleep 1000", stderr);
        let socket = started.socket();
        drop(started.stdout.take());
        expect_life(&socket).await;
        drop(started.stderr.take());
        started.child.kill().unwrap();
        started.child.wait().unwrap();
        started.expect_end().await;
    }
}

#[tokio::test]
async fn without_pipes_the_parent_decides() {
    let launch = Launch::new(PROVIDER).plaintext();
    let (out, err) = (launch.temp().join("out"), launch.temp().join("err"));
    let mut child = launch
        .by_script("\"$PROVIDER\" & exec sleep 1000")
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap())
        .spawn()
        .unwrap();
    eventually(|| fs::read_to_string(&out).unwrap().ends_with('\n')).await;
    let socket = socket(&fs::read_to_string(&out).unwrap());
    expect_life(&socket).await;
    child.kill().unwrap();
    child.wait().unwrap();
    eventually(|| !socket.parent().unwrap().exists()).await;
}

/// A provider whose log nobody reads, after more calls than its pipe and queue hold lines of, and the client that made them.
async fn with_a_full_log() -> (Started, ProviderClient<Channel>) {
    let launch = Launch::new(PROVIDER).variable("TF_LOG", "TRACE");
    let mut started = Started::launch(launch, "exec \"$PROVIDER\"", Stdio::piped());
    let socket = started.socket();
    let mut provider = ProviderClient::new(connect(&socket, None).await.unwrap());
    // Two lines each.
    for _ in 0..2000 {
        patiently(provider.get_metadata(get_metadata::Request {}))
            .await
            .unwrap();
    }
    (started, provider)
}

#[tokio::test]
async fn a_log_that_nobody_reads_stops_no_call_and_says_what_it_lost() {
    let (mut started, _provider) = with_a_full_log().await;
    let mut stderr = BufReader::new(started.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("log lines dropped: stderr was not read") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "the gap is told");
    }
    let gap: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&gap["@level"], &gap["@module"]), (&"warn".into(), &"provider".into()));
    drop((started.stdout.take(), stderr));
    started.expect_end().await;
}

#[tokio::test]
async fn a_log_that_nobody_reads_does_not_hold_up_the_end() {
    let (mut started, provider) = with_a_full_log().await;
    let id = i32::try_from(started.child.id()).unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM).unwrap();
    drop(provider);
    started.expect_end().await;
    assert!(started.child.wait().unwrap().success());
    let mut rest = String::new();
    started.stderr.take().unwrap().read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with('{'), "{rest:.80}");
}
