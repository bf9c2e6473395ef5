//! Credentials over time: obtained when a call needs them, cached, and renewed before they expire.

use std::sync::{Arc, OnceLock};

use aws_config::imds;
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_sts::config::retry::RetryConfig;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::external::{self, Outside, Provider};
use super::identity::{self, Identity, Sources};
use super::metadata::Metadata;
use super::start::{Base, Step};
use super::sts::{self, Sts};
use super::transport::Transport;
use crate::clouds::aws::endpoint::region::Region;
use crate::clouds::aws::endpoint::services::{self, SSO, STS};
use crate::clouds::aws::endpoint::{Fips, Stack};
use crate::clouds::shared::credential_cache::{self, CredentialCache, ExpiringCredentials};
use crate::clouds::shared::errors;
use crate::framework::Error;
use crate::host::Read;
use crate::http::{self, Deadline};
use crate::signing::Credentials;

/// The source of credentials, and its current ones.
#[derive(Clone)]
pub struct Session(Arc<Parts>);

struct Parts {
    identity: Identity,
    region: Region,
    tokens: Tokens,
    http: Arc<http::Client>,
    transport: Transport,
    read: Read,
    metadata: Metadata,
    sso_endpoint: Option<String>,
    outside: Outside,
    /// Built when needed, like everything from the library.
    instance: OnceCell<imds::Client>,
    provider: OnceCell<Option<Provider>>,
    region_of_instance: CredentialCache<String>,
    cache: CredentialCache<ExpiringCredentials>,
    /// The account of the credentials, once it was asked for.
    account_id: OnceLock<String>,
}

/// How STS is called.
struct Tokens {
    endpoint: Option<String>,
    region: Option<String>,
    fips: Fips,
    stack: Stack,
    retries: RetryConfig,
}

impl Session {
    /// A session with the credentials that the sources resolve to.
    ///
    /// # Errors
    ///
    /// As with [`identity::resolve`], and if a token file cannot be used.
    pub fn new(
        sources: &Sources<'_>,
        region: &Region,
        http: &Arc<http::Client>,
        read: Read,
        stop: &CancellationToken,
    ) -> Result<Self, Error> {
        let Sources {
            environment, metadata, ..
        } = *sources;
        let identity = identity::resolve(sources)?;
        let outside = Outside::resolve(&identity.start.base, environment)?;
        outside.check(read)?;
        for step in &identity.start.steps {
            if let Step::WebIdentity(identity) = step {
                identity.token.read(read)?;
            }
        }
        let transport = Transport::new(Arc::clone(http));
        let region = match (region, &identity.start.base) {
            (Region::Unset, Base::Instance) => &Region::OfInstance,
            (region, _) => region,
        };
        Ok(Self(Arc::new(Parts {
            identity,
            region: region.clone(),
            tokens: Tokens::resolve(sources)?,
            http: Arc::clone(http),
            transport,
            read,
            metadata: metadata.clone(),
            sso_endpoint: services::url(&SSO, sources)?,
            outside,
            instance: OnceCell::new(),
            provider: OnceCell::new(),
            region_of_instance: CredentialCache::new("the instance's region", stop.clone()),
            cache: CredentialCache::new("credentials", stop.clone()),
            account_id: OnceLock::new(),
        })))
    }

    /// The source of credentials.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The account that calls are made in, as far as it is known without a call for its sake.
    pub fn account_id(&self) -> Option<&str> {
        let asked = self.0.account_id.get().map(String::as_str);
        asked.or_else(|| self.0.identity.account_id())
    }

    /// The provider's region, as far as it is known without a call.
    pub fn home(&self) -> &Region {
        &self.0.region
    }

    /// Credentials that are valid for a call.
    ///
    /// # Errors
    ///
    /// If none can be obtained, or the account is not allowed.
    pub async fn credentials(&self, deadline: Deadline) -> Result<Arc<Credentials>, Error> {
        let Parts { cache, http, .. } = &*self.0;
        cache.credentials(http, deadline, self.clone().obtain()).await
    }

    /// Replaces credentials that the service reports as expired; `None` if they cannot be renewed.
    pub async fn renewed(&self, ended: &Arc<Credentials>, deadline: Deadline) -> Option<Arc<Credentials>> {
        if self.0.identity.is_static() {
            return None;
        }
        let Parts { cache, http, .. } = &*self.0;
        cache.renewed(ended, http, deadline, self.clone().obtain()).await
    }

