use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::refusal::{Argument, Reason, Refusal};
use crate::reply::Received;

const MAX_DESCRIPTION: usize = 200;

/// A request body being read: every problem is noted, and all are reported together.
#[derive(Debug)]
pub(super) struct Fields {
    members: Map<String, Value>,
    problems: Vec<Argument>,
}

impl Fields {
    /// The members of the body, each of which has to be one of `known`.
    pub(super) fn of(request: &Received, known: &[&str]) -> Result<Self, Refusal> {
        let mut fields = Self {
            members: Map::new(),
            problems: Vec::new(),
        };
        match serde_json::from_slice(request.body()) {
            Ok(Value::Object(members)) => fields.members = members,
            _ => {
                fields.refuse("body", Reason::Format, "The body must be a JSON object.");
                return Err(Refusal::invalid(&fields.problems));
            }
        }
        let unknown: Vec<String> = fields
            .members
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
            .cloned()
            .collect();
        for name in unknown {
            fields.refuse(&name, Reason::Unknown, "This argument is not known.");
        }
        Ok(fields)
    }

    pub(super) fn description(&mut self) -> Option<String> {
        let description = self.text("description")?;
        if description.chars().count() > MAX_DESCRIPTION {
            self.refuse(
                "description",
                Reason::Constraint,
                &format!("must have at most {MAX_DESCRIPTION} characters"),
            );
        }
        Some(description)
    }

    /// A UUID, in lower case.
    pub(super) fn uuid(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        if !is_uuid(&text) {
            self.refuse(name, Reason::Format, "must be a UUID");
            return None;
        }
        Some(text.to_ascii_lowercase())
    }

    /// An RFC 3339 time that is still to come.
    pub(super) fn future(&mut self, name: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let text = self.text(name)?;
        let Ok(time) = DateTime::parse_from_rfc3339(&text) else {
            self.refuse(name, Reason::Format, "must be an RFC 3339 time");
            return None;
        };
        if time <= now {
            self.refuse(name, Reason::Constraint, "must be in the future");
        }
        Some(time.to_utc())
    }

    pub(super) fn refuse(&mut self, name: &str, reason: Reason, help: &str) {
        self.problems.push(Argument {
            name: name.to_owned(),
            reason,
            help: help.to_owned(),
        });
    }

    /// Whether the member is there and not null, right or wrong.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| !value.is_null())
    }

    /// Ends the reading with what came of it, unless anything was wrong.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Refusal> {
        match read {
            Some(read) if self.problems.is_empty() => Ok(read),
            _ => Err(Refusal::invalid(&self.problems)),
        }
    }

    /// A text; none if absent or null.
    fn text(&mut self, name: &str) -> Option<String> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.refuse(name, Reason::Format, "must be a string");
                None
            }
        }
    }
}

/// Whether the text is a UUID in its usual spelling, letters in either case.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}
