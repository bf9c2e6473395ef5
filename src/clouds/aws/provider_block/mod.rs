//! The provider block: the arguments of the official provider.

pub mod arn;
pub mod checks;
pub mod endpoints;

use std::collections::BTreeSet;

use aws_sdk_sts::config::retry::RetryConfig;

use self::checks::{AT_LEAST_ZERO, BOOL, DURATION, JSON, MODE};
use self::endpoints::Endpoints;
use super::endpoint::region::Region;
use super::{endpoint, tags};
use crate::block;
use crate::framework::Invalid;
use crate::host::environment::{Environment, NotUtf8};
use crate::schema::Attr;
use crate::schema::attr::TextMap;
use crate::schema::check::Check;
use crate::schema::{Nesting, optional};
use crate::secret::Secret;

block! {
    /// Settings for AWS. Every argument of the official provider is accepted; those that have no effect here say so.
    pub struct Settings {
        /// The access key. Static credentials are used as soon as this, `secret_key` or `token` is set. Else from
        /// `AWS_ACCESS_KEY_ID`, unless the block names a `profile`.
        access_key: String = optional(),
        /// The secret key. Else from `AWS_SECRET_ACCESS_KEY`.
        secret_key: Secret = optional(),
        /// The session token of temporary credentials. Else from `AWS_SESSION_TOKEN`.
        token: Secret = optional(),
        /// The region keys live in unless they name their own. Else from `AWS_REGION` or `AWS_DEFAULT_REGION`, the profile, or the
        /// instance's metadata.
        region: String = optional(),
        /// A profile of the shared files. It goes over credentials in the environment. Else from `AWS_PROFILE`.
        profile: String = optional(),
        /// Shared config files; later ones go over earlier ones. Else from `AWS_CONFIG_FILE`, or `~/.aws/config`.
        shared_config_files: Vec<String> = optional(),
        /// Shared credentials files; later ones go over earlier ones. Else from `AWS_SHARED_CREDENTIALS_FILE`, or `~/.aws/credentials`.
        shared_credentials_files: Vec<String> = optional(),
        /// Accounts that may be worked in. With it set, the security token service is asked once whose the credentials are.
        allowed_account_ids: BTreeSet<String> = optional(),
        /// Accounts that may not be worked in. With it set, the security token service is asked once whose the credentials are.
        forbidden_account_ids: BTreeSet<String> = optional(),
        /// No effect: tag policies of the organization are not looked up.
        tag_policy_compliance: String = optional().check(Check::OneOf(&["error", "warning", "disabled"])),
        /// How often a call is sent at most before an error stands. Defaults to 25, and so does 0.
        max_retries: i64 = optional().check(AT_LEAST_ZERO),
        /// How calls for tokens are repeated. Calls for keys are always paced and repeated adaptively.
        retry_mode: String = optional().check(Check::OneOf(&["standard", "adaptive"])),
        /// No effect.
        token_bucket_rate_limiter_capacity: i64 = optional(),
        /// The proxy for `http`, and for `https` unless that has its own. Else from `HTTP_PROXY`. An empty one is none, whatever the
        /// environment says.
        http_proxy: Secret = optional(),
        /// The proxy for `https`. Else from `HTTPS_PROXY`. An empty one is none.
        https_proxy: Secret = optional(),
        /// Hosts that are reached without a proxy, parted by commas. Else from `NO_PROXY`. This machine always is.
        no_proxy: String = optional(),
        /// Whether certificates are not checked. Then anybody on the way can read and change what is sent.
        insecure: bool = optional(),
        /// A file of certificates, in PEM, that count in the place of the system's. Else from `AWS_CA_BUNDLE`, or the profile's `ca_bundle`.
        custom_ca_bundle: String = optional(),
        /// Whether to use the FIPS endpoint. Else from `AWS_USE_FIPS_ENDPOINT`, or the profile. There is no silent way back to another
        /// endpoint.
        use_fips_endpoint: bool = optional(),
        /// Whether to use the dual-stack endpoint. Else from `AWS_USE_DUALSTACK_ENDPOINT`, or the profile.
        use_dualstack_endpoint: bool = optional(),
        /// Where the instance's metadata service is. Else from `AWS_EC2_METADATA_SERVICE_ENDPOINT`, or the profile.
        ec2_metadata_service_endpoint: String = optional(),
        /// Over which version of IP the instance's metadata service is asked at its usual address. Else from
        /// `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, or the profile. Defaults to `IPv4`.
        ec2_metadata_service_endpoint_mode: String = optional().check(MODE),
        /// No effect: credentials are not checked by an extra call.
        skip_credentials_validation: bool = optional(),
        /// No effect: the account is never asked for, keys have no account in their ARN.
        skip_requesting_account_id: bool = optional(),
        /// Whether the provider's region may have any name of lower-case letters, digits and hyphens. Else it has to have the shape of
        /// AWS's own; they are checked against no list.
        skip_region_validation: bool = optional(),
        /// With `true`, the instance's metadata service is not asked for credentials and the region, as with
        /// `AWS_EC2_METADATA_DISABLED`. With `false` it is asked for the region even where there are other credentials.
        skip_metadata_api_check: String = optional().check(BOOL),
        /// The region whose security token service is called. Defaults to the provider's region.
        sts_region: String = optional(),
        /// No effect: S3 is not called.
        s3_use_path_style: bool = optional(),
        /// No effect: S3 is not called.
        s3_us_east_1_regional_endpoint: String = optional(),
        /// Words to append to the user agent.
        user_agent: Vec<String> = optional();
        /// Roles to assume, one by means of the other, on top of whatever credentials there are.
        assume_role: Attr<Vec<AssumeRole>> = Nesting::List { max: 0 },
        /// A role to assume with a web identity, in the place of all other credentials.
        assume_role_with_web_identity: Attr<Vec<AssumeRoleWithWebIdentity>> = Nesting::List { max: 1 },
        /// Tags for every resource that does not say otherwise. They go over those of variables such as `TF_AWS_DEFAULT_TAGS_team`.
        default_tags: Attr<Vec<DefaultTags>> = Nesting::List { max: 1 },
        /// Tags that are somebody else's business: neither sent nor shown.
        ignore_tags: Attr<Vec<IgnoreTags>> = Nesting::List { max: 1 },
        /// Endpoints other than AWS's own.
        endpoints: Attr<Vec<Endpoints>> = Nesting::Set { max: 0 },
    }
}

