//! What a provider block does not say although it is written there.

use crate::schema::Schema;
use crate::value::{Object, Set, Value};

/// A provider block in which empty texts, lists, sets and maps are absent, and lists and sets have no empty elements. What `keep` names
/// stays as it is. Blocks stay, however little they say: that there is one says something.
///
/// It is what official providers make of their blocks: the kit that they are made with knows no difference between an argument that is
/// empty and one that is absent.
pub(super) fn without_empty(schema: &Schema, block: &Object, keep: &[&str]) -> Object {
    let attributes = schema.attributes.iter().map(|attribute| {
        let value = block.get(attribute.name).unwrap_or(&Value::Null);
        let is_kept = keep.contains(&attribute.name);
        (attribute.name, if is_kept { value.clone() } else { unset(value) })
    });
    let blocks = schema.blocks.iter().map(|nested| {
        let value = block.get(nested.name).unwrap_or(&Value::Null);
        (nested.name, each(&nested.schema, value))
    });
    let all = attributes.chain(blocks);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The same for each of the blocks that a value stands for.
fn each(schema: &Schema, value: &Value) -> Value {
    let one = |value: &Value| each(schema, value);
    match value {
        Value::Object(block) => Value::Object(without_empty(schema, block, &[])),
        Value::List(blocks) => Value::List(blocks.iter().map(one).collect()),
        Value::Set(blocks) => Value::Set(Set::new(blocks.iter().map(one))),
        other => other.clone(),
    }
}

fn unset(value: &Value) -> Value {
    let is_empty = match value {
        Value::String(text) => text.is_empty(),
        Value::Map(elements) => elements.is_empty(),
        Value::List(elements) => return collected(elements.iter(), Value::List),
        Value::Set(elements) => return collected(elements.iter(), |elements| Value::Set(Set::new(elements))),
        _ => false,
    };
    if is_empty { Value::Null } else { value.clone() }
}

fn collected<'v>(elements: impl Iterator<Item = &'v Value>, collection: fn(Vec<Value>) -> Value) -> Value {
    let elements: Vec<_> = elements.map(unset).filter(|element| *element != Value::Null).collect();
    if elements.is_empty() {
        Value::Null
    } else {
        collection(elements)
    }
}
