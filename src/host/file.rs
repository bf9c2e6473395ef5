//! Files, read whole: bounded in bytes and in time, whatever the path leads to.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::secret::buffer::Buffer;

/// The most bytes that a file may have. Bundles of all certificates in use have a tenth of that, files of credentials far less.
const LONGEST: usize = 4 << 20;

/// How long a pipe or a device may take to give all it has.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads a file whole. A pipe or a device is read, too, as in a shell's `<(…)`: but only for a few seconds, in which nothing else goes
/// on, and a pipe that says nothing is an error. A path on a file system that hangs hangs us, too: the system offers no way out.
///
/// # Errors
///
/// Those of the system; [`ErrorKind::FileTooLarge`] where there is more than 4 MiB, [`ErrorKind::TimedOut`] where the end does not
/// come in time, and [`ErrorKind::UnexpectedEof`] for a pipe that says nothing.
pub fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    read_within(path, PATIENCE)
}

fn read_within(path: &Path, patience: Duration) -> io::Result<Zeroizing<Vec<u8>>> {
    let until = Instant::now() + patience;
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    let mut content = Buffer::new(usize::try_from(metadata.len()).unwrap_or(LONGEST), LONGEST);
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
        let message = "it is a pipe that nobody has written to";
        return Err(io::Error::new(ErrorKind::UnexpectedEof, message));
    }
    Ok(content)
}

fn too_long() -> io::Error {
    let message = format!("it is longer than {} MiB", LONGEST >> 20);
    io::Error::new(ErrorKind::FileTooLarge, message)
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    use nix::fcntl::OFlag;

    // Else opening a pipe waits for somebody who writes to it.
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Waits until there is something to read, or the end.
#[cfg(unix)]
fn wait(file: &File, until: Instant) -> io::Result<()> {
    use std::os::fd::AsFd;

    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(late());
        }
        let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        match poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLIN)], left) {
            Ok(0) => return Err(late()),
            Ok(_) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
fn wait(_: &File, until: Instant) -> io::Result<()> {
    if Instant::now() < until { Ok(()) } else { Err(late()) }
}

fn late() -> io::Error {
    let message = format!("its end did not come within {} seconds", PATIENCE.as_secs());
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

    /// Long enough for what comes, and short enough to wait for what does not.
    const SHORT: Duration = Duration::from_millis(300);

    fn refusal(path: &Path) -> (ErrorKind, String) {
        let error = read_within(path, SHORT).unwrap_err();
        (error.kind(), error.to_string())
    }

    #[test]
    fn a_file_is_read_whole_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for length in [0, 1, 100_000, LONGEST] {
            fs::write(&path, vec![b'a'; length]).unwrap();
            assert_eq!(read(&path).unwrap().len(), length);
        }
        fs::write(&path, vec![b'a'; LONGEST + 1]).unwrap();
        let expected = (ErrorKind::FileTooLarge, "it is longer than 4 MiB".to_owned());
        assert_eq!(refusal(&path), expected);
        assert_eq!(refusal(&folder.path().join("none")).0, ErrorKind::NotFound);
        assert_eq!(refusal(folder.path()).0, ErrorKind::IsADirectory);
        // As Kubernetes mounts what may change.
        std::os::unix::fs::symlink(&path, folder.path().join("link")).unwrap();
        fs::write(&path, "content").unwrap();
        assert_eq!(read(&folder.path().join("link")).unwrap().as_slice(), b"content");
    }

    #[test]
    fn a_device_is_read_up_to_its_end_or_the_limit() {
        assert_eq!(read(Path::new("/dev/null")).unwrap().as_slice(), b"");
        let expected = (ErrorKind::FileTooLarge, "it is longer than 4 MiB".to_owned());
        assert_eq!(refusal(Path::new("/dev/zero")), expected);
    }

    #[test]
    fn a_pipe_is_read_if_somebody_writes_to_it_and_comes_to_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        mkfifo(&path, Mode::S_IRWXU).unwrap();
        let late = (ErrorKind::TimedOut, "its end did not come within 5 seconds".to_owned());
        assert_eq!(refusal(&path), late);

        let writing = path.clone();
        let writer = thread::spawn(move || fs::write(writing, vec![b'a'; 200_000]).unwrap());
        assert_eq!(read(&path).unwrap().len(), 200_000);
        writer.join().unwrap();

        // Somebody who writes, and keeps it open.
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
        // Not every system knows that it has been opened by somebody before.
        assert!(
            matches!(kind, ErrorKind::UnexpectedEof | ErrorKind::TimedOut),
            "{message}"
        );
    }
}
