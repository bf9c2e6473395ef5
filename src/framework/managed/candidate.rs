//! Objects at a service that a request may have created.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::framework::ObjectId;

/// An object at the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which object it is.
    pub id: ObjectId,
    /// Its import id.
    pub import_id: String,
    /// The name a user knows it by.
    pub name: String,
    /// When it was created, where the service says so.
    pub created: Option<DateTime<Utc>>,
    /// What else the user should know of it, as a sentence.
    pub note: Option<&'static str>,
}

/// What a [record](crate::framework::records::Record) says of an object, compared with the service.
#[derive(Debug)]
pub enum Trace {
    /// This object is what the record's request has created, proven.
    Found(Candidate),
    /// These objects may be what it has created; nothing proves it.
    Possible(Vec<Candidate>),
    /// There is no such object where the record says.
    Absent,
    /// These credentials do not lead where the record was written.
    Elsewhere,
}

impl Candidate {
    /// The object in a message: `noun`, id, name and time of creation.
    pub(super) fn described(&self, noun: &str) -> String {
        let described = format!("{noun} {} (\"{}\")", self.id, self.name);
        match self.created {
            Some(time) => format!(
                "{described}, created {}",
                time.to_rfc3339_opts(SecondsFormat::Secs, true)
            ),
            None => described,
        }
    }
}
