//! Decodes values from JSON, the encoding of stored state.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json};
use zeroize::Zeroize;

use super::codec::{Error, Reason, mismatch};
use super::path::Step;
use super::{Object, Set, Type, Value};

/// Decodes a value of a type.
///
/// Empty input is null. A missing attribute is null, too, since an older version of a provider may not have had it.
///
/// # Errors
///
/// If the input is not JSON, nested more than 127 deep, or not a value of this type. Unsupported attributes are an error, so that none is
/// lost.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, Error> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    read(&parse(bytes)?.0, ty)
}

/// Decodes an object that something else has written: attributes that the type does not have are left out.
///
/// # Errors
///
/// As with [`decode`].
pub fn decode_foreign(bytes: &[u8], ty: &Type) -> Result<Value, Error> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let mut parsed = parse(bytes)?;
    if let (Json::Object(entries), Type::Object(attributes)) = (&mut parsed.0, ty) {
        let mut left_out = Map::new();
        let names: Vec<_> = entries
            .keys()
            .filter(|name| !attributes.contains_key(*name))
            .cloned()
            .collect();
        for name in names {
            left_out.extend(entries.remove_entry(&name));
        }
        drop(Parsed(Json::Object(left_out)));
    }
    read(&parsed.0, ty)
}

/// Parsed JSON whose strings are zeroized on drop, like those of a [`Value`].
struct Parsed(Json);

fn parse(bytes: &[u8]) -> Result<Parsed, Error> {
    // The parser's message may quote the input, which may be secret.
    let json = serde_json::from_slice(bytes).map_err(|error| Reason::Syntax {
        line: error.line(),
        column: error.column(),
    })?;
    Ok(Parsed(json))
}

/// Whether JSON is an object with this key.
pub fn has_key(bytes: &[u8], key: &str) -> bool {
    serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(bytes).is_ok_and(|object| object.contains_key(key))
}

impl Drop for Parsed {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(json: &mut Json) {
    match json {
        Json::String(text) => text.zeroize(),
        Json::Array(elements) => elements.iter_mut().for_each(wipe),
        Json::Object(entries) => entries.values_mut().for_each(wipe),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn read(json: &Json, ty: &Type) -> Result<Value, Error> {
    match (json, ty) {
        (Json::Null, _) => Ok(Value::Null),
        (Json::Bool(value), Type::Bool) => Ok(Value::Bool(*value)),
        (Json::Number(number), Type::Number) => Ok(Value::Number(number.as_str().parse().map_err(Reason::Number)?)),
        (Json::String(text), Type::String) => Ok(Value::string(text)),
        (Json::Array(elements), Type::List(element)) => read_elements(elements, element).map(Value::List),
        (Json::Array(elements), Type::Set(element)) => read_elements(elements, element).map(Set::new).map(Value::Set),
        (Json::Object(entries), Type::Map(element)) => read_map(entries, element).map(Value::Map),
        (Json::Object(entries), Type::Object(attributes)) => read_object(entries, attributes).map(Value::Object),
        (json, ty) => Err(mismatch(ty, word(json))),
    }
}

fn read_elements(elements: &[Json], ty: &Type) -> Result<Vec<Value>, Error> {
    let read_one = |(index, element)| read(element, ty).map_err(|error| error.within(Step::Index(index)));
    (0..).zip(elements).map(read_one).collect()
}

fn read_map(entries: &Map<String, Json>, ty: &Type) -> Result<BTreeMap<String, Value>, Error> {
    let read_one = |(key, element): (&String, _)| match read(element, ty) {
        Ok(value) => Ok((key.clone(), value)),
        Err(error) => Err(error.within(Step::Key(key.clone()))),
    };
    entries.iter().map(read_one).collect()
}

fn read_object(entries: &Map<String, Json>, attributes: &BTreeMap<String, Type>) -> Result<Object, Error> {
    if let Some(name) = entries.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(Error::from(Reason::UnsupportedAttribute).within(Step::Attribute(name.to_owned())));
    }
    let read_one = |(name, ty): (&String, _)| match read(entries.get(name).unwrap_or(&Json::Null), ty) {
        Ok(value) => Ok((name.clone(), value)),
        Err(error) => Err(error.within(Step::Attribute(name.to_owned()))),
    };
    attributes.iter().map(read_one).collect()
}

fn word(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "bool",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests;
