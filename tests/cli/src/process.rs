use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use crate::failure::Failure;

/// A command under way, in a process group of its own with all it has started.
///
/// Dropping it kills the group.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    limit: Duration,
    deadline: Instant,
    stdout: Receiver<Vec<u8>>,
    stderr: Receiver<Vec<u8>>,
}

/// What a command wrote, and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// The command line.
    pub command: String,
    /// How it ended; none when it was killed for being late.
    pub status: Option<ExitStatus>,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command, limit: Duration) -> Result<Self, Failure> {
        let line = line_of(command);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.spawn().map_err(Failure::system(format!("starting {line}")))?;
        Ok(Self {
            stdout: everything_of(child.stdout.take()),
            stderr: everything_of(child.stderr.take()),
            command: line,
            child,
            limit,
            deadline: Instant::now() + limit,
        })
    }

    /// The id of the command's process, which is that of its group too.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGINT to the command and all it has started, as a terminal does on Ctrl-C.
    ///
    /// # Errors
    ///
    /// The system refuses, for example because the command has ended.
    #[cfg(unix)]
    pub fn interrupt(&self) -> Result<(), Failure> {
        self.signal(nix::sys::signal::Signal::SIGINT)
            .map_err(Failure::system(format!("interrupting {}", self.command)))
    }

    /// Sends SIGHUP to the command and all it has started, as the end of a terminal does.
    ///
    /// # Errors
    ///
    /// As with [`Running::interrupt`].
    #[cfg(unix)]
    pub fn hang_up(&self) -> Result<(), Failure> {
        self.signal(nix::sys::signal::Signal::SIGHUP)
            .map_err(Failure::system(format!("hanging up on {}", self.command)))
    }

    /// Kills the command, and nothing that it has started.
    ///
    /// # Errors
    ///
    /// As with [`Running::interrupt`].
    pub fn kill_alone(&mut self) -> Result<(), Failure> {
        self.child
            .kill()
            .map_err(Failure::system(format!("killing {}", self.command)))
    }

    /// Waits for the end, whatever it is.
    ///
    /// # Errors
    ///
    /// It takes too long, and is killed.
    pub fn wait(mut self) -> Result<Output, Failure> {
        let (stdout, stderr) = (self.rest(&self.stdout), self.rest(&self.stderr));
        let late = stdout.is_none() || stderr.is_none();
        if late {
            self.kill();
        }
        let (stdout, stderr) = (
            stdout.or_else(|| self.stdout.recv().ok()),
            stderr.or_else(|| self.stderr.recv().ok()),
        );
        // What has closed both streams is gone or about to go.
        let status = self
            .child
            .wait()
            .map_err(Failure::system(format!("waiting for {}", self.command)))?;
        let text = |bytes: Option<Vec<u8>>| String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
        let output = Output {
            command: self.command.clone(),
            status: (!late).then_some(status),
            stdout: text(stdout),
            stderr: text(stderr),
        };
        if late {
            return Err(Failure::Late {
                limit: self.limit,
                output: Box::new(output),
            });
        }
        Ok(output)
    }

    /// What comes before the deadline, if the stream ends by then.
    fn rest(&self, stream: &Receiver<Vec<u8>>) -> Option<Vec<u8>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        stream.recv_timeout(left).ok()
    }

    #[cfg(unix)]
    fn signal(&self, signal: nix::sys::signal::Signal) -> io::Result<()> {
        let group = i32::try_from(self.child.id()).map_err(io::Error::other)?;
        Ok(nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), signal)?)
    }

    fn kill(&mut self) {
        // Both fail when there is nothing left to kill.
        #[cfg(unix)]
        let _ = self.signal(nix::sys::signal::Signal::SIGKILL);
        let _ = self.child.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The id of a process that has been waited for may be another's by now.
        if let Ok(None) = self.child.try_wait() {
            self.kill();
            let _ = self.child.wait();
        }
    }
}

impl Output {
    /// Whether the command succeeded.
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// The exit code; none when a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status?.code()
    }

    /// This output, if the command succeeded.
    ///
    /// # Errors
    ///
    /// It did not; the error's text shows the command and all it wrote.
    pub fn success(self) -> Result<Self, Failure> {
        if self.succeeded() {
            Ok(self)
        } else {
            Err(Failure::Ended(Box::new(self)))
        }
    }

    pub(crate) fn json(self) -> Result<serde_json::Value, Failure> {
        serde_json::from_str(&self.stdout).map_err(|source| Failure::NotJson {
            output: Box::new(self),
            source,
        })
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ended with ", self.command)?;
        match self.status {
            Some(status) => write!(f, "{status}")?,
            None => f.write_str("a kill")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.trim().is_empty() {
                write!(f, "\n{name}:\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}

fn line_of(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Reads a stream to its end on a thread of its own: a full pipe would stop the command.
fn everything_of(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is shown, and the error is seen in how the command ended.
            let _ = stream.read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn shell(script: &str, limit: Duration) -> Result<Output, Failure> {
        let mut command = Command::new("/bin/sh");
        Running::start(command.args(["-c", script]), limit)?.wait()
    }

    #[test]
    fn what_a_command_wrote_and_how_it_ended_is_told() {
        let output = shell("echo out; echo err >&2; exit 3", Duration::from_secs(60)).unwrap();
        assert_eq!(output.code(), Some(3));
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("out\n", "err\n"));
        let failure = output.success().unwrap_err();
        assert_eq!(
            format!("{failure:?}"),
            "`/bin/sh -c echo out; echo err >&2; exit 3` ended with exit status: 3\nstdout:\nout\nstderr:\nerr"
        );
    }

    #[test]
    fn more_output_than_a_pipe_holds_does_not_stop_a_command() {
        let script = "head -c 300000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2";
        let output = shell(script, Duration::from_secs(60)).unwrap();
        assert_eq!((output.stdout.len(), output.stderr.len()), (300_000, 300_000));
    }

    #[test]
    fn a_late_command_is_killed_with_all_it_has_started() {
        // The one in the background holds the streams open: this ends only if it is killed, too.
        let failure = shell("echo begun; sleep 1000 & sleep 1000", Duration::from_millis(500)).unwrap_err();
        let Failure::Late { output, .. } = failure else {
            panic!("{failure}")
        };
        assert_eq!(output.status, None);
        assert_eq!(output.stdout, "begun\n");
    }
}
