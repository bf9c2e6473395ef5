//! A configuration against its declaration.

use super::diagnostics::Diagnostic;
use crate::schema::check::{Severity, ValidationIssue};
use crate::schema::{Attribute, Nesting, Presence, Schema};
use crate::value::{Object, Path, Step, Value};

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The attribute concerned.
    pub path: Path,
    /// What is wrong with it.
    pub issue: ValidationIssue,
}

impl Invalid {
    /// The error that this attribute cannot be as it is.
    pub fn attribute(name: &str, message: impl Into<String>) -> Self {
        Self {
            path: Path::attribute(name),
            issue: ValidationIssue::error(message),
        }
    }

    /// What is wrong with this attribute.
    pub fn of(name: &str, issue: ValidationIssue) -> Self {
        Self {
            path: Path::attribute(name),
            issue,
        }
    }

    /// The same issue at a place further out, where the attribute itself has no address.
    fn at_path(self, path: &Path) -> Self {
        let message = match self.path.name() {
            Some(name) => format!("has an \"{name}\" that {}", self.issue.message),
            None => self.issue.message,
        };
        Self {
            path: path.clone(),
            issue: ValidationIssue { message, ..self.issue },
        }
    }
}

/// What is wrong with a configuration's values, one by one. Unknown values pass: they come again when they are known.
///
/// Terraform itself has checked that required attributes are written, but not that they are not null; that types are right, and
/// blocks not too many. It lets computed attributes be set.
pub fn validate(schema: &Schema, config: &Object) -> Vec<Invalid> {
    within(schema, config, &Path::default())
}

/// The computed attributes that are set to what is known only after apply. A validation cannot tell them from an argument that will
/// turn out to be null; a plan has to, for Terraform would hold the object to them.
pub(super) fn unknown_computed(schema: &Schema, config: &Object) -> Vec<Invalid> {
    let computed = schema
        .attributes
        .iter()
        .filter(|a| a.rule.presence == Presence::Computed);
    computed
        .filter(|attribute| config.get(attribute.name) == Some(&Value::Unknown))
        .map(|attribute| Invalid::attribute(attribute.name, NOT_TO_BE_SET))
        .collect()
}

/// The arguments that are not known, of something that is only read. Terraform asks for it once they are.
pub(super) fn not_known(schema: &Schema, config: &Object) -> Vec<Invalid> {
    let names = schema.attributes.iter().map(|attribute| attribute.name);
    let unknown = names.filter(|name| config.get(*name).is_some_and(|value| !value.is_wholly_known()));
    unknown
        .map(|name| Invalid::attribute(name, "is not known yet"))
        .collect()
}

const NOT_TO_BE_SET: &str = "cannot be set: the provider gives its value";

