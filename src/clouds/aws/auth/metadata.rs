//! The instance metadata service: whether and where to call it.
//!
//! Source: "IMDS credential provider" in the vendor's SDKs and Tools Reference Guide.

use super::profile::Profile;
use crate::clouds::aws::provider_block::Settings;
use crate::clouds::aws::provider_block::checks::boolean;
use crate::clouds::aws::setting_sources::{METADATA_ENDPOINT, METADATA_ENDPOINT_MODE, SKIP_METADATA_API_CHECK};
use crate::clouds::shared::{errors, url};
use crate::framework::Error;
use crate::host::environment::Environment;

/// Whether and where the instance metadata service is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Its URL, if configured.
    pub endpoint: Option<String>,
    /// The IP version of its default address.
    pub mode: Mode,
    use_: Use,
}

/// An IP version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Version 4.
    V4,
    /// Version 6.
    V6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Enabled, or given an endpoint.
    Wanted,
    /// Not configured.
    Allowed,
    /// Disabled.
    Off,
}

impl Metadata {
    /// Resolves the settings of the metadata service.
    ///
    /// # Errors
    ///
    /// If an argument is unknown, a variable is not UTF-8, or the endpoint is not a URL.
    pub fn resolve(settings: &Settings, environment: &Environment, profile: &Profile) -> Result<Self, Error> {
        let file = Profile::entries(Some(profile));
        let argument = &settings.ec2_metadata_service_endpoint;
        let endpoint = METADATA_ENDPOINT.resolve(argument, environment, &file)?;
        let endpoint = endpoint.map(|found| found.value);
        if let Some(why) = endpoint.as_deref().and_then(url::no_base_url) {
            return Err(errors::not_configured(
                format!("the endpoint of the instance metadata service {why}"),
                "Correct `ec2_metadata_service_endpoint` in the provider block, AWS_EC2_METADATA_SERVICE_ENDPOINT or the profile.",
            ));
        }
        let argument = &settings.ec2_metadata_service_endpoint_mode;
        let mode = METADATA_ENDPOINT_MODE.require(argument, environment, &file)?;
        let skipped = errors::known("skip_metadata_api_check", &settings.skip_metadata_api_check)?;
        let is_disabled = match skipped {
            Some(_) => None,
            None => SKIP_METADATA_API_CHECK.of_environment(environment)?,
        };
        let is_disabled = is_disabled.is_some_and(|found| found.value);
        let use_ = match skipped.and_then(|text| boolean(text)) {
            Some(true) => Use::Off,
            Some(false) => Use::Wanted,
            None if is_disabled => Use::Off,
            _ if endpoint.is_some() => Use::Wanted,
            _ => Use::Allowed,
        };
        Ok(Self {
            endpoint: endpoint.as_deref().map(|url| url.trim_end_matches('/').to_owned()),
            mode: if mode.value.eq_ignore_ascii_case("IPv6") {
                Mode::V6
            } else {
                Mode::V4
            },
            use_,
        })
    }

    /// Whether it may be called.
    pub fn is_on(&self) -> bool {
        self.use_ != Use::Off
    }

    /// Whether to call it even if nothing else indicates an instance. Without an instance a call takes seconds.
    pub fn is_wanted(&self) -> bool {
        self.use_ == Use::Wanted
    }
}
