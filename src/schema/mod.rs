//! Schemas of resources and provider blocks.
//!
//! [`block!`](crate::block) declares each attribute once. The struct that the code works with, the schema that Terraform gets, validation,
//! the plan and the documentation page come from this declaration.

pub mod attr;
pub mod block;
pub mod check;
pub mod doc;
pub mod duration;
pub mod equivalence;
pub mod time;

pub use self::attr::Attr;
use self::check::Check;
use self::equivalence::Equivalence;
use crate::value::{Object, Type, Value};

/// The schema of an object.
#[derive(Debug)]
pub struct Schema {
    /// The doc comment.
    pub doc: &'static str,
    /// The attributes, in order of declaration.
    pub attributes: Vec<Attribute>,
    /// The nested blocks, in order of declaration.
    pub blocks: Vec<NestedBlock>,
}

/// One attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Its name in a configuration, and the name of the struct's field.
    pub name: &'static str,
    /// The doc comment.
    pub doc: &'static str,
    /// Its type.
    pub ty: Type,
    /// The schema of its elements, if it is a list of objects.
    pub nested: Option<Schema>,
    /// Whether Terraform redacts its values.
    pub sensitivity: Sensitivity,
    /// How it behaves.
    pub rule: Rule,
}

/// Whether Terraform redacts values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// Values are shown.
    Plain,
    /// Values are redacted in plans and outputs.
    Sensitive,
}

/// How an attribute behaves. Built from [`required`], [`optional`] or [`computed`].
#[derive(Clone, Debug)]
pub struct Rule {
    /// Who sets the value.
    pub presence: Presence,
    /// The planned value if the configuration omits it.
    pub unset: Unset,
    /// Whether a change replaces the resource.
    pub change: Change,
    /// Where the value is stored.
    pub storage: Storage,
    /// When two spellings are equivalent.
    pub equivalence: Equivalence,
    /// Validation of a configured value.
    pub checks: Vec<Check>,
}

/// Who sets an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The configuration, always.
    Required,
    /// The configuration, or else the [`Unset`] rule.
    Optional,
    /// The service only.
    Computed,
}

/// The planned value of an attribute that the configuration omits.
#[derive(Clone, Debug, PartialEq)]
pub enum Unset {
    /// Null.
    Null,
    /// This value.
    Default(Value),
    /// The state's value, unknown on create. For values that the service sets once.
    UseStateForUnknown,
    /// The state's value, unknown on create and whenever another attribute changes. For a time of last change.
    UnknownOnChange,
    /// The value that the resource derives from the rest of the plan.
    CustomizePlan,
}

/// What a change of an attribute does to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Updates it in place.
    InPlace,
    /// Replaces it.
    Replace,
}

/// Where a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In plan and state.
    State,
    /// Nowhere: a write-only argument.
    WriteOnly,
}

/// A nested block.
#[derive(Debug)]
pub struct NestedBlock {
    /// Its name in a configuration, and the name of the struct's field.
    pub name: &'static str,
    /// The doc comment.
    pub doc: &'static str,
    /// How often it may occur.
    pub nesting: Nesting,
    /// Its schema.
    pub schema: Schema,
}

/// How often a nested block may occur, and the type of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once: an object or null.
    Single,
    /// A list.
    List {
        /// Maximum number of blocks; 0 for any number.
        max: u32,
    },
    /// A set.
    Set {
        /// Maximum number of blocks; 0 for any number.
        max: u32,
    },
}

/// An attribute that the configuration must set.
pub fn required() -> Rule {
    Rule::new(Presence::Required, Unset::Null)
}

/// An attribute that the configuration may set.
pub fn optional() -> Rule {
    Rule::new(Presence::Optional, Unset::Null)
}

/// An attribute that the service sets once.
pub fn computed() -> Rule {
    Rule::new(Presence::Computed, Unset::UseStateForUnknown)
}

impl Rule {
    fn new(presence: Presence, unset: Unset) -> Self {
        Self {
            presence,
            unset,
            change: Change::InPlace,
            storage: Storage::State,
            equivalence: Equivalence::Exact,
            checks: Vec::new(),
        }
    }

