//! Terraform's values and types.

pub mod codec;
pub mod json;
pub mod msgpack;
pub mod number;
pub mod path;
#[cfg(test)]
pub(crate) mod strategies;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

pub use self::number::Number;
pub use self::path::{Path, Step};

/// A value of Terraform's type system.
///
/// Values may be secret, so strings are zeroized on drop, and `Debug` shows the shape of a value, not its content.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Null: not set.
    Null,
    /// Unknown until apply. Refinements are dropped.
    Unknown,
    /// `true` or `false`.
    Bool(bool),
    /// A number of any precision.
    Number(Number),
    /// A string.
    String(Zeroizing<String>),
    /// A list.
    List(Vec<Self>),
    /// A set.
    Set(Set),
    /// A map: elements of one type by key.
    Map(BTreeMap<String, Self>),
    /// An object: attributes and blocks by name, as a schema declares them.
    Object(Object),
}

/// The attributes and blocks of an object, by name.
pub type Object = BTreeMap<String, Value>;

/// The elements of a set. Their order is kept, but ignored by comparison.
#[derive(Clone, Debug, Default)]
pub struct Set(Vec<Value>);

/// The type of a [`Value`], as a schema declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// [`Value::Bool`].
    Bool,
    /// [`Value::Number`].
    Number,
    /// [`Value::String`].
    String,
    /// [`Value::List`] of one element type.
    List(Box<Self>),
    /// [`Value::Set`] of one element type.
    Set(Box<Self>),
    /// [`Value::Map`] of one element type.
    Map(Box<Self>),
    /// [`Value::Object`] with exactly these names.
    Object(BTreeMap<String, Self>),
}

impl Value {
    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(Zeroizing::new(text.into()))
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this value and all values in it are known. Null is known.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Set(set) => set.iter().all(Self::is_wholly_known),
            Self::Map(elements) | Self::Object(elements) => elements.values().all(Self::is_wholly_known),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl Set {
    /// A set of these elements. Duplicates are dropped, except elements with unknown parts, which may turn out to differ and which
    /// Terraform counts separately.
    pub fn new(elements: impl IntoIterator<Item = Value>) -> Self {
        let mut set = Self::default();
        for element in elements {
            if !element.is_wholly_known() || !set.0.contains(&element) {
                set.0.push(element);
            }
        }
        set
    }

    /// The elements, in the order of insertion.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.0.iter()
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Self) -> bool {
        // Counted, because there may be several unknown elements.
        let count = |set: &Self, element| set.iter().filter(|other| *other == element).count();
        self.0.len() == other.0.len() && self.iter().all(|element| count(self, element) == count(other, element))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown => f.write_str("unknown"),
            Self::Bool(_) => f.write_str("bool"),
            Self::Number(_) => f.write_str("number"),
            Self::String(_) => f.write_str("string"),
            Self::List(elements) => write!(f, "list of {}", elements.len()),
            Self::Set(set) => write!(f, "set of {}", set.0.len()),
            Self::Map(elements) => write!(f, "map of {}", elements.len()),
            Self::Object(attributes) => f.debug_map().entries(attributes).finish(),
        }
    }
}

impl Type {
    /// The JSON form that a schema carries, such as `["map","string"]`.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::json;
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> = attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.to_json()))
                    .collect();
                json!(["object", attributes])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a() -> Value {
        Value::string("a")
    }

    fn b() -> Value {
        Value::string("b")
    }

    #[test]
    fn a_set_keeps_known_elements_once_and_unknown_ones_apart() {
        let partly_unknown = || Value::List(vec![a(), Value::Unknown]);
        for (elements, kept) in [
            (vec![a(), b(), a()], 2),
            (vec![Value::Null, a(), Value::Null], 2),
            (vec![Value::Unknown, Value::Unknown], 2),
            (vec![partly_unknown(), partly_unknown()], 2),
        ] {
            assert_eq!(Set::new(elements).iter().len(), kept);
        }
    }

    #[test]
    fn sets_are_equal_in_any_order_and_with_as_many_unknown_elements() {
        let unknown = || Value::Unknown;
        assert_eq!(Set::new([a(), b()]), Set::new([b(), a(), b()]));
        assert_ne!(Set::new([a(), b()]), Set::new([a()]));
        assert_ne!(Set::new([unknown(), unknown()]), Set::new([unknown(), a()]));
        assert_ne!(Set::new([unknown(), a()]), Set::new([unknown(), unknown()]));
    }

    #[test]
    fn debug_shows_the_shape_and_no_content() {
        let object = Object::from([
            ("name".to_owned(), Value::string("hunter2")),
            (
                "tags".to_owned(),
                Value::Map(BTreeMap::from([("hunter2".to_owned(), Value::Null)])),
            ),
        ]);
        assert_eq!(
            format!("{:?}", Value::Object(object)),
            r#"{"name": string, "tags": map of 1}"#
        );
    }
}
