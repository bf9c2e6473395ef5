//! Empty means unset: sets every argument and every variable of a cloud empty, and compares with where it is absent.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use crate::framework::{Client, Cloud, Configuration, Objects, validate};
use crate::host::{Host, Read};
use crate::schema::block::Block;
use crate::schema::{Nesting, Schema};
use crate::value::{Object, Set, Type, Value};

/// Variables by name.
type Variables = BTreeMap<String, String>;

/// What an argument or a variable is added to, or left out of.
pub(in crate::clouds) struct Base {
    block: Object,
    variables: Variables,
}

impl Base {
    /// A provider block of `S` with these arguments, and these variables.
    pub(in crate::clouds) fn new<S: Block>(values: &[(&str, Value)], variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            block: object::<S>(values),
            variables: variables.collect(),
        }
    }
}

/// A cloud, as far as a test can look into it.
pub(in crate::clouds) struct Subject<C: Client> {
    /// The files that there are.
    pub(in crate::clouds) read: Read,
    /// All that follows from a configuration besides what is told of it.
    pub(in crate::clouds) look: fn(&C, &C::Settings, &Host) -> String,
}

impl<C: Client> Subject<C> {
    /// Fails unless the arguments and variables that make a difference when they are empty are those that `deviations` gives a reason for.
    /// The variables are those in the cloud's sources whose names begin with one of `prefixes`.
    pub(in crate::clouds) fn expect(&self, prefixes: &[&str], bases: &[Base], deviations: &[(&str, &str)]) {
        let found = self.differences(&variables(C::CLOUD, prefixes), bases);
        let listed = deviations.iter().map(|(name, _)| (*name).to_owned());
        assert_eq!(found, listed.collect());
    }

    fn differences(&self, variables: &BTreeSet<String>, bases: &[Base]) -> BTreeSet<String> {
        let mut differ = BTreeSet::new();
        for base in bases {
            for variable in variables {
                let (mut absent, mut empty) = (base.variables.clone(), base.variables.clone());
                absent.remove(variable);
                empty.insert(variable.clone(), String::new());
                if self.outcome(&base.block, &absent) != self.outcome(&base.block, &empty) {
                    differ.insert(variable.clone());
                }
            }
            let schema = C::Settings::schema();
            for (name, absent, empty) in emptied(&schema, &base.block, "") {
                if self.outcome(&absent, &base.variables) != self.outcome(&empty, &base.variables) {
                    differ.insert(name);
                }
            }
        }
        differ
    }

    /// What becomes of a provider block, and what is said of it.
    fn outcome(&self, block: &Object, variables: &Variables) -> String {
        let cloud = Cloud::new::<C>(|_| Objects::default());
        let block = cloud.settled(block);
        let invalid = validate(&cloud.block(), &block);
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let host = crate::host::tests::host(&variables, self.read);
        let configuration = Configuration {
            records: Default::default(),
            host: host.clone(),
            terraform_version: "1.0.0".to_owned(),
            stop: CancellationToken::new(),
        };
        let settings = || C::Settings::from_object(&block).unwrap();
        match C::configure(settings(), &configuration) {
            Err(more) => format!("{invalid:?} {more:?}"),
            Ok(client) => {
                let looked = (self.look)(&client, &settings(), &host);
                format!("{invalid:?} {:?} {:?} {looked}", client.warnings(), client.summary())
            }
        }
    }
}

/// A nested block in which these arguments are set.
pub(in crate::clouds) fn block<B: Block>(values: &[(&str, Value)]) -> Value {
    Value::Object(object::<B>(values))
}

/// A block with all arguments null and no blocks in it, and these over it.
fn object<B: Block>(values: &[(&str, Value)]) -> Object {
    let mut object = B::schema().empty_object();
    for (name, value) in values {
        assert!(object.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
    }
    object
}

/// For each argument of a block, and of the blocks in it: its name, the whole block without it, and with it empty. For each block in
/// it the same: without it, and with one that says nothing.
fn emptied(schema: &Schema, block: &Object, within: &str) -> Vec<(String, Object, Object)> {
    let with = |name: &str, value: Value| {
        let mut block = block.clone();
        block.insert(name.to_owned(), value);
        block
    };
    let mut all = Vec::new();
    for attribute in &schema.attributes {
        let name = format!("{within}{}", attribute.name);
        for empty in empties(&attribute.ty) {
            all.push((
                name.clone(),
                with(attribute.name, Value::Null),
                with(attribute.name, empty),
            ));
        }
    }
    for nested in &schema.blocks {
        let name = format!("{within}{}", nested.name);
        let blocks = |blocks: Vec<Object>| {
            let mut blocks = blocks.into_iter().map(Value::Object);
            match nested.nesting {
                Nesting::Single => blocks.next().unwrap_or(Value::Null),
                Nesting::List { .. } => Value::List(blocks.collect()),
                Nesting::Set { .. } => Value::Set(Set::new(blocks)),
            }
        };
        let nothing = nested.schema.empty_object();
        all.push((
            name.clone(),
            with(nested.name, nested.nesting.absent()),
            with(nested.name, blocks(vec![nothing.clone()])),
        ));
        let written = match &block[nested.name] {
            Value::List(blocks) => blocks.first().cloned(),
            Value::Set(blocks) => blocks.iter().next().cloned(),
            one => Some(one.clone()),
        };
        let Some(Value::Object(written)) = written else {
            continue;
        };
        let inner = emptied(&nested.schema, &written, &format!("{name}."));
        all.extend(inner.into_iter().map(|(name, absent, empty)| {
            let whole = |one: Object| with(nested.name, blocks(vec![one]));
            (name, whole(absent), whole(empty))
        }));
    }
    all
}

/// The empty values of a type, and the lists and sets of nothing else. Booleans and numbers have none.
fn empties(ty: &Type) -> Vec<Value> {
    match ty {
        Type::String => vec!["".into()],
        Type::Map(_) => vec![Value::Map(BTreeMap::new())],
        Type::List(_) => vec![Value::List(Vec::new()), Value::List(vec!["".into(), Value::Null])],
        Type::Set(_) => vec![
            Value::Set(Set::default()),
            Value::Set(Set::new(["".into(), Value::Null])),
        ],
        Type::Bool | Type::Number | Type::Object(_) => Vec::new(),
    }
}

/// The variables that the sources of a cloud name. One that begins the names of several stands for one of them.
fn variables(folder: &str, prefixes: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clouds").join(folder);
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            let is_name = |text: &&str| {
                let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
                prefixes.iter().any(|prefix| text.starts_with(prefix)) && text.bytes().all(is_letter)
            };
            for name in text.split('"').filter(is_name) {
                found.insert(if name.ends_with('_') {
                    format!("{name}x")
                } else {
                    name.to_owned()
                });
            }
        }
    }
    assert!(found.len() > 5, "{found:?}");
    found
}
