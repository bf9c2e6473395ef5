use proptest::prelude::*;

use super::*;
use crate::block;
use crate::schema::block::Block;
use crate::schema::equivalence::Equivalence;
use crate::schema::{optional, required};

block! {
    /// What identifies a toy.
    pub struct Identity {
        /// ID.
        id: String = required(),
        /// UUID of its owner.
        owner: String = optional().equivalence(Equivalence::Uuid),
        /// Shelf.
        shelf: String = optional(),
    }
}

const NAMES: [&str; 3] = ["id", "owner", "shelf"];

/// An identity with these values: a word, `-` for null, `?` for unknown.
fn identity(words: &str) -> Object {
    let value = |word| match word {
        "-" => Value::Null,
        "?" => Value::Unknown,
        word => Value::string(word),
    };
    let values = words.split(' ').map(value);
    NAMES.iter().map(|name| (*name).to_owned()).zip(values).collect()
}

#[test]
fn what_is_stored_is_completed_kept_or_contradicted() {
    const LOWER: &str = "0a1b2c3d-0000-4000-8000-000000000000";
    const UPPER: &str = "0A1B2C3D-0000-4000-8000-000000000000";
    let (lower, upper) = (format!("1 {LOWER} -"), format!("1 {UPPER} -"));
    #[rustfmt::skip]
    let rows: Vec<(&str, Option<&str>, &str, Result<&str, &str>)> = vec![
        ("a state without identity gains one", None, "1 a x", Ok("1 a x")),
        ("... as far as it is known", None, "1 - ?", Ok("1 - -")),
        ("nulls are completed", Some("- - -"), "1 a x", Ok("1 a x")),
        ("what is lacking is completed", Some("1 - x"), "1 a x", Ok("1 a x")),
        ("unknown is nothing", Some("? ? ?"), "1 a x", Ok("1 a x")),
        ("what is stored stays", Some("1 a x"), "1 a x", Ok("1 a x")),
        ("... where less is known now", Some("1 a x"), "1 - -", Ok("1 a x")),
        ("... or not known yet", Some("1 a x"), "? ? ?", Ok("1 a x")),
        ("each attribute by itself", Some("- a -"), "1 - x", Ok("1 a x")),
        ("another spelling stays", Some(&upper), &lower, Ok(&upper)),
        ("another object", Some("1 a x"), "2 a x", Err("id")),
        ("another place", Some("1 a x"), "1 a y", Err("shelf")),
        ("another place of what is known in part", Some("- - x"), "1 a y", Err("shelf")),
    ];
    for (name, stored, known, expected) in rows {
        let stored = stored.map(identity);
        let merged = merged(&Identity::schema(), stored.as_ref(), &identity(known));
        match (merged, expected) {
            (Ok(merged), Ok(expected)) => assert_eq!(merged, identity(expected), "{name}"),
            (Err(difference), Err(expected)) => assert_eq!(difference.attribute, expected, "{name}"),
            (merged, _) => panic!("{name}: {merged:?}"),
        }
    }
}

#[test]
fn a_stored_identity_of_another_shape_is_read_by_its_names() {
    let stored = Object::from([("id".to_owned(), "1".into()), ("colour".to_owned(), "red".into())]);
    let merged = merged(&Identity::schema(), Some(&stored), &identity("1 - x"));
    assert_eq!(merged, Ok(identity("1 - x")));
}

#[test]
fn a_difference_is_told_at_its_attribute_with_both_values() {
    let error = merged(&Identity::schema(), Some(&identity("1 - x")), &identity("1 - y"))
        .map_err(|it| it.diagnostic("toys_toy"));
    let Err(diagnostic) = error else { panic!("{error:?}") };
    assert_eq!(diagnostic.path, Some(Path::attribute("shelf")));
    assert!(
        diagnostic.detail.contains("its shelf is \"x\""),
        "{}",
        diagnostic.detail
    );
    assert!(diagnostic.detail.contains("it is \"y\""), "{}", diagnostic.detail);
}

fn some() -> impl Strategy<Value = Object> {
    let word = prop_oneof![Just("-"), Just("?"), Just("a"), Just("b")];
    proptest::collection::vec(word, 3).prop_map(|words| identity(&words.join(" ")))
}

proptest! {
    #[test]
    fn nothing_that_is_known_is_lost_or_changed(stored in proptest::option::of(some()), known in some()) {
        let schema = Identity::schema();
        let is_said = |value: &&Value| !matches!(value, Value::Null | Value::Unknown);
        match merged(&schema, stored.as_ref(), &known) {
            Ok(merged) => {
                prop_assert!(merged.values().all(Value::is_wholly_known));
                for name in NAMES {
                    let sources = [stored.as_ref().and_then(|stored| stored.get(name)), known.get(name)];
                    let said: Vec<_> = sources.into_iter().flatten().filter(is_said).collect();
                    prop_assert!(said.iter().all(|value| **value == merged[name]));
                    prop_assert_eq!(said.is_empty(), merged[name] == Value::Null);
                }
                // What was returned once is not contradicted by itself, and stays.
                prop_assert_eq!(super::merged(&schema, Some(&merged), &known), Ok(merged));
            }
            Err(difference) => {
                let stored = stored.as_ref().and_then(|stored| stored.get(difference.attribute));
                prop_assert!(stored.is_some_and(|value| is_said(&value)));
                prop_assert!(is_said(&&known[difference.attribute]));
                prop_assert_ne!(stored, known.get(difference.attribute));
            }
        }
    }
}
