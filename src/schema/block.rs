//! [`block!`](crate::block): structs declared together with their schema.

use super::attr::{Attr, AttrType};
use super::{Nesting, Schema};
use crate::value::{Object, Set, Type, Value};

/// A struct declared by [`block!`](crate::block).
pub trait Block: Sized {
    /// The schema.
    fn schema() -> Schema;

    /// Converts from an object. `None` if it does not match the schema.
    fn from_object(object: &Object) -> Option<Self>;

    /// Converts into an object.
    fn to_object(&self) -> Object;

    /// This planned object, once what was unknown of it is `seen`. Nested blocks are the configuration's, and stay.
    fn complete(self, seen: Self) -> Self;
}

/// The name of an attribute whose field is called this. A field whose name is a keyword of Rust is written `r#type`.
#[must_use]
pub fn attribute_name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

/// A field of a [`Block`] that holds nested blocks.
pub trait Nested: Sized {
    /// The schema of one block.
    fn schema() -> Schema;

    /// Converts from a value. `None` if it has another type.
    fn from_value(value: &Value) -> Option<Self>;

    /// Converts into a value of this nesting.
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

/// A list of objects, as an attribute. Its type is that of a list of nested blocks, but a configuration has no blocks for it.
impl<B: Block> AttrType for Vec<B> {
    fn ty() -> Type {
        Type::List(Box::new(B::schema().ty()))
    }

    fn nested() -> Option<Schema> {
        Some(B::schema())
    }

    fn from_value(value: &Value) -> Option<Self> {
        let Value::List(elements) = value else { return None };
        let one = |element: &Value| match element {
            Value::Object(object) => B::from_object(object),
            _ => None,
        };
        elements.iter().map(one).collect()
    }

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(|element| Value::Object(element.to_object())).collect())
    }
}

/// Declares a struct and its [`Schema`] at once.
///
/// Doc comments, names and types of the fields are those of the attributes, and the expression after a field is the attribute's
/// [`Rule`](crate::schema::Rule). Nested blocks follow after a semicolon, each with its [`Nesting`].
///
/// ```
/// use apikeys::block;
/// use apikeys::schema::{computed, optional, required};
///
/// block! {
///     /// A key.
///     pub struct Key {
///         /// Name of the key.
///         name: String = required(),
///         /// Whether the key can be used.
///         enabled: bool = optional().default(true),
///         /// Time of creation.
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
                        name: $crate::schema::block::attribute_name(stringify!($attribute)),
                        doc: concat!($($attribute_doc, "\n"),*),
                        ty: <$T as $crate::schema::attr::AttrType>::ty(),
                        nested: <$T as $crate::schema::attr::AttrType>::nested(),
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
                    $( $attribute: $crate::schema::attr::Attr::from_value(
                        object.get($crate::schema::block::attribute_name(stringify!($attribute)))?
                    )?, )*
                    $($( $block: $crate::schema::block::Nested::from_value(object.get(stringify!($block))?)?, )*)?
                })
            }

            fn to_object(&self) -> $crate::value::Object {
                [
                    $( (
                        $crate::schema::block::attribute_name(stringify!($attribute)).to_owned(),
                        self.$attribute.to_value(),
                    ), )*
                    $($( (stringify!($block).to_owned(), $crate::schema::block::Nested::to_value(&self.$block, $nesting)), )*)?
                ]
                .into()
            }

            fn complete(self, seen: Self) -> Self {
                Self {
                    $( $attribute: self.$attribute.or_seen(seen.$attribute), )*
                    $($( $block: self.$block, )*)?
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    // The structs that `block!` declares are public.
    #![allow(unreachable_pub)]

    use super::*;
    use crate::schema::{computed, optional};

    block! {
        /// A lock.
        pub struct Lock {
            /// Its kind.
            r#type: String = optional(),
            /// Its maker.
            maker: String = computed(),
        }
    }

    #[test]
    fn a_field_named_with_a_keyword_is_an_attribute_of_that_name() {
        let lock = Lock {
            r#type: Attr::Known("padlock".to_owned()),
            maker: Attr::Null,
        };
        let object = lock.to_object();
        assert_eq!(object.get("type"), Some(&Value::string("padlock")));
        assert_eq!(Lock::schema().attributes[0].name, "type");
        let back = Lock::from_object(&object).map(|lock| lock.r#type);
        assert_eq!(back, Some(Attr::Known("padlock".to_owned())));
    }

    #[test]
    fn a_plan_is_completed_with_what_was_unknown_and_nothing_else() {
        let lock = |kind: Attr<String>, maker: Attr<String>| Lock { r#type: kind, maker };
        let planned = lock(Attr::Null, Attr::Unknown);
        let seen = lock(Attr::Known("padlock".to_owned()), Attr::Known("us".to_owned()));
        let completed = planned.complete(seen);
        assert_eq!(completed.r#type, Attr::Null);
        assert_eq!(completed.maker, Attr::Known("us".to_owned()));
    }
}
