#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;
use crate::value::strategies::{Unknowns, any_type, typed_value};

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn list(element: Type) -> Type {
    Type::List(Box::new(element))
}

fn object<const N: usize>(attributes: [(&str, Type); N]) -> Type {
    Type::Object(attributes.map(|(name, ty)| (name.to_owned(), ty)).into())
}

fn entries<const N: usize>(entries: [(&str, Value); N]) -> BTreeMap<String, Value> {
    entries.map(|(name, value)| (name.to_owned(), value)).into()
}

fn key() -> Type {
    object([
        ("enabled", Type::Bool),
        ("id", Type::String),
        ("tags", Type::Map(Box::new(Type::String))),
        ("block", list(object([("n", Type::Number)]))),
    ])
}

/// The JSON text of a value, as a state file has it.
fn to_json(value: &Value) -> String {
    let quoted = |text: &str| Json::from(text).to_string();
    let array = |elements: Vec<String>| format!("[{}]", elements.join(", "));
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown => unreachable!("state holds no unknown values"),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::List(elements) => array(elements.iter().map(to_json).collect()),
        Value::Set(set) => array(set.iter().map(to_json).collect()),
        Value::Map(entries) | Value::Object(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(key), to_json(value)))
                .collect();
            format!("{{\n  {}\n}}", entries.join(",\n  "))
        }
    }
}

