//! AWS API Gateway: REST API `2015-07-09`, signed with Signature Version 4.

pub mod api;
pub mod api_key;
pub mod creation;
pub mod credentials;
pub mod endpoint;
pub mod network;
pub mod refusal;
pub mod settings;
pub mod shapes;
pub mod tags;

use std::sync::Arc;
use std::time::Duration;

use self::creation::Made;
use self::endpoint::Endpoint;
use self::settings::Settings;
use self::tags::TagRules;
use crate::clouds::lately::Lately;
use crate::clouds::origin::Found;
use crate::http::{self, Pace, Paces, Rate};
use crate::lifecycle::{self, Cloud, Configuration, Error, Invalid, Managed};
use crate::signing::Credentials;
use crate::tf::Attr;
use crate::world::{Clock, Draw};

/// The cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<api_key::ApiKey>::handler(connection, clock)])
}

/// The connection to AWS: who we are, where, and how tags are treated.
pub struct Client {
    http: http::Client,
    paces: Arc<Paces>,
    draw: Draw,
    lately: Lately<Made>,
    credentials: Result<Found<Credentials>, Error>,
    endpoint: Endpoint,
    region: Attr<String>,
    tags: TagRules,
}

impl lifecycle::Client for Client {
    const CLOUD: &'static str = "aws";
    const TITLE: &'static str = "AWS";
    const OFFICIAL: &'static str = "hashicorp/aws";

    type Settings = Settings;
    type Shared = Paces;

    fn configure(settings: Settings, configuration: &Configuration, paces: &Arc<Paces>) -> Result<Self, Vec<Invalid>> {
        let environment = &configuration.world.environment;
        let region = settings.region(environment);
        let invalid = settings.invalid(&region);
        if !invalid.is_empty() {
            return Err(invalid);
        }
        let network = network::resolve(&settings, &configuration.world);
        let credentials = network.as_ref().map_err(Clone::clone);
        let credentials = credentials.and_then(|_| credentials::resolve(&settings, environment));
        // Where it cannot be told how AWS is to be reached, there are no credentials to reach it with.
        let network = network.unwrap_or_default();
        Ok(Self {
            http: super::http_client(configuration, settings.user_agent(), settings.attempts(), network),
            paces: Arc::clone(paces),
            draw: configuration.world.draw,
            lately: Lately::default(),
            credentials,
            endpoint: Endpoint::resolve(&settings, environment),
            tags: TagRules::of(&settings, environment),
            region,
        })
    }

    fn summary(&self) -> Result<String, &Error> {
        let credentials = self.credentials.as_ref()?;
        let region = match &self.region {
            Attr::Known(region) => region,
            Attr::Unknown => "not known yet",
            Attr::Null => "each key's own",
        };
        let endpoint = match (&self.endpoint, &self.region) {
            (Endpoint::Unusable(error), _) => return Err(error),
            (Endpoint::Custom(url), _) => url.clone(),
            (Endpoint::Regional { .. }, Attr::Known(region)) => self.endpoint.url(region).unwrap_or_default(),
            (Endpoint::Regional { .. }, _) => "the region's".to_owned(),
        };
        Ok(summary(credentials, region, &endpoint))
    }
}

/// Who calls whom, in one line without secrets.
fn summary(credentials: &Found<Credentials>, region: &str, endpoint: &str) -> String {
    let origin = &credentials.origin;
    format!("credentials from {origin}, region {region}, endpoint {endpoint}")
}

impl Client {
    /// The region of a key: its own, else the provider's.
    fn region_of(&self, key: &Attr<String>) -> Result<String, Error> {
        match (key, &self.region) {
            (Attr::Known(region), _) | (_, Attr::Known(region)) => Ok(region.clone()),
            (_, Attr::Unknown) => Err(super::not_known_yet("region")),
            (_, Attr::Null) => Err(super::not_configured(
                "no region",
                "Set `region` in the resource or the provider block, or the environment variable AWS_REGION.",
            )),
        }
    }
}

/// A little below the limits, five and ten a second with bursts: what leaves evenly does not arrive so. Source: "Amazon API
/// Gateway quotas" in the vendor's documentation, per account and region.
fn pace() -> Pace {
    let of_kind = Rate {
        interval: Duration::from_millis(205),
        burst: 4,
    };
    let all = Rate {
        interval: Duration::from_millis(103),
        burst: 36,
    };
    Pace::new([("CreateApiKey", of_kind), ("DeleteApiKey", of_kind)], Some(all))
}
