//! Structs declared together with their schema.

use super::attr::Attr;
use super::{Nesting, Schema};
use crate::value::{Object, Set, Value};

/// A struct declared by [`block!`](crate::block).
pub trait Block: Sized {
    /// The declaration as a value.
    fn schema() -> Schema;

    /// Reads the struct from an object of exactly this schema. `None` where it is not one.
    fn from_object(object: &Object) -> Option<Self>;

    /// Writes the struct as an object of exactly this schema.
    fn to_object(&self) -> Object;
}

/// A field of a [`Block`] that is itself one or more blocks.
pub trait Nested: Sized {
    /// The schema of one block.
    fn schema() -> Schema;

    /// Reads the blocks. `None` where the value is of another shape.
    fn from_value(value: &Value) -> Option<Self>;

    /// Writes the blocks in the shape of `nesting`.
    fn to_value(&self, nesting: Nesting) -> Value;
}

impl<B: Block> Nested for Option<B> {
    fn schema() -> Schema {
        B::schema()
    }

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            Value::Object(object) => B::from_object(object).map(Some),
            _ => None,
        }
    }

    fn to_value(&self, _: Nesting) -> Value {
        self.as_ref()
            .map_or(Value::Null, |block| Value::Object(block.to_object()))
    }
}

impl<B: Block> Nested for Attr<Vec<B>> {
    fn schema() -> Schema {
        B::schema()
    }

    fn from_value(value: &Value) -> Option<Self> {
        let one = |element: &Value| match element {
            Value::Object(object) => B::from_object(object),
            _ => None,
        };
        match value {
            Value::Null => Some(Self::Null),
            Value::Unknown => Some(Self::Unknown),
            Value::List(elements) => elements.iter().map(one).collect::<Option<_>>().map(Self::Known),
            Value::Set(elements) => elements.iter().map(one).collect::<Option<_>>().map(Self::Known),
            _ => None,
        }
    }

    fn to_value(&self, nesting: Nesting) -> Value {
        let blocks = match self {
            Self::Null => return nesting.absent(),
            Self::Unknown => return Value::Unknown,
            Self::Known(blocks) => blocks.iter().map(|block| Value::Object(block.to_object())),
        };
        match nesting {
            Nesting::Set { .. } => Value::Set(Set::new(blocks)),
            Nesting::Single | Nesting::List { .. } => Value::List(blocks.collect()),
        }
    }
}

/// Declares a struct and its [`Schema`] at once.
///
/// The doc comment is the documentation, the field's name is the attribute's name, the field's type is the attribute's type, and
/// the expression behind it is its [`Rule`]. Blocks follow after a semicolon, each with its [`Nesting`].
///
/// ```
/// use apikeys::block;
/// use apikeys::tf::schema::{computed, optional, required};
///
/// block! {
///     /// A key.
///     pub struct Key {
///         /// Name of the key.
///         name: String = required(),
///         /// Whether the key can be used.
///         enabled: bool = optional().default(true),
///         /// When the key was made.
///         created: String = computed(),
///     }
/// }
/// ```
#[macro_export]
macro_rules! block {
    (
        $(#[doc = $doc:literal])*
        pub struct $Name:ident {
            $( $(#[doc = $attribute_doc:literal])* $attribute:ident : $T:ty = $rule:expr ),* $(,)?
            $(; $( $(#[doc = $block_doc:literal])* $block:ident : $B:ty = $nesting:expr ),* $(,)? )?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $Name {
            $( $(#[doc = $attribute_doc])* pub $attribute: $crate::schema::attr::Attr<$T>, )*
            $($( $(#[doc = $block_doc])* pub $block: $B, )*)?
        }

        impl $crate::schema::block::Block for $Name {
            fn schema() -> $crate::schema::Schema {
                $crate::schema::Schema {
                    doc: concat!($($doc, "\n"),*),
                    attributes: vec![$( $crate::schema::Attribute {
                        name: stringify!($attribute),
                        doc: concat!($($attribute_doc, "\n"),*),
                        ty: <$T as $crate::schema::attr::AttrType>::ty(),
                        sensitivity: if <$T as $crate::schema::attr::AttrType>::SENSITIVE {
                            $crate::schema::Sensitivity::Sensitive
                        } else {
                            $crate::schema::Sensitivity::Plain
                        },
                        rule: $rule,
                    } ),*],
                    blocks: vec![$($( $crate::schema::NestedBlock {
                        name: stringify!($block),
                        doc: concat!($($block_doc, "\n"),*),
                        nesting: $nesting,
                        schema: <$B as $crate::schema::block::Nested>::schema(),
                    } ),*)?],
                }
            }

            fn from_object(object: &$crate::value::Object) -> Option<Self> {
                Some(Self {
                    $( $attribute: $crate::schema::attr::Attr::from_value(object.get(stringify!($attribute))?)?, )*
                    $($( $block: $crate::schema::block::Nested::from_value(object.get(stringify!($block))?)?, )*)?
                })
            }

            fn to_object(&self) -> $crate::value::Object {
                [
                    $( (stringify!($attribute).to_owned(), self.$attribute.to_value()), )*
                    $($( (stringify!($block).to_owned(), $crate::schema::block::Nested::to_value(&self.$block, $nesting)), )*)?
                ]
                .into()
            }
        }
    };
}
