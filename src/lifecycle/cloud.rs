//! A cloud: its provider block, the connection made from it, and its resources.

use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;

use super::{Error, Handler, Invalid, Known};
use crate::records::Records;
use crate::tf::block::Block;
use crate::tf::{Diagnostic, Object, Schema};
use crate::world::World;

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

    /// Resolves the settings. Makes no call, reads no file it can do without, and does not fail for what is only needed later:
    /// values may be unknown during a plan.
    fn configure(settings: Self::Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>>;

    /// What the user should know of how the settings were resolved.
    fn remarks(&self) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Who calls, from where each part of that comes, and whom, in one line without secrets.
    fn summary(&self) -> Result<String, &Error>;
}

/// What a provider is configured with, besides its block.
#[derive(Clone)]
pub struct Configuration {
    /// The world outside.
    pub world: World,
    /// The version of the Terraform that asks, such as `1.11.4`.
    pub terraform_version: String,
    /// Cancelled when Terraform asks to stop: waits end, calls in flight go on.
    pub stop: CancellationToken,
}

/// One cloud as the provider sees it.
pub struct Cloud {
    /// The cloud's name.
    pub name: &'static str,
    /// Its name as its vendor writes it.
    pub title: &'static str,
    /// The source address of the official provider.
    pub official: &'static str,
    /// Its resources.
    pub resources: Vec<Box<dyn Handler>>,
    block: fn() -> Schema,
    configure: Configure,
}

/// Where the resources of a cloud find its client, and what else they share.
pub struct Connection<C: Client>(Arc<Common<C>>);

struct Common<C: Client> {
    /// Empty until Terraform configures the provider.
    open: RwLock<Option<Open<C>>>,
    known: Known,
}

/// An open connection.
pub(super) struct Open<C> {
    /// The client.
    pub(super) client: Arc<C>,
    /// Cancelled when Terraform asks to stop.
    pub(super) stop: CancellationToken,
    /// What is written down of creations.
    pub(super) records: Records,
}

type Configure = Box<dyn Fn(&Object, &Configuration) -> Vec<Diagnostic> + Send + Sync>;

impl Cloud {
    /// A cloud with the resources that `resources` makes on its connection.
    pub fn new<C: Client>(resources: impl FnOnce(&Connection<C>) -> Vec<Box<dyn Handler>>) -> Self {
        let connection = Connection(Arc::new(Common {
            open: RwLock::default(),
            known: Known::default(),
        }));
        Self {
            name: C::CLOUD,
            title: C::TITLE,
            official: C::OFFICIAL,
            resources: resources(&connection),
            block: C::Settings::schema,
            configure: Box::new(move |block, configuration| connection.open(block, configuration)),
        }
    }

    /// The schema of its provider block.
    pub fn block(&self) -> Schema {
        (self.block)()
    }

    /// Connects its resources by what the provider block says.
    pub fn configure(&self, block: &Object, configuration: &Configuration) -> Vec<Diagnostic> {
        (self.configure)(block, configuration)
    }
}

impl<C: Client> Connection<C> {
    /// The keys that are known to be somebody's.
    pub(super) fn known(&self) -> &Known {
        &self.0.known
    }

    /// The connection, once the provider is configured.
    pub(super) fn opened(&self) -> Option<Open<C>> {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn open(&self, block: &Object, configuration: &Configuration) -> Vec<Diagnostic> {
        let Some(settings) = C::Settings::from_object(block) else {
            return vec![Invalid::attribute(C::CLOUD, "does not fit the provider's own schema").into()];
        };
        match C::configure(settings, configuration) {
            Ok(client) => {
                match client.summary() {
                    Ok(summary) => tracing::info!(cloud = C::CLOUD, "{summary}"),
                    Err(error) => tracing::info!(cloud = C::CLOUD, "cannot be used: {error}"),
                }
                let remarks = client.remarks();
                let open = Open {
                    client: Arc::new(client),
                    stop: configuration.stop.clone(),
                    records: configuration.world.records.clone(),
                };
                *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = Some(open);
                remarks
            }
            Err(invalid) => invalid.into_iter().map(Diagnostic::from).collect(),
        }
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
            stop: self.stop.clone(),
            records: self.records.clone(),
        }
    }
}
