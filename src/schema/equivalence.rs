//! When two spellings of a value are equivalent.

use chrono::SecondsFormat;

use super::time;
use crate::value::Value;

/// When two spellings of an attribute are equivalent.
///
/// An equivalent spelling is no change: the state keeps the one it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equivalence {
    /// Only if they are equal.
    Exact,
    /// An empty string or list is equivalent to null. The official providers store either.
    EmptyIsNull,
    /// RFC 3339 times are equivalent if they are the same instant, to the nanosecond. An empty string is equivalent to null.
    Instant,
    /// Null elements of a map are equivalent to missing ones, and an empty map to null.
    Tags,
    /// UUIDs are equivalent in upper and lower case.
    Uuid,
}

impl Equivalence {
    /// The normal form, which equivalent values share.
    pub fn normalize(self, value: &Value) -> Value {
        match (self, value) {
            (Self::EmptyIsNull | Self::Instant, Value::String(text)) if text.is_empty() => Value::Null,
            (Self::EmptyIsNull, Value::List(elements)) if elements.is_empty() => Value::Null,
            (Self::Uuid, Value::String(text)) => Value::string(text.as_str().to_ascii_lowercase()),
            (Self::Instant, Value::String(text)) => match time::instant(text.as_str()) {
                Some(time) => Value::string(time.to_rfc3339_opts(SecondsFormat::Nanos, true)),
                None => value.clone(),
            },
            (Self::Tags, Value::Map(elements)) => {
                let present = elements.iter().filter(|(_, element)| **element != Value::Null);
                let present: std::collections::BTreeMap<_, _> =
                    present.map(|(key, element)| (key.clone(), element.clone())).collect();
                if present.is_empty() {
                    Value::Null
                } else {
                    Value::Map(present)
                }
            }
            _ => value.clone(),
        }
    }

    /// Whether a value other than null is equivalent to null, so that the state may hold it where the configuration has null.
    pub fn has_empty_forms(self) -> bool {
        matches!(self, Self::EmptyIsNull | Self::Instant | Self::Tags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(elements: &[(&str, Value)]) -> Value {
        Value::Map(
            elements
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect(),
        )
    }

    #[test]
    fn spellings_of_one_value_have_one_normal_form() {
        let same = [
            (Equivalence::EmptyIsNull, Value::string(""), Value::Null),
            (Equivalence::EmptyIsNull, Value::List(Vec::new()), Value::Null),
            (Equivalence::Instant, Value::string(""), Value::Null),
            (
                Equivalence::Instant,
                Value::string("2035-07-06T11:00:00+02:00"),
                Value::string("2035-07-06T09:00:00Z"),
            ),
            (
                Equivalence::Instant,
                Value::string("2035-07-06T09:00:00.500Z"),
                Value::string("2035-07-06T09:00:00.5Z"),
            ),
            (Equivalence::Tags, map(&[]), Value::Null),
            (Equivalence::Tags, map(&[("a", Value::Null)]), Value::Null),
            (Equivalence::Uuid, Value::string("AB-cd"), Value::string("ab-CD")),
            (
                Equivalence::Tags,
                map(&[("a", Value::Null), ("b", Value::string(""))]),
                map(&[("b", Value::string(""))]),
            ),
        ];
        for (equivalence, one, other) in same {
            assert!(
                equivalence.normalize(&one) == equivalence.normalize(&other),
                "{equivalence:?} {one:?} {other:?}"
            );
        }
    }

    #[test]
    fn different_values_keep_different_normal_forms() {
        let different = [
            (Equivalence::Exact, Value::string(""), Value::Null),
            (Equivalence::EmptyIsNull, Value::string(" "), Value::Null),
            (
                Equivalence::Instant,
                Value::string("2035-07-06T09:00:00Z"),
                Value::string("2035-07-06T09:00:00.001Z"),
            ),
            (Equivalence::Instant, Value::string("no time"), Value::string("another")),
            (Equivalence::Tags, map(&[("a", Value::string(""))]), Value::Null),
            (Equivalence::Tags, map(&[("a", Value::Unknown)]), Value::Null),
        ];
        for (equivalence, one, other) in different {
            assert!(
                equivalence.normalize(&one) != equivalence.normalize(&other),
                "{equivalence:?} {one:?} {other:?}"
            );
        }
    }
}
