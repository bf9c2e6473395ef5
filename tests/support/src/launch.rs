//! Starts the provider, or another program, the way Terraform does, and watches it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;
use std::{env, thread};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::identity::Identity;

/// Longest wait for anything. What is waited for takes milliseconds; this only turns a hang into a failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// How to start a provider.
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    pub(crate) identity: Option<Identity>,
    temp: TempDir,
    /// Where it runs: what it writes down is nobody else's.
    folder: Arc<TempDir>,
}

impl Launch {
    /// The program as Terraform starts it, except that it sees nothing of this process's environment.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let identity = Identity::new();
        let temp = tempfile::tempdir().unwrap();
        let launch = Self {
            program: program.into(),
            arguments: vec![],
            environment: BTreeMap::new(),
            identity: None,
            temp,
            folder: Arc::new(tempfile::tempdir().unwrap()),
        };
        let temp = launch.temp.path().to_owned();
        launch
            .variable("TMPDIR", temp)
            .variable(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            )
            .variable("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .variable("PLUGIN_MIN_PORT", "10000")
            .variable("PLUGIN_MAX_PORT", "25000")
            .variable("PLUGIN_CLIENT_CERT", identity.pem())
            .identity(Some(identity))
    }

    /// A function of the running test program that serves a provider of its own. It has to be an ignored test.
    pub fn function(name: &str) -> Self {
        Self::new(env::current_exe().unwrap()).arguments(["--exact", name, "--ignored", "--nocapture"])
    }

    /// Without TLS, as under `TF_DISABLE_PLUGIN_TLS`.
    pub fn plaintext(self) -> Self {
        self.without("PLUGIN_CLIENT_CERT").identity(None)
    }

    /// With this variable in its environment.
    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.into(), value.as_ref().into());
        self
    }

    /// Without this variable.
    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// With these arguments instead of none.
    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// In this folder, as the processes of several runs in one working folder.
    pub fn within(mut self, folder: &Arc<TempDir>) -> Self {
        self.folder = Arc::clone(folder);
        self
    }

    fn identity(mut self, identity: Option<Identity>) -> Self {
        self.identity = identity;
        self
    }

    /// The folder that the program takes for the temporary one.
    pub fn temp(&self) -> &Path {
        self.temp.path()
    }

    /// What starts the program by a shell script, which finds it in `$PROVIDER`, with pipes for stdout and stderr.
    pub fn by_script(&self, script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", script])
            .current_dir(self.folder.path())
            .env_clear()
            .envs(&self.environment)
            .env("PROVIDER", &self.program)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts the program.
    pub fn run(self) -> Process {
        let mut child = Command::new(&self.program)
            .current_dir(self.folder.path())
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Process {
            stdin: child.stdin.take(),
            stdout: Lines::of(child.stdout.take().unwrap()),
            stderr: Lines::of(child.stderr.take().unwrap()),
            child,
            temp: self.temp,
            _folder: self.folder,
        }
    }
}

/// A started program. Dropping it kills it and removes what it left.
pub struct Process {
    /// What it reads from.
    pub stdin: Option<ChildStdin>,
    /// What it writes to its standard output.
    pub stdout: Lines,
    /// What it writes to its standard error.
    pub stderr: Lines,
    child: Child,
    temp: TempDir,
    _folder: Arc<TempDir>,
}

/// How a program ended, and all it wrote.
pub struct Exit {
    /// How it ended.
    pub status: ExitStatus,
    /// All of its standard output.
    pub stdout: String,
    /// All of its standard error.
    pub stderr: String,
    /// Names of what is left in its temporary folder.
    pub left: Vec<OsString>,
}

impl Process {
    /// The folder that the program takes for the temporary one.
    pub fn temp(&self) -> &Path {
        self.temp.path()
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.id().try_into().unwrap()), signal).unwrap();
    }

    /// Waits for its end.
    pub async fn exit(mut self) -> Exit {
        drop(self.stdin.take());
        let (stdout, stderr) = (self.stdout.rest().await, self.stderr.rest().await);
        // Whoever has closed both streams is gone or about to go.
        let status = self.child.wait().unwrap();
        let left = self
            .temp()
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        Exit {
            status,
            stdout,
            stderr,
            left,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program writes, as it comes.
pub struct Lines {
    receiver: mpsc::UnboundedReceiver<String>,
    seen: String,
}

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|length| length > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        Self {
            receiver,
            seen: String::new(),
        }
    }

    /// Waits for a line, and gives it without its newline.
    pub async fn wait_for(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        while let Some(line) = patiently(self.receiver.recv()).await {
            self.seen.push_str(&line);
            if wanted(&line) {
                return line.trim_end_matches('\n').to_owned();
            }
        }
        panic!("the program ended after writing {:?}", self.seen);
    }

    /// Waits for the end, and gives everything from the beginning.
    async fn rest(&mut self) -> String {
        while let Some(line) = patiently(self.receiver.recv()).await {
            self.seen.push_str(&line);
        }
        std::mem::take(&mut self.seen)
    }
}

/// Waits until something is so.
pub async fn eventually(is_so: impl Fn() -> bool) {
    patiently(async {
        let mut looks = tokio::time::interval(Duration::from_millis(10));
        while !is_so() {
            looks.tick().await;
        }
    })
    .await;
}

/// Turns a hang into a failure.
pub async fn patiently<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .expect("nothing happened for a long time")
}
