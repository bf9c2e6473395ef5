use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::refusal::{Argument, Reason, Refusal};
use crate::credentials;
use crate::reply::Received;

const MAX_DESCRIPTION: usize = 200;
const MAX_NAME: usize = 64;
const MAX_TAGS: usize = 10;

/// A request body being read: every problem is noted, and all are reported together.
#[derive(Debug)]
pub(super) struct Fields {
    members: Map<String, Value>,
    problems: Vec<Argument>,
}

impl Fields {
    /// The members of the body, each of which has to be one of `known`.
    pub(super) fn of(request: &Received, known: &[&str]) -> Result<Self, Refusal> {
        match serde_json::from_slice(request.body()) {
            Ok(Value::Object(members)) => Ok(Self::of_members(members, known)),
            _ => {
                let mut nothing = Self::of_members(Map::new(), known);
                nothing.refuse("body", Reason::Format, "The body must be a JSON object.");
                Err(Refusal::invalid(&nothing.problems))
            }
        }
    }

    fn of_members(members: Map<String, Value>, known: &[&str]) -> Self {
        let mut fields = Self {
            members,
            problems: Vec::new(),
        };
        let unknown: Vec<String> = fields
            .members
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
            .cloned()
            .collect();
        for name in unknown {
            fields.refuse(&name, Reason::Unknown, "This argument is not known.");
        }
        fields
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

    /// A name, which may be absent but not empty.
    pub(super) fn name(&mut self) -> Option<String> {
        let name = self.text("name")?;
        if !(1..=MAX_NAME).contains(&name.chars().count()) {
            let help = format!("must have 1 to {MAX_NAME} characters");
            self.refuse("name", Reason::Constraint, &help);
        }
        Some(name)
    }

    pub(super) fn tags(&mut self) -> Option<Vec<String>> {
        let texts = |tags: &Vec<Value>| tags.iter().map(|tag| tag.as_str().map(str::to_owned)).collect();
        let tags: Option<Vec<String>> = match self.members.get("tags") {
            None | Some(Value::Null) => return None,
            Some(Value::Array(tags)) => texts(tags),
            Some(_) => None,
        };
        match &tags {
            None => self.refuse("tags", Reason::Format, "must be a list of strings"),
            Some(tags) if tags.len() > MAX_TAGS => {
                self.refuse("tags", Reason::Constraint, &format!("must be at most {MAX_TAGS}"));
            }
            Some(_) => {}
        }
        tags
    }

    /// The organization that something is to be created in, which has to be the one that there is.
    pub(super) fn organization(&mut self, resource: &str) -> Result<(), Refusal> {
        if self.required("organization_id").is_empty() {
            return Ok(());
        }
        match self.uuid("organization_id") {
            Some(id) if id != credentials::SCW_ORGANIZATION_ID => Err(Refusal::permissions_denied("write", resource)),
            _ => Ok(()),
        }
    }

    /// A text that has to be there and not be empty.
    pub(super) fn required(&mut self, name: &str) -> String {
        let text = self.text(name).unwrap_or_default();
        if text.is_empty() {
            self.refuse(name, Reason::Required, "is required");
        }
        text
    }

    /// The members of a member that is an object.
    pub(super) fn object(&mut self, name: &str, known: &[&str]) -> Option<Self> {
        match self.members.get(name) {
            Some(Value::Object(members)) => Some(Self::of_members(members.clone(), known)),
            _ => {
                self.refuse(name, Reason::Required, "is required");
                None
            }
        }
    }

    /// A flag that is off where it is absent.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        match self.members.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.refuse(name, Reason::Format, "must be true or false");
                false
            }
        }
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
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
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
