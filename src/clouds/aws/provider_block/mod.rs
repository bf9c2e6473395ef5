//! The provider block: the arguments of the official provider.

pub mod arn;
pub mod checks;
pub mod endpoints;

use std::collections::BTreeSet;

use aws_sdk_sts::config::retry::RetryConfig;

use self::checks::{AT_LEAST_ZERO, BOOL, DURATION, JSON, MODE};
use self::endpoints::Endpoints;
use super::tags::limits::LIMITS;
use crate::block;
use crate::schema::attr::StringMap;
use crate::schema::check::Check;
use crate::schema::{Attr, Nesting, optional};
use crate::secret::Secret;

block! {
    /// Settings for AWS. All arguments of the official provider are accepted; some have no effect.
    pub struct Settings {
        /// The access key. If this, `secret_key` or `token` is set, all three are taken from the block. Otherwise from
        /// `AWS_ACCESS_KEY_ID`, unless the block names a `profile`.
        access_key: String = optional(),
        /// The secret key. Otherwise from `AWS_SECRET_ACCESS_KEY`.
        secret_key: Secret = optional(),
        /// The session token of temporary credentials. Otherwise from `AWS_SESSION_TOKEN`.
        token: Secret = optional(),
        /// The region of all resources that do not set their own. Otherwise from `AWS_REGION` or `AWS_DEFAULT_REGION`, the profile, or
        /// the instance metadata.
        region: String = optional(),
        /// The profile in the shared files. It overrides credentials in the environment. Otherwise from `AWS_PROFILE`.
        profile: String = optional(),
        /// Shared config files; later ones override earlier ones. Otherwise from `AWS_CONFIG_FILE`, or `~/.aws/config`.
        shared_config_files: Vec<String> = optional(),
        /// Shared credentials files; later ones override earlier ones. Otherwise from `AWS_SHARED_CREDENTIALS_FILE`, or
        /// `~/.aws/credentials`.
        shared_credentials_files: Vec<String> = optional(),
        /// Accounts that the credentials may belong to. If set, STS is asked once for the account of the credentials.
        allowed_account_ids: BTreeSet<String> = optional(),
        /// Accounts that the credentials must not belong to. If set, STS is asked once for the account of the credentials.
        forbidden_account_ids: BTreeSet<String> = optional(),
        /// No effect: tag policies of the organization are not read.
        tag_policy_compliance: String = optional().check(Check::OneOf(&["error", "warning", "disabled"])),
        /// Maximum attempts per API call. Defaults to 25; 0 means the default.
        max_retries: i64 = optional().check(AT_LEAST_ZERO),
        /// Retry mode of calls to STS. Calls for keys are always rate limited and retried adaptively.
        retry_mode: String = optional().check(Check::OneOf(&["standard", "adaptive"])),
        /// No effect.
        token_bucket_rate_limiter_capacity: i64 = optional(),
        /// Proxy for `http`, and for `https` if `https_proxy` is not set. Otherwise from `HTTP_PROXY`. An empty string means no proxy,
        /// whatever the environment says.
        http_proxy: Secret = optional(),
        /// Proxy for `https`. Otherwise from `HTTPS_PROXY`. An empty string means no proxy.
        https_proxy: Secret = optional(),
        /// Comma-separated hosts to reach without a proxy. Otherwise from `NO_PROXY`. Loopback addresses never use a proxy.
        no_proxy: String = optional(),
        /// Disables TLS certificate verification. Anybody on the network path can then read and change calls and their credentials.
        insecure: bool = optional(),
        /// File of CA certificates (PEM) that replace the system's. Otherwise from `AWS_CA_BUNDLE`, or the profile's `ca_bundle`.
        custom_ca_bundle: String = optional(),
        /// Whether to use the FIPS endpoint. Otherwise from `AWS_USE_FIPS_ENDPOINT`, or the profile. If a region has none, calls fail;
        /// no other endpoint is used.
        use_fips_endpoint: bool = optional(),
        /// Whether to use the dual-stack endpoint. Otherwise from `AWS_USE_DUALSTACK_ENDPOINT`, or the profile.
        use_dualstack_endpoint: bool = optional(),
        /// URL of the instance metadata service. Otherwise from `AWS_EC2_METADATA_SERVICE_ENDPOINT`, or the profile.
        ec2_metadata_service_endpoint: String = optional(),
        /// IP version for the default address of the instance metadata service. Otherwise from
        /// `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, or the profile. Defaults to `IPv4`.
        ec2_metadata_service_endpoint_mode: String = optional().check(MODE),
        /// No effect: no call is made to validate credentials.
        skip_credentials_validation: bool = optional(),
        /// No effect: the account is not requested, because the ARN of a key has no account.
        skip_requesting_account_id: bool = optional(),
        /// Accepts any region name of lower-case letters, digits and hyphens. Otherwise the name must have the form of AWS's regions;
        /// there is no list of them.
        skip_region_validation: bool = optional(),
        /// With `true`, the instance metadata service is not used for credentials and the region, as with
        /// `AWS_EC2_METADATA_DISABLED`. With `false`, it is used for the region even with other credentials.
        skip_metadata_api_check: String = optional().check(BOOL),
        /// The region of STS. Defaults to the provider's region.
        sts_region: String = optional(),
        /// No effect: S3 is not called.
        s3_use_path_style: bool = optional(),
        /// No effect: S3 is not called.
        s3_us_east_1_regional_endpoint: String = optional(),
        /// Words to append to the user agent.
        user_agent: Vec<String> = optional();
        /// Chain of roles to assume, in order, with the credentials of the other arguments and sources.
        assume_role: Attr<Vec<AssumeRole>> = Nesting::List { max: 0 },
        /// A role to assume with a web identity, instead of all other credentials.
        assume_role_with_web_identity: Attr<Vec<AssumeRoleWithWebIdentity>> = Nesting::List { max: 1 },
        /// Default tags of all resources; tags of a resource override them. They override variables such as `TF_AWS_DEFAULT_TAGS_team`.
        default_tags: Attr<Vec<DefaultTags>> = Nesting::List { max: 1 },
        /// Tags managed outside Terraform, ignored by all resources.
        ignore_tags: Attr<Vec<IgnoreTags>> = Nesting::List { max: 1 },
        /// Custom endpoints by service.
        endpoints: Attr<Vec<Endpoints>> = Nesting::Set { max: 0 },
    }
}