fn within(schema: &Schema, config: &Object, at: &Path) -> Vec<Invalid> {
    let mut found = Vec::new();
    for attribute in &schema.attributes {
        let path = at.then(Step::Attribute(attribute.name.to_owned()));
        let value = config.get(attribute.name).unwrap_or(&Value::Null);
        found.extend(of_attribute(attribute, value, &path));
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
                let inside = elements
                    .iter()
                    .flat_map(|element| of_element(&block.schema, element, &path));
                found.extend(inside.map(|invalid| invalid.at_path(&path)));
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
    let issues = match (attribute.rule.presence, value) {
        (_, Value::Unknown) => Vec::new(),
        (Presence::Required, Value::Null) => vec![ValidationIssue::error("is required, but null")],
        (_, Value::Null) => Vec::new(),
        (Presence::Computed, _) => vec![ValidationIssue::error(NOT_TO_BE_SET)],
        _ => attribute
            .rule
            .checks
            .iter()
            .flat_map(|check| check.validate(value))
            .collect(),
    };
    issues
        .into_iter()
        .map(|issue| Invalid {
            path: match &issue.key {
                Some(key) => at.then(Step::Key(key.clone())),
                None => at.clone(),
            },
            issue,
        })
        .collect()
}

impl From<Invalid> for Diagnostic {
    fn from(invalid: Invalid) -> Self {
        let name = invalid.path.name().unwrap_or("configuration").to_owned();
        let ValidationIssue { severity, key, message } = invalid.issue;
        let detail = match key {
            Some(key) => format!("The element \"{key}\" of \"{name}\" {message}."),
            None => format!("\"{name}\" {message}."),
        };
        let summary = match severity {
            Severity::Error => format!("Invalid {name}"),
            Severity::Warning => format!("Possibly invalid {name}"),
        };
        let diagnostic = match severity {
            Severity::Error => Self::error(summary, detail),
            Severity::Warning => Self::warning(summary, detail),
        };
        diagnostic.at(invalid.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::check::Check;
    use crate::schema::{NestedBlock, Rule, Sensitivity, computed, optional, required};
    use crate::value::Set;
    use crate::value::{Object, Type};

    fn schema(name: &'static str, ty: Type, rule: Rule, blocks: Vec<NestedBlock>) -> Schema {
        let attribute = Attribute {
            name,
            doc: "",
            ty,
            nested: None,
            sensitivity: Sensitivity::Plain,
            rule,
        };
        Schema {
            doc: "",
            attributes: vec![attribute],
            blocks,
        }
    }

    fn object(name: &str, value: Value) -> Object {
        [(name.to_owned(), value)].into()
    }

    #[test]
    fn a_complaint_points_at_its_attribute_wherever_that_stands() {
        let short = || optional().check(Check::Length { min: 0, max: 1 });
        let inner = || schema("inner", Type::String, short(), Vec::new());
        let block = |name, nesting| NestedBlock {
            name,
            doc: "",
            nesting,
            schema: inner(),
        };
        let blocks = vec![
            block("one", Nesting::Single),
            block("many", Nesting::List { max: 0 }),
            block("some", Nesting::Set { max: 0 }),
        ];
        let schema = schema("outer", Type::String, short(), blocks);
        let inside = || Value::Object(object("inner", "long".into()));
        let fine = || Value::Object(object("inner", Value::Unknown));
        let mut config = object("outer", "long".into());
        config.insert("one".to_owned(), inside());
        config.insert("many".to_owned(), Value::List(vec![fine(), inside()]));
        config.insert("some".to_owned(), Value::Set(Set::new([inside()])));

        let message = "must have 0 to 1 characters, but has 4";
        let step = |name: &str| Step::Attribute(name.to_owned());
        let at = |steps: Vec<Step>, message: &str| Invalid {
            path: Path(steps),
            issue: ValidationIssue::error(message),
        };
        let expected = [
            at(vec![step("outer")], message),
            at(vec![step("one"), step("inner")], message),
            at(vec![step("many"), Step::Index(1), step("inner")], message),
            at(
                vec![step("some")],
                "has an \"inner\" that must have 0 to 1 characters, but has 4",
            ),
        ];
        assert_eq!(validate(&schema, &config), expected);
    }

    #[test]
    fn null_and_unknown_values_pass() {
        let never = Check::Custom {
            description: "",
            validate: |_| vec![ValidationIssue::error("is never right")],
        };
        let schema = schema("it", Type::String, optional().check(never), Vec::new());
        assert_eq!(validate(&schema, &object("it", Value::Null)), []);
        assert_eq!(validate(&schema, &object("it", Value::Unknown)), []);
        assert_eq!(validate(&schema, &object("it", "x".into())).len(), 1);
    }

    #[test]
    fn who_gives_a_value_is_held_to_it() {
        let unset = [Invalid::attribute("it", "is required, but null")];
        let set = [Invalid::attribute("it", NOT_TO_BE_SET)];
        let rows: [(Rule, Value, &[Invalid], &[Invalid]); 8] = [
            (required(), Value::Null, &unset, &[]),
            (required(), Value::Unknown, &[], &[]),
            (required(), "".into(), &[], &[]),
            (computed(), Value::Null, &[], &[]),
            (computed(), "x".into(), &set, &[]),
            (computed(), "".into(), &set, &[]),
            (computed(), Value::Unknown, &[], &set),
            (optional().default("d"), "x".into(), &[], &[]),
        ];
        for (rule, value, validated, planned) in rows {
            let schema = schema("it", Type::String, rule, Vec::new());
            let config = object("it", value);
            assert_eq!(validate(&schema, &config), validated, "{schema:?} {config:?}");
            assert_eq!(unknown_computed(&schema, &config), planned, "{schema:?} {config:?}");
        }
    }
}
