//! Values as Terraform knows them, and their types.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

pub use super::number::Number;

/// One value of Terraform's type system.
///
/// State travels through this type, and state holds secrets: texts are wiped when dropped, and `Debug` prints the shape
/// of a value, never its content.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Nothing was given.
    Null,
    /// Known only after apply. Refinements that came with it are not kept.
    Unknown,
    /// `true` or `false`.
    Bool(bool),
    /// A number of any precision.
    Number(Number),
    /// Text.
    String(Zeroizing<String>),
    /// Elements in order.
    List(Vec<Value>),
    /// Elements without order or repetition; equal whatever order they are held in.
    Set(Set),
    /// Elements by key, the keys chosen by the user.
    Map(BTreeMap<String, Value>),
    /// Attributes and blocks by name, the names given by a schema.
    Object(Object),
}

/// The attributes and blocks of an object, by name.
pub type Object = BTreeMap<String, Value>;

/// The elements of a set, in the order they came in.
#[derive(Clone, Default)]
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
    List(Box<Type>),
    /// [`Value::Set`] of one element type.
    Set(Box<Type>),
    /// [`Value::Map`] of one element type.
    Map(Box<Type>),
    /// [`Value::Object`] with exactly these names.
    Object(BTreeMap<String, Type>),
}

impl Value {
    /// A text value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(Zeroizing::new(text.into()))
    }

    /// The text, when this is a known text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this value and everything in it is known. Null is known.
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

impl Set {
    /// A set of these elements; repeated ones are kept once.
    pub fn new(elements: impl IntoIterator<Item = Value>) -> Self {
        let mut set = Self::default();
        for element in elements {
            if !set.0.contains(&element) {
                set.0.push(element);
            }
        }
        set
    }

    /// The elements, in the order they came in.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.0.iter()
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|element| other.0.contains(element))
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