block! {
    /// A role to assume.
    pub struct AssumeRole {
        /// ARN of the role. If the only block has none, there is a warning and no role is assumed.
        role_arn: String = optional().check(arn::ONE),
        /// Duration of the session.
        duration: String = optional().check(DURATION),
        /// External ID, as agreed with the owner of the role.
        external_id: String = optional().check(Check::Length { min: 2, max: 1224 }),
        /// Session policy that restricts the role.
        policy: String = optional().check(JSON),
        /// ARNs of managed policies that restrict the role.
        policy_arns: BTreeSet<String> = optional().check(arn::EACH),
        /// Name of the session.
        session_name: String = optional().check(Check::Length { min: 2, max: 64 }),
        /// Source identity of the session.
        source_identity: String = optional().check(Check::Length { min: 2, max: 64 }),
        /// Tags of the session.
        tags: StringMap = optional(),
        /// Keys of the session tags that are passed on to the next roles of the chain.
        transitive_tag_keys: BTreeSet<String> = optional(),
    }
}

block! {
    /// A role to assume with a web identity.
    pub struct AssumeRoleWithWebIdentity {
        /// ARN of the role.
        role_arn: String = optional().check(arn::ONE),
        /// Duration of the session.
        duration: String = optional().check(DURATION),
        /// Session policy that restricts the role.
        policy: String = optional().check(JSON),
        /// ARNs of managed policies that restrict the role.
        policy_arns: BTreeSet<String> = optional().check(arn::EACH),
        /// Name of the session.
        session_name: String = optional().check(Check::Length { min: 2, max: 64 }),
        /// The web identity token.
        web_identity_token: Secret = optional().check(Check::Length { min: 4, max: 20_000 }),
        /// File with the web identity token. It is read each time the role is assumed.
        web_identity_token_file: String = optional(),
    }
}

block! {
    /// Default tags of all resources.
    pub struct DefaultTags {
        /// The tags.
        tags: StringMap = optional().check(LIMITS),
    }
}

block! {
    /// Tags to ignore.
    pub struct IgnoreTags {
        /// Tag keys to ignore, in addition to the comma-separated ones in `TF_AWS_IGNORE_TAGS_KEYS`.
        keys: BTreeSet<String> = optional(),
        /// Prefixes of tag keys to ignore, in addition to the comma-separated ones in `TF_AWS_IGNORE_TAGS_KEY_PREFIXES`.
        key_prefixes: BTreeSet<String> = optional(),
    }
}

impl Settings {
    /// Maximum attempts per API call.
    pub fn attempts(&self) -> u32 {
        let retries = self.max_retries.known().copied().filter(|retries| *retries != 0);
        u32::try_from(retries.unwrap_or(25)).unwrap_or(u32::MAX)
    }

    /// How calls of STS are retried.
    pub fn retries(&self) -> RetryConfig {
        let retries = match self.retry_mode.given() {
            Some("adaptive") => RetryConfig::adaptive(),
            _ => RetryConfig::standard(),
        };
        retries.with_max_attempts(self.attempts())
    }

    /// Products to append to the user agent.
    pub fn user_agent(&self) -> &[String] {
        self.user_agent.known().map_or(&[], Vec::as_slice)
    }
}
