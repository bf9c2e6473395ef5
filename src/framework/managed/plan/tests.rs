#![allow(clippy::unwrap_used)]

use std::convert::Infallible;

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::schema::equivalence::Equivalence;
use crate::schema::{Presence, Rule, Sensitivity, computed, optional, required};
use crate::value::Type;

const ZULU: &str = "2035-07-06T09:00:00Z";
const OFFSET: &str = "2035-07-06T11:00:00+02:00";

fn attribute(name: &'static str, ty: Type, rule: Rule) -> Attribute {
    Attribute {
        name,
        doc: "",
        ty,
        nested: None,
        sensitivity: Sensitivity::Plain,
        rule,
    }
}

fn schema(attributes: Vec<Attribute>) -> Schema {
    Schema {
        doc: "",
        attributes,
        blocks: Vec::new(),
    }
}

/// The plan, in which everything derived is the same text.
fn planned(schema: &Schema, config: &Object, prior: Option<&Object>) -> Plan {
    let derive = |state: &mut Object| {
        let derived = schema
            .attributes
            .iter()
            .filter(|a| a.rule.unset == Unset::CustomizePlan && is_silent(config, a));
        state.extend(derived.map(|attribute| (attribute.name.to_owned(), Value::string("derived"))));
        Ok::<(), Infallible>(())
    };
    let Ok(plan) = plan(schema, config, prior, derive);
    plan
}