    /// Plans `value` if the configuration omits the attribute.
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.unset(Unset::Default(value.into()))
    }

    /// Plans this if the configuration omits the attribute.
    pub fn unset(self, unset: Unset) -> Self {
        Self { unset, ..self }
    }

    /// A change replaces the resource.
    pub fn requires_replace(self) -> Self {
        Self {
            change: Change::Replace,
            ..self
        }
    }

    /// Compares values by this rule.
    pub fn equivalence(self, equivalence: Equivalence) -> Self {
        Self { equivalence, ..self }
    }

    /// Adds a check of configured values.
    pub fn check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }
}

impl Attribute {
    /// Whether the schema declares the attribute as computed. This is also necessary for a default, and for an equivalence by which the
    /// state may hold an empty value where the configuration has null.
    pub fn is_computed(&self) -> bool {
        match self.rule.presence {
            Presence::Required => false,
            Presence::Optional => self.rule.unset != Unset::Null || self.rule.equivalence.has_empty_forms(),
            Presence::Computed => true,
        }
    }

    /// Whether two values are equivalent.
    pub fn is_equivalent(&self, one: &Value, other: &Value) -> bool {
        self.rule.equivalence.normalize(one) == self.rule.equivalence.normalize(other)
    }
}

impl Schema {
    /// The type of the object.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|a| (a.name.to_owned(), a.ty.clone()));
        let blocks = self.blocks.iter().map(|b| (b.name.to_owned(), b.ty()));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// A state with `""` or `[]` in place of null where the two are equivalent: what the official providers store, and expressions see.
    pub fn with_empty_values(&self, mut state: Object) -> Object {
        for attribute in &self.attributes {
            let empty = match attribute.ty {
                Type::List(_) => Value::List(Vec::new()),
                _ => Value::string(""),
            };
            if let Some(value @ Value::Null) = state.get_mut(attribute.name)
                && attribute.is_equivalent(&empty, &Value::Null)
            {
                *value = empty;
            }
        }
        state
    }

    /// The object of an empty configuration: null attributes, no blocks.
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
    /// The value of a block that does not occur.
    pub fn absent(self) -> Value {
        match self {
            Self::Single => Value::Null,
            Self::List { .. } => Value::List(Vec::new()),
            Self::Set { .. } => Value::Set(crate::value::Set::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_becomes_an_empty_value_only_where_the_two_are_equivalent() {
        let list = || Type::List(Box::new(Type::String));
        let of_type = |name, ty, rule| Attribute {
            name,
            doc: "",
            ty,
            nested: None,
            sensitivity: Sensitivity::Plain,
            rule,
        };
        let attribute = |name, rule| of_type(name, Type::String, rule);
        let schema = Schema {
            doc: "",
            attributes: vec![
                attribute("exact", optional()),
                attribute("text", optional().equivalence(Equivalence::EmptyIsNull)),
                attribute("time", optional().equivalence(Equivalence::Instant)),
                attribute("set", optional().equivalence(Equivalence::EmptyIsNull)),
                attribute("unknown", optional().equivalence(Equivalence::EmptyIsNull)),
                attribute("uuid", optional().equivalence(Equivalence::Uuid)),
                of_type("list", list(), optional()),
                of_type("tags", list(), optional().equivalence(Equivalence::EmptyIsNull)),
            ],
            blocks: Vec::new(),
        };
        let object = |values: [Value; 8]| -> Object {
            let names = schema.attributes.iter().map(|attribute| attribute.name.to_owned());
            names.zip(values).collect()
        };
        let text = Value::string;
        let state = object([
            Value::Null,
            Value::Null,
            Value::Null,
            text("a"),
            Value::Unknown,
            Value::Null,
            Value::Null,
            Value::Null,
        ]);
        let empty = Value::List(Vec::new());
        let expected = object([
            Value::Null,
            text(""),
            text(""),
            text("a"),
            Value::Unknown,
            Value::Null,
            Value::Null,
            empty,
        ]);
        assert!(schema.with_empty_values(state) == expected);
    }
}
