//! Scaleway IAM: API `v1alpha1`, authorized by a token.

pub mod api;
pub mod api_key;
pub mod config_file;
pub mod creation;
pub mod credentials;
pub mod refusal;
pub mod settings;
pub mod shapes;
pub mod sources;

use self::credentials::Identity;
use self::settings::Settings;
use crate::http::{self, Paces, Trust};
use crate::lifecycle::{self, Cloud, Configuration, Error, Invalid, Managed};
use crate::tf::Diagnostic;
use crate::world::{Clock, Draw};

/// The cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<api_key::ApiKey>::handler(connection, clock)])
}

/// The connection to Scaleway: who we are, and where.
pub struct Client {
    http: http::Client,
    paces: Paces,
    draw: Draw,
    identity: Result<Identity, Error>,
    disagreement: Option<Diagnostic>,
}

impl lifecycle::Client for Client {
    const CLOUD: &'static str = "scaleway";
    const TITLE: &'static str = "Scaleway";
    const OFFICIAL: &'static str = "scaleway/scaleway";

    type Settings = Settings;

    fn configure(settings: Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>> {
        let (identity, disagreement) = credentials::resolve(&settings, &configuration.world);
        let trust = identity
            .as_ref()
            .map_or(Trust::System, |identity| identity.trust.clone());
        let (network, reachable) = super::reached(super::network(&configuration.world, trust));
        Ok(Self {
            http: super::http_client(configuration, &[], ATTEMPTS, network),
            paces: Paces::default(),
            draw: configuration.world.draw,
            identity: reachable.and(identity),
            disagreement,
        })
    }

    fn remarks(&self) -> Vec<Diagnostic> {
        self.disagreement.iter().cloned().collect()
    }

    fn summary(&self) -> Result<String, &Error> {
        self.identity.as_ref().map(|identity| identity.summary.clone())
    }
}

/// With the back-off between them, enough to outlast a throttle of minutes.
const ATTEMPTS: u32 = 12;

#[cfg(test)]
mod empties;
