//! What a configured value must fulfil.

use super::time;
use crate::value::Value;

/// What a configured value must fulfil. Said once, used twice: it checks, and it is a sentence in the documentation.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A text of this many characters.
    Length {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// A text among these.
    OneOf(&'static [&'static str]),
    /// A time in RFC 3339.
    Rfc3339,
    /// Something only its own module can tell.
    Custom {
        /// A sentence for the documentation.
        description: &'static str,
        /// What is wrong with a value; nothing, where it is as it should be. Unknown values may occur inside collections.
        validate: fn(&Value) -> Vec<ValidationIssue>,
    },
    /// A UUID in its usual form, of upper or lower case.
    Uuid,
}

/// Whether an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It failed.
    Error,
    /// It did not, but the user should know.
    Warning,
}

/// What is wrong with a value. Never shows the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationIssue {
    /// Whether the value cannot be used.
    pub severity: Severity,
    /// The key of the map's element it is about.
    pub key: Option<String>,
    /// What was expected and what was found.
    pub message: String,
}

impl Check {
    /// What is wrong with a known value.
    pub fn validate(&self, value: &Value) -> Vec<ValidationIssue> {
        let text = value.as_str().unwrap_or_default();
        match self {
            Self::Length { min, max } => {
                let found = text.chars().count();
                ValidationIssue::unless(
                    (*min..=*max).contains(&found),
                    format!("must have {min} to {max} characters, but has {found}"),
                )
            }
            Self::OneOf(allowed) => ValidationIssue::unless(
                allowed.contains(&text),
                format!("must be {}, but is \"{text}\"", one_of(allowed)),
            ),
            Self::Rfc3339 => ValidationIssue::unless(
                time::instant(text).is_some(),
                format!("must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \"{text}\""),
            ),
            Self::Custom { validate, .. } => validate(value),
            Self::Uuid => ValidationIssue::unless(
                is_uuid(text),
                "must be a UUID, such as \"11111111-2222-3333-4444-555555555555\"".to_owned(),
            ),
        }
    }

    /// The rule as a sentence, for the documentation.
    pub fn description(&self) -> String {
        match self {
            Self::Length { min: 0, max } => format!("At most {max} characters."),
            Self::Length { min, max } => format!("{min} to {max} characters."),
            Self::OneOf(allowed) => {
                let quoted: Vec<_> = allowed.iter().map(|word| format!("`{word}`")).collect();
                format!("One of {}.", quoted.join(", "))
            }
            Self::Rfc3339 => "A time in RFC 3339.".to_owned(),
            Self::Custom { description, .. } => (*description).to_owned(),
            Self::Uuid => "A UUID.".to_owned(),
        }
    }
}

impl ValidationIssue {
    /// The issue that a value cannot be used.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            key: None,
            message: message.into(),
        }
    }

    /// The issue that a value may not do what the user wants.
    pub fn warning(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(message)
        }
    }

    fn unless(holds: bool, message: String) -> Vec<Self> {
        if holds { Vec::new() } else { vec![Self::error(message)] }
    }
}

/// Whether a text is a UUID in its usual form: 8-4-4-4-12 hexadecimal digits.
pub fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn one_of(allowed: &[&str]) -> String {
    let quoted: Vec<_> = allowed.iter().map(|word| format!("\"{word}\"")).collect();
    quoted.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_passes_or_is_told_what_was_expected() {
        let uuid = "must be a UUID, such as \"11111111-2222-3333-4444-555555555555\"";
        let rows: [(Check, &str, Option<&str>); 11] = [
            (Check::Length { min: 2, max: 3 }, "ab", None),
            (Check::Length { min: 2, max: 3 }, "äöü", None),
            (
                Check::Length { min: 2, max: 3 },
                "a",
                Some("must have 2 to 3 characters, but has 1"),
            ),
            (
                Check::Length { min: 2, max: 3 },
                "abcd",
                Some("must have 2 to 3 characters, but has 4"),
            ),
            (Check::OneOf(&["on", "off"]), "on", None),
            (
                Check::OneOf(&["on", "off"]),
                "maybe",
                Some("must be \"on\" or \"off\", but is \"maybe\""),
            ),
            (Check::Rfc3339, "2035-07-06T11:00:00.5+02:00", None),
            (
                Check::Rfc3339,
                "2035-07-06",
                Some("must be a time in RFC 3339, such as \"2030-01-31T12:00:00Z\", but is \"2035-07-06\""),
            ),
            (Check::Uuid, "11111111-2222-3333-4444-55555555AbCd", None),
            (Check::Uuid, "11111111222233334444555555555555", Some(uuid)),
            (Check::Uuid, "11111111-2222-3333-4444-55555555555g", Some(uuid)),
        ];
        for (check, value, expected) in rows {
            let found = check.validate(&Value::string(value));
            let expected: Vec<_> = expected.into_iter().map(ValidationIssue::error).collect();
            assert_eq!(found, expected, "{check:?} {value}");
        }
    }
}
