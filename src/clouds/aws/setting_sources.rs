//! Where each setting can be set, besides those that only the provider block has. Proxies, tags and roles are resolved by rules of their own.

use crate::clouds::shared::setting::Setting;

pub(super) const ACCESS_KEY: Setting = Setting::argument("access_key")
    .variables(&["AWS_ACCESS_KEY_ID"])
    .entry("aws_access_key_id");

pub(super) const SECRET_KEY: Setting = Setting::argument("secret_key")
    .variables(&["AWS_SECRET_ACCESS_KEY"])
    .entry("aws_secret_access_key");

pub(super) const TOKEN: Setting = Setting::argument("token")
    .variables(&["AWS_SESSION_TOKEN"])
    .entry("aws_session_token");

/// The default is the region of the instance, or none.
pub(super) const REGION: Setting = Setting::argument("region")
    .variables(&["AWS_REGION", "AWS_DEFAULT_REGION"])
    .entry("region");

pub(super) const PROFILE: Setting = Setting::argument("profile")
    .variables(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
    .default("default");

pub(super) const SHARED_CONFIG_FILES: Setting = Setting::argument("shared_config_files")
    .variables(&["AWS_CONFIG_FILE"])
    .default("~/.aws/config");

pub(super) const SHARED_CREDENTIALS_FILES: Setting = Setting::argument("shared_credentials_files")
    .variables(&["AWS_SHARED_CREDENTIALS_FILE"])
    .default("~/.aws/credentials");

/// Of the endpoints, only the argument counts if configured endpoints are to be ignored.
pub(super) const API_GATEWAY_ENDPOINT: Setting = Setting::argument("endpoints.apigateway")
    .variables(&["AWS_ENDPOINT_URL_API_GATEWAY", "AWS_ENDPOINT_URL"])
    .entry("endpoint_url");

pub(super) const SSO_ENDPOINT: Setting = Setting::argument("endpoints.sso")
    .variables(&["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL"])
    .entry("endpoint_url");

pub(super) const STS_ENDPOINT: Setting = Setting::argument("endpoints.sts")
    .variables(&["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"])
    .entry("endpoint_url");

pub(super) const USE_FIPS_ENDPOINT: Setting = Setting::argument("use_fips_endpoint")
    .variables(&["AWS_USE_FIPS_ENDPOINT"])
    .entry("use_fips_endpoint");

pub(super) const USE_DUALSTACK_ENDPOINT: Setting = Setting::argument("use_dualstack_endpoint")
    .variables(&["AWS_USE_DUALSTACK_ENDPOINT"])
    .entry("use_dualstack_endpoint");

/// The default is the system's certificates.
pub(super) const CUSTOM_CA_BUNDLE: Setting = Setting::argument("custom_ca_bundle")
    .variables(&["AWS_CA_BUNDLE"])
    .entry("ca_bundle");

pub(super) const METADATA_ENDPOINT: Setting = Setting::argument("ec2_metadata_service_endpoint")
    .variables(&["AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_METADATA_URL"])
    .entry("ec2_metadata_service_endpoint");

pub(super) const METADATA_ENDPOINT_MODE: Setting = Setting::argument("ec2_metadata_service_endpoint_mode")
    .variables(&["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"])
    .entry("ec2_metadata_service_endpoint_mode")
    .default("IPv4");

pub(super) const SKIP_METADATA_API_CHECK: Setting =
    Setting::argument("skip_metadata_api_check").variables(&["AWS_EC2_METADATA_DISABLED"]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::aws::provider_block::Settings;
    use crate::clouds::shared::setting::tests::check_declarations;
    use crate::schema::block::Block;

    #[test]
    fn every_source_of_a_setting_is_in_the_guide() {
        let all = [
            ACCESS_KEY,
            SECRET_KEY,
            TOKEN,
            REGION,
            PROFILE,
            SHARED_CONFIG_FILES,
            SHARED_CREDENTIALS_FILES,
            API_GATEWAY_ENDPOINT,
            SSO_ENDPOINT,
            STS_ENDPOINT,
            USE_FIPS_ENDPOINT,
            USE_DUALSTACK_ENDPOINT,
            CUSTOM_CA_BUNDLE,
            METADATA_ENDPOINT,
            METADATA_ENDPOINT_MODE,
            SKIP_METADATA_API_CHECK,
        ];
        check_declarations(&all, &Settings::schema(), "aws");
    }
}
