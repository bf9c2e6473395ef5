//! Records of creations: what an interrupted run leaves in Terraform's data folder, so that the next run can find its objects.
//!
//! A record is written before a create request is sent and removed when the host ends the process in the ordinary way. One that
//! outlives its process belongs to a run that was killed, or to a creation whose outcome could not be found out. Whether a process
//! lives is told by the lock that it holds on a file beside its records.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::identity::ObjectId;
use crate::host::environment::Environment;

/// What is known of a creation before its request is sent. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The resource type, such as `aws_api_gateway_api_key`.
    pub resource_type: String,
    /// The base URL of the API.
    pub endpoint: String,
    /// The region; empty where the service has none.
    pub region: String,
    /// Whose credentials are used, as far as that is known without a call.
    pub account: String,
    /// The name of the object, for messages and for lists that filter by name.
    pub name: String,
    /// What only this creation's request carries, such as the SHA-256 of a secret.
    pub proof: BTreeMap<String, String>,
    /// When the request was sent, by this machine's clock.
    pub sent: DateTime<Utc>,
    /// The id of the object, once the service has answered.
    pub id: Option<String>,
}

impl Record {
    /// Whether this record is known to be about an object.
    pub fn is_about(&self, object: &ObjectId) -> bool {
        self.id.as_ref() == Some(&object.id)
            && self.resource_type == object.resource_type
            && (object.region.is_empty() || self.region == object.region)
    }
}

/// The records of this process, and those that earlier ones left. Clones share them. The default keeps none.
#[derive(Clone, Debug, Default)]
pub struct Records(Option<Arc<Inner>>);

/// The record of one creation. Unless it is [settled](Pending::forget), it stays for the next run.
#[derive(Debug, Default)]
pub struct Pending(Option<(Arc<Inner>, PathBuf, Record)>, bool);

/// A record that a process which no longer runs has left.
#[derive(Debug)]
pub struct Leftover {
    /// What it says.
    pub record: Record,
    inner: Arc<Inner>,
    path: PathBuf,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    origin: Origin,
    run: Option<String>,
    own: Mutex<Own>,
    count: AtomicU64,
    has_leftovers: OnceLock<bool>,
}

/// Where Terraform runs: states of other folders and workspaces are never shown to this process, so their records are not judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    working_folder: PathBuf,
    workspace: String,
}

#[derive(Debug, Default)]
struct Own {
    lock: Option<(File, String)>,
    /// By object: where the record is, and what it is again once the object is gone.
    made: BTreeMap<ObjectId, (PathBuf, Option<Record>)>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    origin: Origin,
    #[serde(flatten)]
    record: Record,
    /// The run that tells of it.
    #[serde(default)]
    claimed: Option<String>,
}

/// The folder within Terraform's data folder.
const FOLDER: &str = "apikeys-creations";
const LOCK: &str = "lock";
const RECORD: &str = "json";
/// The file that is locked while leftovers are claimed.
const TURN: &str = "turn";

impl Records {
    /// Records in the data folder of a Terraform that runs in `working_folder`: `TF_DATA_DIR`, else `.terraform`. `run` tells one
    /// command line from another, where that can be told: a command starts several processes.
    pub fn in_data_folder(environment: &Environment, working_folder: &Path, run: Option<String>) -> Self {
        let data = working_folder.join(environment.get_os("TF_DATA_DIR").unwrap_or(".terraform".as_ref()));
        let chosen = environment.get("TF_WORKSPACE").map(str::to_owned);
        let selected = || fs::read_to_string(data.join("environment")).ok();
        let workspace = chosen.or_else(selected).unwrap_or_default().trim().to_owned();
        Self(Some(Arc::new(Inner {
            folder: data.join(FOLDER),
            origin: Origin {
                working_folder: working_folder.to_owned(),
                workspace,
            },
            run,
            own: Mutex::default(),
            count: AtomicU64::default(),
            has_leftovers: OnceLock::new(),
        })))
    }

