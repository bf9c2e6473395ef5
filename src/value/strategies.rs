//! Generated types and values.

#![allow(clippy::expect_used)]

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::{Number, Set, Type, Value};

/// Whether generated values may hold unknown parts.
#[derive(Clone, Copy)]
pub(crate) enum Unknowns {
    Excluded,
    Included,
}

/// A type, and a value of it.
pub(crate) fn typed_value(unknowns: Unknowns) -> impl Strategy<Value = (Type, Value)> {
    any_type().prop_flat_map(move |ty| {
        let value = value_of(&ty, unknowns);
        (Just(ty), value)
    })
}

/// A type nested up to four deep.
pub(crate) fn any_type() -> impl Strategy<Value = Type> {
    let primitive = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)];
    primitive.prop_recursive(4, 24, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed().prop_map(Type::List),
            boxed().prop_map(Type::Set),
            boxed().prop_map(Type::Map),
            btree_map("[a-z_]{1,20}", inner.clone(), 0..5).prop_map(Type::Object),
        ]
    })
}

/// A value of a type, null at times.
pub(crate) fn value_of(ty: &Type, unknowns: Unknowns) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => number().prop_map(Value::Number).boxed(),
        Type::String => any::<String>().prop_map(Value::string).boxed(),
        Type::List(element) => vec(value_of(element, unknowns), 0..6).prop_map(Value::List).boxed(),
        Type::Set(element) => vec(value_of(element, unknowns), 0..5)
            .prop_map(Set::new)
            .prop_map(Value::Set)
            .boxed(),
        Type::Map(element) => btree_map(".{0,40}", value_of(element, unknowns), 0..6)
            .prop_map(Value::Map)
            .boxed(),
        Type::Object(attributes) => {
            let attributes: Vec<_> = attributes
                .iter()
                .map(|(name, ty)| (Just(name.clone()), value_of(ty, unknowns)))
                .collect();
            attributes.prop_map(BTreeMap::from_iter).prop_map(Value::Object).boxed()
        }
    };
    match unknowns {
        Unknowns::Excluded => prop_oneof![1 => Just(Value::Null), 9 => known].boxed(),
        Unknowns::Included => prop_oneof![1 => Just(Value::Null), 1 => Just(Value::Unknown), 8 => known].boxed(),
    }
}

fn number() -> impl Strategy<Value = Number> {
    let parsed = |text: String| text.parse().expect("a decimal number");
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        (-200..200i64).prop_map(Number::from),
        prop::num::f64::NORMAL.prop_map(|value| Number::try_from(value).expect("a finite number")),
        r"-?(0|[1-9][0-9]{0,60})(\.[0-9]{1,60})?".prop_map(parsed),
    ]
}
