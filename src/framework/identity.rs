//! Which object is meant: by the id that the service knows it by, and by the identity that Terraform stores beside the state.

use std::fmt;

use super::Diagnostic;
use crate::schema::{Attribute, Schema};
use crate::value::{Object, Path, Value};

/// An object at a service: its type, its region and its id. The account is that of the connection, which has an
/// [ownership registry](super::ownership::Ownership) of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// The resource type, such as `aws_api_gateway_api_key`.
    pub resource_type: &'static str,
    /// The region; empty where ids are the same in all regions.
    pub region: String,
    /// The id, as the service has it.
    pub id: String,
}

impl ObjectId {
    /// An object of a service whose ids are the same in all regions.
    pub fn global(resource_type: &'static str, id: impl Into<String>) -> Self {
        Self::regional(resource_type, "", id)
    }

    /// An object in a region.
    pub fn regional(resource_type: &'static str, region: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            resource_type,
            region: region.into(),
            id: id.into(),
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// The identity of an object: what is known of it now, and what else was stored, or given by an import.
///
/// States of other versions and hosts have no identity, one whose attributes are all null, or one that says less: all of them are
/// completed. One that says more than can be known now is kept. Unknown is the same as nothing.
///
/// # Errors
///
/// Both say something, and not the same.
pub(super) fn merged(schema: &Schema, stored: Option<&Object>, known: &Object) -> Result<Object, Difference> {
    let one = |attribute: &Attribute| {
        let stored = stored.map_or(&Value::Null, |stored| said(stored, attribute));
        let value = match (stored, said(known, attribute)) {
            (Value::Null, known) => known,
            (stored, Value::Null) => stored,
            (stored, known) if attribute.is_equivalent(stored, known) => stored,
            (stored, known) => {
                return Err(Difference {
                    attribute: attribute.name,
                    stored: stored.clone(),
                    known: known.clone(),
                });
            }
        };
        Ok((attribute.name.to_owned(), value.clone()))
    };
    schema.attributes.iter().map(one).collect()
}

/// Two identities of one object that cannot both be right.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    attribute: &'static str,
    stored: Value,
    known: Value,
}

impl Difference {
    /// The error for an object of a type.
    pub(super) fn diagnostic(&self, type_name: &str) -> Diagnostic {
        let quoted = |value: &Value| format!("\"{}\"", value.as_str().unwrap_or_default());
        let detail = format!(
            "The identity that the state or the import block has for it says that its {name} is {}, but with this configuration of the \
             provider it is {}. Nothing was done, since another object would be taken for it. Configure the provider as it was when the \
             identity was stored. If that one is wrong, remove the object from the state, and import it by its id.",
            quoted(&self.stored),
            quoted(&self.known),
            name = self.attribute,
        );
        Diagnostic::error(format!("{type_name} is another object by its identity"), detail)
            .at(Path::attribute(self.attribute))
    }
}

/// What an identity says; null for nothing.
fn said<'o>(identity: &'o Object, attribute: &Attribute) -> &'o Value {
    match identity.get(attribute.name) {
        None | Some(Value::Unknown) => &Value::Null,
        Some(value) => value,
    }
}

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests;
