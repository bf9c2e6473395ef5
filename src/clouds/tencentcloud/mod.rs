//! Tencent Cloud API Gateway: API 3.0, version `2018-08-08`, signed with TC3-HMAC-SHA256.

pub mod api;
pub mod api_key;
pub mod creation;
pub mod credentials;
pub mod refusal;
pub mod settings;
pub mod shapes;

use std::sync::Arc;
use std::time::Duration;

use self::creation::Made;
use self::settings::Settings;
use crate::clouds::lately::Lately;
use crate::clouds::origin::Found;
use crate::http::{self, Pace, Paces, Rate};
use crate::lifecycle::{self, Cloud, Configuration, Error, Invalid, Managed};
use crate::signing::Credentials;
use crate::tf::Attr;
use crate::world::Clock;

/// The cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<api_key::ApiKey>::handler(connection, clock)])
}

/// The connection to Tencent Cloud: who we are, and where.
pub struct Client {
    http: http::Client,
    paces: Arc<Paces>,
    lately: Lately<Made>,
    credentials: Result<Found<Credentials>, Error>,
    url: Result<String, Error>,
    region: Attr<String>,
}

impl lifecycle::Client for Client {
    const CLOUD: &'static str = "tencentcloud";
    const TITLE: &'static str = "Tencent Cloud";
    const OFFICIAL: &'static str = "tencentcloudstack/tencentcloud";

    type Settings = Settings;
    type Shared = Paces;

    fn configure(settings: Settings, configuration: &Configuration, paces: &Arc<Paces>) -> Result<Self, Vec<Invalid>> {
        let environment = &configuration.world.environment;
        Ok(Self {
            http: super::http_client(configuration, &[], ATTEMPTS),
            paces: Arc::clone(paces),
            lately: Lately::default(),
            credentials: credentials::resolve(&settings, environment),
            url: settings.url(environment),
            region: settings.region(environment),
        })
    }

    fn summary(&self) -> Result<String, &Error> {
        let region = self.region.known().map_or("not known yet", String::as_str);
        Ok(summary(self.credentials.as_ref()?, region, self.url.as_ref()?))
    }
}

/// Who calls whom, in one line without secrets.
fn summary(credentials: &Found<Credentials>, region: &str, endpoint: &str) -> String {
    let origin = &credentials.origin;
    format!("credentials from {origin}, region {region}, endpoint {endpoint}")
}

/// With the back-off between them, enough to outlast a throttle of minutes.
const ATTEMPTS: u32 = 12;

/// A little below the limit: what leaves evenly does not arrive so. Source: "A maximum of 20 requests can be initiated per
/// second for this API", on the page of each.
fn pace() -> Pace {
    let rate = Rate {
        interval: Duration::from_millis(51),
        burst: 18,
    };
    Pace::new(api::ACTIONS.map(|action| (action, rate)), None)
}
