//! Converts between the crate's types and the protocol's messages.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::proto::tfplugin6 as pb;
use crate::framework::managed::StateWriter;
use crate::framework::timeouts::TIMEOUTS;
use crate::framework::{Diagnostic, Outcome, panics};
use crate::schema::check::Severity;
use crate::schema::{Attribute, NestedBlock, Nesting, Presence, Schema, Sensitivity, Storage, doc};
use crate::value::{Object, Path, Step, Type, Value, json, msgpack};

/// Decodes an object; `None` if null. An empty or missing message is null.
pub(super) fn object(value: Option<&pb::DynamicValue>, schema: &Schema) -> Result<Option<Object>, Diagnostic> {
    let decoded = match value {
        None => return Ok(None),
        Some(value) if value.msgpack.is_empty() => json::decode(&value.json, &schema.ty()),
        Some(value) => msgpack::decode(&value.msgpack, &schema.ty()),
    };
    as_object(decoded.map_err(|error| unreadable(&error))?)
}

/// Decodes an object that the protocol requires.
pub(super) fn required(value: Option<&pb::DynamicValue>, schema: &Schema) -> Result<Object, Diagnostic> {
    object(value, schema)?
        .ok_or_else(|| Diagnostic::error("Invalid message", "Terraform sent null instead of an object."))
}

/// Decodes a stored state, and tells who wrote it.
pub(super) fn stored(
    state: Option<&pb::RawState>,
    schema: &Schema,
) -> Result<Option<(Object, StateWriter)>, Diagnostic> {
    let json = state.map(|state| state.json.as_slice()).unwrap_or_default();
    let state = as_object(json::decode(json, &schema.ty()).map_err(|error| unreadable(&error))?)?;
    Ok(state.map(|state| (state, writer_of(json))))
}

/// Decodes a state that is moved here, and tells who wrote it.
pub(super) fn moved(
    state: Option<&pb::RawState>,
    schema: &Schema,
) -> Result<Option<(Object, StateWriter)>, Diagnostic> {
    let json = state.map(|state| state.json.as_slice()).unwrap_or_default();
    Ok(foreign(state, schema)?.map(|state| (state, writer_of(json))))
}

fn writer_of(json: &[u8]) -> StateWriter {
    if json::has_key(json, TIMEOUTS) {
        StateWriter::This
    } else {
        StateWriter::Official
    }
}

/// Decodes a state or an identity that another provider may have written: attributes that are not known here are left out.
pub(super) fn foreign(state: Option<&pb::RawState>, schema: &Schema) -> Result<Option<Object>, Diagnostic> {
    let state = state.map(|state| state.json.as_slice()).unwrap_or_default();
    as_object(json::decode_foreign(state, &schema.ty()).map_err(|error| unreadable(&error))?)
}

/// Decodes an identity; `None` where there is none.
pub(super) fn identity(data: Option<&pb::ResourceIdentityData>, schema: &Schema) -> Result<Option<Object>, Diagnostic> {
    object(data.and_then(|data| data.identity_data.as_ref()), schema)
}

/// Encodes an identity; one that cannot be encoded is none, so that what it is about is not lost.
pub(super) fn identity_data(identity: Object, schema: &Schema) -> Option<pb::ResourceIdentityData> {
    let msgpack = encode(&Value::Object(identity), &schema.ty()).ok()?;
    let identity_data = pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    };
    Some(pb::ResourceIdentityData {
        identity_data: Some(identity_data),
    })
}

/// Encodes the outcome of a call, with its diagnostics.
///
/// An attribute that cannot be encoded becomes null, with an error, so that the rest of the outcome is not lost.
pub(super) fn outcome(outcome: Outcome<Option<Object>>, ty: &Type) -> (Option<pb::DynamicValue>, Vec<pb::Diagnostic>) {
    let mut diagnostics = outcome.diagnostics;
    let value = outcome.value.map_or(Value::Null, Value::Object);
    let msgpack = encode(&value, ty).unwrap_or_else(|defect| match (value, ty) {
        (Value::Object(object), Type::Object(attributes)) => encode_singly(object, attributes, &mut diagnostics),
        _ => {
            diagnostics.push(mismatch(&defect));
            Vec::new()
        }
    });
    let message = pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    };
    (Some(message), self::diagnostics(diagnostics))
}

