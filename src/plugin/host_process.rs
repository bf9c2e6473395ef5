//! Detects that the host, the process that started this one, is gone.
//!
//! The connection does not show it: a client may be idle, or reconnect. The pipes that a host opens for stdout and stderr do, and without
//! pipes the parent process.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::time::Duration;
use std::{io, process, thread};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::shutdown::{ShutdownReason, Stop};

/// When the process exits after the host is gone, even if something blocks it.
const LIMIT: Duration = Duration::from_secs(15);

/// Polling interval of the parent.
const TICK: Duration = Duration::from_millis(250);

/// The host, by its pipes and its process id.
pub(super) struct HostProcess {
    /// Those of stdout and stderr that are pipes.
    pipes: Vec<File>,
    parent: u32,
}

impl HostProcess {
    /// The host of this process.
    pub(super) fn of_this_process() -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let streams = [stdout.as_fd(), stderr.as_fd()].into_iter();
        let streams = streams.filter_map(|stream| stream.try_clone_to_owned().ok().map(File::from));
        Self {
            pipes: streams.filter(is_pipe).collect(),
            parent: parent_id(),
        }
    }

    /// Starts a thread that requests a shutdown once the host is gone, and after a time limit removes `folder` and exits.
    pub(super) fn watch(self, stop: &Stop, folder: PathBuf) -> io::Result<()> {
        let stop = stop.clone();
        // A thread of its own, so that nothing that blocks other threads keeps the process alive.
        let watch = thread::Builder::new().name("host".to_owned()).spawn(move || {
            self.wait_for_its_end();
            stop.request(ShutdownReason::HostGone);
            thread::sleep(LIMIT);
            // Nobody is left to report an error to.
            let _ = fs::remove_dir_all(folder);
            process::exit(1);
        });
        watch.map(drop)
    }

    /// Blocks until the host is gone.
    ///
    /// Two broken pipes suffice: the parent may be a script between host and provider, which may outlive the host or exit before it.
    /// A single broken pipe may have been closed by a host that has read the address and is alive, so the parent must be gone, too.
    fn wait_for_its_end(mut self) {
        let decide_alone = self.pipes.len() == 2;
        while !self.pipes.is_empty() {
            self.wait_for_a_broken_pipe();
        }
        while !decide_alone && parent_id() == self.parent {
            thread::sleep(TICK);
        }
    }

    fn wait_for_a_broken_pipe(&mut self) {
        // `poll` reports a closed pipe whether asked for or not.
        let ask = |pipe| PollFd::new(pipe, PollFlags::empty());
        let mut asked: Vec<_> = self.pipes.iter().map(|pipe| ask(pipe.as_fd())).collect();
        if poll(&mut asked, PollTimeout::NONE).is_err() {
            // A signal, or a temporary lack of memory.
            thread::sleep(TICK);
        }
        let broken: Vec<_> = asked.iter().map(|pipe| pipe.any() == Some(true)).collect();
        let mut broken = broken.into_iter();
        self.pipes.retain(|_| broken.next() != Some(true));
    }
}

/// Whether a stream leads to another process. Some hosts use a socket pair.
fn is_pipe(stream: &File) -> bool {
    let is_pipe = |kind: std::fs::FileType| kind.is_fifo() || kind.is_socket();
    stream.metadata().is_ok_and(|stream| is_pipe(stream.file_type()))
}
