//! Typed attributes: what a [`Value`] is to the code of a resource.

use std::collections::{BTreeMap, BTreeSet};

use super::equivalence::Equivalence;
use crate::secret::Secret;
use crate::value::{Number, Set, Type, Value};

/// An attribute's value: nothing, known only after apply, or known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Attr<T> {
    /// Nothing was given.
    #[default]
    Null,
    /// Known only after apply.
    Unknown,
    /// This value.
    Known(T),
}

/// A Rust type that can be an attribute.
pub trait AttrType: Sized {
    /// Whether Terraform hides values of this type. A property of the type, so that no declaration can forget it.
    const SENSITIVE: bool = false;

    /// The type the schema shows.
    fn ty() -> Type;

    /// Reads a known value. `None` where it is not of this type.
    fn from_value(value: &Value) -> Option<Self>;

    /// Writes the value.
    fn to_value(&self) -> Value;
}

/// A map of texts, such as tags. An element can be null or unknown by itself.
pub type StringMap = BTreeMap<String, Attr<String>>;

impl<T> Attr<T> {
    /// The value, when it is known and not null.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value itself, when it is known and not null.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Whether nothing was given.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the value is known only after apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl Attr<String> {
    /// The text, where null and unknown read as empty.
    pub fn text(&self) -> &str {
        self.known().map_or("", String::as_str)
    }

    /// The text, where it is known and not empty.
    pub fn given(&self) -> Option<&str> {
        self.known().map(String::as_str).filter(|text| !text.is_empty())
    }

    /// What a state that held this holds once `remote` was seen at the service: the same spelling, where that means the same.
    /// To a service, empty and nothing are one.
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
    /// Reads a value. `None` where it is known but not of this type.
    pub fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::Null),
            Value::Unknown => Some(Self::Unknown),
            // A list with an element to come is itself still to come; a map keeps its elements apart.
            Value::List(_) | Value::Set(_) if !value.is_wholly_known() => Some(Self::Unknown),
            known => T::from_value(known).map(Self::Known),
        }
    }

    /// Writes the value.
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
