use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const STARTS: usize = 100;

/// A certificate like the one Terraform makes for each start, P-521 and a CA, written by `openssl req -x509`.
const HOST: &str = include_str!("host.pem");

/// How long it took from each start of the program until its handshake line was read.
pub(crate) fn times(provider: &Path) -> io::Result<Vec<Duration>> {
    let folder = tempfile::tempdir()?;
    (0..STARTS).map(|_| time(provider, folder.path())).collect()
}

fn time(provider: &Path, temporary: &Path) -> io::Result<Duration> {
    let mut command = Command::new(provider);
    command
        .env_clear()
        .env("PLUGIN_CLIENT_CERT", HOST)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env(
            "TF_PLUGIN_MAGIC_COOKIE",
            "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        )
        .env("TMPDIR", temporary)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let mut line = String::new();
    let read = match child.stdout.take() {
        Some(stdout) => BufReader::new(stdout).read_line(&mut line),
        None => Ok(0),
    };
    let took = begun.elapsed();
    child.kill()?;
    child.wait()?;
    read?;
    if line.starts_with("1|6|") {
        Ok(took)
    } else {
        Err(io::Error::other(format!("the provider's first line is {line:?}")))
    }
}
