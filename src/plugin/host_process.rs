//! Whether the process that started this one is still there.
//!
//! The connection does not tell: a client may be idle, and may come again. The pipes that a host has made for stdout and stderr do,
//! and where there are none, the parent.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::time::Duration;
use std::{io, process, thread};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::stop::{Ending, Stop};

/// When a process ends whose host is gone, whatever holds it up.
const LIMIT: Duration = Duration::from_secs(15);

/// How often the parent is looked at.
const TICK: Duration = Duration::from_millis(250);

/// What the host is known by.
pub(super) struct HostProcess {
    /// Those of stdout and stderr that lead to another process.
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

    /// From here on, the end of the host is a request to end, and soon after it there is an end. `folder` is what is to be removed by
    /// then.
    pub(super) fn watch(self, stop: &Stop, folder: PathBuf) -> io::Result<()> {
        let stop = stop.clone();
        // Its own thread: whatever holds up the others must not keep the process.
        let watch = thread::Builder::new().name("host".to_owned()).spawn(move || {
            self.wait_for_its_end();
            stop.request(Ending::HostGone);
            thread::sleep(LIMIT);
            // An error is nobody's any more.
            let _ = fs::remove_dir_all(folder);
            process::exit(1);
        });
        watch.map(drop)
    }

    /// Blocks until the host is gone.
    ///
    /// Two pipes decide alone: a script between host and provider is the parent, and may outlive the host or be gone before it.
    /// A single one may just have been closed by a host that has read the address and lives; then the parent has to be gone, too.
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
        // That nobody reads any more is told unasked.
        let ask = |pipe| PollFd::new(pipe, PollFlags::empty());
        let mut asked: Vec<_> = self.pipes.iter().map(|pipe| ask(pipe.as_fd())).collect();
        if poll(&mut asked, PollTimeout::NONE).is_err() {
            // A signal, or a lack of memory that may pass.
            thread::sleep(TICK);
        }
        let broken: Vec<_> = asked.iter().map(|pipe| pipe.any() == Some(true)).collect();
        let mut broken = broken.into_iter();
        self.pipes.retain(|_| broken.next() != Some(true));
    }
}

/// Whether it leads to another process: some hosts take a pair of sockets for it.
fn is_pipe(stream: &File) -> bool {
    let is_pipe = |kind: std::fs::FileType| kind.is_fifo() || kind.is_socket();
    stream.metadata().is_ok_and(|stream| is_pipe(stream.file_type()))
}
