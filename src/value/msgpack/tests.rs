#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::collection::vec;
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

/// A type of every kind.
fn one_of_each_type() -> Vec<Type> {
    let element = || Box::new(Type::String);
    let attributes = [("id", Type::String), ("blocks", list(object([("n", Type::Number)])))];
    vec![
        Type::Bool,
        Type::Number,
        Type::String,
        Type::List(element()),
        Type::Set(element()),
        Type::Map(element()),
        object(attributes),
    ]
}

/// `bytes` followed by `count` times `fill`.
fn filled(bytes: &[u8], fill: u8, count: usize) -> Vec<u8> {
    [bytes, &vec![fill; count]].concat()
}

#[test]
fn each_value_is_written_and_read_as_terraform_does() {
    let text = |length| Value::string("a".repeat(length));
    let bools = |count| Value::List(vec![Value::Bool(true); count]);
    let empty_map = Value::Map(BTreeMap::new());
    let map_of_16 = Value::Map(
        (b'a'..=b'p')
            .map(|key| (char::from(key).to_string(), Value::Null))
            .collect(),
    );
    let map_of_16_bytes: Vec<u8> = [0xde, 0x00, 0x10]
        .into_iter()
        .chain((b'a'..=b'p').flat_map(|key| [0xa1, key, 0xc0]))
        .collect();
    let tags = Value::Map(entries([("b", Value::string("2")), ("a", Value::Unknown)]));
    let set = Value::Set(Set::new([number("2"), number("1")]));
    let of = |ty| Box::new(ty);
    let pair = object([("b", Type::Bool), ("a", list(Type::Number))]);
    let pair_value = Value::Object(entries([("b", Value::Bool(false)), ("a", Value::List(vec![]))]));

    for (name, ty, value, bytes) in [
        ("null bool", Type::Bool, Value::Null, vec![0xc0]),
        ("null object", pair.clone(), Value::Null, vec![0xc0]),
        ("unknown text", Type::String, Value::Unknown, vec![0xd4, 0x00, 0x00]),
        ("unknown object", pair.clone(), Value::Unknown, vec![0xd4, 0x00, 0x00]),
        ("true", Type::Bool, Value::Bool(true), vec![0xc3]),
        ("false", Type::Bool, Value::Bool(false), vec![0xc2]),
        ("empty text", Type::String, text(0), vec![0xa0]),
        (
            "text beyond ASCII",
            Type::String,
            Value::string("é"),
            vec![0xa2, 0xc3, 0xa9],
        ),
        ("longest fixstr", Type::String, text(31), filled(&[0xbf], b'a', 31)),
        ("shortest str8", Type::String, text(32), filled(&[0xd9, 0x20], b'a', 32)),
        (
            "shortest str16",
            Type::String,
            text(256),
            filled(&[0xda, 0x01, 0x00], b'a', 256),
        ),
        (
            "shortest str32",
            Type::String,
            text(65_536),
            filled(&[0xdb, 0x00, 0x01, 0x00, 0x00], b'a', 65_536),
        ),
        ("empty list", list(Type::Bool), bools(0), vec![0x90]),
        (
            "longest fixarray",
            list(Type::Bool),
            bools(15),
            filled(&[0x9f], 0xc3, 15),
        ),
        (
            "shortest array16",
            list(Type::Bool),
            bools(16),
            filled(&[0xdc, 0x00, 0x10], 0xc3, 16),
        ),
        (
            "shortest array32",
            list(Type::Bool),
            bools(65_536),
            filled(&[0xdd, 0x00, 0x01, 0x00, 0x00], 0xc3, 65_536),
        ),
        (
            "set in the order it came in",
            Type::Set(of(Type::Number)),
            set,
            vec![0x92, 0x02, 0x01],
        ),
        ("empty map", Type::Map(of(Type::String)), empty_map, vec![0x80]),
        (
            "map with sorted keys",
            Type::Map(of(Type::String)),
            tags,
            vec![0x82, 0xa1, b'a', 0xd4, 0x00, 0x00, 0xa1, b'b', 0xa1, b'2'],
        ),
        ("shortest map16", Type::Map(of(Type::Bool)), map_of_16, map_of_16_bytes),
        (
            "object with sorted names",
            pair,
            pair_value,
            vec![0x82, 0xa1, b'a', 0x90, 0xa1, b'b', 0xc2],
        ),
        (
            "object without attributes",
            object([]),
            Value::Object(Object::new()),
            vec![0x80],
        ),
    ] {
        assert_eq!(encode(&value, &ty).unwrap(), bytes, "{name}, written");
        assert_eq!(decode(&bytes, &ty).unwrap(), value, "{name}, read");
    }
}

