//! Reads whole files, limited in size and time, whatever the path leads to.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::secret::buffer::Buffer;

/// Maximum size of a file. A bundle of all root certificates has a tenth of it, credentials files far less.
const MAX_SIZE: usize = 4 << 20;

/// Timeout for reading a pipe or a device to its end.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Reads a whole file. Pipes, such as a shell's `<(…)`, and devices are read, too, blocking for at most 5 s; an empty pipe is an error. A
/// file system that hangs blocks without a limit, which the system offers no way to avoid.
///
/// # Errors
///
/// Those of the system; [`ErrorKind::FileTooLarge`] beyond 4 MiB, [`ErrorKind::TimedOut`] if a pipe or device is not read to its end in
/// time, [`ErrorKind::UnexpectedEof`] for an empty pipe.
pub fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    read_within(path, TIMEOUT)
}

fn read_within(path: &Path, timeout: Duration) -> io::Result<Zeroizing<Vec<u8>>> {
    let until = Instant::now() + timeout;
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    let mut content = Buffer::new(usize::try_from(metadata.len()).unwrap_or(MAX_SIZE), MAX_SIZE);
    let mut chunk = Zeroizing::new([0; 8 << 10]);
    loop {
        if !metadata.is_file() {
            wait(&file, until)?;
        }
        match file.read(&mut *chunk) {
            Ok(0) => break,
            Ok(length) => content.push(&chunk[..length]).map_err(|_| too_long())?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => wait(&file, until)?,
            Err(error) => return Err(error),
        }
    }
    let content = content.into_bytes();
    if content.is_empty() && is_pipe(&metadata) {
        let message = "it is an empty pipe";
        return Err(io::Error::new(ErrorKind::UnexpectedEof, message));
    }
    Ok(content)
}

fn too_long() -> io::Error {
    let message = format!("it is longer than {} MiB", MAX_SIZE >> 20);
    io::Error::new(ErrorKind::FileTooLarge, message)
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    use nix::fcntl::OFlag;

    // Otherwise opening a pipe blocks until another process opens it for writing.
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Waits until the file is readable or at its end.
#[cfg(unix)]
fn wait(file: &File, until: Instant) -> io::Result<()> {
    use std::os::fd::AsFd;

    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(timed_out());
        }
        let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        match poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLIN)], left) {
            Ok(0) => return Err(timed_out()),
            Ok(_) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
fn wait(_: &File, until: Instant) -> io::Result<()> {
    if Instant::now() < until {
        Ok(())
    } else {
        Err(timed_out())
    }
}

fn timed_out() -> io::Error {
    let message = format!("it did not end within {} seconds", TIMEOUT.as_secs());
    io::Error::new(ErrorKind::TimedOut, message)
}

#[cfg(unix)]
fn is_pipe(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::thread;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    /// Long enough for bytes that are sent, short enough to wait for those that are not.
    const SHORT: Duration = Duration::from_millis(300);

    fn refusal(path: &Path) -> (ErrorKind, String) {
        refused(read_within(path, SHORT))
    }

    fn refused(read: io::Result<Zeroizing<Vec<u8>>>) -> (ErrorKind, String) {
        let error = read.unwrap_err();
        (error.kind(), error.to_string())
    }

    #[test]
    fn a_file_is_read_whole_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for length in [0, 1, 100_000, MAX_SIZE] {
            fs::write(&path, vec![b'a'; length]).unwrap();
            assert_eq!(read(&path).unwrap().len(), length);
        }
        fs::write(&path, vec![b'a'; MAX_SIZE + 1]).unwrap();
        let expected = (ErrorKind::FileTooLarge, "it is longer than 4 MiB".to_owned());
        assert_eq!(refused(read(&path)), expected);
        assert_eq!(refusal(&folder.path().join("none")).0, ErrorKind::NotFound);
        assert_eq!(refusal(folder.path()).0, ErrorKind::IsADirectory);
        // As Kubernetes mounts ConfigMaps and Secrets.
        std::os::unix::fs::symlink(&path, folder.path().join("link")).unwrap();
        fs::write(&path, "content").unwrap();
        assert_eq!(read(&folder.path().join("link")).unwrap().as_slice(), b"content");
    }

    #[test]
    fn a_device_is_read_up_to_its_end_or_the_limit() {
        assert_eq!(read(Path::new("/dev/null")).unwrap().as_slice(), b"");
        let expected = (ErrorKind::FileTooLarge, "it is longer than 4 MiB".to_owned());
        assert_eq!(refused(read(Path::new("/dev/zero"))), expected);
    }

    #[test]
    fn a_pipe_is_read_if_somebody_writes_to_it_and_comes_to_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        mkfifo(&path, Mode::S_IRWXU).unwrap();
        let late = (ErrorKind::TimedOut, "it did not end within 5 seconds".to_owned());
        assert_eq!(refusal(&path), late);

        let writing = path.clone();
        let writer = thread::spawn(move || fs::write(writing, vec![b'a'; 200_000]).unwrap());
        assert_eq!(read(&path).unwrap().len(), 200_000);
        writer.join().unwrap();

        // A writer that keeps the pipe open.
        let mut open = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        open.write_all(b"beginning").unwrap();
        assert_eq!(refusal(&path), late);
    }

    #[test]
    fn a_pipe_that_is_closed_without_a_word_is_no_empty_file() {
        let (reading, writing) = io::pipe().unwrap();
        drop(writing);
        let path = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reading));
        let (kind, message) = refusal(Path::new(&path));
        // Not every system knows that the pipe was open for writing before.
        assert!(
            matches!(kind, ErrorKind::UnexpectedEof | ErrorKind::TimedOut),
            "{message}"
        );
    }
}
