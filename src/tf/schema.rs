//! Schemas: an object declared once.
//!
//! A resource's attributes, and a provider's settings, are declared by [`block!`](crate::block) and nowhere else. From that one
//! declaration come the struct the code works with, the schema Terraform is shown, validation, the plan, and the documentation page.

use super::check::Check;
use super::meaning::Meaning;
use super::value::{Object, Type, Value};

/// What an object consists of.
#[derive(Debug)]
pub struct Schema {
    /// The documentation, as written in the doc comment.
    pub doc: &'static str,
    /// The attributes, in order of declaration.
    pub attributes: Vec<Attribute>,
    /// The nested blocks, in order of declaration.
    pub blocks: Vec<NestedBlock>,
}

/// One attribute: everything that is known of it.
#[derive(Debug)]
pub struct Attribute {
    /// The name in a configuration, and of the struct's field.
    pub name: &'static str,
    /// The documentation, as written in the doc comment.
    pub doc: &'static str,
    /// The type of its values.
    pub ty: Type,
    /// Whether Terraform hides its values.
    pub sensitivity: Sensitivity,
    /// Who gives it, what a plan does with it, what it may hold.
    pub rule: Rule,
}

/// Whether Terraform hides values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// Shown.
    Plain,
    /// Hidden in plans and outputs.
    Sensitive,
}

/// How an attribute behaves. Built from [`required`], [`optional`] or [`computed`].
#[derive(Clone, Debug)]
pub struct Rule {
    /// Who gives the value.
    pub presence: Presence,
    /// What a plan holds where the configuration is silent.
    pub unset: Unset,
    /// What a change of the value does to the resource.
    pub change: Change,
    /// Where the value is kept.
    pub storage: Storage,
    /// When two spellings are the same value.
    pub meaning: Meaning,
    /// What a configured value must fulfil.
    pub checks: Vec<Check>,
}

/// Who gives an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user, always.
    Required,
    /// The user, or the [`Unset`] rule.
    Optional,
    /// The service; the user never.
    Computed,
}

/// What a plan holds where the configuration is silent.
#[derive(Clone, Debug, PartialEq)]
pub enum Unset {
    /// Nothing.
    Null,
    /// This value.
    Default(Value),
    /// What the state holds; to be known after a create. For values the service chooses once.
    Kept,
    /// What the state holds while nothing else changes; to be known after any change. For a time of last change.
    Refreshed,
    /// What the resource derives from the rest of the plan.
    Derived,
}

/// What a change of the value does to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is updated in place.
    InPlace,
    /// It is replaced by a new one.
    Replace,
}

/// Where a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In plan and state.
    State,
    /// Nowhere: it is read from the configuration when needed.
    WriteOnly,
}

/// A block inside an object.
#[derive(Debug)]
pub struct NestedBlock {
    /// The name in a configuration, and of the struct's field.
    pub name: &'static str,
    /// The documentation, as written in the doc comment.
    pub doc: &'static str,
    /// How often it may stand there.
    pub nesting: Nesting,
    /// What it consists of.
    pub schema: Schema,
}

/// How often a block may stand in an object, and what it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once; an object, or null.
    Single,
    /// In order, at most this often (0: any number).
    List {
        /// At most this many; 0 for any number.
        max: u32,
    },
    /// Without order, at most this often (0: any number).
    Set {
        /// At most this many; 0 for any number.
        max: u32,
    },
}

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

/// The user must give the value.
pub fn required() -> Rule {
    Rule::new(Presence::Required, Unset::Null)
}

/// The user may give the value.
pub fn optional() -> Rule {
    Rule::new(Presence::Optional, Unset::Null)
}

/// The service gives the value, once.
pub fn computed() -> Rule {
    Rule::new(Presence::Computed, Unset::Kept)
}

impl Rule {
    fn new(presence: Presence, unset: Unset) -> Self {
        Self {
            presence,
            unset,
            change: Change::InPlace,
            storage: Storage::State,
            meaning: Meaning::Exact,
            checks: Vec::new(),
        }
    }

