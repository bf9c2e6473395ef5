#![allow(clippy::unwrap_used)]

use super::*;
use crate::framework::managed::plan::plan;
use crate::schema::block::Block;
use crate::schema::equivalence::Equivalence;
use crate::schema::{Unset, computed, optional, required};
use crate::secret::Secret;

crate::block! {
    /// A door.
    pub struct Door {
        /// Required.
        name: String = required(),
        /// Has a default.
        color: String = optional().default("red"),
        /// Has a default that is empty.
        note: String = optional().default("").equivalence(Equivalence::EmptyIsNull),
        /// Stays as it is if it is not set.
        number: String = optional().unset(Unset::UseStateForUnknown),
        /// Given by the service, except for special doors.
        key: String = optional().unset(Unset::UseStateForUnknown),
        /// Derived from the provider block.
        house: String = optional().unset(Unset::CustomizePlan),
        /// A time after which no new door can be set.
        end: String = optional(),
        /// A secret.
        code: Secret = optional().unset(Unset::UseStateForUnknown),
        /// Given by the service.
        made: String = computed(),
    }
}

fn planned(schema: &Schema, config: &Object, prior: Option<&Object>) -> Result<(Plan, Vec<Invalid>), Diagnostic> {
    let mut invalid = Vec::new();
    let planned = plan::<Diagnostic>(schema, config, prior, |state| {
        if config["house"] == Value::Null {
            state.insert("house".to_owned(), "ours".into());
        }
        if prior.is_none_or(|prior| prior["key"] != config["key"]) && config["key"] != Value::Null {
            invalid.push(Invalid::attribute("key", "is given by the service"));
        }
        if prior.is_none_or(|prior| prior["end"] != config["end"]) && config["end"] != Value::Null {
            invalid.push(Invalid::attribute("end", "has passed"));
        }
        Ok(())
    })?;
    Ok((planned, invalid))
}

fn door<const N: usize>(values: [(&str, &str); N]) -> Object {
    let mut door = Door::schema().empty_object();
    for (name, value) in values {
        assert!(door.insert(name.to_owned(), value.into()).is_some(), "{name}");
    }
    door
}

#[test]
fn what_a_new_object_would_have_anyway_is_left_out_and_secrets_always() {
    let schema = Door::schema();
    let rows = [
        (
            door([
                ("name", "a"),
                ("color", "red"),
                ("note", ""),
                ("house", "ours"),
                ("code", "1234"),
                ("made", "today"),
            ]),
            door([("name", "a")]),
        ),
        (
            door([
                ("name", ""),
                ("color", ""),
                ("note", "b"),
                ("number", "1"),
                ("house", "other"),
            ]),
            door([
                ("name", ""),
                ("color", ""),
                ("note", "b"),
                ("number", "1"),
                ("house", "other"),
            ]),
        ),
        // What only the service can give is left out; what would change without it is not.
        (
            door([("name", "a"), ("key", "k"), ("end", "long ago")]),
            door([("name", "a"), ("end", "long ago")]),
        ),
    ];
    for (state, expected) in rows {
        let config = configuration(&schema, &state, |config: &Object, prior: Option<&Object>| {
            planned(&schema, config, prior)
        });
        let config = config.unwrap();
        let shown = |object: &Object| -> Vec<_> {
            let set = object.iter().filter(|(_, value)| **value != Value::Null);
            set.map(|(name, value)| (name.clone(), value.as_str().map(str::to_owned)))
                .collect()
        };
        assert_eq!(shown(&config), shown(&expected));
    }
}
