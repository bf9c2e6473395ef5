//! Regions and partitions.
//!
//! Source: the partitions of the vendor's SDKs.

use crate::schema::check::{Check, ValidationIssue};
use crate::value::Value;

/// The format of a region: letters, one or two words, a number.
pub const REGION: Check = Check::Custom {
    description: "A region such as `us-east-1`.",
    validate: |value| match value {
        Value::String(text) if !is_region(text) => {
            vec![ValidationIssue::error(format!(
                "must be a region such as \"us-east-1\", but is \"{}\"",
                text.as_str()
            ))]
        }
        _ => Vec::new(),
    },
};

/// A partition: regions with their own domains, accounts and ARNs.
pub struct Partition {
    /// Its name, as in ARNs.
    pub name: &'static str,
    /// The prefix of its regions.
    prefix: &'static str,
    /// The domain of IPv4 endpoints.
    pub dns: &'static str,
    /// The domain of dual-stack endpoints.
    pub dual_dns: &'static str,
}

const PARTITIONS: [Partition; 8] = [
    partition("aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    partition("aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"),
    partition("aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    partition("aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    partition("aws", "", "amazonaws.com", "api.aws"),
];

impl Partition {
    /// The partition of a region, by its prefix.
    pub fn of_region(region: &str) -> &'static Self {
        const AWS: &Partition = &PARTITIONS[PARTITIONS.len() - 1];
        PARTITIONS
            .iter()
            .find(|partition| region.starts_with(partition.prefix))
            .unwrap_or(AWS)
    }
}

const fn partition(name: &'static str, prefix: &'static str, dns: &'static str, dual_dns: &'static str) -> Partition {
    Partition {
        name,
        prefix,
        dns,
        dual_dns,
    }
}

/// Whether a text is a valid label of a host name, as a region must be.
pub fn is_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Whether a text has the format of a region.
pub fn is_region(text: &str) -> bool {
    let words: Vec<_> = text.split('-').collect();
    let [first, middle @ .., last] = words.as_slice() else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    is_word(first)
        && !middle.is_empty()
        && middle.iter().all(is_word)
        && (1..=2).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_told_by_its_shape() {
        for region in [
            "us-east-1",
            "us-gov-west-1",
            "ap-southeast-12",
            "eusc-de-east-1",
            "us-isob-east-1",
        ] {
            assert!(is_region(region), "{region}");
        }
        for text in [
            "",
            "us",
            "us-1",
            "us-east",
            "US-east-1",
            "us-east-1a",
            "us--1",
            "us-east-123",
            "mars",
        ] {
            assert!(!is_region(text), "{text}");
        }
        for text in ["mars", "us-east-1", "local-1a"] {
            assert!(is_label(text), "{text}");
        }
        for text in ["", "-a", "a-", "A", "a.b", "a/b", "a@b"] {
            assert!(!is_label(text), "{text}");
        }
    }
}