/// Name, rule, configured value, prior value, whether another attribute changes, planned value, whether it replaces.
type Row = (&'static str, Rule, Value, Option<Value>, bool, Value, bool);

/// What a plan makes of one attribute, beside another that does or does not change.
#[test]
fn each_rule_fills_the_plan_as_it_says() {
    let text = Value::string;
    let (null, unknown) = (|| Value::Null, || Value::Unknown);
    let map = |elements: &[(&str, Value)]| {
        Value::Map(
            elements
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect(),
        )
    };
    let default = || optional().default("d");
    let kept = || optional().unset(Unset::UseStateForUnknown);
    let refreshed = || computed().unset(Unset::UnknownOnChange);
    let empty = || optional().equivalence(Equivalence::EmptyIsNull);
    let time = || optional().equivalence(Equivalence::Instant).requires_replace();
    let tags = || optional().equivalence(Equivalence::Tags);
    let write_only = || Rule {
        storage: Storage::WriteOnly,
        ..optional()
    };
    let (same, other) = (false, true);
    #[rustfmt::skip]
    let rows: Vec<Row> = vec![
        ("required, create", required(), text("a"), None, other, text("a"), false),
        ("required, changed", required(), text("b"), Some(text("a")), same, text("b"), false),
        ("required, changed, replaces", required().requires_replace(), text("b"), Some(text("a")), same, text("b"), true),
        ("required, unknown, replaces", required().requires_replace(), unknown(), Some(text("a")), same, unknown(), true),
        ("replaces, unchanged", required().requires_replace(), text("a"), Some(text("a")), other, text("a"), false),
        ("optional, removed", optional(), null(), Some(text("a")), same, null(), false),
        ("default, create", default(), null(), None, other, text("d"), false),
        ("default, back from another", default(), null(), Some(text("a")), same, text("d"), false),
        ("default, overridden", default(), text("a"), Some(text("d")), same, text("a"), false),
        ("kept, create", kept(), null(), None, other, unknown(), false),
        ("kept, unset", kept(), null(), Some(text("a")), other, text("a"), false),
        ("kept, null in the state", kept(), null(), Some(null()), other, null(), false),
        ("kept, set", kept(), text("b"), Some(text("a")), same, text("b"), false),
        ("computed, create", computed(), null(), None, other, unknown(), false),
        ("computed, other changes", computed(), null(), Some(text("a")), other, text("a"), false),
        ("refreshed, create", refreshed(), null(), None, other, unknown(), false),
        ("refreshed, nothing changes", refreshed(), null(), Some(text("a")), same, text("a"), false),
        ("refreshed, other changes", refreshed(), null(), Some(text("a")), other, unknown(), false),
        ("empty in state, silent", empty(), null(), Some(text("")), same, text(""), false),
        ("empty in both", empty(), text(""), Some(text("")), same, text(""), false),
        ("empty in config, null in state", empty(), text(""), Some(null()), same, text(""), false),
        ("emptied by silence", empty(), null(), Some(text("a")), same, null(), false),
        ("time, other spelling", time(), text(OFFSET), Some(text(ZULU)), same, text(ZULU), false),
        ("time, other instant", time(), text(OFFSET), Some(text("2036-01-01T00:00:00Z")), same, text(OFFSET), true),
        ("time, removed", time(), null(), Some(text(ZULU)), same, null(), true),
        ("tags, empty in state", tags(), null(), Some(map(&[])), same, map(&[]), false),
        ("tags, empty in config", tags(), map(&[]), Some(map(&[])), same, map(&[]), false),
        ("tags, null element", tags(), map(&[("a", null())]), Some(map(&[])), same, map(&[]), false),
        ("tags, unknown element", tags(), map(&[("a", unknown())]), Some(map(&[])), same, map(&[("a", unknown())]), false),
        ("write-only, set", write_only(), text("a"), None, other, null(), false),
    ];
    for (name, rule, config, prior, other, expected, replaced) in rows {
        let ty = match (&config, &prior) {
            (Value::Map(_), _) | (_, Some(Value::Map(_))) => Type::Map(Box::new(Type::String)),
            _ => Type::String,
        };
        let schema = schema(vec![
            attribute("it", ty, rule),
            attribute("other", Type::String, optional()),
        ]);
        let config = Object::from([("it".into(), config), ("other".into(), text("new"))]);
        let before = if other { text("old") } else { text("new") };
        let prior = prior.map(|prior| Object::from([("it".into(), prior), ("other".into(), before)]));
        let plan = planned(&schema, &config, prior.as_ref());
        assert!(plan.state["it"] == expected, "{name}: planned {:?}", plan.state["it"]);
        assert_eq!(plan.requires_replace == ["it"], replaced, "{name}");
    }
}

#[test]
fn a_value_equal_in_meaning_is_no_change_for_the_time_of_last_change() {
    let schema = schema(vec![
        attribute("ends", Type::String, optional().equivalence(Equivalence::Instant)),
        attribute("note", Type::String, optional().equivalence(Equivalence::EmptyIsNull)),
        attribute("changed", Type::String, computed().unset(Unset::UnknownOnChange)),
    ]);
    let config = object([
        ("ends", Value::string(OFFSET)),
        ("note", Value::string("")),
        ("changed", Value::Null),
    ]);
    let prior = object([
        ("ends", Value::string(ZULU)),
        ("note", Value::Null),
        ("changed", Value::string("then")),
    ]);
    assert!(planned(&schema, &config, Some(&prior)).state["changed"] == Value::string("then"));
}

#[test]
fn what_is_derived_keeps_the_spelling_of_the_state() {
    let schema = schema(vec![attribute(
        "all",
        Type::Map(Box::new(Type::String)),
        computed().unset(Unset::CustomizePlan).equivalence(Equivalence::Tags),
    )]);
    let derive = |value: Value| {
        move |plan: &mut Object| {
            plan.insert("all".to_owned(), value);
            Ok::<(), Infallible>(())
        }
    };
    let config = object([("all", Value::Null)]);
    let prior = object([("all", Value::Null)]);
    let Ok(same) = plan(&schema, &config, Some(&prior), derive(Value::Map([].into())));
    assert!(same.state == prior);
    let tags = Value::Map([("a".to_owned(), Value::string("b"))].into());
    let Ok(other) = plan(&schema, &config, Some(&prior), derive(tags.clone()));
    assert!(other.state["all"] == tags);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The rules of Terraform core for a plan ("Provider produced invalid plan"), for any schema and any values.
    #[test]
    fn terraform_accepts_every_plan(case in case()) {
        let plan = planned(&case.schema, &case.config, case.prior.as_ref());
        for attribute in &case.schema.attributes {
            let prior = case.prior.as_ref().map_or(&Value::Null, |prior| &prior[attribute.name]);
            let verdict = accept(attribute, prior, &case.config[attribute.name], &plan.state[attribute.name]);
            prop_assert!(verdict.is_ok(), "{}: {verdict:?}", attribute.name);
        }
        if case.prior.is_none() {
            prop_assert!(plan.requires_replace.is_empty());
        }
    }

    /// Terraform plans twice and compares.
    #[test]
    fn the_same_inputs_give_the_same_plan(case in case()) {
        let once = planned(&case.schema, &case.config, case.prior.as_ref());
        prop_assert!(once == planned(&case.schema, &case.config, case.prior.as_ref()));
    }

    /// The second plan, made during apply when more is known ("Provider produced inconsistent final plan").
    #[test]
    fn what_a_plan_knows_stays_when_more_is_known(case in case()) {
        let first = planned(&case.schema, &case.config, case.prior.as_ref());
        let second = planned(&case.schema, &resolved(&case.config, "late"), case.prior.as_ref());
        for (name, value) in &first.state {
            prop_assert!(!value.is_wholly_known() || *value == second.state[name], "{name}");
        }
    }

    /// What was applied as planned is what the next plan wants.
    #[test]
    fn after_an_apply_nothing_is_left_to_do(case in case()) {
        let config = resolved(&case.config, "late");
        let applied = resolved(&planned(&case.schema, &config, case.prior.as_ref()).state, "made");
        let next = planned(&case.schema, &config, Some(&applied));
        prop_assert!(next.state == applied);
        prop_assert!(next.requires_replace.is_empty());
    }
}

#[derive(Debug)]
struct Case {
    schema: Schema,
    config: Object,
    prior: Option<Object>,
}

fn accept(attribute: &Attribute, prior: &Value, config: &Value, planned: &Value) -> Result<(), &'static str> {
    if attribute.rule.storage == Storage::WriteOnly {
        return if *planned == Value::Null {
            Ok(())
        } else {
            Err("write-only, but not null")
        };
    }
    if planned == config || (planned == prior && *prior != Value::Null && *config != Value::Null) {
        return Ok(());
    }
    match (config, attribute.is_computed()) {
        (Value::Null, true) => Ok(()),
        (Value::Null, false) => Err("planned for a non-computed attribute"),
        _ => Err("does not match the configured value"),
    }
}

