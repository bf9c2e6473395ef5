//! The sandbox as a program.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

const SANDBOX: &str = env!("CARGO_BIN_EXE_sandbox");

/// Ends the program however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn it_announces_itself_in_one_line_and_ends_cleanly_on_a_signal() {
    for signal in ["INT", "TERM"] {
        let mut command = Command::new(SANDBOX);
        let arguments = [
            "serve",
            "--rate-limits",
            "--clock-offset",
            "-60",
            "--hide-listed-secrets",
            "--aws-port",
            "0",
        ];
        let child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut running = Running(child);
        let mut line = String::new();
        BufReader::new(running.0.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let announced: Value = serde_json::from_str(&line).unwrap();
        for cloud in ["aws", "tencentcloud", "scaleway"] {
            let url = announced[cloud]["url"].as_str().unwrap();
            assert!(
                TcpStream::connect(
                    url.strip_prefix("http://127.0.0.1:")
                        .map(|port| format!("127.0.0.1:{port}"))
                        .unwrap()
                )
                .is_ok()
            );
        }
        let environment = &announced["environment"];
        assert_eq!(environment["SCW_API_URL"], announced["scaleway"]["url"]);
        assert_eq!(environment["AWS_ENDPOINT_URL_API_GATEWAY"], announced["aws"]["url"]);
        let domain = format!("http://{}", environment["TENCENTCLOUD_DOMAIN"].as_str().unwrap());
        assert_eq!(announced["tencentcloud"]["url"], domain);

        let pid = running.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(running.0.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn arguments_it_does_not_know_are_answered_with_the_usage() {
    let rows: [&[&str]; 5] = [
        &[],
        &["listen"],
        &["serve", "--colour"],
        &["serve", "--aws-port"],
        &["serve", "--clock-offset", "9000000000000000"],
    ];
    for arguments in rows {
        let output = Command::new(SANDBOX).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .starts_with("usage: sandbox serve"),
            "{arguments:?}"
        );
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