/// Encodes an object without the attributes that cannot be encoded.
fn encode_singly(
    mut object: Object,
    attributes: &BTreeMap<String, Type>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<u8> {
    let mut fit = Object::new();
    for (name, ty) in attributes {
        let value = object.remove(name).ok_or_else(|| "missing attribute".to_owned());
        let value = value.and_then(|value| encode(&value, ty).map(|_| value));
        let value = value.unwrap_or_else(|defect| {
            diagnostics.push(mismatch(&format!("{name}: {defect}")).at(Path::attribute(name)));
            Value::Null
        });
        fit.insert(name.clone(), value);
    }
    diagnostics.extend(
        object
            .keys()
            .map(|name| mismatch(&format!("{name}: unsupported attribute"))),
    );
    encode(&Value::Object(fit), &Type::Object(attributes.clone())).unwrap_or_default()
}

fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, String> {
    match catch_unwind(AssertUnwindSafe(|| msgpack::encode(value, ty))) {
        Ok(encoded) => encoded.map_err(|error| error.to_string()),
        Err(panic) => Err(panics::reason(panic.as_ref())),
    }
}

fn mismatch(defect: &str) -> Diagnostic {
    panics::diagnostic(&format!(
        "The provider made an object that does not match its own schema: {defect}. What does not match is left out."
    ))
}

/// Converts a schema, with schema version 0, as in the states of the official providers.
pub(super) fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema {
        version: 0,
        block: Some(block(schema)),
    }
}

/// Converts the schema of an identity. Its version is 0, which is also what a state without identity counts as.
pub(super) fn identity_schema(schema: &Schema) -> pb::ResourceIdentitySchema {
    let attribute = |attribute: &Attribute| pb::resource_identity_schema::IdentityAttribute {
        name: attribute.name.to_owned(),
        r#type: attribute.ty.to_json().to_string().into_bytes(),
        required_for_import: attribute.rule.presence == Presence::Required,
        optional_for_import: attribute.rule.presence != Presence::Required,
        description: doc::of_attribute(attribute),
    };
    pb::ResourceIdentitySchema {
        version: 0,
        identity_attributes: schema.attributes.iter().map(attribute).collect(),
    }
}

pub(super) fn diagnostics(diagnostics: Vec<Diagnostic>) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(pb::Diagnostic::from).collect()
}

impl From<Diagnostic> for pb::Diagnostic {
    fn from(diagnostic: Diagnostic) -> Self {
        let severity = match diagnostic.severity {
            Severity::Error => pb::diagnostic::Severity::Error,
            Severity::Warning => pb::diagnostic::Severity::Warning,
        };
        Self {
            severity: severity.into(),
            summary: diagnostic.summary,
            detail: diagnostic.detail,
            attribute: diagnostic.path.map(pb::AttributePath::from),
        }
    }
}

impl From<Path> for pb::AttributePath {
    fn from(path: Path) -> Self {
        use pb::attribute_path::step::Selector;
        let selector = |step| match step {
            Step::Attribute(name) => Selector::AttributeName(name),
            Step::Key(key) => Selector::ElementKeyString(key),
            Step::Index(index) => Selector::ElementKeyInt(index),
        };
        let steps = path.0.into_iter().map(|step| pb::attribute_path::Step {
            selector: Some(selector(step)),
        });
        Self { steps: steps.collect() }
    }
}

