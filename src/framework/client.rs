//! The connection to a cloud, made from its provider block.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::diagnostics::Diagnostic;
use super::error::{Error, Kind};
use super::ownership::Ownership;
use super::records::Records;
use super::validate::Invalid;
use crate::host::{Host, RandomSecret};
use crate::schema::block::Block;
use crate::value::Object;

/// The connection to one cloud, made from its provider block.
pub trait Client: Sized + Send + Sync + 'static {
    /// The cloud's name: of its block, and of the official provider.
    const CLOUD: &'static str;

    /// The cloud's name as its vendor writes it.
    const TITLE: &'static str;

    /// The source address of the official provider, such as `hashicorp/aws`.
    const OFFICIAL: &'static str;

    /// The declaration of its provider block.
    type Settings: Block;

    /// The arguments whose empty text says more than their absence. All other empty arguments count as absent.
    const EMPTY_SAYS: &'static [&'static str] = &[];

    /// Resolves the settings. Makes no call, reads no file it can do without, and does not fail for what is only needed later:
    /// values may be unknown during a plan.
    fn configure(settings: Self::Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>>;

    /// What the user should know of how the settings were resolved.
    fn warnings(&self) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Who calls, from where each part of that comes, and whom, in one line without secrets. The error is what stands in the way
    /// of every call, as far as that is known without one.
    fn summary(&self) -> Result<String, &Error>;
}

/// What a provider is configured with, besides its block.
#[derive(Clone)]
pub struct Configuration {
    /// The world outside.
    pub host: Host,
    /// What is written down of creations, for the next run to find if this one is interrupted.
    pub records: Records,
    /// The version of the Terraform that asks, such as `1.11.4`.
    pub terraform_version: String,
    /// Cancelled when Terraform asks to stop: waits end, calls in flight go on.
    pub stop: CancellationToken,
}

/// What came of configuring the provider.
#[derive(Default)]
pub struct Configured {
    /// What is wrong with single arguments, and what the user should know.
    pub diagnostics: Vec<Diagnostic>,
    /// The error that nothing can be planned with this configuration. Missing credentials, and arguments that are not known yet, are
    /// none: new objects can be planned without them.
    pub unusable: Option<Diagnostic>,
}

/// Where the resources of a cloud find its client, and what else they share.
pub struct Connection<C: Client>(Arc<Common<C>>);

struct Common<C: Client> {
    /// Empty until Terraform configures the provider.
    open: RwLock<Option<Open<C>>>,
    ownership: Arc<Ownership>,
}

/// An open connection.
pub(super) struct Open<C> {
    /// The client.
    pub(super) client: Arc<C>,
    /// Why nothing can be planned, if nothing can.
    pub(super) unusable: Option<Diagnostic>,
    /// Cancelled when Terraform asks to stop.
    pub(super) stop: CancellationToken,
    /// What is written down of creations.
    pub(super) records: Records,
    /// Generates secrets.
    pub(super) random_secret: RandomSecret,
}

impl<C: Client> Connection<C> {
    /// Without a client yet.
    pub(super) fn closed() -> Self {
        Self(Arc::new(Common {
            open: RwLock::default(),
            ownership: Arc::default(),
        }))
    }

    /// Which objects belong to somebody.
    pub(super) fn ownership(&self) -> &Arc<Ownership> {
        &self.0.ownership
    }

    /// The connection, once the provider is configured.
    pub(super) fn opened(&self) -> Option<Open<C>> {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The connection; an error if the provider is not configured.
    pub(super) fn configured(&self) -> Result<Open<C>, Error> {
        let missing = "the provider has not been configured";
        self.opened()
            .ok_or_else(|| Error::new("", Kind::NotConfigured, missing))
    }

    /// What a call works with that may take this long.
    pub(super) fn context(&self, open: &Open<C>, limit: Duration) -> Context<C> {
        Context::new(
            Arc::clone(&open.client),
            Instant::now() + limit,
            Arc::clone(self.ownership()),
            open.records.clone(),
            open.random_secret,
            open.stop.clone(),
        )
    }

    pub(super) fn open(&self, block: &Object, configuration: &Configuration) -> Configured {
        let invalid = |invalid: Vec<Invalid>| Configured {
            diagnostics: invalid.into_iter().map(Diagnostic::from).collect(),
            unusable: None,
        };
        let Some(settings) = C::Settings::from_object(block) else {
            let misfit = Invalid::attribute(C::CLOUD, "does not fit the provider's own schema");
            return invalid(vec![misfit]);
        };
        let client = match C::configure(settings, configuration) {
            Ok(client) => client,
            Err(issues) => return invalid(issues),
        };
        let unusable = match client.summary() {
            Ok(summary) => {
                tracing::info!(cloud = C::CLOUD, "{summary}");
                None
            }
            Err(error) => {
                tracing::info!(cloud = C::CLOUD, "cannot be used: {error}");
                (error.kind == Kind::NotConfigured).then(|| error.diagnostic(format!("{} cannot be used", C::TITLE)))
            }
        };
        let diagnostics = client.warnings();
        let open = Open {
            client: Arc::new(client),
            unusable: unusable.clone(),
            stop: configuration.stop.clone(),
            records: configuration.records.clone(),
            random_secret: configuration.host.random_secret,
        };
        *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = Some(open);
        Configured { diagnostics, unusable }
    }
}

impl<C: Client> Clone for Connection<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C> Clone for Open<C> {
    fn clone(&self) -> Self {
        Self {
            client: Arc::clone(&self.client),
            unusable: self.unusable.clone(),
            stop: self.stop.clone(),
            records: self.records.clone(),
            random_secret: self.random_secret,
        }
    }
}
