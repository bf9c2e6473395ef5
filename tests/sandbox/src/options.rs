use chrono::TimeDelta;

use crate::world::Cloud;

/// How a sandbox deviates from three empty clouds with the real quotas, no rate limits and the right time.
#[derive(Clone, Debug)]
pub struct Options {
    /// The ports to listen on.
    pub ports: Ports,
    /// Whether requests per second are counted.
    pub rate_limits: RateLimits,
    /// How far the clouds' clock runs ahead of the real one.
    pub clock_offset: TimeDelta,
    /// Whether `DescribeApiKeysStatus` of Tencent Cloud shows secrets.
    pub listed_secrets: ListedSecrets,
    /// Whether `DescribeApiKey` of Tencent Cloud's API of 2017 shows secrets.
    pub described_secrets: DescribedSecrets,
    /// How Tencent Cloud's API of 2017 spells its answers.
    pub spelling: Spelling,
    /// AWS keys per region.
    pub aws_key_quota: usize,
    /// Tencent Cloud keys per account.
    pub tencentcloud_key_quota: usize,
    /// Scaleway keys per organization.
    pub scaleway_key_quota: usize,
    /// The longest life of a Scaleway key that the organization allows; with one, every key needs an expiry.
    pub scaleway_max_expiration: Option<TimeDelta>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ports: Ports::default(),
            rate_limits: RateLimits::Off,
            clock_offset: TimeDelta::zero(),
            listed_secrets: ListedSecrets::Shown,
            described_secrets: DescribedSecrets::Shown,
            spelling: Spelling::Declared,
            aws_key_quota: 10_000,
            tencentcloud_key_quota: 400,
            scaleway_key_quota: 100,
            scaleway_max_expiration: None,
        }
    }
}

/// One loopback port per cloud; 0 lets the system choose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// The port of AWS API Gateway.
    pub aws: u16,
    /// The port of Tencent Cloud API Gateway.
    pub tencentcloud: u16,
    /// The port of Scaleway IAM.
    pub scaleway: u16,
}

impl Ports {
    pub(crate) fn of(self, cloud: Cloud) -> u16 {
        match cloud {
            Cloud::Aws => self.aws,
            Cloud::Tencentcloud => self.tencentcloud,
            Cloud::Scaleway => self.scaleway,
        }
    }
}

/// Whether the clouds count requests per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimits {
    /// Any number of requests is served.
    Off,
    /// The published limits are kept.
    On,
}

/// Whether Tencent Cloud's list answers carry the keys' secrets.
///
/// The documents' examples show them; an older SDK text says they are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedSecrets {
    /// `AccessKeySecret` is null in lists.
    Hidden,
    /// `AccessKeySecret` is present in lists.
    Shown,
}

/// Whether a look at a single key in Tencent Cloud's API of 2017 tells its secret.
///
/// The documents say so; nobody can tell any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescribedSecrets {
    /// There is no `secretKey`.
    Hidden,
    /// `secretKey` is there.
    Shown,
}

/// How Tencent Cloud's API of 2017 spells its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As its documents of 2020 declare it: `code` is a number, a key's id `secretID`.
    Declared,
    /// As the samples of its documents of 2017 show it: `code` is a text, a key's id `secretId`.
    Sampled,
}