block! {
    /// A role to assume.
    pub struct AssumeRole {
        /// ARN of the role. The only block may lack it: then it is warned of, and no role is assumed.
        role_arn: String = optional().check(arn::ONE),
        /// How long the role is assumed for, from `15m` to `12h`.
        duration: String = optional().check(DURATION),
        /// An identifier agreed on with the role's owner.
        external_id: String = optional().check(Check::Length { min: 2, max: 1224 }),
        /// A policy in JSON that narrows the role.
        policy: String = optional().check(JSON),
        /// ARNs of policies that narrow the role.
        policy_arns: BTreeSet<String> = optional().check(arn::EACH),
        /// Name of the session.
        session_name: String = optional().check(Check::Length { min: 2, max: 64 }),
        /// Who assumes the role.
        source_identity: String = optional().check(Check::Length { min: 2, max: 64 }),
        /// Tags of the session.
        tags: TextMap = optional(),
        /// Keys of the tags that are passed on to further roles.
        transitive_tag_keys: BTreeSet<String> = optional(),
    }
}

block! {
    /// A role to assume with a web identity.
    pub struct AssumeRoleWithWebIdentity {
        /// ARN of the role.
        role_arn: String = optional().check(arn::ONE),
        /// How long the role is assumed for, from `15m` to `12h`.
        duration: String = optional().check(DURATION),
        /// A policy in JSON that narrows the role.
        policy: String = optional().check(JSON),
        /// ARNs of policies that narrow the role.
        policy_arns: BTreeSet<String> = optional().check(arn::EACH),
        /// Name of the session.
        session_name: String = optional().check(Check::Length { min: 2, max: 64 }),
        /// The token.
        web_identity_token: Secret = optional().check(Check::Length { min: 4, max: 20_000 }),
        /// File that holds the token. It is read whenever the role is assumed.
        web_identity_token_file: String = optional(),
    }
}

block! {
    /// Tags for every resource.
    pub struct DefaultTags {
        /// The tags.
        tags: TextMap = optional().check(tags::LIMITS),
    }
}

block! {
    /// Tags to ignore.
    pub struct IgnoreTags {
        /// Keys of tags to ignore, besides those in `TF_AWS_IGNORE_TAGS_KEYS`, which commas part.
        keys: BTreeSet<String> = optional(),
        /// How the keys of tags to ignore begin, besides those in `TF_AWS_IGNORE_TAGS_KEY_PREFIXES`, which commas part.
        key_prefixes: BTreeSet<String> = optional(),
    }
}

impl Settings {
    /// What is wrong with the settings as a whole.
    pub fn invalid(&self, region: &Region) -> Vec<Invalid> {
        let may_be_any = self.skip_region_validation == Attr::Known(true);
        let (is_fine, expected): (fn(&str) -> bool, _) = if may_be_any {
            (endpoint::is_label, "lower-case letters, digits and hyphens")
        } else {
            (endpoint::is_region, "a region such as \"us-east-1\"")
        };
        let misshapen = region.name().filter(|name| !is_fine(name));
        let message = misshapen.map(|name| format!("must be {expected}, but is \"{name}\""));
        let complaint = message.map(|message| Invalid::attribute("region", message));
        complaint.into_iter().collect()
    }

    /// How often a call is sent at most.
    pub fn attempts(&self) -> u32 {
        let retries = self.max_retries.known().copied().filter(|retries| *retries != 0);
        u32::try_from(retries.unwrap_or(25)).unwrap_or(u32::MAX)
    }

    /// How calls for tokens are repeated.
    pub fn retries(&self) -> RetryConfig {
        let retries = match self.retry_mode.given() {
            Some("adaptive") => RetryConfig::adaptive(),
            _ => RetryConfig::standard(),
        };
        retries.with_max_attempts(self.attempts())
    }

    /// Words to append to the user agent.
    pub fn user_agent(&self) -> &[String] {
        self.user_agent.known().map_or(&[], Vec::as_slice)
    }

    /// The tags every resource gets, where they are known: those of the environment, and over them those of the block.
    ///
    /// # Errors
    ///
    /// Where a variable is no text.
    pub fn default_tags(&self, environment: &Environment) -> Result<Attr<TextMap>, NotUtf8> {
        let tags = match &self.default_tags {
            Attr::Unknown => return Ok(Attr::Unknown),
            Attr::Null => None,
            Attr::Known(blocks) => blocks.first().map(|block| &block.tags),
        };
        let mut all = TextMap::new();
        for variable in environment.beginning("TF_AWS_DEFAULT_TAGS_") {
            let (key, value) = variable?;
            if !key.is_empty() {
                all.insert(key.to_owned(), Attr::Known(value.to_owned()));
            }
        }
        match tags {
            Some(Attr::Unknown) => return Ok(Attr::Unknown),
            Some(Attr::Known(tags)) => all.extend(tags.clone()),
            Some(Attr::Null) | None => {}
        }
        Ok(Attr::Known(all))
    }
}
