//! Typed attribute values, as the code of a resource uses them.

use std::collections::{BTreeMap, BTreeSet};

use super::Schema;
use super::equivalence::Equivalence;
use crate::secret::Secret;
use crate::value::{Number, Set, Type, Value};

/// An attribute's value: null, unknown or known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Attr<T> {
    /// Null: not set.
    #[default]
    Null,
    /// Unknown until apply.
    Unknown,
    /// This value.
    Known(T),
}

/// A Rust type that can be the type of an attribute.
pub trait AttrType: Sized {
    /// Whether Terraform redacts values of this type. A property of the type, so that no declaration can omit it.
    const SENSITIVE: bool = false;

    /// The type in the schema.
    fn ty() -> Type;

    /// The schema of the elements of a list of objects, whose attributes are described, and redacted, one by one.
    fn nested() -> Option<Schema> {
        None
    }

    /// Converts from a known value. `None` if it is not of this type.
    fn from_value(value: &Value) -> Option<Self>;

    /// Converts into a value.
    fn to_value(&self) -> Value;
}

/// A map of strings, such as tags. Its elements can be null or unknown.
pub type StringMap = BTreeMap<String, Attr<String>>;

/// A list of strings whose elements can be null. With an unknown element it is unknown as a whole.
pub type StringList = Vec<Attr<String>>;

impl<T> Attr<T> {
    /// The value, if it is known and not null.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value, if it is known and not null.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value; `seen` where it is unknown.
    pub fn or_seen(self, seen: Self) -> Self {
        match self {
            Self::Unknown => seen,
            Self::Null | Self::Known(_) => self,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl Attr<String> {
    /// The string; empty if null or unknown.
    pub fn text(&self) -> &str {
        self.known().map_or("", String::as_str)
    }

    /// The string, if it is known and not empty.
    pub fn given(&self) -> Option<&str> {
        self.known().map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The string, where it is known and another than `prior`. Null is the empty string.
    pub fn changed_from(&self, prior: &Self) -> Option<&str> {
        Some(self.text()).filter(|text| !self.is_unknown() && *text != prior.text())
    }

    /// The state's value after reading `remote` from the service: the same spelling if the two are equivalent, else `remote`. An empty
    /// `remote` is null.
    pub fn reconcile(self, remote: Option<String>, equivalence: Equivalence) -> Self {
        let seen = Self::from(remote.filter(|text| !text.is_empty()));
        if equivalence.normalize(&self.to_value()) == equivalence.normalize(&seen.to_value()) {
            self
        } else {
            seen
        }
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl<T: AttrType> Attr<T> {
    /// Converts from a value. `None` if it is known but not of this type.
    pub fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::Null),
            Value::Unknown => Some(Self::Unknown),
            // A list or set with an unknown element is unknown; elements of a map can be unknown by themselves.
            Value::List(_) | Value::Set(_) if !value.is_wholly_known() => Some(Self::Unknown),
            known => T::from_value(known).map(Self::Known),
        }
    }

    /// Converts into a value.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::Unknown,
            Self::Known(value) => value.to_value(),
        }
    }
}

impl AttrType for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl AttrType for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(Number::from(*self))
    }
}

impl AttrType for String {
    fn ty() -> Type {
        Type::String
    }

    fn from_value(value: &Value) -> Option<Self> {
        value.as_str().map(Self::from)
    }

    fn to_value(&self) -> Value {
        Value::string(self.as_str())
    }
}

impl AttrType for Secret {
    const SENSITIVE: bool = true;

    fn ty() -> Type {
        Type::String
    }

    fn from_value(value: &Value) -> Option<Self> {
        value.as_str().map(Self::new)
    }

    fn to_value(&self) -> Value {
        Value::string(self.expose())
    }
}

impl AttrType for StringMap {
    fn ty() -> Type {
        Type::Map(Box::new(Type::String))
    }

