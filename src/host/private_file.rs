//! Writes files that only their owner can read, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a whole file, and the folders that lead to it. On Unix only its owner can read it.
///
/// The content goes into a file beside it, which then takes its place: a reader finds the old content or the new one, and after a
/// failure it is the old one. A link is replaced, not followed.
///
/// # Errors
///
/// If the path leads to a folder, a device, a pipe or a socket, or a file or folder cannot be written.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(existing) if existing.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        // To take the place of /dev/null or /dev/stdout would harm the whole system.
        Ok(existing) if !existing.is_file() => {
            return Err(io::Error::new(ErrorKind::InvalidInput, "is not a regular file"));
        }
        _ => {}
    }
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    // Of a mere file name the parent is empty, which is this folder.
    let folder = path.parent().unwrap_or(Path::new(""));
    if folder != Path::new("") {
        fs::create_dir_all(folder)?;
    }
    let (mut file, draft) = draft(folder, &name.to_string_lossy())?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| fs::rename(&draft, path));
    if placed.is_err() {
        // What failed first is what the user has to know.
        let _ = fs::remove_file(&draft);
    }
    placed
}

/// A new file of a name that nobody else uses.
fn draft(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for _ in 0..ATTEMPTS {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".{name}.{}-{number}", std::process::id()));
        match options.open(&path) {
            // A process of this id was ended while it wrote.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (file, path)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

const ATTEMPTS: usize = 100;

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_is_written_for_its_owner_only_whatever_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/keys.json");
        for (content, mode) in [("first, and longer", 0o644), ("second", 0o400)] {
            write(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        assert_eq!(names(path.parent().unwrap()), ["keys.json"]);
    }

    #[test]
    fn a_link_is_replaced_and_what_it_leads_to_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "theirs").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write(&link, b"ours").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
        assert_eq!(fs::read_to_string(&link).unwrap(), "ours");
    }

    #[test]
    fn what_is_no_regular_file_stays_and_so_do_links_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let (socket, link) = (folder.path().join("socket"), folder.path().join("link"));
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        for path in [&socket, &link] {
            let error = write(path, b"new").unwrap_err();
            assert_eq!(error.to_string(), "is not a regular file");
            assert!(!fs::symlink_metadata(path).unwrap().is_file());
        }
        assert_eq!(names(folder.path()).len(), 2);
    }

    #[test]
    fn what_cannot_be_written_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("taken")).unwrap();
        fs::write(folder.path().join("file"), "old").unwrap();
        for (path, kind) in [
            ("taken", ErrorKind::IsADirectory),
            ("file/keys.json", ErrorKind::AlreadyExists),
            ("..", ErrorKind::IsADirectory),
        ] {
            let error = write(&folder.path().join(path), b"new").unwrap_err();
            assert_eq!(error.kind(), kind, "{path}");
        }
        assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "old");
        assert_eq!(names(folder.path()).len(), 2);
    }
}
