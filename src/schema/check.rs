//! Validation of configured values.

use super::time;
use crate::value::Value;

/// A validation rule for a configured value, which the documentation also states.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The length of a string, in characters.
    Length {
        /// Minimum.
        min: usize,
        /// Maximum.
        max: usize,
    },
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A time in RFC 3339, or an empty string for none.
    Rfc3339,
    /// A rule of its own.
    Custom {
        /// The rule as a sentence, for the documentation.
        description: &'static str,
        /// Validates a value. Collections may contain unknown values.
        validate: fn(&Value) -> Vec<ValidationIssue>,
    },
    /// A UUID with hyphens, in upper or lower case.
    Uuid,
}

/// Severity of a validation issue or a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation fails.
    Error,
    /// The operation goes on.
    Warning,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationIssue {
    /// Whether the value is invalid.
    pub severity: Severity,
    /// The key of the map element concerned.
    pub key: Option<String>,
    /// What was expected and what was found, as a predicate of the attribute.
    pub message: String,
}

impl Check {
    /// Validates a known value.
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
                text.is_empty() || time::instant(text).is_some(),
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
            Self::Rfc3339 => "A time in RFC 3339, or `\"\"` for none.".to_owned(),
            Self::Custom { description, .. } => (*description).to_owned(),
            Self::Uuid => "A UUID.".to_owned(),
        }
    }
}

impl ValidationIssue {
    /// An issue that makes the value invalid.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            key: None,
            message: message.into(),
        }
    }

    /// An issue that leaves the value valid.
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

/// Whether a string is a UUID with hyphens: 8-4-4-4-12 hexadecimal digits.
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
    fn a_value_is_valid_or_the_issue_says_what_was_expected() {
        let uuid = "must be a UUID, such as \"11111111-2222-3333-4444-555555555555\"";
        let rows: [(Check, &str, Option<&str>); 12] = [
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
            (Check::Rfc3339, "", None),
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