    /// Writes down a creation whose request is about to be sent. Where that fails, the creation goes on without a record.
    pub async fn begin(&self, record: Record) -> Pending {
        let Some(inner) = &self.0 else {
            return Pending::default();
        };
        let writing = Arc::clone(inner);
        let written = tokio::task::spawn_blocking(move || {
            let path = writing.path()?;
            writing.write(&path, &record, None, Sync::ToDisk)?;
            Ok((path, record))
        });
        match written.await.unwrap_or_else(|failed| Err(io::Error::other(failed))) {
            Ok((path, record)) => Pending(Some((Arc::clone(inner), path, record)), false),
            Err(error) => {
                tracing::debug!(%error, "no record of this creation can be written");
                Pending::default()
            }
        }
    }

    /// Removes the record of an object that was created here and is gone.
    pub fn removed(&self, id: &ObjectId) {
        let Some(inner) = &self.0 else { return };
        let made = inner.own().made.remove(id);
        match made {
            Some((path, Some(record))) => inner.rewrite(&path, &record, None),
            Some((path, None)) => remove(&path),
            None => {}
        }
    }

    /// Whether another process that runs and writes its records here says of an object that it has created it. The record of one that
    /// has ended says nothing of now: its object may be gone, and another one have its id.
    pub fn is_anothers(&self, id: &ObjectId) -> bool {
        let Some(inner) = &self.0 else { return false };
        let mut others = inner.others().into_iter();
        others.any(|(name, lock)| {
            let has_created = |path: &PathBuf| stored(path).is_some_and(|it| it.record.is_about(id));
            inner.records_of(&name).iter().any(has_created) && is_held(&lock)
        })
    }

    /// Removes the records of what was created and handed to the host. For the end of a process whose host has ended it in the
    /// ordinary way, after it was answered.
    pub fn finish(&self) {
        let Some(inner) = &self.0 else { return };
        let mut own = inner.own();
        for (path, _) in std::mem::take(&mut own.made).into_values() {
            remove(&path);
        }
        let Some((lock, name)) = own.lock.take() else { return };
        if inner.records_of(&name).is_empty() {
            inner.tidy(&name);
        }
        drop(lock);
    }

    /// Removes what is left of an object that a state holds. At once: another process of this run, which the state is not shown to, may
    /// be about to warn of it.
    pub fn shown(&self, id: &ObjectId) {
        let Some(inner) = &self.0 else { return };
        if *inner.has_leftovers.get_or_init(|| !self.leftovers().is_empty()) {
            let leftovers = self.leftovers().into_iter();
            leftovers
                .filter(|leftover| leftover.record.is_about(id))
                .for_each(Leftover::forget);
        }
    }

    /// The records of this folder and workspace that processes have left which no longer run, but for those that another process of
    /// this run has claimed.
    pub fn leftovers(&self) -> Vec<Leftover> {
        let Some(inner) = &self.0 else { return Vec::new() };
        let others = inner.others().into_iter();
        others.flat_map(|(name, lock)| inner.left_by(&name, &lock)).collect()
    }
}

impl Pending {
    /// The service has answered with this object: from here on a state may hold it.
    pub fn made(self, id: &ObjectId) {
        let Some((inner, path, open)) = self.0 else { return };
        let record = Record {
            id: Some(id.id.clone()),
            ..open.clone()
        };
        inner.rewrite(&path, &record, None);
        inner.own().made.insert(id.clone(), (path, self.1.then_some(open)));
    }

    /// Another request is about to be sent while the outcome of this one is unknown: it may be carried out even after the object that
    /// the other one creates is gone.
    pub fn repeated(self) -> Self {
        Self(self.0, true)
    }

    /// Nothing was created, or it is gone again.
    pub fn forget(self) {
        if let Some((_, path, _)) = self.0 {
            remove(&path);
        }
    }
}

impl Leftover {
    /// Whether this process is to tell of it: the first of this run that asks is. The others are silent from then on.
    pub fn claim(&self) -> bool {
        // Without the lock, two processes may tell of one record.
        let turn = private().write(true).create(true).open(self.inner.folder.join(TURN));
        let _turn = turn.and_then(|file| file.lock().map(|()| file));
        if self.inner.read(&self.path).is_none() {
            return false;
        }
        self.inner.rewrite(&self.path, &self.record, self.inner.run.clone());
        true
    }