    fn from_value(value: &Value) -> Option<Self> {
        let Value::Map(elements) = value else { return None };
        elements
            .iter()
            .map(|(key, element)| Some((key.clone(), Attr::from_value(element)?)))
            .collect()
    }

    fn to_value(&self) -> Value {
        Value::Map(
            self.iter()
                .map(|(key, element)| (key.clone(), element.to_value()))
                .collect(),
        )
    }
}

impl AttrType for Vec<String> {
    fn ty() -> Type {
        Type::List(Box::new(Type::String))
    }

    fn from_value(value: &Value) -> Option<Self> {
        let Value::List(elements) = value else { return None };
        elements.iter().map(String::from_value).collect()
    }

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(String::to_value).collect())
    }
}

impl AttrType for StringList {
    fn ty() -> Type {
        Type::List(Box::new(Type::String))
    }

    fn from_value(value: &Value) -> Option<Self> {
        let Value::List(elements) = value else { return None };
        elements.iter().map(Attr::from_value).collect()
    }

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(Attr::to_value).collect())
    }
}

impl AttrType for BTreeSet<String> {
    fn ty() -> Type {
        Type::Set(Box::new(Type::String))
    }

    fn from_value(value: &Value) -> Option<Self> {
        let Value::Set(elements) = value else { return None };
        elements.iter().map(String::from_value).collect()
    }

    fn to_value(&self) -> Value {
        Value::Set(Set::new(self.iter().map(String::to_value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_what_is_known_and_another_text() {
        let known = |text: &str| Attr::Known(text.to_owned());
        let rows = [
            (known("a"), known("a"), None),
            (known("b"), known("a"), Some("b")),
            (known(""), known("a"), Some("")),
            (Attr::Null, known("a"), Some("")),
            (known(""), Attr::Null, None),
            (Attr::Unknown, known("a"), None),
        ];
        for (planned, prior, expected) in rows {
            assert_eq!(planned.changed_from(&prior), expected, "{planned:?} {prior:?}");
        }
    }

    #[test]
    fn a_list_of_strings_may_have_null_elements_and_is_unknown_with_an_unknown_one() {
        let text = || Value::string("a");
        let rows = [
            (
                vec![text(), Value::Null],
                Attr::Known(vec![Attr::Known("a".to_owned()), Attr::Null]),
            ),
            (vec![text(), Value::Unknown], Attr::Unknown),
            (vec![], Attr::Known(vec![])),
        ];
        for (elements, expected) in rows {
            let list = Value::List(elements);
            assert_eq!(
                Attr::<StringList>::from_value(&list),
                Some(expected.clone()),
                "{list:?}"
            );
            if let Attr::Known(strings) = expected {
                assert_eq!(strings.to_value(), list);
            }
        }
    }

    #[test]
    fn the_state_keeps_its_spelling_of_what_is_seen_at_the_service() {
        let known = |text: &str| Attr::Known(text.to_owned());
        let rows = [
            (Equivalence::EmptyIsNull, Attr::Null, None, Attr::Null),
            (Equivalence::EmptyIsNull, Attr::Null, Some(""), Attr::Null),
            (Equivalence::EmptyIsNull, known(""), None, known("")),
            (Equivalence::EmptyIsNull, known("a"), None, Attr::Null),
            (Equivalence::EmptyIsNull, known("a"), Some("b"), known("b")),
            (Equivalence::Uuid, known("AB"), Some("ab"), known("AB")),
            (Equivalence::Uuid, known("AB"), Some("cd"), known("cd")),
            (
                Equivalence::Instant,
                known("2035-07-06T11:00:00+02:00"),
                Some("2035-07-06T09:00:00Z"),
                known("2035-07-06T11:00:00+02:00"),
            ),
            (Equivalence::Instant, known("2035-07-06T11:00:00Z"), None, Attr::Null),
        ];
        for (equivalence, held, seen, expected) in rows {
            assert_eq!(
                held.clone().reconcile(seen.map(str::to_owned), equivalence),
                expected,
                "{equivalence:?} {held:?} {seen:?}"
            );
        }
    }
}