fn case() -> impl Strategy<Value = Case> {
    let names = ["a", "b", "c", "d", "e"];
    proptest::collection::vec(rule(), 1..=names.len()).prop_flat_map(move |rules| {
        let configs: Vec<_> = rules.iter().map(|(ty, rule)| configured(ty, rule)).collect();
        let priors: Vec<_> = rules.iter().map(|(ty, _)| stored(ty)).collect();
        (Just(rules), configs, option::of(priors)).prop_map(move |(rules, config, prior)| Case {
            schema: schema(
                names
                    .iter()
                    .zip(rules)
                    .map(|(name, (ty, rule))| attribute(name, ty, rule))
                    .collect(),
            ),
            config: object(names.into_iter().zip(config)),
            prior: prior.map(|prior| object(names.into_iter().zip(prior))),
        })
    })
}

fn rule() -> impl Strategy<Value = (Type, Rule)> {
    let text = (
        select(vec![Presence::Required, Presence::Optional, Presence::Computed]),
        select(vec![
            Unset::Null,
            Unset::Default(Value::string("a")),
            Unset::UseStateForUnknown,
            Unset::UnknownOnChange,
            Unset::CustomizePlan,
        ]),
        select(vec![Change::InPlace, Change::Replace]),
        select(vec![Equivalence::Exact, Equivalence::EmptyIsNull, Equivalence::Instant]),
        prop::bool::weighted(0.1),
    );
    let text = text.prop_map(|(presence, unset, change, equivalence, write_only)| {
        let rule = match presence {
            Presence::Required => required(),
            Presence::Optional => optional().unset(unset),
            // A computed value comes from the service, in one of the two ways.
            Presence::Computed if unset == Unset::UnknownOnChange => computed().unset(unset),
            Presence::Computed => computed(),
        };
        let storage = match (presence, &rule.unset) {
            (Presence::Required, _) | (Presence::Optional, Unset::Null) if write_only => Storage::WriteOnly,
            _ => Storage::State,
        };
        (
            Type::String,
            Rule {
                change,
                storage,
                ..rule.equivalence(equivalence)
            },
        )
    });
    let map = Just((
        Type::Map(Box::new(Type::String)),
        optional().equivalence(Equivalence::Tags),
    ));
    prop_oneof![6 => text, 1 => map]
}

fn configured(ty: &Type, rule: &Rule) -> BoxedStrategy<Value> {
    let given = prop_oneof![4 => known(ty), 1 => Just(Value::Unknown), 1 => partly_known(ty)];
    match rule.presence {
        Presence::Required => given.boxed(),
        Presence::Optional => prop_oneof![2 => given, 1 => Just(Value::Null)].boxed(),
        Presence::Computed => Just(Value::Null).boxed(),
    }
}

fn stored(ty: &Type) -> BoxedStrategy<Value> {
    prop_oneof![3 => known(ty), 1 => Just(Value::Null)].boxed()
}

fn known(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Map(_) => btree_map("[ab]", prop_oneof![known(&Type::String), Just(Value::Null)], 0..3)
            .prop_map(Value::Map)
            .boxed(),
        _ => select(vec!["", "a", "b", ZULU, OFFSET]).prop_map(Value::string).boxed(),
    }
}

fn partly_known(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Map(_) => btree_map("[ab]", prop_oneof![known(&Type::String), Just(Value::Unknown)], 0..3)
            .prop_map(Value::Map)
            .boxed(),
        _ => known(ty),
    }
}

/// The object once everything is known.
fn resolved(object: &Object, text: &str) -> Object {
    let value = |value: &Value| match value {
        Value::Unknown => Value::string(text),
        Value::Map(elements) => {
            let known = |element: &Value| {
                if element.is_wholly_known() {
                    element.clone()
                } else {
                    Value::string(text)
                }
            };
            Value::Map(
                elements
                    .iter()
                    .map(|(key, element)| (key.clone(), known(element)))
                    .collect(),
            )
        }
        known => known.clone(),
    };
    object.iter().map(|(name, it)| (name.clone(), value(it))).collect()
}

fn object<'n>(values: impl IntoIterator<Item = (&'n str, Value)>) -> Object {
    values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
