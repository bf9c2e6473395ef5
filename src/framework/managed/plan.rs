//! The plan: what an object will be, as far as that can be told beforehand.
//!
//! A pure function of the declaration, the configuration and the prior state. Terraform also sends a proposed state; it is
//! the same two objects merged by rules that know nothing of the declaration, and is not needed. The result holds to
//! Terraform's checks of a plan without the exemption it grants old SDKs: a configured value stays as it is written, or
//! stays as the state spells it; what is not configured and not computed is null; the same inputs give the same plan.

use crate::framework::timeouts::TIMEOUTS;
use crate::schema::{Attribute, Change, Schema, Storage, Unset};
use crate::value::{Object, Value};

/// What an object will be, and whether it has to be made anew for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The planned state.
    pub state: Object,
    /// The attributes whose change replaces the object.
    pub requires_replace: Vec<&'static str>,
}

/// Plans a create (`prior` is `None`) or an update.
///
/// `derive` fills the attributes that the declaration leaves to it, which come unknown; it sees the rest of the plan. Its error
/// ends the plan.
pub fn plan<E>(
    schema: &Schema,
    config: &Object,
    prior: Option<&Object>,
    derive: impl FnOnce(&mut Object) -> Result<(), E>,
) -> Result<Plan, E> {
    let mut state: Object = schema
        .attributes
        .iter()
        .map(|attribute| {
            let prior = prior.map(|prior| get(prior, attribute.name));
            (
                attribute.name.to_owned(),
                planned_value(attribute, get(config, attribute.name), prior),
            )
        })
        .collect();
    for block in &schema.blocks {
        state.insert(block.name.to_owned(), get(config, block.name).clone());
    }
    derive(&mut state)?;
    let Some(prior) = prior else {
        return Ok(Plan {
            state,
            requires_replace: Vec::new(),
        });
    };
    for attribute in schema
        .attributes
        .iter()
        .filter(|a| is_silent(config, a) && a.rule.unset == Unset::CustomizePlan)
    {
        let value = in_prior_spelling(attribute, get(&state, attribute.name), Some(get(prior, attribute.name)));
        state.insert(attribute.name.to_owned(), value);
    }
    Ok(compared(schema, config, prior, state))
}

/// Marks what a change brings with it: values to be refreshed, and replacement.
fn compared(schema: &Schema, config: &Object, prior: &Object, mut state: Object) -> Plan {
    let differs =
        |attribute: &&Attribute| !attribute.is_equivalent(get(&state, attribute.name), get(prior, attribute.name));
    let requires_replace = schema
        .attributes
        .iter()
        .filter(|attribute| attribute.rule.change == Change::Replace)
        .filter(differs)
        .map(|attribute| attribute.name)
        .collect();
    // How long operations may take says nothing of the object: to change it changes nothing else.
    let blocks_differ = schema
        .blocks
        .iter()
        .filter(|block| block.name != TIMEOUTS)
        .any(|block| get(&state, block.name) != get(prior, block.name));
    if blocks_differ || schema.attributes.iter().any(|attribute| differs(&attribute)) {
        for attribute in schema
            .attributes
            .iter()
            .filter(|a| is_silent(config, a) && a.rule.unset == Unset::UnknownOnChange)
        {
            state.insert(attribute.name.to_owned(), Value::Unknown);
        }
    }
    Plan {
        state,
        requires_replace,
    }
}

fn planned_value(attribute: &Attribute, config: &Value, prior: Option<&Value>) -> Value {
    match (config, &attribute.rule.unset) {
        _ if attribute.rule.storage == Storage::WriteOnly => Value::Null,
        (Value::Null, Unset::Null) if !attribute.is_computed() => Value::Null,
        (Value::Null, Unset::Null) => in_prior_spelling(attribute, &Value::Null, prior),
        (Value::Null, Unset::Default(default)) => in_prior_spelling(attribute, default, prior),
        (Value::Null, Unset::UseStateForUnknown | Unset::UnknownOnChange) => prior.cloned().unwrap_or(Value::Unknown),
        (Value::Null, Unset::CustomizePlan) => Value::Unknown,
        // Terraform accepts another spelling than the configuration's only where the state holds one.
        (configured, _) => in_prior_spelling(attribute, configured, prior.filter(|prior| **prior != Value::Null)),
    }
}

fn in_prior_spelling(attribute: &Attribute, value: &Value, prior: Option<&Value>) -> Value {
    prior
        .filter(|prior| attribute.is_equivalent(value, prior))
        .unwrap_or(value)
        .clone()
}

fn is_silent(config: &Object, attribute: &Attribute) -> bool {
    *get(config, attribute.name) == Value::Null
}

fn get<'o>(object: &'o Object, name: &str) -> &'o Value {
    object.get(name).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests;
