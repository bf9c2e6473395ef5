//! The processes of a working folder, and their end.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, thread};

use cli::Running;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::scenario::Whom;

/// Kills what is to be killed of a command and of the providers it has started from the folder `programs`.
pub fn end(whom: Whom, running: &Running, programs: &Path) {
    let command = Pid::from_raw(i32::try_from(running.id()).unwrap());
    // What is gone already needs no signal.
    let signal = |signal| {
        let _ = kill(command, signal);
    };
    let signal_group = |signal| {
        let _ = killpg(command, signal);
    };
    match whom {
        Whom::Both => signal_group(Signal::SIGKILL),
        Whom::Hangup => signal_group(Signal::SIGHUP),
        Whom::InTurn => {
            signal(Signal::SIGKILL);
            thread::sleep(Duration::from_millis(200));
            end_providers(programs);
        }
        Whom::Provider => {
            end_providers(programs);
        }
        Whom::Terraform => signal(Signal::SIGKILL),
        Whom::TwiceInterrupted => {
            signal_group(Signal::SIGINT);
            thread::sleep(Duration::from_millis(700));
            signal_group(Signal::SIGINT);
        }
    }
}

/// Waits until no process runs a program of the folder, and kills those that do not end in time; gives how many did not.
pub fn wait_for_end(programs: &Path, patience: Duration) -> usize {
    let deadline = Instant::now() + patience;
    while !running(programs).is_empty() {
        if Instant::now() > deadline {
            return end_providers(programs);
        }
        thread::sleep(Duration::from_millis(50));
    }
    0
}

fn end_providers(programs: &Path) -> usize {
    let running = running(programs);
    for process in &running {
        let _ = kill(*process, Signal::SIGKILL);
    }
    running.len()
}

/// The processes that run a program of the folder.
fn running(programs: &Path) -> Vec<Pid> {
    let own = nix::unistd::getuid().as_raw();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|process| {
        let id = process.file_name().to_str()?.parse().ok()?;
        let is_own = process.metadata().ok()?.uid() == own;
        let program = fs::read_link(process.path().join("exe")).ok()?;
        (is_own && program.starts_with(programs)).then(|| Pid::from_raw(id))
    });
    ids.collect()
}
