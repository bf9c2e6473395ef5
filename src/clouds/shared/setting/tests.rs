#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use super::*;
use crate::schema::Schema;

/// Fails unless each argument is one of the provider block, and a row of the guide's table names all sources of each setting. A name
/// there may be shortened to `…` and its end, and an argument to that of its block.
pub(in crate::clouds) fn check_declarations(settings: &[Setting], block: &Schema, cloud: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/guides/{cloud}-authentication.md"));
    let guide = fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = guide
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(|row| row.split('`').skip(1).step_by(2).collect())
        .collect();
    for setting in settings {
        if let Some(argument) = setting.argument {
            let found = match argument.split_once('.') {
                Some((outer, name)) => {
                    let nested = block.blocks.iter().find(|nested| nested.name == outer);
                    nested.and_then(|nested| nested.schema.attribute(name))
                }
                None => block.attribute(argument),
            };
            assert!(found.is_some(), "{cloud} has no argument {argument}");
        }
        let names: Vec<_> = [setting.argument, setting.entry]
            .into_iter()
            .flatten()
            .chain(setting.all_variables())
            .collect();
        let is_in = |row: &[&str], name: &str| {
            row.iter().any(|code| {
                let is_end = code.strip_prefix('…').is_some_and(|end| name.ends_with(end));
                is_end || *code == name || name.split_once('.').is_some_and(|(outer, _)| outer == *code)
            })
        };
        let is_documented = rows.iter().any(|row| names.iter().all(|name| is_in(row, name)));
        assert!(is_documented, "the guide of {cloud} has no row that names {names:?}");
    }
}

fn texts(setting: &Setting, argument: &Attr<String>, variables: &[(&str, &str)]) -> String {
    let file = |entry: &'static str| {
        let value = (entry == "key").then_some("of file")?;
        let origin = Origin::File {
            entry,
            profile: None,
            file: "/f".into(),
        };
        Some(Sourced { value, origin })
    };
    let environment = Environment::from_iter(variables.iter().copied());
    match setting.plan(argument, &environment, file) {
        Ok(Attr::Known(Sourced { value, origin })) => format!("{value} ({origin})"),
        Ok(Attr::Unknown) => "unknown".to_owned(),
        Ok(Attr::Null) => "nothing".to_owned(),
        Err(error) => error.message,
    }
}

#[test]
fn each_source_overrides_those_after_it_in_the_declared_order() {
    const FULL: Setting = Setting::argument("arg")
        .variables(&["ONE", "TWO"])
        .entry("key")
        .default("else");
    const OTHER: Setting = Setting::argument("arg")
        .variables(&["ONE"])
        .variable_if("LAST", |text| text == "yes")
        .variables_first();
    let known = || Attr::Known("of block".to_owned());
    let empty = |empty| OTHER.empty_variable(empty);
    let rows = [
        (
            FULL,
            known(),
            vec![("ONE", "1")],
            "of block (`arg` of the provider block)",
        ),
        (FULL, Attr::Unknown, vec![("ONE", "1")], "unknown"),
        (FULL, Attr::Null, vec![("ONE", "1"), ("TWO", "2")], "1 (ONE)"),
        (FULL, Attr::Null, vec![("ONE", ""), ("TWO", "2")], "2 (TWO)"),
        (FULL, Attr::Null, vec![], "of file (`key` in /f)"),
        (FULL.entry("other"), Attr::Null, vec![], "else (the default)"),
        (Setting::argument("arg"), Attr::Null, vec![], "nothing"),
        (OTHER, known(), vec![("ONE", "1"), ("LAST", "yes")], "1 (ONE)"),
        (OTHER, Attr::Unknown, vec![("LAST", "yes")], "yes (LAST)"),
        (OTHER, Attr::Unknown, vec![("LAST", "no")], "unknown"),
        (
            OTHER,
            known(),
            vec![("ONE", "")],
            "of block (`arg` of the provider block)",
        ),
        (empty(EmptyVariable::Value), known(), vec![("ONE", "")], " (ONE)"),
        (
            empty(EmptyVariable::Error),
            known(),
            vec![("LAST", "")],
            "the environment variable LAST is set, but empty",
        ),
    ];
    for (setting, argument, variables, expected) in rows {
        assert_eq!(
            texts(&setting, &argument, &variables),
            expected,
            "{argument:?} {variables:?}"
        );
    }
    let unknown = FULL.resolve(&Attr::<String>::Unknown, &Environment::default(), no_file);
    let expected = "the provider argument `arg` is not known yet, and this needs the API";
    assert_eq!(unknown.unwrap_err().message, expected);
}