    /// Where the configuration is silent, the plan holds `value`.
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.unset(Unset::Default(value.into()))
    }

    /// Where the configuration is silent, the plan does this.
    pub fn unset(self, unset: Unset) -> Self {
        Self { unset, ..self }
    }

    /// A change of the value replaces the resource.
    pub fn replaces(self) -> Self {
        Self {
            change: Change::Replace,
            ..self
        }
    }

    /// Two spellings are the same value by this rule.
    pub fn meaning(self, meaning: Meaning) -> Self {
        Self { meaning, ..self }
    }

    /// A configured value must fulfil this, too.
    pub fn check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }
}

impl Attribute {
    /// Whether the schema lets the provider give the value. A default does. So does an empty form in the state where the
    /// configuration is silent, which means the same and stays.
    pub fn is_computed(&self) -> bool {
        match self.rule.presence {
            Presence::Required => false,
            Presence::Optional => self.rule.unset != Unset::Null || self.rule.meaning.has_empty_forms(),
            Presence::Computed => true,
        }
    }

    /// Whether two values are the same by this attribute's [`Meaning`].
    pub fn same(&self, one: &Value, other: &Value) -> bool {
        self.rule.meaning.normal(one) == self.rule.meaning.normal(other)
    }
}

impl Schema {
    /// The type of the whole object.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|a| (a.name.to_owned(), a.ty.clone()));
        let blocks = self.blocks.iter().map(|b| (b.name.to_owned(), b.ty()));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The object in which nothing is written: null attributes, no blocks.
    pub fn empty_object(&self) -> Object {
        let attributes = self.attributes.iter().map(|a| (a.name.to_owned(), Value::Null));
        let blocks = self.blocks.iter().map(|b| (b.name.to_owned(), b.nesting.absent()));
        attributes.chain(blocks).collect()
    }
}

impl NestedBlock {
    /// The type of the block's value.
    pub fn ty(&self) -> Type {
        let one = self.schema.ty();
        match self.nesting {
            Nesting::Single => one,
            Nesting::List { .. } => Type::List(Box::new(one)),
            Nesting::Set { .. } => Type::Set(Box::new(one)),
        }
    }
}

impl Nesting {
    /// The value that stands for "no block was written".
    pub fn absent(self) -> Value {
        match self {
            Self::Single => Value::Null,
            Self::List { .. } => Value::List(Vec::new()),
            Self::Set { .. } => Value::Set(super::value::Set::default()),
        }
    }
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

impl<B: Block> Nested for super::attr::Attr<Vec<B>> {
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
            Nesting::Set { .. } => Value::Set(super::value::Set::new(blocks)),
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
            $( $(#[doc = $attribute_doc])* pub $attribute: $crate::tf::attr::Attr<$T>, )*
            $($( $(#[doc = $block_doc])* pub $block: $B, )*)?
        }

        impl $crate::tf::schema::Block for $Name {
            fn schema() -> $crate::tf::schema::Schema {
                $crate::tf::schema::Schema {
                    doc: concat!($($doc, "\n"),*),
                    attributes: vec![$( $crate::tf::schema::Attribute {
                        name: stringify!($attribute),
                        doc: concat!($($attribute_doc, "\n"),*),
                        ty: <$T as $crate::tf::attr::AttrType>::ty(),
                        sensitivity: if <$T as $crate::tf::attr::AttrType>::SENSITIVE {
                            $crate::tf::schema::Sensitivity::Sensitive
                        } else {
                            $crate::tf::schema::Sensitivity::Plain
                        },
                        rule: $rule,
                    } ),*],
                    blocks: vec![$($( $crate::tf::schema::NestedBlock {
                        name: stringify!($block),
                        doc: concat!($($block_doc, "\n"),*),
                        nesting: $nesting,
                        schema: <$B as $crate::tf::schema::Nested>::schema(),
                    } ),*)?],
                }
            }

            fn from_object(object: &$crate::tf::value::Object) -> Option<Self> {
                Some(Self {
                    $( $attribute: $crate::tf::attr::Attr::from_value(object.get(stringify!($attribute))?)?, )*
                    $($( $block: $crate::tf::schema::Nested::from_value(object.get(stringify!($block))?)?, )*)?
                })
            }

            fn to_object(&self) -> $crate::tf::value::Object {
                [
                    $( (stringify!($attribute).to_owned(), self.$attribute.to_value()), )*
                    $($( (stringify!($block).to_owned(), $crate::tf::schema::Nested::to_value(&self.$block, $nesting)), )*)?
                ]
                .into()
            }
        }
    };
}
