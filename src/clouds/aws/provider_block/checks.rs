//! Validation of arguments of the provider block, as in the official provider.

use serde::de::IgnoredAny;

use crate::schema::check::{Check, ValidationIssue};
use crate::schema::duration;
use crate::value::Value;

/// The duration of a role session.
pub(super) const DURATION: Check = Check::Custom {
    description: "A duration such as `15m` or `1h30m`, from 15 minutes to 12 hours.",
    validate: |value| {
        let duration = duration::parse(value.as_str().unwrap_or_default());
        let is_fine = matches!(duration.map(|duration| duration.as_secs()), Some(900..=43_200));
        unless(is_fine, "must be a duration from \"15m\" to \"12h\"")
    },
};

/// A non-negative number.
pub(super) const AT_LEAST_ZERO: Check = Check::Custom {
    description: "At least 0.",
    validate: |value| {
        let is_fine = match value {
            Value::Number(number) => number.as_i64().is_some_and(|number| number >= 0),
            _ => true,
        };
        unless(is_fine, "must be a whole number of at least 0")
    },
};

/// A JSON document.
pub(super) const JSON: Check = Check::Custom {
    description: "JSON.",
    validate: |value| {
        let is_fine = serde_json::from_str::<IgnoredAny>(value.as_str().unwrap_or_default()).is_ok();
        unless(is_fine, "must be JSON")
    },
};

/// An IP version.
pub(super) const MODE: Check = Check::Custom {
    description: "One of `IPv4`, `IPv6`.",
    validate: |value| {
        let text = value.as_str().unwrap_or_default();
        let is_fine = ["IPv4", "IPv6"].iter().any(|mode| mode.eq_ignore_ascii_case(text));
        unless(is_fine, "must be \"IPv4\" or \"IPv6\"")
    },
};

/// `true` or `false`, as a text.
pub(super) const BOOL: Check = Check::Custom {
    description: "`true` or `false`.",
    validate: |value| {
        let is_fine = boolean(value.as_str().unwrap_or_default()).is_some();
        unless(is_fine, "must be \"true\" or \"false\"")
    },
};

/// A boolean in the forms that Go parses.
pub(in crate::clouds::aws) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn unless(holds: bool, message: &str) -> Vec<ValidationIssue> {
    if holds {
        Vec::new()
    } else {
        vec![ValidationIssue::error(message)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_pass_or_are_told_what_is_expected() {
        let rows = [
            (DURATION, ["15m", "1h30m", "12h"], ["1m", "13h", "soon"]),
            (JSON, ["{}", "[1]", "{\"a\": null}"], ["{", "x", "{} {}"]),
            (MODE, ["IPv4", "ipv6", "IPV4"], ["4", "IPv", "IPv5"]),
            (BOOL, ["true", "0", "T"], ["maybe", "yes", "tRUE"]),
        ];
        for (check, right, wrong) in rows {
            let issues = |text: &str| check.validate(&Value::string(text)).len();
            assert_eq!(right.map(issues), [0; 3], "{right:?}");
            assert_eq!(wrong.map(issues), [1; 3], "{wrong:?}");
        }
    }
}
