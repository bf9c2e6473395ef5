//! Schemas: an object declared once.
//!
//! A resource's attributes, and a provider's settings, are declared by [`block!`](crate::block) and nowhere else. From that one
//! declaration come the struct the code works with, the schema Terraform is shown, validation, the plan, and the documentation page.

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
    pub equivalence: Equivalence,
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
    UseStateForUnknown,
    /// What the state holds while nothing else changes; to be known after any change. For a time of last change.
    UnknownOnChange,
    /// What the resource derives from the rest of the plan.
    CustomizePlan,
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

    /// Where the configuration is silent, the plan holds `value`.
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.unset(Unset::Default(value.into()))
    }

    /// Where the configuration is silent, the plan does this.
    pub fn unset(self, unset: Unset) -> Self {
        Self { unset, ..self }
    }

    /// A change of the value replaces the resource.
    pub fn requires_replace(self) -> Self {
        Self {
            change: Change::Replace,
            ..self
        }
    }

    /// Two spellings are the same value by this rule.
    pub fn equivalence(self, equivalence: Equivalence) -> Self {
        Self { equivalence, ..self }
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
            Presence::Optional => self.rule.unset != Unset::Null || self.rule.equivalence.has_empty_forms(),
            Presence::Computed => true,
        }
    }

    /// Whether two values are the same by this attribute's [`Equivalence`].
    pub fn is_equivalent(&self, one: &Value, other: &Value) -> bool {
        self.rule.equivalence.normalize(one) == self.rule.equivalence.normalize(other)
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
            Self::Set { .. } => Value::Set(crate::value::Set::default()),
        }
    }
}
