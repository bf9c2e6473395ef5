//! AWS API Gateway: REST API `2015-07-09`, signed with Signature Version 4.

pub mod api;
pub mod api_key;
mod arn;
mod checks;
pub mod creation;
pub mod credentials;
pub mod endpoint;
pub mod endpoints;
pub mod metadata;
pub mod network;
pub mod process;
pub mod profile;
mod profile_credentials;
mod providers;
pub mod refusal;
pub mod region;
pub mod roles;
pub mod services;
pub mod session;
pub mod settings;
pub mod shapes;
pub mod sts;
pub mod tags;
pub mod transport;

use std::sync::Arc;
use std::time::Duration;

use self::credentials::Sources;
use self::endpoint::Endpoint;
use self::metadata::Metadata;
use self::profile::Profile;
use self::region::Region;
use self::session::Session;
use self::settings::Settings;
use self::tags::TagRules;
use crate::http::{self, Pace, Paces, Rate};
use crate::lifecycle::{self, Cloud, Configuration, Error, Invalid, Managed};
use crate::tf::{Diagnostic, Path, Step};
use crate::world::{Clock, Draw};

/// The cloud and its resources.
pub fn cloud(clock: Clock) -> Cloud {
    Cloud::new(|connection| vec![Managed::<api_key::ApiKey>::handler(connection, clock)])
}

/// The connection to AWS: who we are, where, and how tags are treated.
pub struct Client {
    http: Arc<http::Client>,
    paces: Paces,
    draw: Draw,
    session: Result<Session, Error>,
    endpoint: Endpoint,
    region: Region,
    tags: TagRules,
    remarks: Vec<Diagnostic>,
}

impl lifecycle::Client for Client {
    const CLOUD: &'static str = "aws";
    const TITLE: &'static str = "AWS";
    const OFFICIAL: &'static str = "hashicorp/aws";

    const EMPTY_SAYS: &'static [&'static str] = &["http_proxy", "https_proxy"];

    type Settings = Settings;

    fn configure(settings: Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>> {
        let world = &configuration.world;
        let environment = &world.environment;
        let found = Profile::find(&settings, world).and_then(|profile| {
            let metadata = Metadata::of(&settings, environment, &profile)?;
            Ok((profile, metadata))
        });
        let (profile, metadata) = found
            .as_ref()
            .map_or((None, None), |(profile, metadata)| (Some(profile), Some(metadata)));
        let (region, named) = match Region::of(&settings, environment, profile, metadata) {
            Ok(region) => (region, Ok(())),
            Err(error) => (Region::Unknown, Err(error)),
        };
        let (tags, tagged) = match TagRules::of(&settings, environment) {
            Ok(tags) => (tags, Ok(())),
            Err(error) => (TagRules::default(), Err(error)),
        };
        let invalid = settings.invalid(&region);
        if !invalid.is_empty() {
            return Err(invalid);
        }
        let (network, reachable) = super::reached(network::resolve(&settings, world, profile));
        let http = super::http_client(configuration, settings.user_agent(), settings.attempts(), network);
        let http = Arc::new(http);
        let session = reachable.and_then(|()| {
            named.and(tagged)?;
            let (profile, metadata) = found.as_ref().map_err(Clone::clone)?;
            let sources = Sources {
                settings: &settings,
                environment,
                profile,
                metadata,
            };
            Session::new(&sources, &region, &http, world.read, &configuration.stop)
        });
        Ok(Self {
            endpoint: Endpoint::resolve(&settings, environment, profile),
            tags,
            region: session.as_ref().map_or(region, |session| session.home().clone()),
            http,
            paces: Paces::default(),
            draw: world.draw,
            session,
            remarks: roles::names_no_role(&settings).then(no_role).into_iter().collect(),
        })
    }

    fn remarks(&self) -> Vec<Diagnostic> {
        self.remarks.clone()
    }

    fn summary(&self) -> Result<String, &Error> {
        let session = self.session.as_ref()?;
        let region = match &self.region {
            Region::Known { name, origin } => format!("{name} ({origin})"),
            Region::Unknown => "not known yet".to_owned(),
            Region::OfInstance => "the instance's".to_owned(),
            Region::Nowhere => "each key's own".to_owned(),
        };
        let endpoint = match (&self.endpoint, &self.region) {
            (Endpoint::Unusable(error), _) => return Err(error),
            (Endpoint::Custom { url, origin }, _) => format!("{url} ({origin})"),
            (Endpoint::Regional { .. }, Region::Known { name, .. }) => self.endpoint.url(name).unwrap_or_default(),
            (Endpoint::Regional { .. }, _) => "the region's".to_owned(),
        };
        Ok(summary(session, &region, &endpoint))
    }
}

/// As with the official provider, which announces that it will be an error.
fn no_role() -> Diagnostic {
    let detail = "`role_arn` is empty or not set, so no role is assumed: calls are made with the credentials that it was to be assumed \
                  with. Remove the block where no role is meant.";
    let role_arn = [
        Step::Attribute("assume_role".to_owned()),
        Step::Index(0),
        Step::Attribute("role_arn".to_owned()),
    ];
    Diagnostic::warning("No role is assumed", detail).at(Path(role_arn.into()))
}

/// Who calls whom, in one line without secrets.
fn summary(session: &Session, region: &str, endpoint: &str) -> String {
    let origin = session.identity().origin();
    format!("credentials from {origin}, region {region}, endpoint {endpoint}")
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

#[cfg(test)]
mod empties;
