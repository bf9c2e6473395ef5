//! Encodes and decodes values as MessagePack, the encoding of the protocol.
//!
//! The type decides how each byte is decoded, and limits the recursion.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::decode::bytes::BytesReadError;
use rmp::decode::{self, Bytes, NumValueReadError};
use rmp::encode::{self, ByteBuf};

use super::codec::{Error, Reason, mismatch};
use super::path::Step;
use super::{Number, Object, Set, Type, Value};

/// Decodes a value of a type.
///
/// Empty input is null, as in Terraform. Every extension is an unknown value, whose refinements are dropped. Bytes after the value are
/// ignored.
///
/// # Errors
///
/// If the input is not a value of this type. An object must have exactly the attributes of its type, and a map no duplicate key.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, Error> {
    if bytes.is_empty() {
        Ok(Value::Null)
    } else {
        read(&mut Bytes::new(bytes), ty)
    }
}

/// Encodes a value of a type.
///
/// # Errors
///
/// If the value does not match this type, which is a bug. An object must have exactly the attributes of its type.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, Error> {
    let mut output = ByteBuf::new();
    write(&mut output, value, ty)?;
    Ok(output.into_vec())
}

fn read(input: &mut Bytes<'_>, ty: &Type) -> Result<Value, Error> {
    match peek(input)? {
        Marker::Null => take(input, 1).map(|_nil| Value::Null),
        Marker::FixExt1 | Marker::FixExt2 | Marker::FixExt4 | Marker::FixExt8 | Marker::FixExt16 => read_unknown(input),
        Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => read_unknown(input),
        _ => match ty {
            Type::Bool => decode::read_bool(input).map(Value::Bool).map_err(refused(ty)),
            Type::Number => read_number(input).map(Value::Number),
            Type::String => read_text(input).map(Value::string),
            Type::List(element) => read_elements(input, ty, element).map(Value::List),
            Type::Set(element) => read_elements(input, ty, element).map(Set::new).map(Value::Set),
            Type::Map(element) => read_entries(input, ty, Step::Key, |_| Some(element)).map(Value::Map),
            Type::Object(attributes) => read_object(input, ty, attributes).map(Value::Object),
        },
    }
}

fn read_unknown(input: &mut Bytes<'_>) -> Result<Value, Error> {
    let extension = decode::read_ext_meta(input).map_err(|_| Reason::Truncated)?;
    take(input, extension.size).map(|_refinements| Value::Unknown)
}

fn read_number(input: &mut Bytes<'_>) -> Result<Number, Error> {
    let ty = &Type::Number;
    let number = match peek(input)? {
        Marker::F32 => Number::try_from(f64::from(decode::read_f32(input).map_err(refused(ty))?)),
        Marker::F64 => Number::try_from(decode::read_f64(input).map_err(refused(ty))?),
        Marker::U64 => Ok(Number::from(decode::read_u64(input).map_err(refused(ty))?)),
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => read_text(input)?.parse(),
        _ => Ok(Number::from(decode::read_int::<i64, _>(input).map_err(refused(ty))?)),
    };
    Ok(number.map_err(Reason::Number)?)
}

fn read_text<'a>(input: &mut Bytes<'a>) -> Result<&'a str, Error> {
    let length = match peek(input)? {
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => decode::read_bin_len(input),
        _ => decode::read_str_len(input),
    };
    let bytes = take(input, length.map_err(refused(&Type::String))?)?;
    Ok(str::from_utf8(bytes).map_err(|_| Reason::NotUtf8)?)
}

fn read_elements(input: &mut Bytes<'_>, ty: &Type, element: &Type) -> Result<Vec<Value>, Error> {
    let count = decode::read_array_len(input).map_err(refused(ty))?;
    require_bytes(input, count)?;
    (0..i64::from(count))
        .map(|index| read(input, element).map_err(|error| error.within(Step::Index(index))))
        .collect()
}

fn read_object(input: &mut Bytes<'_>, ty: &Type, attributes: &BTreeMap<String, Type>) -> Result<Object, Error> {
    let object = read_entries(input, ty, Step::Attribute, |name| attributes.get(name))?;
    match attributes.keys().find(|name| !object.contains_key(*name)) {
        Some(name) => Err(Error::from(Reason::MissingAttribute).within(Step::Attribute(name.to_owned()))),
        None => Ok(object),
    }
}

/// Reads a MessagePack map whose keys have the types that `type_of` says and are the given kind of step.
fn read_entries<'t>(
    input: &mut Bytes<'_>,
    ty: &Type,
    step: fn(String) -> Step,
    type_of: impl Fn(&str) -> Option<&'t Type>,
) -> Result<BTreeMap<String, Value>, Error> {
    let count = decode::read_map_len(input).map_err(refused(ty))?;
    require_bytes(input, count)?;
    let mut entries = BTreeMap::new();
    for _ in 0..count {
        let key = read_text(input)?;
        let value = match type_of(key) {
            Some(ty) => read(input, ty),
            None => Err(Reason::UnsupportedAttribute.into()),
        };
        let value = value.map_err(|error| error.within(step(key.to_owned())))?;
        if entries.insert(key.to_owned(), value).is_some() {
            return Err(Error::from(Reason::Duplicate).within(step(key.to_owned())));
        }
    }
    Ok(entries)
}

