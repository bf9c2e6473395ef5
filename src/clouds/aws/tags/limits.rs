//! Limits of tags. Source: "Tagging your API Gateway resources" in the vendor's documentation.

use std::collections::BTreeMap;

use crate::schema::check::{Check, ValidationIssue};
use crate::value::Value;

/// The limits of a map of tags.
pub const LIMITS: Check = Check::Custom {
    description: "At most 50 tags; keys of 1 to 128 characters that do not begin with `aws:`, values of at most 256.",
    validate: |value| match value {
        Value::Map(elements) => issues(elements),
        _ => Vec::new(),
    },
};

/// The maximum number of tags per resource.
pub const MAX_TAGS: usize = 50;

/// Whether a tag is reserved for the service.
pub(super) fn is_system(key: &str) -> bool {
    key.starts_with("aws:")
}

fn issues(elements: &BTreeMap<String, Value>) -> Vec<ValidationIssue> {
    let mut found = Vec::new();
    if elements.len() > MAX_TAGS {
        found.push(ValidationIssue::error(format!(
            "can hold {MAX_TAGS} tags, but has {}",
            elements.len()
        )));
    }
    for (key, value) in elements {
        let mut complain = |message: String| {
            found.push(ValidationIssue {
                key: Some(key.clone()),
                ..ValidationIssue::error(message)
            });
        };
        let length = key.chars().count();
        if !(1..=128).contains(&length) {
            complain(format!("must have a key of 1 to 128 characters, but that has {length}"));
        }
        if is_system(key) {
            complain("must not have a key that begins with \"aws:\", which is reserved".to_owned());
        }
        let length = value.as_str().map_or(0, |value| value.chars().count());
        if length > 256 {
            complain(format!(
                "must have a value of at most 256 characters, but that has {length}"
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_beyond_the_limits_are_named_by_their_key() {
        let long = "k".repeat(129);
        let many: Vec<_> = (0..51).map(|number| number.to_string()).collect();
        let many = many.iter().map(|key| (key.clone(), Value::string("v"))).collect();
        let one = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), Value::string(value))]);
        #[rustfmt::skip]
        let rows = [
            (one("a", "b"), None),
            (one("a", ""), None),
            (many, Some((None, "can hold 50 tags, but has 51"))),
            (one("", "b"), Some((Some(""), "must have a key of 1 to 128 characters, but that has 0"))),
            (one(&long, "b"), Some((Some(long.as_str()), "must have a key of 1 to 128 characters, but that has 129"))),
            (one("aws:x", "b"), Some((Some("aws:x"), "must not have a key that begins with \"aws:\", which is reserved"))),
            (one("a", &"v".repeat(257)), Some((Some("a"), "must have a value of at most 256 characters, but that has 257"))),
        ];
        for (tags, expected) in rows {
            let found = LIMITS.validate(&Value::Map(tags));
            let expected = expected.map(|(key, message)| ValidationIssue {
                key: key.map(str::to_owned),
                ..ValidationIssue::error(message)
            });
            assert_eq!(found, Vec::from_iter(expected));
        }
    }
}
