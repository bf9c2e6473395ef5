//! Records of creations: what an interrupted run leaves in Terraform's data folder, so that the next run can find its objects.
//!
//! A record is written before a create request is sent and removed when the host ends the process in the ordinary way. One that
//! outlives its process belongs to a run that was killed, or to a creation whose outcome could not be found out. Whether a process
//! lives is told by the lock that it holds on a file beside its records.

mod folder;
mod record;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use self::folder::{Folder, Origin, Sync, is_held, remove, stem, stored};
pub use self::record::Record;
use super::identity::ObjectId;
use crate::host::environment::Environment;

/// The records of this process, and those that earlier ones left. Clones share them. The default keeps none.
#[derive(Clone, Debug, Default)]
pub struct Records(Option<Arc<Folder>>);

/// The record of one creation. Unless it is [settled](Pending::forget), it stays for the next run.
#[derive(Debug, Default)]
pub struct Pending(Option<(Arc<Folder>, PathBuf, Record)>, bool);

/// A record that a process which no longer runs has left.
#[derive(Debug)]
pub struct Leftover {
    /// What it says.
    pub record: Record,
    folder: Arc<Folder>,
    path: PathBuf,
}

impl Records {
    /// Records in the data folder of a Terraform that runs in `working_folder`: `TF_DATA_DIR`, else `.terraform`. `run` tells one
    /// command line from another, where that can be told: a command starts several processes.
    pub fn in_data_folder(environment: &Environment, working_folder: &Path, run: Option<String>) -> Self {
        let data = working_folder.join(environment.get_os("TF_DATA_DIR").unwrap_or(".terraform".as_ref()));
        let chosen = environment.get("TF_WORKSPACE").map(str::to_owned);
        let selected = || fs::read_to_string(data.join("environment")).ok();
        let workspace = chosen.or_else(selected).unwrap_or_default().trim().to_owned();
        let origin = Origin {
            working_folder: working_folder.to_owned(),
            workspace,
        };
        Self(Some(Arc::new(Folder::new(&data, origin, run))))
    }

    /// The command line that this process works for, where that can be told.
    pub(super) fn run(&self) -> Option<&str> {
        self.0.as_ref()?.run.as_deref()
    }

    /// Writes down a creation whose request is about to be sent. Where that fails, the creation goes on without a record.
    pub async fn begin(&self, record: Record) -> Pending {
        let Some(folder) = &self.0 else {
            return Pending::default();
        };
        let writing = Arc::clone(folder);
        let written = tokio::task::spawn_blocking(move || {
            let path = writing.new_record()?;
            writing.write(&path, &record, None, Sync::ToDisk)?;
            Ok((path, record))
        });
        match written.await.unwrap_or_else(|failed| Err(io::Error::other(failed))) {
            Ok((path, record)) => Pending(Some((Arc::clone(folder), path, record)), false),
            Err(error) => {
                tracing::debug!(%error, "no record of this creation can be written");
                Pending::default()
            }
        }
    }

    /// Removes the record of an object that was created here and is gone.
    pub fn removed(&self, id: &ObjectId) {
        let Some(folder) = &self.0 else { return };
        let made = folder.own().made.remove(id);
        match made {
            Some((path, Some(record))) => folder.rewrite(&path, &record, None),
            Some((path, None)) => remove(&path),
            None => {}
        }
    }

    /// Whether another process that runs and writes its records here says of an object that it has created it. The record of one that
    /// has ended says nothing of now: its object may be gone, and another one have its id.
    pub fn is_anothers(&self, id: &ObjectId) -> bool {
        let Some(folder) = &self.0 else { return false };
        let mut others = folder.others().into_iter();
        others.any(|(name, lock)| {
            let has_created = |path: &PathBuf| stored(path).is_some_and(|it| it.record.is_about(id));
            folder.records_of(&name).iter().any(has_created) && is_held(&lock)
        })
    }

    /// Removes the records of what was created and handed to the host. For the end of a process whose host has ended it in the
    /// ordinary way, after it was answered.
    pub fn finish(&self) {
        let Some(folder) = &self.0 else { return };
        let mut own = folder.own();
        for (path, _) in std::mem::take(&mut own.made).into_values() {
            remove(&path);
        }
        let Some((lock, name)) = own.lock.take() else { return };
        if folder.records_of(&name).is_empty() {
            folder.tidy(&name);
        }
        drop(lock);
    }

    /// Removes what is left of an object that a state holds. At once: another process of this run, which the state is not shown to, may
    /// be about to warn of it.
    pub fn shown(&self, id: &ObjectId) {
        let Some(folder) = &self.0 else { return };
        if *folder.has_leftovers.get_or_init(|| !self.leftovers().is_empty()) {
            let leftovers = self.leftovers().into_iter();
            leftovers
                .filter(|leftover| leftover.record.is_about(id))
                .for_each(Leftover::forget);
        }
    }

    /// The records of this folder and workspace that processes have left which no longer run, but for those that another process of
    /// this run has claimed.
    pub fn leftovers(&self) -> Vec<Leftover> {
        let Some(folder) = &self.0 else { return Vec::new() };
        let others = folder.others().into_iter();
        let left = others.flat_map(|(name, lock)| folder.left_by(&name, &lock));
        let leftovers = left.map(|(path, record)| Leftover {
            record,
            folder: Arc::clone(folder),
            path,
        });
        leftovers.collect()
    }
}

impl Pending {
    /// The service has answered with this object: from here on a state may hold it.
    pub fn made(self, id: &ObjectId) {
        let Some((folder, path, open)) = self.0 else { return };
        let record = Record {
            id: Some(id.id.clone()),
            ..open.clone()
        };
        folder.rewrite(&path, &record, None);
        folder.own().made.insert(id.clone(), (path, self.1.then_some(open)));
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
        let _turn = self.folder.turn();
        if self.folder.read(&self.path).is_none() {
            return false;
        }
        self.folder.rewrite(&self.path, &self.record, self.folder.run.clone());
        true
    }

    /// Removes the record: its object is in a state, or does not exist.
    pub fn forget(self) {
        remove(&self.path);
        let stem = stem(&self.path);
        if let Some((name, _)) = stem.rsplit_once('-')
            && self.folder.records_of(name).is_empty()
        {
            self.folder.tidy(name);
        }
    }

    /// Completes the record by the id of its object.
    pub fn identified(self, id: &str) {
        let record = Record {
            id: Some(id.to_owned()),
            ..self.record
        };
        self.folder.rewrite(&self.path, &record, self.folder.run.clone());
    }
}

#[cfg(test)]
pub(crate) mod tests;