/// Rejects a collection with more elements than remaining bytes, before memory is allocated for it.
fn require_bytes(input: &Bytes<'_>, count: u32) -> Result<(), Error> {
    if count as usize > input.remaining_slice().len() {
        Err(Reason::Truncated.into())
    } else {
        Ok(())
    }
}

fn peek(input: &Bytes<'_>) -> Result<Marker, Error> {
    let first = input.remaining_slice().first().ok_or(Reason::Truncated)?;
    Ok(Marker::from_u8(*first))
}

fn take<'a>(input: &mut Bytes<'a>, count: u32) -> Result<&'a [u8], Error> {
    let (taken, rest) = input
        .remaining_slice()
        .split_at_checked(count as usize)
        .ok_or(Reason::Truncated)?;
    *input = Bytes::new(rest);
    Ok(taken)
}

/// Turns an error of `rmp` while reading a value of `ty` into ours.
fn refused<E: Into<NumValueReadError<BytesReadError>>>(ty: &Type) -> impl FnOnce(E) -> Error {
    move |error| match error.into() {
        NumValueReadError::TypeMismatch(marker) => mismatch(ty, word(marker)),
        NumValueReadError::InvalidMarkerRead(_) | NumValueReadError::InvalidDataRead(_) => Reason::Truncated.into(),
        // Only a u64 is larger than what we read integers into, and that is read on its own.
        NumValueReadError::OutOfRange => mismatch(ty, word(Marker::U64)),
    }
}

fn word(marker: Marker) -> &'static str {
    match marker {
        Marker::Null => "nil",
        Marker::Reserved => "reserved byte",
        Marker::False | Marker::True => "bool",
        Marker::FixPos(_) | Marker::U8 | Marker::U16 | Marker::U32 | Marker::U64 => "integer",
        Marker::FixNeg(_) | Marker::I8 | Marker::I16 | Marker::I32 | Marker::I64 => "integer",
        Marker::F32 | Marker::F64 => "float",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "string",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "binary",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "map",
        Marker::FixExt1 | Marker::FixExt2 | Marker::FixExt4 | Marker::FixExt8 | Marker::FixExt16 => "extension",
        Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => "extension",
    }
}

/// An extension of type 0 with one byte in it: what every unknown value is written as.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

fn write(output: &mut ByteBuf, value: &Value, ty: &Type) -> Result<(), Error> {
    match (value, ty) {
        (Value::Null, _) => {
            let Ok(()) = encode::write_nil(output);
        }
        (Value::Unknown, _) => output.as_mut_vec().extend_from_slice(&UNKNOWN),
        (Value::Bool(value), Type::Bool) => {
            let Ok(()) = encode::write_bool(output, *value);
        }
        (Value::Number(number), Type::Number) => write_number(output, number)?,
        (Value::String(text), Type::String) => write_text(output, text)?,
        (Value::List(elements), Type::List(element)) => write_elements(output, elements.iter(), element)?,
        (Value::Set(set), Type::Set(element)) => write_elements(output, set.iter(), element)?,
        (Value::Map(elements), Type::Map(element)) => write_map(output, elements, element)?,
        (Value::Object(object), Type::Object(attributes)) => write_object(output, object, attributes)?,
        (value, ty) => return Err(mismatch(ty, kind(value))),
    }
    Ok(())
}

fn write_number(output: &mut ByteBuf, number: &Number) -> Result<(), Error> {
    match number {
        Number::Integer(integer) => {
            let Ok(_) = encode::write_sint(output, *integer);
            Ok(())
        }
        Number::Decimal(text) => write_text(output, text),
    }
}

fn write_text(output: &mut ByteBuf, text: &str) -> Result<(), Error> {
    length(text.len())?;
    let Ok(()) = encode::write_str(output, text);
    Ok(())
}

fn write_elements<'v>(
    output: &mut ByteBuf,
    elements: impl ExactSizeIterator<Item = &'v Value>,
    ty: &Type,
) -> Result<(), Error> {
    let Ok(_) = encode::write_array_len(output, length(elements.len())?);
    for (index, element) in (0..).zip(elements) {
        write(output, element, ty).map_err(|error| error.within(Step::Index(index)))?;
    }
    Ok(())
}

fn write_map(output: &mut ByteBuf, elements: &BTreeMap<String, Value>, ty: &Type) -> Result<(), Error> {
    let Ok(_) = encode::write_map_len(output, length(elements.len())?);
    for (key, element) in elements {
        write_text(output, key)?;
        write(output, element, ty).map_err(|error| error.within(Step::Key(key.clone())))?;
    }
    Ok(())
}

fn write_object(output: &mut ByteBuf, object: &Object, attributes: &BTreeMap<String, Type>) -> Result<(), Error> {
    if let Some(name) = object.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(Error::from(Reason::UnsupportedAttribute).within(Step::Attribute(name.to_owned())));
    }
    let Ok(_) = encode::write_map_len(output, length(attributes.len())?);
    for (name, ty) in attributes {
        write_text(output, name)?;
        match object.get(name) {
            Some(value) => write(output, value, ty),
            None => Err(Reason::MissingAttribute.into()),
        }
        .map_err(|error| error.within(Step::Attribute(name.to_owned())))?;
    }
    Ok(())
}

fn length(length: usize) -> Result<u32, Error> {
    Ok(u32::try_from(length).map_err(|_| Reason::TooLong(length))?)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Unknown => "unknown",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "list",
        Value::Set(_) => "set",
        Value::Map(_) => "map",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests;
