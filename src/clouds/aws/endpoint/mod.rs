//! Endpoints: those of AWS, or a custom one.
//!
//! Source: the endpoint rule set of API Gateway in the vendor's SDKs.

pub mod network;
pub mod partition;
pub mod region;
pub mod services;

use self::partition::Partition;
use self::services::API_GATEWAY;
use super::auth::profile::Profile;
use super::provider_block::Settings;
use crate::clouds::aws::setting_sources::{USE_DUALSTACK_ENDPOINT, USE_FIPS_ENDPOINT};
use crate::clouds::shared::errors;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::framework::Error;
use crate::host::environment::Environment;

/// The endpoint of API Gateway.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// AWS's own of the region.
    Regional {
        /// Whether it is the FIPS endpoint.
        fips: Fips,
        /// Whether it is the dual-stack endpoint.
        stack: Stack,
    },
    /// A custom one, for all regions.
    Custom {
        /// The URL.
        url: String,
        /// Where it comes from.
        origin: Origin,
    },
    /// Invalid; an error once a call needs it.
    Unusable(Error),
}

/// Whether calls go to the FIPS endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fips {
    /// No.
    Off,
    /// Yes.
    On,
}

/// The IP versions of the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// IPv4.
    V4,
    /// Dual stack: IPv4 and IPv6.
    Dual,
}

impl Endpoint {
    /// Resolves the endpoint.
    pub fn resolve(settings: &Settings, environment: &Environment, profile: Option<&Profile>) -> Self {
        Self::try_resolve(settings, environment, profile).unwrap_or_else(Self::Unusable)
    }

    fn try_resolve(settings: &Settings, environment: &Environment, profile: Option<&Profile>) -> Result<Self, Error> {
        let custom = services::endpoint(&API_GATEWAY, settings, environment, profile)?;
        let stack = Stack::resolve(settings, environment, profile)?;
        match custom {
            Some(_) if stack == Stack::Dual => Err(errors::not_configured(
                "a custom endpoint cannot be combined with the dual-stack endpoint",
                "Use only one of them, in the provider block (`endpoints`, `use_dualstack_endpoint`), the environment or the profile.",
            )),
            // As with the official provider, it overrides FIPS.
            Some(Sourced { value: url, origin }) => Ok(Self::Custom { url, origin }),
            None => Ok(Self::Regional {
                fips: Fips::resolve(settings, environment, profile)?,
                stack,
            }),
        }
    }

    /// The URL of API Gateway in a region, without a trailing slash.
    pub fn url(&self, region: &str) -> Result<String, Error> {
        let (fips, stack) = match self {
            Self::Regional { fips, stack } => (fips, stack),
            Self::Custom { url, .. } => return Ok(url.clone()),
            Self::Unusable(error) => return Err(error.clone()),
        };
        let host = match fips {
            Fips::Off => "apigateway",
            Fips::On => "apigateway-fips",
        };
        let partition = Partition::of_region(region);
        let dns = match stack {
            Stack::V4 => partition.dns,
            Stack::Dual => partition.dual_dns,
        };
        Ok(format!("https://{host}.{region}.{dns}"))
    }
}

impl Fips {
    /// Resolves the setting.
    ///
    /// # Errors
    ///
    /// If the argument is unknown, or the variable not UTF-8.
    pub fn resolve(settings: &Settings, environment: &Environment, profile: Option<&Profile>) -> Result<Self, Error> {
        let argument = &settings.use_fips_endpoint;
        let is_on = USE_FIPS_ENDPOINT.resolve(argument, environment, Profile::entries(profile))?;
        Ok(if is_on.is_some_and(|is_on| is_on.value) {
            Self::On
        } else {
            Self::Off
        })
    }
}

impl Stack {
    /// Resolves the setting.
    ///
    /// # Errors
    ///
    /// If the argument is unknown, or the variable not UTF-8.
    pub fn resolve(settings: &Settings, environment: &Environment, profile: Option<&Profile>) -> Result<Self, Error> {
        let argument = &settings.use_dualstack_endpoint;
        let is_on = USE_DUALSTACK_ENDPOINT.resolve(argument, environment, Profile::entries(profile))?;
        Ok(if is_on.is_some_and(|is_on| is_on.value) {
            Self::Dual
        } else {
            Self::V4
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
