//! Validation of ARNs, as in the official provider.

use crate::clouds::aws::endpoint::partition::is_region;
use crate::schema::check::{Check, ValidationIssue};
use crate::value::Value;

/// An ARN.
pub(super) const ONE: Check = Check::Custom {
    description: "An ARN.",
    validate: |value| value.as_str().and_then(issue).into_iter().collect(),
};

/// A set of ARNs.
pub(super) const EACH: Check = Check::Custom {
    description: "ARNs.",
    validate: |value| match value {
        Value::Set(elements) => elements.iter().filter_map(Value::as_str).filter_map(issue).collect(),
        _ => Vec::new(),
    },
};

fn issue(text: &str) -> Option<ValidationIssue> {
    let why = flaw(text)?;
    Some(ValidationIssue::error(format!("must be an ARN, but \"{text}\" {why}")))
}

/// What is wrong with a text as an ARN, if anything.
fn flaw(text: &str) -> Option<&'static str> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, _, region, account, resource] = parts.as_slice() else {
        return Some("does not have the six parts of `arn:partition:service:region:account:resource`");
    };
    let lower = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !partition.starts_with("aws") || !partition.split('-').all(lower) || partition.split('-').next() != Some("aws") {
        return Some("has no partition such as `aws` or `aws-cn`");
    }
    if !region.is_empty() && !is_region(region) {
        return Some("has an invalid region");
    }
    let is_number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = ["", "aws", "aws-managed", "third-party", "aws-marketplace"].contains(account);
    if !(is_number || is_word || account.starts_with("cw") && account.chars().count() == 12) {
        return Some("has an account that is not 12 digits");
    }
    resource.is_empty().then_some("has no resource")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Set;

    #[test]
    fn an_arn_has_six_parts_of_their_shapes() {
        for text in [
            "arn:aws:iam::123456789012:role/terraform",
            "arn:aws-us-gov:iam::123456789012:role/path/name",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::123456789012:role:with:colons",
            "arn:aws:execute-api:eu-west-1:123456789012:x",
        ] {
            assert_eq!(flaw(text), None, "{text}");
        }
        for text in [
            "nonsense",
            "arn:aws:iam::123456789012",
            "arn:aws:iam::123456789012:",
            "arn:aws:iam::1:role/x",
            "arn:AWS:iam::123456789012:role/x",
            "arn::iam::123456789012:role/x",
            "arn:awsome:iam::123456789012:role/x",
            "arn:aws:iam:mars:123456789012:role/x",
        ] {
            assert!(flaw(text).is_some(), "{text}");
        }
        let set = Value::Set(Set::new([
            "x".into(),
            Value::Unknown,
            "arn:aws:iam::aws:policy/x".into(),
        ]));
        assert_eq!(EACH.validate(&set).len(), 1);
    }
}