    /// The provider's region.
    ///
    /// # Errors
    ///
    /// If there is none, or it is unknown or cannot be obtained.
    pub async fn region(&self, deadline: Deadline) -> Result<String, Error> {
        match &self.0.region {
            Region::Known { name, .. } => Ok(name.clone()),
            Region::Unknown => Err(errors::unknown_argument("region")),
            Region::OfInstance => {
                let ask = || {
                    let session = self.clone();
                    async move { external::region_of(session.instance().await?).await }
                };
                self.0.region_of_instance.get(deadline, |_| true, ask).await
            }
            Region::Unset => Err(errors::not_configured(
                "no region",
                "Set `region` in the resource or the provider block, or the environment variable AWS_REGION.",
            )),
        }
    }

    async fn obtain(self) -> Result<ExpiringCredentials, Error> {
        let Identity { start, accounts } = &self.0.identity;
        let mut held = match &start.base {
            Base::Fixed(credentials) => Some(ExpiringCredentials {
                credentials: Arc::new(credentials.clone()),
                expires: None,
            }),
            Base::Process(process) => Some(process.credentials().await?),
            base => self.provided(base).await?,
        };
        if start.steps.is_empty() && !accounts.are_restricted() {
            return held.ok_or_else(nobody);
        }
        let sts = self.sts().await?;
        for step in &start.steps {
            held = Some(match step {
                Step::Role(role) => {
                    let by = held.as_ref().ok_or_else(nobody)?;
                    sts.assume_role(role, &by.credentials).await?
                }
                Step::WebIdentity(identity) => sts.assume_role_with_web_identity(identity, self.0.read).await?,
            });
        }
        let held = held.ok_or_else(nobody)?;
        if accounts.are_restricted() {
            let account_id = sts.account_id(&held.credentials).await?;
            accounts.check(&account_id)?;
            let _ = self.0.account_id.set(account_id);
        }
        Ok(held)
    }

    /// Credentials from the vendor's library.
    async fn provided(&self, base: &Base) -> Result<Option<ExpiringCredentials>, Error> {
        let provider = self.0.provider.get_or_try_init(|| async {
            let (transport, sso) = (&self.0.transport, self.0.sso_endpoint.as_deref());
            Ok::<_, Error>(external::provider(base, transport, sso, self.instance().await?))
        });
        let Some(provider) = provider.await? else {
            return Ok(None);
        };
        let outside = &self.0.outside;
        outside.check(self.0.read)?;
        let given = provider.credentials.provide_credentials().await;
        let given = given.map_err(|error| outside.hide(external::refused(provider.name, &error)))?;
        Ok(Some(sts::taken(&given)))
    }

    async fn instance(&self) -> Result<&imds::Client, Error> {
        let built = || async { external::instance(&self.0.metadata, &self.0.transport) };
        self.0.instance.get_or_try_init(built).await
    }

    async fn sts(&self) -> Result<Sts, Error> {
        let Tokens { region, .. } = &self.0.tokens;
        let region = match region {
            Some(region) => region.clone(),
            None => self.region(credential_cache::unhurried()).await?,
        };
        Ok(Sts {
            transport: self.0.transport.clone(),
            endpoint: self.0.tokens.endpoint.clone(),
            region,
            use_fips: self.0.tokens.fips == Fips::On,
            use_dual_stack: self.0.tokens.stack == Stack::Dual,
            retries: self.0.tokens.retries.clone(),
            session_name: format!("terraform-provider-apikeys-{}", self.0.http.now().timestamp()),
        })
    }
}

impl Tokens {
    fn resolve(sources: &Sources<'_>) -> Result<Self, Error> {
        let Sources {
            settings,
            environment,
            profile,
            ..
        } = *sources;
        let endpoint = services::url(&STS, sources)?;
        // As with the official provider, a custom endpoint overrides FIPS and, for STS, dual stack.
        let (fips, stack) = match endpoint {
            Some(_) => (Fips::Off, Stack::V4),
            None => (
                Fips::resolve(settings, environment, Some(profile))?,
                Stack::resolve(settings, environment, Some(profile))?,
            ),
        };
        Ok(Self {
            endpoint,
            region: errors::known("sts_region", &settings.sts_region)?.cloned(),
            fips,
            stack,
            retries: settings.retries(),
        })
    }
}

fn nobody() -> Error {
    errors::no_credentials("no AWS credentials", "")
}
