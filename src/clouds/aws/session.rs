//! Credentials over time: asked for when a call needs them, kept, and replaced before they end.

use std::sync::Arc;

use aws_config::imds;
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_sts::config::retry::RetryConfig;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use super::credentials;
use super::credentials::{Base, Identity, Sources, Step};
use super::endpoint::{Fips, Stack};
use super::metadata::Metadata;
use super::providers::{self, Provider};
use super::region::Region;
use super::services::{self, SSO, STS};
use super::sts::{self, Sts};
use super::transport::Transport;
use crate::clouds;
use crate::clouds::keep::{Held, Keep};
use crate::http::{self, Patience};
use crate::lifecycle::{Error, Kind};
use crate::signing::Credentials;
use crate::world::Read;

/// Who we are, and the credentials that prove it at present.
pub struct Session {
    identity: Identity,
    region: Region,
    tokens: Tokens,
    http: Arc<http::Client>,
    transport: Transport,
    read: Read,
    metadata: Metadata,
    sso_endpoint: Option<String>,
    /// Not built before they are needed, as most of what the library gives.
    instance: OnceCell<imds::Client>,
    provider: OnceCell<Option<Provider>>,
    region_of_instance: OnceCell<String>,
    keep: Keep,
}

/// How tokens are asked for.
struct Tokens {
    endpoint: Option<String>,
    region: Option<String>,
    fips: Fips,
    stack: Stack,
    retries: RetryConfig,
}

impl Session {
    /// A session of whom the provider block, the environment and the profile make us.
    ///
    /// # Errors
    ///
    /// As with [`credentials::resolve`].
    pub fn new(sources: &Sources<'_>, region: &Region, http: &Arc<http::Client>, read: Read) -> Result<Self, Error> {
        let Sources {
            settings,
            environment,
            profile,
            metadata,
        } = *sources;
        let identity = credentials::resolve(sources)?;
        let endpoint = |service| {
            let endpoint = services::endpoint(service, settings, environment, Some(profile))?;
            Ok(endpoint.map(|(url, _)| url))
        };
        let transport = Transport::new(Arc::clone(http));
        let region = match (region, &identity.start.base) {
            (Region::Nowhere, Base::Instance) => &Region::OfInstance,
            (region, _) => region,
        };
        Ok(Self {
            identity,
            region: region.clone(),
            tokens: Tokens {
                endpoint: endpoint(&STS)?,
                region: clouds::known("sts_region", &settings.sts_region)?.cloned(),
                fips: Fips::resolve(settings, environment, Some(profile))?,
                stack: Stack::resolve(settings, environment, Some(profile))?,
                retries: settings.retries(),
            },
            http: Arc::clone(http),
            transport,
            read,
            metadata: metadata.clone(),
            sso_endpoint: endpoint(&SSO)?,
            instance: OnceCell::new(),
            provider: OnceCell::new(),
            region_of_instance: OnceCell::new(),
            keep: Keep::default(),
        })
    }

    /// Who we are.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The region that keys live in unless they name their own, as far as it is known without a call.
    pub fn home(&self) -> &Region {
        &self.region
    }

    /// The credentials, fresh enough for a call.
    ///
    /// # Errors
    ///
    /// Where there are none to be had, or the account is not one that may be worked in.
    pub async fn credentials(&self, patience: Patience) -> Result<Arc<Credentials>, Error> {
        self.keep
            .fresh(&self.http, || within(patience, self.obtain(patience).boxed()))
            .await
    }

    /// Replaces credentials that the service says have ended. None where they have no successor.
    pub async fn renewed(&self, ended: &Arc<Credentials>, patience: Patience) -> Option<Arc<Credentials>> {
        if self.identity.is_static() {
            return None;
        }
        self.keep.forget(ended).await;
        let renewed = self.credentials(patience).await;
        renewed
            .inspect_err(|error| tracing::warn!("credentials that have ended are not renewed: {error}"))
            .ok()
    }

    /// The region that keys live in unless they name their own.
    ///
    /// # Errors
    ///
    /// Where there is none, or it cannot be told.
    pub async fn region(&self, patience: Patience) -> Result<String, Error> {
        match &self.region {
            Region::Known { name, .. } => Ok(name.clone()),
            Region::Unknown => Err(clouds::not_known_yet("region")),
            Region::OfInstance => {
                let asked = self
                    .region_of_instance
                    .get_or_try_init(|| async { providers::region_of(self.instance().await?).await });
                within(patience, asked.boxed()).await.cloned()
            }
            Region::Nowhere => Err(clouds::not_configured(
                "no region",
                "Set `region` in the resource or the provider block, or the environment variable AWS_REGION.",
            )),
        }
    }

    async fn obtain(&self, patience: Patience) -> Result<Held, Error> {
        let mut held = match &self.identity.start.base {
            Base::Fixed(credentials) => Some(Held {
                credentials: Arc::new(credentials.clone()),
                ends: None,
            }),
            base => self.provided(base).await?,
        };
        if self.identity.start.steps.is_empty() && !self.identity.accounts.are_restricted() {
            return held.ok_or_else(nobody);
        }
        let sts = self.sts(patience).await?;
        for step in &self.identity.start.steps {
            held = Some(match step {
                Step::Role(role) => {
                    let by = held.as_ref().ok_or_else(nobody)?;
                    sts.assume_role(role, &by.credentials).await?
                }
                Step::WebIdentity(identity) => sts.assume_role_with_web_identity(identity, self.read).await?,
            });
        }
        let held = held.ok_or_else(nobody)?;
        if self.identity.accounts.are_restricted() {
            self.identity
                .accounts
                .check(&sts.account_id(&held.credentials).await?)?;
        }
        Ok(held)
    }

    /// What the vendor's library finds.
    async fn provided(&self, base: &Base) -> Result<Option<Held>, Error> {
        let provider = self.provider.get_or_try_init(|| async {
            let (transport, sso) = (&self.transport, self.sso_endpoint.as_deref());
            Ok(providers::provider(base, transport, sso, self.instance().await?))
        });
        let Some(provider) = provider.await? else {
            return Ok(None);
        };
        let given = provider.credentials.provide_credentials().await;
        let given = given.map_err(|error| providers::refused(provider.name, &error))?;
        Ok(Some(sts::taken(&given)))
    }

    async fn instance(&self) -> Result<&imds::Client, Error> {
        let built = || async { providers::instance(&self.metadata, &self.transport) };
        self.instance.get_or_try_init(built).await
    }

    async fn sts(&self, patience: Patience) -> Result<Sts, Error> {
        let region = match &self.tokens.region {
            Some(region) => region.clone(),
            None => self.region(patience).await?,
        };
        Ok(Sts {
            transport: self.transport.clone(),
            endpoint: self.tokens.endpoint.clone(),
            region,
            use_fips: self.tokens.fips == Fips::On,
            use_dual_stack: self.tokens.stack == Stack::Dual,
            retries: self.tokens.retries.clone(),
            session_name: format!("terraform-provider-apikeys-{}", self.http.now().timestamp()),
        })
    }
}

/// What comes in time: the vendor's library knows no deadline from outside. Boxed, since its futures nest deeper than the compiler
/// looks.
async fn within<T>(patience: Patience, work: BoxFuture<'_, Result<T, Error>>) -> Result<T, Error> {
    let late = |_| Error::new("credentials", Kind::TimedOut, "they did not come in time");
    tokio::time::timeout_at(patience.until, work).await.map_err(late)?
}

fn nobody() -> Error {
    clouds::not_configured("no AWS credentials", "")
}
