//! Tencent Cloud API Gateway: API 3.0, version `2018-08-08`, or the API of 2017 before it.

pub mod api;
pub mod api_key;
pub mod creation;
pub mod credentials;
pub mod endpoint;
pub mod metadata;
pub mod profile;
pub mod refusal;
pub mod roles;
pub mod session;
pub mod settings;
pub mod shapes;
pub mod sts;
pub mod v2017;
pub mod v2018;
pub mod version;

use std::sync::Arc;
use std::time::Duration;

use self::endpoint::Endpoint;
use self::roles::Step;
use self::session::Session;
use self::settings::Settings;
use crate::clouds::calls;
use crate::clouds::origin::{Found, Origin};
use crate::http::{self, Answer, Pace, Paces, Rate, Trust, Verdict};
use crate::lifecycle::{self, Cloud, Configuration, Error, Invalid, Managed};
use crate::tf::{Attr, Diagnostic, Path};
use crate::world::Clock;

/// The cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<api_key::ApiKey>::handler(connection, clock)])
}

/// The connection to Tencent Cloud: who we are, and where.
pub struct Client {
    http: Arc<http::Client>,
    paces: Paces,
    session: Result<Session, Error>,
    idle_profile: Option<Diagnostic>,
    endpoint: Result<Endpoint, Error>,
    region: Found<Attr<String>>,
    chance: fn() -> f64,
}

impl lifecycle::Client for Client {
    const CLOUD: &'static str = "tencentcloud";
    const TITLE: &'static str = "Tencent Cloud";
    const OFFICIAL: &'static str = "tencentcloudstack/tencentcloud";

    const EMPTY_SAYS: &'static [&'static str] = &["secret_id", "secret_key", "security_token"];

    type Settings = Settings;

    fn configure(settings: Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>> {
        let invalid = settings.invalid();
        if !invalid.is_empty() {
            return Err(invalid);
        }
        let environment = &configuration.world.environment;
        let profile = credentials::profile(&settings, &configuration.world);
        let idle_profile = match (&profile, settings.profile.known()) {
            (Ok(None), Some(name)) => Some(idle(name)),
            _ => None,
        };
        let of_profile = profile.as_ref().ok().and_then(Option::as_ref);
        let (region, named) = match settings.region(environment, of_profile) {
            Ok(region) => (region, Ok(())),
            Err(error) => (not_told(), Err(error)),
        };
        let identity = profile.and_then(|profile| credentials::resolve(&settings, environment, profile));
        let (network, reachable) = super::reached(super::network(&configuration.world, Trust::System));
        let http = Arc::new(super::http_client(configuration, &[], ATTEMPTS, network));
        let session = reachable.and(identity).and_then(|identity| {
            named?;
            for step in &identity.steps {
                if let Step::WebIdentity(identity) = step {
                    identity.check(configuration.world.read)?;
                }
            }
            let sts = settings.url(&sts::SERVICE, environment)?.value;
            let region = region.value.text().to_owned();
            let (read, stop) = (configuration.world.read, &configuration.stop);
            Ok(Session::new(identity, sts, region, &http, read, stop))
        });
        Ok(Self {
            http,
            paces: Paces::default(),
            session,
            idle_profile,
            endpoint: settings.endpoint(environment),
            region,
            chance: configuration.world.chance,
        })
    }

    fn remarks(&self) -> Vec<Diagnostic> {
        self.idle_profile.iter().cloned().collect()
    }

    fn summary(&self) -> Result<String, &Error> {
        let Endpoint { url, origin, .. } = self.endpoint.as_ref()?;
        let region = self.region.value.known().map_or("not known yet", String::as_str);
        let region = format!("{region} ({})", self.region.origin);
        Ok(summary(self.session.as_ref()?, &region, &format!("{url} ({origin})")))
    }
}

/// A region that cannot be told.
fn not_told() -> Found<Attr<String>> {
    Found {
        value: Attr::Unknown,
        origin: Origin::Default,
    }
}

/// The official provider's order, and easily taken for the other way round.
fn idle(profile: &str) -> Diagnostic {
    let detail = format!(
        "The profile \"{profile}\" is not used: static credentials, in the provider block or in variables such as \
         TENCENTCLOUD_SECRET_ID, go over it. Remove the one or the other."
    );
    Diagnostic::warning("Tencent Cloud is configured in several places", detail).at(Path::attribute("profile"))
}

/// Who calls whom, in one line without secrets.
fn summary(session: &Session, region: &str, endpoint: &str) -> String {
    let origin = &session.identity().origin;
    format!("credentials from {origin}, region {region}, endpoint {endpoint}")
}

/// What an answer without a code of the service means for the loop: it comes from before the service.
fn verdict_of_status(answer: &Answer) -> Verdict {
    match answer.status.as_u16() {
        429 => Verdict::Throttled {
            after: None,
            certain: false,
        },
        500.. => Verdict::Transient { after: None },
        _ => calls::verdict_of_success(answer),
    }
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

#[cfg(test)]
mod empties;
