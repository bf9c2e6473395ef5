//! Scaleway IAM: API `v1alpha1`, authorized by a token.

pub mod api;
pub mod api_key;
pub mod credentials;
pub mod refusal;
pub mod settings;

use self::settings::Settings;
use crate::http::{self, Pace};
use crate::lifecycle::{self, Cloud, Configuration, Error, Invalid, Managed};
use crate::secret::Secret;
use crate::world::Clock;

/// The cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<api_key::ApiKey>::handler(connection, clock)])
}

/// The connection to Scaleway: who we are, and where.
pub struct Client {
    http: http::Client,
    pace: Pace,
    token: Result<Secret, Error>,
    url: Result<String, Error>,
}

impl lifecycle::Client for Client {
    const CLOUD: &'static str = "scaleway";
    const TITLE: &'static str = "Scaleway";
    const OFFICIAL: &'static str = "scaleway/scaleway";

    type Settings = Settings;

    fn configure(settings: Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>> {
        let environment = &configuration.world.environment;
        Ok(Self {
            http: super::http_client(configuration, &[], ATTEMPTS),
            // The vendor publishes no limits.
            pace: Pace::default(),
            token: credentials::resolve(&settings, environment),
            url: settings.url(environment),
        })
    }
}

/// With the back-off between them, enough to outlast a throttle of minutes.
const ATTEMPTS: u32 = 12;
