//! Configuration for an object that has none: what a person would write.

use super::plan::Plan;
use crate::framework::{Diagnostic, Invalid};
use crate::schema::{Attribute, Presence, Schema, Sensitivity, Storage};
use crate::value::{Object, Path, Value};

/// Plans a create (no prior state) or an update by a configuration, and tells what is wrong with it.
pub(super) trait Planner: Fn(&Object, Option<&Object>) -> Result<(Plan, Vec<Invalid>), Diagnostic> {}

impl<F: Fn(&Object, Option<&Object>) -> Result<(Plan, Vec<Invalid>), Diagnostic>> Planner for F {}

/// The configuration with which the object of a state is planned as it is.
///
/// It has no secrets, and no argument that a new object would get without it: neither defaults nor what the plan derives from the provider
/// block. Nor has it what a new object cannot be given, such as an id that the service generates.
pub(super) fn configuration(schema: &Schema, state: &Object, plan: impl Planner) -> Result<Object, Diagnostic> {
    let mut config = schema.empty_object();
    let arguments = || schema.attributes.iter().filter(|attribute| is_written(attribute));
    let names = arguments().map(|attribute| attribute.name);
    for name in names.chain(schema.blocks.iter().map(|block| block.name)) {
        if let Some(value) = state.get(name) {
            config.insert(name.to_owned(), value.clone());
        }
    }
    for attribute in arguments().filter(|attribute| attribute.rule.presence == Presence::Optional) {
        let mut without = config.clone();
        without.insert(attribute.name.to_owned(), Value::Null);
        if without != config && is_needless(attribute, &config, &without, state, &plan)? {
            config = without;
        }
    }
    Ok(config)
}

fn is_written(attribute: &Attribute) -> bool {
    attribute.rule.presence != Presence::Computed
        && attribute.rule.storage == Storage::State
        && attribute.sensitivity == Sensitivity::Plain
}

/// Whether the object stays as it is without this argument, and a new one would have the same value without it, or could not have it.
fn is_needless(
    attribute: &Attribute,
    config: &Object,
    without: &Object,
    state: &Object,
    plan: &impl Planner,
) -> Result<bool, Diagnostic> {
    let get = |object: &Object| object.get(attribute.name).cloned().unwrap_or(Value::Null);
    let held = get(state);
    let is_about = |invalid: &Invalid| invalid.path == Path::attribute(attribute.name);
    let is_held = |(plan, invalid): &(Plan, Vec<Invalid>)| {
        attribute.is_equivalent(&get(&plan.state), &held) && !invalid.iter().any(is_about)
    };
    if !is_held(&plan(without, Some(state))?) {
        return Ok(false);
    }
    if is_held(&plan(without, None)?) {
        return Ok(true);
    }
    let (_, invalid) = plan(config, None)?;
    Ok(invalid.iter().any(is_about))
}

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests;
