//! Credentials that a command prints.
//!
//! The vendor's library can run one, too, but takes all it prints and waits for as long as it, or anything that it has started, runs. Source:
//! "Process credential provider" in the vendor's SDKs and Tools Reference Guide.

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

/// A command that prints credentials.
#[derive(Debug)]
pub struct Process {
    /// The command, for a shell. Its arguments may be secret.
    pub command: Secret,
    /// The profile that it stands in.
    pub profile: String,
}

/// What a run may take.
#[derive(Clone, Copy)]
struct Limits {
    /// How long it may go on.
    time: Duration,
    /// How long its output may stay open after its end, as something that it has started and left behind may keep it.
    after: Duration,
    /// How much it may print, to stdout and to stderr each.
    bytes: usize,
}

const LIMITS: Limits = Limits {
    time: Duration::from_secs(60),
    after: Duration::from_secs(1),
    bytes: 1 << 20,
};

impl Process {
    /// Runs the command and takes the credentials that it prints. It is ended, with what it has started, after a minute, after 1 MiB of
    /// output, and when the future is dropped.
    ///
    /// # Errors
    ///
    /// Where it cannot be started, is ended, fails, or prints something else. They name the profile and never the command.
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
                .advise("Nothing was done under another identity. Check where credentials are to come from.")
        };
        let run = tokio::time::timeout(limits.time, run(self.command.expose(), limits));
        let output = run.await.unwrap_or(Err(Failure::Late(limits.time)));
        let output = output.map_err(|failure| useless(&failure))?;
        if !output.status.success() {
            let said = last_words(&output.stderr);
            return Err(useless(&format_args!("failed ({}): {said}", output.status)));
        }
        let printed: Printed = serde_json::from_slice(&output.stdout).map_err(|error| {
            // The reader's own words may quote a secret.
            let (line, column) = (error.line(), error.column());
            useless(&format_args!("printed something else (line {line}, column {column})"))
        })?;
        printed
            .into_credentials()
            .map_err(|lack| useless(&format_args!("printed {lack}")))
    }
}

/// What a command has printed.
struct Output {
    status: ExitStatus,
    stdout: Zeroizing<Vec<u8>>,
    stderr: Zeroizing<Vec<u8>>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot be run ({0})")]
    Broken(#[from] io::Error),
    #[error("printed something {0}, and was ended")]
    TooLong(#[from] TooLong),
    #[error("did not end within {} seconds, and was ended", .0.as_secs())]
    Late(Duration),
}

async fn run(command: &str, limits: Limits) -> Result<Output, Failure> {
    let mut shell = shell(command);
    // Nobody can answer its questions: Terraform has the terminal.
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
    // In a group of its own, so that what it has started can be ended with it.
    shell.args(["-c", command]).process_group(0);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    // Its own rules for quotes: those around the whole are taken off, those inside stay as they are.
    shell.arg("/C").raw_arg(format!("\"{command}\""));
    shell
}

/// A command under way, which is ended when this is dropped before its end.
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

            // Where it fails there is nobody left to end.
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
    }
}

/// The end of what a command said of its failure, as text on one line.
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

/// The JSON that a command prints. As in the vendor's SDKs, names are taken in capitals or not.
#[derive(Default)]
struct Printed {
    version: Option<i64>,
    access_key_id: Option<String>,
    secret_access_key: Option<Secret>,
    session_token: Option<Secret>,
    expiration: Option<String>,
}

impl Printed {
    /// The credentials; else what they lack.
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
