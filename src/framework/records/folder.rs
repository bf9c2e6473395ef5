//! The folder of records: one file for each, written whole or not at all, and a lock for each process that writes some.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::framework::identity::ObjectId;

/// The folder, as one process uses it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    origin: Origin,
    pub(super) run: Option<String>,
    own: Mutex<Own>,
    count: AtomicU64,
    pub(super) has_leftovers: OnceLock<bool>,
}

/// Where Terraform runs: states of other folders and workspaces are never shown to this process, so their records are not judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) working_folder: PathBuf,
    pub(super) workspace: String,
}

/// What this process has in the folder.
#[derive(Debug, Default)]
pub(super) struct Own {
    pub(super) lock: Option<(File, String)>,
    /// By object: where the record is, and what it is again once the object is gone.
    pub(super) made: BTreeMap<ObjectId, (PathBuf, Option<Record>)>,
}

/// What a file holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    #[serde(flatten)]
    pub(super) origin: Origin,
    #[serde(flatten)]
    pub(super) record: Record,
    /// The run that tells of it.
    #[serde(default)]
    pub(super) claimed: Option<String>,
}

/// The folder within Terraform's data folder.
pub(super) const FOLDER: &str = "apikeys-creations";
pub(super) const LOCK: &str = "lock";
const RECORD: &str = "json";
/// The file that is locked while leftovers are claimed.
const TURN: &str = "turn";

/// When a file has to be on the disk.
pub(super) enum Sync {
    /// Before a request is sent, so that the record outlives the machine's sudden end.
    ToDisk,
    Later,
}

impl Folder {
    /// The folder within Terraform's data folder, of which nothing is read yet.
    pub(super) fn new(data: &Path, origin: Origin, run: Option<String>) -> Self {
        Self {
            path: data.join(FOLDER),
            origin,
            run,
            own: Mutex::default(),
            count: AtomicU64::default(),
            has_leftovers: OnceLock::new(),
        }
    }

    /// Locked until what is returned is dropped: processes claim leftovers one after the other.
    pub(super) fn turn(&self) -> io::Result<File> {
        let file = private().write(true).create(true).open(self.path.join(TURN))?;
        file.lock()?;
        Ok(file)
    }

    pub(super) fn own(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A path for a new record of this process, whose lock is taken with the first.
    pub(super) fn new_record(&self) -> io::Result<PathBuf> {
        let mut own = self.own();
        let name = match &own.lock {
            Some((_, name)) => name.clone(),
            None => {
                let (lock, name) = self.lock()?;
                own.lock = Some((lock, name.clone()));
                name
            }
        };
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        Ok(self.path.join(format!("{name}-{count}")).with_extension(RECORD))
    }

    /// Takes a lock that no other process has, under this process's id; a number is added where a dead process of the same id left one.
    fn lock(&self) -> io::Result<(File, String)> {
        for suffix in 0..MAX_SUFFIX {
            fs::create_dir_all(&self.path)?;
            let name = format!("{}_{suffix}", std::process::id());
            let path = self.path.join(&name).with_extension(LOCK);
            match private().write(true).create_new(true).open(&path) {
                // A process that looks for leftovers may have taken it for one, and removed it.
                Ok(file) if file.try_lock().is_ok() && path.exists() => return Ok((file, name)),
                Ok(_) => {}
                // Another process of this id was here, or one that has ended has just removed the empty folder.
                Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// The names and locks of other processes, whether they run or not.
    pub(super) fn others(&self) -> Vec<(String, PathBuf)> {
        let own = self.own().lock.as_ref().map(|(_, name)| name.clone());
        let locks = self.files(LOCK).into_iter().map(|path| (stem(&path), path));
        locks.filter(|(name, _)| own.as_ref() != Some(name)).collect()
    }

    /// The records beside a lock, and where they are, if nobody holds the lock.
    pub(super) fn left_by(&self, name: &str, lock: &Path) -> Vec<(PathBuf, Record)> {
        let Ok(file) = File::open(lock) else { return Vec::new() };
        // Shared: another process that looks at the same moment is not the one that has written them.
        if file.try_lock_shared().is_err() {
            return Vec::new();
        }
        let paths = self.records_of(name);
        if paths.is_empty() {
            remove(lock);
        }
        let records = paths
            .into_iter()
            .filter_map(|path| self.read(&path).map(|record| (path, record)));
        records.collect()
    }

    /// A record of this folder and workspace that no process of this run has claimed.
    pub(super) fn read(&self, path: &Path) -> Option<Record> {
        let stored = stored(path)?;
        let is_claimed = stored.claimed.is_some() && stored.claimed == self.run;
        (stored.origin == self.origin && !is_claimed).then_some(stored.record)
    }

    /// Removes a lock without records, and the folders if nothing else is in them.
    pub(super) fn tidy(&self, name: &str) {
        remove(&self.path.join(name).with_extension(LOCK));
        if self.files(LOCK).is_empty() {
            let _ = fs::remove_file(self.path.join(TURN));
        }
        let _ = fs::remove_dir(&self.path);
        let _ = self.path.parent().map(fs::remove_dir);
    }

    pub(super) fn records_of(&self, name: &str) -> Vec<PathBuf> {
        let is_of_name = |path: &PathBuf| stem(path).rsplit_once('-').is_some_and(|(of, _)| of == name);
        self.files(RECORD).into_iter().filter(is_of_name).collect()
    }

    /// Changes a record that is there. Where that fails, what it said before stays.
    pub(super) fn rewrite(&self, path: &Path, record: &Record, claimed: Option<String>) {
        if let Err(error) = self.write(path, record, claimed, Sync::Later) {
            tracing::debug!(%error, "the record of a creation cannot be changed");
        }
    }

    /// Writes a record whole or not at all.
    pub(super) fn write(&self, path: &Path, record: &Record, claimed: Option<String>, sync: Sync) -> io::Result<()> {
        let stored = Stored {
            origin: self.origin.clone(),
            record: record.clone(),
            claimed,
        };
        let draft = path.with_extension("draft");
        let mut file = private().write(true).create(true).truncate(true).open(&draft)?;
        file.write_all(&serde_json::to_vec(&stored)?)?;
        if matches!(sync, Sync::ToDisk) {
            file.sync_all()?;
        }
        fs::rename(&draft, path)
    }

    fn files(&self, extension: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect()
    }
}

/// More processes of one id than this do not leave records in one folder.
const MAX_SUFFIX: u32 = 1000;

pub(super) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

pub(super) fn stored(path: &Path) -> Option<Stored> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Whether the process runs whose lock this is.
pub(super) fn is_held(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|file| file.try_lock_shared().is_err())
}

/// Options for files that only their owner can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

pub(super) fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::debug!(%error, "a record of a creation cannot be removed");
    }
}