#[test]
fn each_type_is_read_from_its_json() {
    let strings = || Box::new(Type::String);
    let two = || [Value::string("b"), Value::string("a")];
    for (ty, json, value) in [
        (Type::Bool, "true", Value::Bool(true)),
        (Type::Bool, "null", Value::Null),
        (Type::String, r#""a\u00e9\n""#, Value::string("aé\n")),
        (Type::String, "", Value::Null),
        (Type::String, " null\n", Value::Null),
        (Type::Number, "-0", number("0")),
        (Type::Number, "1.50", number("1.5")),
        (Type::Number, "18446744073709551616", number("18446744073709551616")),
        (
            Type::Number,
            "0.1000000000000000000000000000000001",
            number("0.1000000000000000000000000000000001"),
        ),
        (Type::List(strings()), r#"["b", "a"]"#, Value::List(two().into())),
        (Type::Set(strings()), r#"["b", "a", "b"]"#, Value::Set(Set::new(two()))),
        (
            Type::Map(strings()),
            r#"{"b": null}"#,
            Value::Map(entries([("b", Value::Null)])),
        ),
        (object([]), "{}", Value::Object(Object::new())),
    ] {
        assert_eq!(decode(json.as_bytes(), &ty).unwrap(), value, "{json}");
    }
}

#[test]
fn an_absent_attribute_is_null_at_every_level() {
    let state = decode(br#"{"id": "a", "block": [{}]}"#, &key()).unwrap();
    let block = Value::List(vec![Value::Object(entries([("n", Value::Null)]))]);
    let expected = entries([
        ("enabled", Value::Null),
        ("id", Value::string("a")),
        ("tags", Value::Null),
        ("block", block),
    ]);
    assert_eq!(state, Value::Object(expected));
}

#[test]
fn what_is_refused_is_named_with_its_place_and_never_quoted() {
    for (ty, json, text) in [
        (Type::Bool, r#""hunter2""#, "expected bool, found string"),
        (Type::Number, r#""1""#, "expected number, found string"),
        (Type::Number, "1e3", "not a decimal number"),
        (Type::String, "1", "expected string, found number"),
        (Type::String, r#""hunter2"#, "invalid JSON at line 1, column 8"),
        (
            Type::String,
            "\"hunter2\"\n\"hunter2\"",
            "invalid JSON at line 2, column 1",
        ),
        (Type::String, "hunter2", "invalid JSON at line 1, column 1"),
        (Type::String, " ", "invalid JSON at line 1, column 1"),
        (
            list(Type::Bool),
            r#"[true, "hunter2"]"#,
            "[1]: expected bool, found string",
        ),
        (list(Type::Bool), "{}", "expected list, found object"),
        (Type::Set(Box::new(Type::Bool)), "false", "expected set, found bool"),
        (
            Type::Map(Box::new(Type::Bool)),
            r#"{"a": []}"#,
            r#"["a"]: expected bool, found array"#,
        ),
        (key(), "[]", "expected object, found array"),
        (key(), r#"{"arn": "hunter2"}"#, "arn: unsupported attribute"),
        (
            key(),
            r#"{"tags": {"env": true}}"#,
            r#"tags["env"]: expected string, found bool"#,
        ),
        (
            key(),
            r#"{"block": [{"n": 1}, {"n": "hunter2"}]}"#,
            "block[1].n: expected number, found string",
        ),
        (key(), r#"{"block": [{"m": 1}]}"#, "block[0].m: unsupported attribute"),
    ] {
        assert_eq!(decode(json.as_bytes(), &ty).unwrap_err().to_string(), text, "{json}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_refused() {
    let error = decode(b"\"\xff\"", &Type::String).unwrap_err();
    assert!(matches!(error.reason, Reason::Syntax { .. }));
}

#[test]
fn deep_nesting_is_refused_while_parsing() {
    for opening in ["[", "{\"a\":"] {
        let error = decode(opening.repeat(1_000_000).as_bytes(), &key()).unwrap_err();
        assert!(
            matches!(
                error.reason,
                Reason::Syntax {
                    line: 1,
                    column: ..2_000
                }
            ),
            "{error}"
        );
    }
}

proptest! {
    #[test]
    fn what_a_state_file_says_is_read((ty, value) in typed_value(Unknowns::Excluded)) {
        let json = to_json(&value);
        prop_assert_eq!(decode(json.as_bytes(), &ty).unwrap(), value, "{}", json);
    }

    #[test]
    fn any_bytes_give_a_value_or_an_error(bytes: Vec<u8>, ty in any_type()) {
        let _ = decode(&bytes, &ty);
        let _ = decode(&bytes, &key());
    }

    #[test]
    fn any_change_of_bytes_gives_a_value_or_an_error(
        (ty, value) in typed_value(Unknowns::Excluded),
        place: prop::sample::Index,
        byte: u8,
    ) {
        let mut json = to_json(&value).into_bytes();
        let place = place.index(json.len());
        json[place] = byte;
        let _ = decode(&json, &ty);
    }

    #[test]
    fn json_of_another_type_gives_a_value_or_an_error((_, value) in typed_value(Unknowns::Excluded), ty in any_type()) {
        let _ = decode(to_json(&value).as_bytes(), &ty);
    }
}

#[test]
fn a_key_is_found_at_the_top_of_an_object_only() {
    for (json, expected) in [
        (r#"{"a":1,"timeouts":null}"#, true),
        (r#"{"timeouts":{"create":"1m"}}"#, true),
        (r#"{"a":{"timeouts":null}}"#, false),
        (r#"["timeouts"]"#, false),
        ("{}", false),
        ("", false),
        (r#"{"timeouts":"#, false),
    ] {
        assert_eq!(has_key(json.as_bytes(), "timeouts"), expected, "{json}");
    }
}

#[test]
fn of_a_foreign_object_the_attributes_that_a_type_has_are_decoded() {
    let ty = Type::Object([("id".to_owned(), Type::String), ("size".to_owned(), Type::Number)].into());
    let decoded = |json: &str| decode_foreign(json.as_bytes(), &ty).ok();
    let object = |id: Value| Value::Object([("id".to_owned(), id), ("size".to_owned(), Value::Null)].into());
    let rows = [
        ("", Some(Value::Null)),
        ("null", Some(Value::Null)),
        ("{}", Some(object(Value::Null))),
        (r#"{"id":"a","colour":{"r":1},"list":[1]}"#, Some(object("a".into()))),
        (r#"{"id":1,"colour":"red"}"#, None),
        ("[]", None),
        ("{", None),
    ];
    for (json, expected) in rows {
        assert!(decoded(json) == expected, "{json}");
    }
}
