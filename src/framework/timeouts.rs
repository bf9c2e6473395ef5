//! How long operations may take: the `timeouts` block of every resource.

use std::time::Duration;

use super::{Diagnostic, Error};
use crate::block;
use crate::schema::block::Block;
use crate::schema::check::{Check, ValidationIssue};
use crate::schema::{duration, optional};
use crate::value::{Object, Value};

block! {
    /// Timeouts of operations, including waits and retries. When one is over, an operation in progress has another 30 seconds to find
    /// out and record what exists.
    pub struct Timeouts {
        /// Timeout for creating the resource. Defaults to `10m`.
        create: String = optional().check(DURATION),
        /// Timeout for reading the resource. Defaults to `5m`.
        read: String = optional().check(DURATION),
        /// Timeout for updating the resource. Defaults to `10m`.
        update: String = optional().check(DURATION),
        /// Timeout for deleting the resource. Defaults to `10m`.
        delete: String = optional().check(DURATION),
    }
}

/// The block's name in every resource.
pub const TIMEOUTS: &str = "timeouts";

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It is looked at.
    Read,
    /// It is changed in place.
    Update,
    /// It is removed.
    Delete,
}

impl Action {
    /// The verb for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The diagnostic that it failed.
    pub fn failed(self, type_name: &str, error: &Error) -> Diagnostic {
        error.diagnostic(format!("Cannot {} {type_name}", self.word()))
    }

    /// How long it may take by what an object's `timeouts` say.
    pub fn limit(self, object: &Object) -> Duration {
        let timeouts = match object.get(TIMEOUTS) {
            Some(Value::Object(block)) => Timeouts::from_object(block).unwrap_or_default(),
            _ => Timeouts::default(),
        };
        let (given, otherwise) = match self {
            Self::Create => (timeouts.create, 10),
            Self::Read => (timeouts.read, 5),
            Self::Update => (timeouts.update, 10),
            Self::Delete => (timeouts.delete, 10),
        };
        duration::parse(given.text()).unwrap_or(Duration::from_secs(otherwise * 60))
    }
}

const DURATION: Check = Check::Custom {
    description: "A duration such as `90s`, `5m` or `1h30m`.",
    validate: |value| match duration::parse(value.as_str().unwrap_or_default()) {
        Some(duration) if !duration.is_zero() => Vec::new(),
        _ => vec![ValidationIssue::error(
            "must be a duration longer than nothing, such as \"90s\", \"5m\" or \"1h30m\"",
        )],
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_may_take_what_its_block_says_and_else_what_its_documentation_says() {
        let schema = Timeouts::schema();
        let with = |value: Value| {
            let mut block = schema.empty_object();
            block.insert("delete".to_owned(), value);
            [(TIMEOUTS.to_owned(), Value::Object(block))].into()
        };
        let rows: [(Object, u64); 4] = [
            (with("90s".into()), 90),
            (with(Value::Null), 600),
            ([(TIMEOUTS.to_owned(), Value::Null)].into(), 600),
            (Object::new(), 600),
        ];
        for (object, seconds) in rows {
            assert_eq!(Action::Delete.limit(&object).as_secs(), seconds, "{object:?}");
        }
        for action in [Action::Create, Action::Read, Action::Update, Action::Delete] {
            let minutes = action.limit(&Object::new()).as_secs() / 60;
            let doc = schema.attribute(action.word()).map_or("", |attribute| attribute.doc);
            assert!(doc.contains(&format!("Defaults to `{minutes}m`")), "{action:?}: {doc}");
        }
    }

    #[test]
    fn only_a_duration_longer_than_nothing_is_a_timeout() {
        for (text, fits) in [
            ("5m", true),
            ("1ms", true),
            ("0s", false),
            ("5", false),
            ("", false),
            ("-1s", false),
        ] {
            assert_eq!(DURATION.validate(&text.into()).is_empty(), fits, "{text:?}");
        }
    }
}
