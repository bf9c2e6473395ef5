//! Temporary credentials from STS, by the vendor's client. Its own buffers of requests and answers are not wiped; the credentials that it
//! returns are.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::{BehaviorVersion, Region};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
use aws_sdk_sts::{Client, types};
use chrono::{DateTime, Utc};

use super::external::causes;
use super::roles::{Role, WebIdentity};
use super::transport::Transport;
use crate::clouds::shared::credential_cache::ExpiringCredentials;
use crate::framework::{Error, Kind};
use crate::host::Read;
use crate::secret::Secret;
use crate::signing::Credentials;

/// How the service is called.
#[derive(Clone, Debug)]
pub struct Sts {
    /// The HTTP client.
    pub(super) transport: Transport,
    /// A custom endpoint.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// Whether to use the FIPS endpoint.
    pub use_fips: bool,
    /// Whether to use the dual-stack endpoint.
    pub use_dual_stack: bool,
    /// How calls are retried.
    pub retries: RetryConfig,
    /// The default session name.
    pub session_name: String,
}

impl Sts {
    /// Assumes a role with other credentials.
    ///
    /// # Errors
    ///
    /// They are about the credentials: none says that a key may have changed or does not exist.
    pub async fn assume_role(&self, role: &Role, by: &Credentials) -> Result<ExpiringCredentials, Error> {
        let tags: Result<Vec<Tag>, _> = role
            .tags
            .iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build())
            .collect();
        let tags = tags.map_err(|error| credential_error(ASSUME_ROLE, Kind::Invalid, error.to_string()))?;
        let call = self
            .client(Some(by))
            .assume_role()
            .role_arn(&role.role_arn)
            .role_session_name(self.session_name(role.session_name.as_ref()))
            .set_duration_seconds(seconds(role.duration))
            .set_external_id(role.external_id.clone())
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(&role.policy_arns))
            .set_source_identity(role.source_identity.clone())
            .set_tags(some(tags))
            .set_transitive_tag_keys(some(role.transitive_tag_keys.clone()));
        let given = call.send().await.map_err(|error| refused(ASSUME_ROLE, error))?;
        held(ASSUME_ROLE, given.credentials)
    }

    /// Assumes a role with a web identity token.
    ///
    /// # Errors
    ///
    /// As with [`Sts::assume_role`].
    pub async fn assume_role_with_web_identity(
        &self,
        identity: &WebIdentity,
        read: Read,
    ) -> Result<ExpiringCredentials, Error> {
        let token = identity.token.read(read)?;
        let call = self
            .client(None)
            .assume_role_with_web_identity()
            .role_arn(&identity.role_arn)
            .role_session_name(self.session_name(identity.session_name.as_ref()))
            .web_identity_token(token.expose())
            .set_duration_seconds(seconds(identity.duration))
            .set_policy(identity.policy.clone())
            .set_policy_arns(policies(&identity.policy_arns));
        let given = call.send().await.map_err(|error| refused(WEB_IDENTITY, error))?;
        held(WEB_IDENTITY, given.credentials)
    }

    /// The account of credentials.
    ///
    /// # Errors
    ///
    /// As with [`Sts::assume_role`].
    pub async fn account_id(&self, of: &Credentials) -> Result<String, Error> {
        let call = self.client(Some(of)).get_caller_identity();
        let identity = call.send().await.map_err(|error| refused(CALLER, error))?;
        identity.account.ok_or_else(|| lacking(CALLER, "an account"))
    }

    fn client(&self, by: Option<&Credentials>) -> Client {
        let mut config = aws_sdk_sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.transport.clone())
            .region(Region::new(self.region.clone()))
            .use_fips(self.use_fips)
            .use_dual_stack(self.use_dual_stack)
            .retry_config(self.retries.clone());
        config.set_endpoint_url(self.endpoint.clone());
        if let Some(by) = by {
            config = config.credentials_provider(aws_credential_types::Credentials::new(
                &by.access_key_id,
                by.secret_access_key.expose(),
                by.session_token.as_ref().map(|token| token.expose().to_owned()),
                None,
                "apikeys",
            ));
        }
        Client::from_conf(config.build())
    }

    fn session_name<'a>(&'a self, given: Option<&'a String>) -> &'a str {
        given.unwrap_or(&self.session_name)
    }
}

/// Converts credentials of the vendor's library.
pub(super) fn taken(given: &aws_credential_types::Credentials) -> ExpiringCredentials {
    let credentials = Credentials {
        access_key_id: given.access_key_id().to_owned(),
        secret_access_key: Secret::new(given.secret_access_key()),
        session_token: given.session_token().map(Secret::new),
    };
    ExpiringCredentials {
        credentials: credentials.into(),
        expires: given.expiry().map(DateTime::<Utc>::from),
    }
}

const ASSUME_ROLE: &str = "AssumeRole";
const CALLER: &str = "GetCallerIdentity";
const WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

fn held(operation: &'static str, given: Option<types::Credentials>) -> Result<ExpiringCredentials, Error> {
    let given = given.ok_or_else(|| lacking(operation, "credentials"))?;
    let expires =
        SystemTime::try_from(*given.expiration()).map_err(|_| lacking(operation, "when credentials expire"))?;
    Ok(ExpiringCredentials {
        credentials: Credentials {
            access_key_id: given.access_key_id,
            secret_access_key: Secret::new(given.secret_access_key),
            session_token: Some(Secret::new(given.session_token)),
        }
        .into(),
        expires: Some(expires.into()),
    })
}

/// An error of STS is about the credentials: it must not be taken as saying that a key does not exist or may have changed.
fn refused<E, R>(operation: &'static str, error: SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + RequestId + StdError + 'static,
    R: std::fmt::Debug + 'static,
{
    let Some(refusal) = error.as_service_error() else {
        return credential_error(operation, Kind::Unreachable, causes(&error));
    };
    let kind = match refusal.code() {
        Some("AccessDenied") => Kind::Denied,
        Some("Throttling" | "ThrottlingException") => Kind::Throttled,
        _ => Kind::Unauthenticated,
    };
    Error {
        code: refusal.code().map(str::to_owned),
        request_id: refusal.request_id().map(str::to_owned),
        ..credential_error(operation, kind, refusal.message().unwrap_or_default())
    }
}

fn lacking(operation: &'static str, what: &str) -> Error {
    credential_error(operation, Kind::Unauthenticated, format!("the response lacks {what}"))
}

fn credential_error(operation: &'static str, kind: Kind, message: impl Into<String>) -> Error {
    Error::new(operation, kind, message).advise(
        "No other credentials were tried. Check the roles in the provider block, the environment and the profile.",
    )
}

fn policies(arns: &[String]) -> Option<Vec<PolicyDescriptorType>> {
    let policies = arns.iter().map(|arn| PolicyDescriptorType::builder().arn(arn).build());
    some(policies.collect())
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

fn seconds(duration: Option<Duration>) -> Option<i32> {
    duration.and_then(|duration| i32::try_from(duration.as_secs()).ok())
}
