//! What lists have in common.

use crate::schema::Attr;
use crate::schema::check::{Check, ValidationIssue, is_uuid};
use crate::value::Value;

pub(super) const IDS: Check = Check::Custom {
    description: "A UUID each.",
    validate: |value| {
        let Value::List(elements) = value else {
            return Vec::new();
        };
        let fits = |element: &Value| match element {
            Value::Unknown => true,
            element => element.as_str().is_some_and(is_uuid),
        };
        match elements.iter().all(fits) {
            true => Vec::new(),
            false => vec![ValidationIssue::error("has an element that is not a UUID")],
        }
    },
};

/// The ids that are given, as the service writes UUIDs: in lower case. None for all objects.
pub(super) fn ids(given: Attr<Vec<String>>) -> Vec<String> {
    let given = given.into_known().unwrap_or_default();
    given.into_iter().map(|id| id.to_lowercase()).collect()
}

/// Whether an object is of these ids.
pub(super) fn is_among(ids: &[String], id: &str) -> bool {
    ids.is_empty() || ids.iter().any(|wanted| wanted.eq_ignore_ascii_case(id))
}

/// A UUID that is given, as the service writes it: in lower case.
pub(super) fn uuid(given: &Attr<String>) -> Option<String> {
    given.given().map(str::to_lowercase)
}

/// The parameters of the query: the filters that are given, and one parameter for each id.
pub(super) fn parameters<const N: usize>(
    filters: [(&'static str, Option<String>); N],
    ids: (&'static str, &[String]),
) -> Vec<(&'static str, String)> {
    let given = filters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    given.chain(ids.1.iter().map(|id| (ids.0, id.clone()))).collect()
}