fn block(schema: &Schema) -> pb::schema::Block {
    pb::schema::Block {
        attributes: schema.attributes.iter().map(attribute).collect(),
        block_types: schema.blocks.iter().map(nested_block).collect(),
        description: doc::paragraphs(schema.doc),
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    pb::schema::Attribute {
        name: attribute.name.to_owned(),
        r#type: match attribute.nested {
            Some(_) => Vec::new(),
            None => attribute.ty.to_json().to_string().into_bytes(),
        },
        nested_type: attribute.nested.as_ref().map(nested_type),
        description: doc::of_attribute(attribute),
        required: attribute.rule.presence == Presence::Required,
        optional: attribute.rule.presence == Presence::Optional,
        computed: attribute.is_computed(),
        sensitive: attribute.sensitivity == Sensitivity::Sensitive,
        write_only: attribute.rule.storage == Storage::WriteOnly,
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

/// The type of an attribute that is a list of objects with a schema of their own.
fn nested_type(elements: &Schema) -> pb::schema::Object {
    pb::schema::Object {
        attributes: elements.attributes.iter().map(attribute).collect(),
        nesting: pb::schema::object::NestingMode::List.into(),
        ..Default::default()
    }
}

fn nested_block(nested: &NestedBlock) -> pb::schema::NestedBlock {
    use pb::schema::nested_block::NestingMode;
    let (nesting, max) = match nested.nesting {
        Nesting::Single => (NestingMode::Single, 0),
        Nesting::List { max } => (NestingMode::List, max),
        Nesting::Set { max } => (NestingMode::Set, max),
    };
    pb::schema::NestedBlock {
        type_name: nested.name.to_owned(),
        block: Some(pb::schema::Block {
            description: doc::paragraphs(nested.doc),
            ..block(&nested.schema)
        }),
        nesting: nesting.into(),
        min_items: 0,
        max_items: max.into(),
    }
}

fn as_object(value: Value) -> Result<Option<Object>, Diagnostic> {
    match value {
        Value::Null => Ok(None),
        Value::Object(object) => Ok(Some(object)),
        other => Err(Diagnostic::error(
            "Invalid message",
            format!("Terraform sent {other:?} instead of an object."),
        )),
    }
}

fn unreadable(error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic::error(
        "Invalid message",
        format!("A message of Terraform cannot be decoded: {error}."),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ty() -> Type {
        let attributes = [("id", Type::String), ("size", Type::Number), ("tags", Type::String)];
        Type::Object(attributes.map(|(name, ty)| (name.to_owned(), ty)).into())
    }

    #[test]
    fn an_attribute_that_cannot_be_encoded_is_reported_and_no_other_is_lost() {
        let object = [
            ("id", "a1".into()),
            ("size", "large".into()),
            ("extra", Value::Bool(true)),
        ];
        let broken = Outcome {
            value: Some(object.map(|(name, value)| (name.to_owned(), value)).into()),
            diagnostics: vec![Diagnostic::warning("Told before", "Detail")],
        };
        let (message, diagnostics) = outcome(broken, &ty());
        let Value::Object(object) = msgpack::decode(&message.unwrap().msgpack, &ty()).unwrap() else {
            panic!("an object");
        };
        let expected = [("id", "a1".into()), ("size", Value::Null), ("tags", Value::Null)];
        assert_eq!(object, expected.map(|(name, value)| (name.to_owned(), value)).into());

        let details = diagnostics
            .iter()
            .map(|diagnostic| (diagnostic.severity(), diagnostic.detail.as_str()));
        let (severities, details): (Vec<_>, Vec<_>) = details.unzip();
        assert_eq!(severities[0], pb::diagnostic::Severity::Warning);
        assert!(
            severities[1..]
                .iter()
                .all(|severity| *severity == pb::diagnostic::Severity::Error)
        );
        let defects = [
            "Detail",
            "size: expected number, found string",
            "tags: missing attribute",
            "extra: unsupported attribute",
        ];
        assert_eq!(details.len(), defects.len(), "{details:?}");
        for (detail, defect) in details.iter().zip(defects) {
            assert!(detail.contains(defect), "{detail:?} has no {defect:?}");
        }
        assert_eq!(diagnostics[1].attribute, Some(Path::attribute("size").into()));
    }

    #[test]
    fn a_missing_object_is_encoded_as_null() {
        let nothing = Outcome {
            value: None,
            diagnostics: Vec::new(),
        };
        let (message, diagnostics) = outcome(nothing, &ty());
        assert_eq!((message.unwrap().msgpack, diagnostics), (vec![0xc0], Vec::new()));
    }
}
