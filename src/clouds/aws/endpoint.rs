//! Regions, partitions and hosts.
//!
//! Source: the endpoint rule set of API Gateway in the vendor's SDKs.

use super::settings::Settings;
use crate::clouds;
use crate::environment::Environment;
use crate::lifecycle::Error;
use crate::tf::Attr;
use crate::tf::check::{Check, Complaint};
use crate::tf::value::Value;

/// A region by its shape: letters, one or two words, a number.
pub const REGION: Check = Check::Rule {
    sentence: "A region such as `us-east-1`.",
    complaints: |value| match value {
        Value::String(text) if !is_region(text) => {
            vec![Complaint::error(format!(
                "must be a region such as \"us-east-1\", but is \"{}\"",
                text.as_str()
            ))]
        }
        _ => Vec::new(),
    },
};

/// Where calls go.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// To AWS, at the host of the region.
    Regional {
        /// Whether at the FIPS host.
        fips: Fips,
        /// Whether at the dual-stack host.
        stack: Stack,
    },
    /// To this URL, whatever the region.
    Custom(String),
    /// Nowhere, for this reason, until a call needs it.
    Unusable(Error),
}

/// Whether calls go to the FIPS host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fips {
    /// They do not.
    Off,
    /// They do.
    On,
}

/// Over which versions of IP the host is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// Version 4.
    V4,
    /// Both versions.
    Dual,
}

struct Partition {
    name: &'static str,
    /// How its regions begin; the first partition takes what no other does.
    prefix: &'static str,
    dns: &'static str,
    dual_dns: &'static str,
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

impl Endpoint {
    /// Finds where calls go: the provider block, else the environment, else AWS.
    pub fn resolve(settings: &Settings, environment: &Environment) -> Self {
        let unusable = |what: &str| {
            let advice = "Use either, in the provider block (`endpoints`, `use_fips_endpoint`, `use_dualstack_endpoint`) or the \
                          environment.";
            Self::Unusable(clouds::not_configured(what, advice))
        };
        let custom = match settings.api_gateway_endpoint() {
            Attr::Unknown => {
                return Self::Unusable(clouds::not_known_yet("endpoints"));
            }
            Attr::Known(url) => Some(url),
            Attr::Null => from_environment(environment),
        };
        let fips = switch(&settings.use_fips_endpoint, environment, "AWS_USE_FIPS_ENDPOINT");
        let dual = switch(
            &settings.use_dualstack_endpoint,
            environment,
            "AWS_USE_DUALSTACK_ENDPOINT",
        );
        match (custom, fips, dual) {
            (_, None, _) => Self::Unusable(clouds::not_known_yet("use_fips_endpoint")),
            (_, _, None) => Self::Unusable(clouds::not_known_yet("use_dualstack_endpoint")),
            (Some(_), Some(true), _) | (Some(_), _, Some(true)) => {
                unusable("an endpoint of your own cannot be combined with the FIPS or the dual-stack endpoint")
            }
            (Some(url), ..) if !clouds::is_base_url(&url) => Self::Unusable(clouds::not_configured(
                "the endpoint of API Gateway is not a URL that begins with http:// or https://",
                "Correct `endpoints` in the provider block, AWS_ENDPOINT_URL_API_GATEWAY or AWS_ENDPOINT_URL.",
            )),
            (Some(url), ..) => Self::Custom(url.trim_end_matches('/').to_owned()),
            (None, Some(fips), Some(dual)) => Self::Regional {
                fips: if fips { Fips::On } else { Fips::Off },
                stack: if dual { Stack::Dual } else { Stack::V4 },
            },
        }
    }

    /// The URL of API Gateway in a region, without a slash at its end.
    pub fn url(&self, region: &str) -> Result<String, Error> {
        let (fips, stack) = match self {
            Self::Regional { fips, stack } => (fips, stack),
            Self::Custom(url) => return Ok(url.clone()),
            Self::Unusable(error) => return Err(error.clone()),
        };
        let host = match fips {
            Fips::Off => "apigateway",
            Fips::On => "apigateway-fips",
        };
        let partition = partition_of(region);
        let dns = match stack {
            Stack::V4 => partition.dns,
            Stack::Dual => partition.dual_dns,
        };
        Ok(format!("https://{host}.{region}.{dns}"))
    }
}

/// The name of a region's partition, as it stands in ARNs.
pub fn partition_name(region: &str) -> &'static str {
    partition_of(region).name
}

/// Whether a text has the shape of a region.
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

const fn partition(name: &'static str, prefix: &'static str, dns: &'static str, dual_dns: &'static str) -> Partition {
    Partition {
        name,
        prefix,
        dns,
        dual_dns,
    }
}

fn partition_of(region: &str) -> &'static Partition {
    const AWS: &Partition = &PARTITIONS[PARTITIONS.len() - 1];
    PARTITIONS
        .iter()
        .find(|partition| region.starts_with(partition.prefix))
        .unwrap_or(AWS)
}

fn from_environment(environment: &Environment) -> Option<String> {
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == Some("true") {
        return None;
    }
    let found = environment.first(&["AWS_ENDPOINT_URL_API_GATEWAY", "AWS_ENDPOINT_URL"]);
    found.map(|(_, url)| url.to_owned())
}

/// Whether a switch is on; `None` while it is unknown.
fn switch(setting: &Attr<bool>, environment: &Environment, variable: &str) -> Option<bool> {
    match setting {
        Attr::Unknown => None,
        Attr::Known(on) => Some(*on),
        Attr::Null => Some(environment.get(variable) == Some("true")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
    }

    #[test]
    fn each_partition_has_its_hosts() {
        let rows = [
            (
                "us-east-1",
                Fips::Off,
                Stack::V4,
                "https://apigateway.us-east-1.amazonaws.com",
            ),
            (
                "us-east-1",
                Fips::On,
                Stack::V4,
                "https://apigateway-fips.us-east-1.amazonaws.com",
            ),
            (
                "eu-west-1",
                Fips::Off,
                Stack::Dual,
                "https://apigateway.eu-west-1.api.aws",
            ),
            (
                "us-gov-west-1",
                Fips::On,
                Stack::Dual,
                "https://apigateway-fips.us-gov-west-1.api.aws",
            ),
            (
                "cn-north-1",
                Fips::Off,
                Stack::V4,
                "https://apigateway.cn-north-1.amazonaws.com.cn",
            ),
            (
                "cn-north-1",
                Fips::Off,
                Stack::Dual,
                "https://apigateway.cn-north-1.api.amazonwebservices.com.cn",
            ),
            (
                "eusc-de-east-1",
                Fips::Off,
                Stack::V4,
                "https://apigateway.eusc-de-east-1.amazonaws.eu",
            ),
            (
                "us-iso-east-1",
                Fips::Off,
                Stack::V4,
                "https://apigateway.us-iso-east-1.c2s.ic.gov",
            ),
            (
                "us-isob-east-1",
                Fips::Off,
                Stack::V4,
                "https://apigateway.us-isob-east-1.sc2s.sgov.gov",
            ),
            (
                "eu-isoe-west-1",
                Fips::Off,
                Stack::V4,
                "https://apigateway.eu-isoe-west-1.cloud.adc-e.uk",
            ),
            (
                "us-isof-south-1",
                Fips::Off,
                Stack::V4,
                "https://apigateway.us-isof-south-1.csp.hci.ic.gov",
            ),
        ];
        for (region, fips, stack, url) in rows {
            assert_eq!(Endpoint::Regional { fips, stack }.url(region).unwrap(), url);
        }
    }
}
