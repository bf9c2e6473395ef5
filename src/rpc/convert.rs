//! Our types to and from the protocol's.

use super::proto::tfplugin6 as pb;
use crate::tf::schema::{Attribute, NestedBlock, Nesting, Presence, Sensitivity, Storage};
use crate::tf::{Diagnostic, Object, Path, Schema, Severity, Step, Type, Value, doc, json, msgpack};

/// The object in a message; `None` for null. An empty or absent message is null.
pub(super) fn object(value: Option<&pb::DynamicValue>, schema: &Schema) -> Result<Option<Object>, Diagnostic> {
    let decoded = match value {
        None => return Ok(None),
        Some(value) if value.msgpack.is_empty() => json::decode(&value.json, &schema.ty()),
        Some(value) => msgpack::decode(&value.msgpack, &schema.ty()),
    };
    as_object(decoded.map_err(|error| unreadable(&error))?)
}

/// The object in a message, where the protocol promises one.
pub(super) fn required(value: Option<&pb::DynamicValue>, schema: &Schema) -> Result<Object, Diagnostic> {
    object(value, schema)?
        .ok_or_else(|| Diagnostic::error("Unreadable message", "Terraform sent null where an object belongs."))
}

/// The object in a stored state.
pub(super) fn stored(state: Option<&pb::RawState>, schema: &Schema) -> Result<Option<Object>, Diagnostic> {
    let state = state.map(|state| state.json.as_slice()).unwrap_or_default();
    as_object(json::decode(state, &schema.ty()).map_err(|error| unreadable(&error))?)
}

/// An object, or null, as a message.
pub(super) fn message(object: Option<Object>, ty: &Type) -> Result<Option<pb::DynamicValue>, Diagnostic> {
    let value = object.map_or(Value::Null, Value::Object);
    let msgpack = msgpack::encode(&value, ty).map_err(|error| {
        let detail = format!(
            "The provider made an object that does not fit its own schema: {error}. This is a defect of the provider."
        );
        Diagnostic::error("Provider defect", detail)
    })?;
    Ok(Some(pb::DynamicValue {
        msgpack,
        json: Vec::new(),
    }))
}

/// A schema as a message, at schema version 0: the version of the official providers' states.
pub(super) fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema {
        version: 0,
        block: Some(block(schema)),
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
        r#type: attribute.ty.to_json().to_string().into_bytes(),
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
            "Unreadable message",
            format!("Terraform sent {other:?} where an object belongs."),
        )),
    }
}

fn unreadable(error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic::error(
        "Unreadable message",
        format!("What Terraform sent cannot be read: {error}."),
    )
}