    /// Removes the record: its object is in a state, or does not exist.
    pub fn forget(self) {
        remove(&self.path);
        let stem = stem(&self.path);
        if let Some((name, _)) = stem.rsplit_once('-')
            && self.inner.records_of(name).is_empty()
        {
            self.inner.tidy(name);
        }
    }

    /// Completes the record by the id of its object.
    pub fn identified(self, id: &str) {
        let record = Record {
            id: Some(id.to_owned()),
            ..self.record
        };
        self.inner.rewrite(&self.path, &record, self.inner.run.clone());
    }
}

enum Sync {
    /// Before a request is sent, so that the record outlives the machine's sudden end.
    ToDisk,
    Later,
}

impl Inner {
    fn own(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A path for a new record of this process, whose lock is taken with the first.
    fn path(&self) -> io::Result<PathBuf> {
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
        Ok(self.folder.join(format!("{name}-{count}")).with_extension(RECORD))
    }

    /// Takes a lock that no other process has, under this process's id; a number is added where a dead process of the same id left one.
    fn lock(&self) -> io::Result<(File, String)> {
        for suffix in 0..MAX_SUFFIX {
            fs::create_dir_all(&self.folder)?;
            let name = format!("{}_{suffix}", std::process::id());
            let path = self.folder.join(&name).with_extension(LOCK);
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
    fn others(&self) -> Vec<(String, PathBuf)> {
        let own = self.own().lock.as_ref().map(|(_, name)| name.clone());
        let locks = self.files(LOCK).into_iter().map(|path| (stem(&path), path));
        locks.filter(|(name, _)| own.as_ref() != Some(name)).collect()
    }

    /// The records beside a lock, if nobody holds that.
    fn left_by(self: &Arc<Self>, name: &str, lock: &Path) -> Vec<Leftover> {
        let Ok(file) = File::open(lock) else { return Vec::new() };
        // Shared: another process that looks at the same moment is not the one that has written them.
        if file.try_lock_shared().is_err() {
            return Vec::new();
        }
        let paths = self.records_of(name);
        if paths.is_empty() {
            remove(lock);
        }
        let leftovers = paths.into_iter().filter_map(|path| {
            Some(Leftover {
                record: self.read(&path)?,
                inner: Arc::clone(self),
                path,
            })
        });
        leftovers.collect()
    }

    /// A record of this folder and workspace that no process of this run has claimed.
    fn read(&self, path: &Path) -> Option<Record> {
        let stored = stored(path)?;
        let is_claimed = stored.claimed.is_some() && stored.claimed == self.run;
        (stored.origin == self.origin && !is_claimed).then_some(stored.record)
    }

    /// Removes a lock without records, and the folders if nothing else is in them.
    fn tidy(&self, name: &str) {
        remove(&self.folder.join(name).with_extension(LOCK));
        if self.files(LOCK).is_empty() {
            let _ = fs::remove_file(self.folder.join(TURN));
        }
        let _ = fs::remove_dir(&self.folder);
        let _ = self.folder.parent().map(fs::remove_dir);
    }

    fn records_of(&self, name: &str) -> Vec<PathBuf> {
        let is_of_name = |path: &PathBuf| stem(path).rsplit_once('-').is_some_and(|(of, _)| of == name);
        self.files(RECORD).into_iter().filter(is_of_name).collect()
    }

    /// Changes a record that is there. Where that fails, what it said before stays.
    fn rewrite(&self, path: &Path, record: &Record, claimed: Option<String>) {
        if let Err(error) = self.write(path, record, claimed, Sync::Later) {
            tracing::debug!(%error, "the record of a creation cannot be changed");
        }
    }

    /// Writes a record whole or not at all.
    fn write(&self, path: &Path, record: &Record, claimed: Option<String>, sync: Sync) -> io::Result<()> {
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
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect()
    }
}

/// More processes of one id than this do not leave records in one folder.
const MAX_SUFFIX: u32 = 1000;

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn stored(path: &Path) -> Option<Stored> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Whether the process runs whose lock this is.
fn is_held(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|file| file.try_lock_shared().is_err())
}

/// Options for files that only their owner can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::debug!(%error, "a record of a creation cannot be removed");
    }
}

#[cfg(test)]
pub(crate) mod tests;