#[test]
fn each_number_takes_the_form_that_keeps_its_value() {
    let string = |text: &str| [&[0xa0 | text.len() as u8], text.as_bytes()].concat();
    for (text, bytes) in [
        ("0", vec![0x00]),
        ("127", vec![0x7f]),
        ("128", vec![0xcc, 0x80]),
        ("256", vec![0xcd, 0x01, 0x00]),
        ("65536", vec![0xce, 0x00, 0x01, 0x00, 0x00]),
        ("4294967296", vec![0xcf, 0, 0, 0, 1, 0, 0, 0, 0]),
        (
            "9223372036854775807",
            vec![0xcf, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ),
        ("-1", vec![0xff]),
        ("-32", vec![0xe0]),
        ("-33", vec![0xd0, 0xdf]),
        ("-129", vec![0xd1, 0xff, 0x7f]),
        ("-32769", vec![0xd2, 0xff, 0xff, 0x7f, 0xff]),
        (
            "-2147483649",
            vec![0xd3, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff],
        ),
        ("-9223372036854775808", vec![0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ("9223372036854775808", string("9223372036854775808")),
        ("18446744073709551615", string("18446744073709551615")),
        ("-9223372036854775809", string("-9223372036854775809")),
        ("0.5", string("0.5")),
        ("-1.25", string("-1.25")),
        ("0.1", string("0.1")),
    ] {
        assert_eq!(encode(&number(text), &Type::Number).unwrap(), bytes, "{text}, written");
        assert_eq!(decode(&bytes, &Type::Number).unwrap(), number(text), "{text}, read");
    }
}

#[test]
fn forms_that_are_never_written_are_read_too() {
    let strings = || Box::new(Type::String);
    let two = || Value::List(vec![Value::string("a"), Value::string("b")]);
    for (name, ty, bytes, value) in [
        ("no bytes", Type::Bool, &b""[..], Value::Null),
        ("bytes behind the value", Type::Bool, b"\xc3\xc1rest", Value::Bool(true)),
        ("binary as text", Type::String, b"\xc4\x01a", Value::string("a")),
        (
            "binary of 16 bits as text",
            Type::String,
            b"\xc5\x00\x01a",
            Value::string("a"),
        ),
        (
            "binary of 32 bits as text",
            Type::String,
            b"\xc6\x00\x00\x00\x01a",
            Value::string("a"),
        ),
        (
            "text in a longer form",
            Type::String,
            b"\xdb\x00\x00\x00\x01a",
            Value::string("a"),
        ),
        (
            "list in a longer form",
            Type::List(strings()),
            b"\xdd\x00\x00\x00\x02\xa1a\xa1b",
            two(),
        ),
        (
            "map in a longer form",
            Type::Map(strings()),
            b"\xdf\x00\x00\x00\x00",
            Value::Map(BTreeMap::new()),
        ),
        (
            "integer in a longer form",
            Type::Number,
            b"\xd3\x00\x00\x00\x00\x00\x00\x00\x07",
            number("7"),
        ),
        ("negative i8 in a longer form", Type::Number, b"\xd0\xff", number("-1")),
        (
            "u64 beyond i64",
            Type::Number,
            b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
            number("18446744073709551615"),
        ),
        (
            "whole f64",
            Type::Number,
            b"\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00",
            number("1"),
        ),
        (
            "negative zero",
            Type::Number,
            b"\xcb\x80\x00\x00\x00\x00\x00\x00\x00",
            number("0"),
        ),
        ("f32", Type::Number, b"\xca\x3f\x00\x00\x00", number("0.5")),
        (
            "f64",
            Type::Number,
            b"\xcb\xbf\xf4\x00\x00\x00\x00\x00\x00",
            number("-1.25"),
        ),
        (
            "repeated set elements",
            Type::Set(strings()),
            b"\x92\xa1a\xa1a",
            Value::Set(Set::new([Value::string("a")])),
        ),
    ] {
        assert_eq!(decode(bytes, &ty).unwrap(), value, "{name}");
    }
}

#[test]
fn an_f64_is_read_with_all_its_digits() {
    let value = decode(b"\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a", &Type::Number).unwrap();
    assert_eq!(
        value,
        number("0.1000000000000000055511151231257827021181583404541015625")
    );
}

#[test]
fn every_extension_is_unknown() {
    let refined = b"\xc7\x0b\x0c\x82\x01\xc2\x02\xa4pre-\x00\x00".as_slice();
    let length_bound = b"\xc7\x07\x0c\x82\x01\xc2\x03\x92\x00\xc3".as_slice();
    for extension in [
        b"\xd4\x00\x00".as_slice(),
        b"\xd4\x7f\x00",
        b"\xd4\x80\xff",
        b"\xd5\x0c\x81\xc0",
        b"\xd6\x0c\x00\x00\x00\x00",
        &filled(b"\xd7\x0c", 0, 8),
        &filled(b"\xd8\x0c", 0, 16),
        b"\xc7\x00\x0c",
        b"\xc7\x03\x0c\x81\x01\xc2",
        refined,
        length_bound,
        &filled(b"\xc8\x08\x00\x0c", 0xc1, 2048),
        &filled(b"\xc9\x00\x01\x00\x00\x0c", 0xc1, 65_536),
    ] {
        for ty in one_of_each_type() {
            // A value behind it shows that the extension was passed over whole.
            let bytes = [b"\x92", extension, b"\xc0"].concat();
            let expected = Value::List(vec![Value::Unknown, Value::Null]);
            assert_eq!(decode(&bytes, &list(ty)).unwrap(), expected, "{extension:02x?}");
        }
    }
}

#[test]
fn what_is_refused_is_named_with_its_place() {
    let strings = || Box::new(Type::String);
    let key = || object([("id", Type::String), ("tags", Type::Map(strings()))]);
    let blocks = || object([("block", list(object([("enabled", Type::Bool)])))]);
    for (ty, bytes, text) in [
        (Type::Bool, &b"\x01"[..], "expected bool, found integer"),
        (Type::Bool, b"\xa4true", "expected bool, found string"),
        (Type::Bool, b"\xc1", "expected bool, found reserved byte"),
        (Type::Number, b"\xc3", "expected number, found bool"),
        (Type::Number, b"\xc4\x011", "expected number, found binary"),
        (Type::Number, b"\x90", "expected number, found array"),
        (Type::Number, b"\xa7hunter2", "not a decimal number"),
        (Type::Number, b"\xa51.5e3", "not a decimal number"),
        (
            Type::Number,
            b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
            "not a finite number",
        ),
        (
            Type::Number,
            b"\xcb\xff\xf0\x00\x00\x00\x00\x00\x00",
            "not a finite number",
        ),
        (Type::Number, b"\xca\x7f\x80\x00\x00", "not a finite number"),
        (Type::Number, b"\xcf\x00", "input ends early"),
        (Type::String, b"\x07", "expected string, found integer"),
        (
            Type::String,
            b"\xcb\x00\x00\x00\x00\x00\x00\x00\x00",
            "expected string, found float",
        ),
        (Type::String, b"\xa2\xff\xfe", "text is not UTF-8"),
        (Type::String, b"\xa3ab", "input ends early"),
        (Type::String, b"\xd4\x00", "input ends early"),
        (Type::String, b"\xc7", "input ends early"),
        (Type::List(strings()), b"\x80", "expected list, found map"),
        (Type::List(strings()), b"\x92\xa1a", "[1]: input ends early"),
        (
            Type::List(strings()),
            b"\x92\xa1a\xc2",
            "[1]: expected string, found bool",
        ),
        (Type::Set(strings()), b"\xa0", "expected set, found string"),
        (Type::Set(strings()), b"\x91\x05", "[0]: expected string, found integer"),
        (Type::Map(strings()), b"\x90", "expected map, found array"),
        (Type::Map(strings()), b"\x81\x01\xa0", "expected string, found integer"),
        (Type::Map(strings()), b"\x81\xc0\xa0", "expected string, found nil"),
        (
            Type::Map(strings()),
            b"\x81\xd4\x00\x00\xa0",
            "expected string, found extension",
        ),
        (Type::Map(strings()), b"\x82\xa1a\xa0\xa1a\xa0", r#"["a"]: given twice"#),
        (key(), b"\x90", "expected object, found array"),
        (key(), b"\x80", "id: missing attribute"),
        (key(), b"\x81\xa2id\xc0", "tags: missing attribute"),
        (key(), b"\x82\xa2id\xc0\xa2id\xc0", "id: given twice"),
        (
            key(),
            b"\x83\xa2id\xc0\xa4tags\xc0\xa3arn\xc0",
            "arn: unsupported attribute",
        ),
        (
            key(),
            b"\x82\xa2id\xc0\xa4tags\x81\xa3env\xc3",
            r#"tags["env"]: expected string, found bool"#,
        ),
        (
            blocks(),
            b"\x81\xa5block\x92\xc0\x81\xa7enabled\xa0",
            "block[1].enabled: expected bool, found string",
        ),
    ] {
        assert_eq!(decode(bytes, &ty).unwrap_err().to_string(), text, "{bytes:02x?}");
    }
}

#[test]
fn a_value_of_another_type_is_not_written() {
    let strings = || Box::new(Type::String);
    let key = || object([("id", Type::String), ("tags", Type::Map(strings()))]);
    for (ty, value, text) in [
        (Type::Bool, Value::string("true"), "expected bool, found string"),
        (Type::String, Value::Bool(true), "expected string, found bool"),
        (Type::String, number("1"), "expected string, found number"),
        (
            Type::List(strings()),
            Value::Set(Set::default()),
            "expected list, found set",
        ),
        (Type::Set(strings()), Value::List(vec![]), "expected set, found list"),
        (
            Type::Map(strings()),
            Value::Object(Object::new()),
            "expected map, found object",
        ),
        (key(), Value::Map(BTreeMap::new()), "expected object, found map"),
        (
            key(),
            Value::Object(entries([("id", Value::Null)])),
            "tags: missing attribute",
        ),
        (
            key(),
            Value::Object(entries([("arn", Value::Null)])),
            "arn: unsupported attribute",
        ),
        (
            key(),
            Value::Object(entries([
                ("id", Value::Null),
                ("tags", Value::Map(entries([("env", number("1"))]))),
            ])),
            r#"tags["env"]: expected string, found number"#,
        ),
        (
            Type::List(strings()),
            Value::List(vec![Value::Null, Value::List(vec![])]),
            "[1]: expected string, found list",
        ),
    ] {
        assert_eq!(encode(&value, &ty).unwrap_err().to_string(), text);
    }
}

#[test]
fn a_claim_of_more_than_the_input_holds_is_refused_before_any_element_is_read() {
    let strings = || Box::new(Type::String);
    for (ty, claim) in [
        (Type::String, &b"\xdb\xff\xff\xff\xff"[..]),
        (Type::String, b"\xc6\xff\xff\xff\xff"),
        (Type::String, b"\xc9\xff\xff\xff\xff\x0c"),
        (Type::Number, b"\xdb\xff\xff\xff\xff"),
        (Type::List(strings()), b"\xdd\xff\xff\xff\xff"),
        (Type::Set(strings()), b"\xdd\xff\xff\xff\xff"),
        (Type::Map(strings()), b"\xdf\xff\xff\xff\xff"),
        (object([("id", Type::String)]), b"\xdf\xff\xff\xff\xff"),
    ] {
        let bytes = filled(claim, 0xc0, 1000);
        // The path is empty: no element was read.
        assert_eq!(decode(&bytes, &ty).unwrap_err(), Error::from(Reason::Truncated));
    }
}

#[test]
fn nesting_beyond_the_type_is_refused() {
    for opening in [b'\x91', b'\x81', b'\xdd', b'\xdf'] {
        let bytes = vec![opening; 1_000_000];
        for ty in one_of_each_type() {
            assert!(decode(&bytes, &ty).is_err());
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back((ty, value) in typed_value(Unknowns::Included)) {
        let bytes = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&bytes, &ty).unwrap(), value, "{:02x?}", bytes);
    }

    #[test]
    fn a_value_cut_short_is_refused((ty, value) in typed_value(Unknowns::Included), cut: prop::sample::Index) {
        let bytes = encode(&value, &ty).unwrap();
        let length = cut.index(bytes.len());
        prop_assume!(length > 0);
        prop_assert_eq!(decode(&bytes[..length], &ty).unwrap_err().reason, Reason::Truncated);
    }

    #[test]
    fn any_bytes_give_a_value_of_the_type_or_an_error(bytes: Vec<u8>, ty in any_type()) {
        for ty in one_of_each_type().iter().chain([&ty]) {
            if let Ok(value) = decode(&bytes, ty) {
                prop_assert_eq!(decode(&encode(&value, ty).unwrap(), ty).unwrap(), value);
            }
        }
    }

    #[test]
    fn any_change_of_bytes_gives_a_value_of_the_type_or_an_error(
        (ty, value) in typed_value(Unknowns::Included),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = encode(&value, &ty).unwrap();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(value) = decode(&bytes, &ty) {
            prop_assert_eq!(decode(&encode(&value, &ty).unwrap(), &ty).unwrap(), value);
        }
    }
}
