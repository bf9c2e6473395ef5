//! Credentials from a `credential_process`.
//!
//! The vendor's library bounds neither the output nor the time of the command and its children. Source: "Process credential provider" in the
//! vendor's SDKs and Tools Reference Guide.

use std::fmt;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use zeroize::Zeroizing;

use crate::clouds::shared::credential_cache::ExpiringCredentials;
use crate::framework::{Error, Kind};
use crate::schema::time;
use crate::secret::Secret;
use crate::secret::buffer::{Buffer, TooLong};
use crate::signing::Credentials;

/// A command that prints credentials as JSON.
#[derive(Debug)]
pub struct Process {
    /// The shell command. Its arguments may be secret.
    pub command: Secret,
    /// The profile that has it.
    pub profile: String,
}

/// Limits of a run.
#[derive(Clone, Copy)]
struct Limits {
    /// The timeout.
    time: Duration,
    /// How long its output may stay open after it has exited, as a child in the background keeps it.
    after: Duration,
    /// The maximum size of stdout and of stderr.
    bytes: usize,
}

const LIMITS: Limits = Limits {
    time: Duration::from_secs(60),
    after: Duration::from_secs(1),
    bytes: 1 << 20,
};

impl Process {
    /// Runs the command and parses the credentials that it prints. The command and its children are killed after a minute, after 1 MiB of
    /// output, and when the future is dropped.
    ///
    /// # Errors
    ///
    /// If it cannot be started, is killed, fails, or prints anything else. Errors name the profile and never the command.
    pub async fn credentials(&self) -> Result<ExpiringCredentials, Error> {
        self.credentials_within(LIMITS).await
    }

    async fn credentials_within(&self, limits: Limits) -> Result<ExpiringCredentials, Error> {
        let useless = |why: &dyn fmt::Display| {
            let message = format!(
                "no AWS credentials: the command of the profile \"{}\" {why}",
                self.profile
            );
            Error::new("credential_process", Kind::Unauthenticated, message)
                .advise("No other credentials were tried. Check the source of the credentials.")
        };
        let run = tokio::time::timeout(limits.time, run(self.command.expose(), limits));
        let output = run.await.unwrap_or(Err(Failure::Late(limits.time)));
        let output = output.map_err(|failure| useless(&failure))?;
        if !output.status.success() {
            let said = last_words(&output.stderr);
            return Err(useless(&format_args!("failed ({}): {said}", output.status)));
        }
        let printed: Printed = serde_json::from_slice(&output.stdout).map_err(|error| {
            // The parser's message may quote a secret.
            let (line, column) = (error.line(), error.column());
            useless(&format_args!(
                "printed unexpected output (line {line}, column {column})"
            ))
        })?;
        printed
            .into_credentials()
            .map_err(|lack| useless(&format_args!("printed {lack}")))
    }
}

/// The output of a command.
struct Output {
    status: ExitStatus,
    stdout: Zeroizing<Vec<u8>>,
    stderr: Zeroizing<Vec<u8>>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot be run ({0})")]
    Broken(#[from] io::Error),
    #[error("printed something {0}, and was killed")]
    TooLong(#[from] TooLong),
    #[error("did not finish within {} seconds, and was killed", .0.as_secs())]
    Late(Duration),
}

async fn run(command: &str, limits: Limits) -> Result<Output, Failure> {
    let mut shell = shell(command);
    // It cannot prompt: Terraform has the terminal.
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running::new(shell.kill_on_drop(true).spawn()?);
    let (stdout, stderr) = (running.child.stdout.take(), running.child.stderr.take());
    let (mut printed, mut complained) = (Buffer::new(0, limits.bytes), Buffer::new(0, limits.bytes));
    let status = {
        let reading = async { tokio::try_join!(gather(stdout, &mut printed), gather(stderr, &mut complained)) };
        tokio::pin!(reading);
        tokio::select! {
            read = &mut reading => {
                read?;
                running.child.wait().await?
            }
            status = running.child.wait() => {
                if let Ok(read) = tokio::time::timeout(limits.after, reading).await {
                    read?;
                }
                status?
            }
        }
    };
    running.has_ended = true;
    Ok(Output {
        status,
        stdout: printed.into_bytes(),
        stderr: complained.into_bytes(),
    })
}

async fn gather(from: Option<impl AsyncRead + Unpin>, into: &mut Buffer) -> Result<(), Failure> {
    let Some(mut from) = from else { return Ok(()) };
    let mut chunk = Zeroizing::new([0; 4 << 10]);
    loop {
        match from.read(&mut *chunk).await? {
            0 => return Ok(()),
            length => into.push(&chunk[..length])?,
        }
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    // In a process group of its own, so that its children can be killed with it.
    shell.args(["-c", command]).process_group(0);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    // cmd.exe strips the outer quotes and leaves those inside.
    shell.arg("/C").raw_arg(format!("\"{command}\""));
    shell
}

/// A running command, killed on drop unless it has exited.
struct Running {
    child: Child,
    #[cfg_attr(not(unix), allow(dead_code))]
    id: Option<u32>,
    has_ended: bool,
}

impl Running {
    fn new(child: Child) -> Self {
        Self {
            id: child.id(),
            child,
            has_ended: false,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        #[cfg(unix)]
        if !self.has_ended
            && let Some(group) = self.id.and_then(|id| i32::try_from(id).ok())
        {
            use nix::sys::signal::{Signal, killpg};
            use nix::unistd::Pid;

            // If this fails, no process is left.
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
    }
}

/// The end of stderr, on one line.
fn last_words(stderr: &[u8]) -> String {
    const MOST: usize = 1000;
    let text = String::from_utf8_lossy(stderr);
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth_back(MOST - 1) {
        Some((start, _)) if start > 0 => format!("…{}", &line[start..]),
        _ => line,
    }
}

/// The JSON that a command prints. Names are case-insensitive, as in the vendor's SDKs.
#[derive(Default)]
struct Printed {
    version: Option<i64>,
    access_key_id: Option<String>,
    secret_access_key: Option<Secret>,
    session_token: Option<Secret>,
    expiration: Option<String>,
}

impl Printed {
    /// The credentials, or what is missing or invalid.
    fn into_credentials(self) -> Result<ExpiringCredentials, &'static str> {
        if self.version != Some(1) {
            return Err("no `Version` of 1");
        }
        let expires = self.expiration.map(|expires| {
            // As with the official provider, whose JSON reader takes what Go's `time.Parse` takes.
            time::instant(&expires).ok_or("an `Expiration` that is no time in RFC 3339")
        });
        let expires = expires.transpose()?;
        let credentials = Credentials {
            access_key_id: self.access_key_id.ok_or("no `AccessKeyId`")?,
            secret_access_key: self.secret_access_key.ok_or("no `SecretAccessKey`")?,
            session_token: self.session_token,
        };
        Ok(ExpiringCredentials {
            credentials: credentials.into(),
            expires,
        })
    }
}

impl<'de> Deserialize<'de> for Printed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Printed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Printed, A::Error> {
                let mut printed = Printed::default();
                while let Some(name) = members.next_key::<String>()? {
                    match name.to_ascii_lowercase().as_str() {
                        "version" => printed.version = members.next_value()?,
                        "accesskeyid" => printed.access_key_id = members.next_value()?,
                        "secretaccesskey" => printed.secret_access_key = members.next_value()?,
                        "sessiontoken" => printed.session_token = members.next_value()?,
                        "expiration" => printed.expiration = members.next_value()?,
                        _ => {
                            members.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(printed)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(all(test, unix))]
mod tests;
