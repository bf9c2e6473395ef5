//! A configuration against its declaration.

use super::Invalid;
use crate::tf::schema::{Attribute, Nesting, Schema};
use crate::tf::{Object, Path, Step, Value};

/// What is wrong with a configuration's values, one by one. Unknown values pass: they come again when they are known.
///
/// That required attributes are there, types are right and blocks not too many has been checked by Terraform itself.
pub fn validate(schema: &Schema, config: &Object) -> Vec<Invalid> {
    within(schema, config, &Path::default())
}

fn within(schema: &Schema, config: &Object, at: &Path) -> Vec<Invalid> {
    let mut found = Vec::new();
    for attribute in &schema.attributes {
        let path = at.then(Step::Attribute(attribute.name.to_owned()));
        found.extend(of_attribute(
            attribute,
            config.get(attribute.name).unwrap_or(&Value::Null),
            &path,
        ));
    }
    for block in &schema.blocks {
        let path = at.then(Step::Attribute(block.name.to_owned()));
        match (block.nesting, config.get(block.name)) {
            (Nesting::Single, Some(Value::Object(object))) => found.extend(within(&block.schema, object, &path)),
            (_, Some(Value::List(elements))) => {
                for (index, element) in (0..).zip(elements) {
                    found.extend(of_element(&block.schema, element, &path.then(Step::Index(index))));
                }
            }
            // An element of a set has no address; the set has.
            (_, Some(Value::Set(elements))) => {
                for element in elements.iter() {
                    let inside = of_element(&block.schema, element, &path);
                    found.extend(inside.into_iter().map(|invalid| Invalid {
                        path: path.clone(),
                        ..invalid
                    }));
                }
            }
            _ => {}
        }
    }
    found
}

fn of_element(schema: &Schema, element: &Value, at: &Path) -> Vec<Invalid> {
    match element {
        Value::Object(object) => within(schema, object, at),
        _ => Vec::new(),
    }
}

fn of_attribute(attribute: &Attribute, value: &Value, at: &Path) -> Vec<Invalid> {
    if matches!(value, Value::Null | Value::Unknown) {
        return Vec::new();
    }
    let complaints = attribute.rule.checks.iter().flat_map(|check| check.complaints(value));
    complaints
        .map(|complaint| Invalid {
            path: match &complaint.key {
                Some(key) => at.then(Step::Key(key.clone())),
                None => at.clone(),
            },
            complaint,
        })
        .collect()
}
