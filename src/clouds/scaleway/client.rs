//! The connection to the cloud, made from its provider block.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::auth::identity::{self, Identity};
use super::provider_block::Settings;
use crate::clouds::shared::network;
use crate::framework::{self, Configuration, Diagnostic, Error, Invalid};
use crate::http::{self, RateLimiters, Trust};

/// The connection to Scaleway: credentials and endpoint.
pub struct Client {
    pub(super) http: Arc<http::Client>,
    pub(super) rate_limiters: RateLimiters,
    pub(super) identity: Result<Arc<Identity>, Error>,
    /// The organization of the credentials, once it was looked up.
    pub(super) organization_id: Arc<OnceCell<String>>,
    pub(super) disagreement: Option<Diagnostic>,
}

impl framework::Client for Client {
    const CLOUD: &'static str = "scaleway";
    const TITLE: &'static str = "Scaleway";
    const OFFICIAL: &'static str = "scaleway/scaleway";

    type Settings = Settings;

    fn configure(settings: Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>> {
        let (identity, disagreement) = identity::resolve(&settings, &configuration.host);
        let trust = identity
            .as_ref()
            .map_or(Trust::System, |identity| identity.trust.clone());
        let (network, reachable) = network::reached(network::network(&configuration.host, trust));
        Ok(Self {
            http: network::http_client(configuration, &[], ATTEMPTS, network),
            rate_limiters: RateLimiters::default(),
            identity: reachable.and(identity).map(Arc::new),
            organization_id: Arc::default(),
            disagreement,
        })
    }

    fn warnings(&self) -> Vec<Diagnostic> {
        self.disagreement.iter().cloned().collect()
    }

    fn summary(&self) -> Result<String, &Error> {
        self.identity.as_ref().map(|identity| identity.summary.clone())
    }
}

/// With backoff, enough for a throttle of minutes.
const ATTEMPTS: u32 = 12;
