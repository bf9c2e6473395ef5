//! Credentials over time: asked for when a call needs them, kept, and replaced before they end.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::identity::{Base, Identity};
use super::metadata;
use super::roles::{Step, WebIdentity};
use super::sts::{self, Sts};
use crate::clouds::shared::calls::Caller;
use crate::clouds::shared::credential_cache::{self, CredentialCache, ExpiringCredentials};
use crate::clouds::shared::errors;
use crate::framework::Error;
use crate::host::Read;
use crate::http::{self, Deadline, RateLimiter};
use crate::signing::Credentials;

/// Who we are, and the credentials that prove it at present.
#[derive(Clone)]
pub struct Session(Arc<Parts>);

struct Parts {
    identity: Identity,
    url: String,
    region: String,
    http: Arc<http::Client>,
    read: Read,
    rate_limiter: Arc<RateLimiter>,
    cache: CredentialCache<ExpiringCredentials>,
}

impl Session {
    /// A session of `identity`, whose tokens come from the service at `url`. `stop` ends the waits for them.
    pub fn new(
        identity: Identity,
        url: String,
        region: String,
        http: &Arc<http::Client>,
        read: Read,
        stop: &CancellationToken,
    ) -> Self {
        Self(Arc::new(Parts {
            identity,
            url,
            region,
            http: Arc::clone(http),
            read,
            rate_limiter: sts::rate_limiter(),
            cache: CredentialCache::new("credentials", stop.clone()),
        }))
    }

    /// Who we are.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The credentials, fresh enough for a call.
    ///
    /// # Errors
    ///
    /// Where there are none to be had, or the account is not one that may be worked in.
    pub async fn credentials(&self, deadline: Deadline) -> Result<Arc<Credentials>, Error> {
        let Parts { cache, http, .. } = &*self.0;
        cache.credentials(http, deadline, self.clone().obtain()).await
    }

    /// Replaces credentials that the service says have ended. None where they have no successor.
    pub async fn renewed(&self, ended: &Arc<Credentials>, deadline: Deadline) -> Option<Arc<Credentials>> {
        if self.0.identity.is_static() {
            return None;
        }
        let Parts { cache, http, .. } = &*self.0;
        cache.renewed(ended, http, deadline, self.clone().obtain()).await
    }

    async fn obtain(self) -> Result<ExpiringCredentials, Error> {
        let Parts {
            identity,
            url,
            region,
            http,
            read,
            rate_limiter,
            ..
        } = &*self.0;
        let caller = Caller::new(http, Arc::clone(rate_limiter), credential_cache::unhurried());
        let mut held = match &identity.base {
            Base::Fixed(credentials) => Some(ExpiringCredentials {
                credentials: Arc::new(credentials.clone()),
                expires: None,
            }),
            Base::Instance { role } => Some(given(metadata::of_instance(&caller, role).await?)),
            Base::None => None,
        };
        let sts = Sts {
            caller,
            url,
            region: identity.region.as_deref().unwrap_or(region),
        };
        for step in &identity.steps {
            let by = held.as_ref().map(|held| held.credentials.as_ref());
            held = Some(given(match step {
                Step::Role(body) => sts.give("AssumeRole", body, by).await?,
                Step::Saml(body) => sts.give("AssumeRoleWithSAML", body, None).await?,
                Step::WebIdentity(identity) => {
                    let body = identity.request(*read)?;
                    sts.give("AssumeRoleWithWebIdentity", &body, None).await?
                }
                Step::Mfa(body) => sts.give("GetSessionToken", body, by).await?,
            }));
        }
        let held = held.ok_or_else(|| errors::no_credentials("no Tencent Cloud credentials", ""))?;
        if identity.accounts.are_restricted() {
            identity.accounts.check(&sts.account_id(&held.credentials).await?)?;
        }
        Ok(held)
    }
}

fn given(given: sts::Given) -> ExpiringCredentials {
    ExpiringCredentials {
        credentials: Arc::new(given.credentials),
        expires: Some(given.expires),
    }
}

impl WebIdentity {
    fn request(&self, read: Read) -> Result<sts::AssumeRoleWithWebIdentity, Error> {
        Ok(sts::AssumeRoleWithWebIdentity {
            provider_id: self.provider_id.clone(),
            web_identity_token: self.token.read(read)?,
            role_arn: self.role_arn.read(read)?.expose().to_owned(),
            role_session_name: self.session_name.clone(),
            duration_seconds: self.duration,
        })
    }
}
