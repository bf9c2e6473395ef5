//! The connection to the cloud, made from its provider block.

use std::sync::Arc;

use super::auth::identity::Sources;
use super::auth::metadata::Metadata;
use super::auth::profile::Profile;
use super::auth::roles;
use super::auth::session::Session;
use super::endpoint::partition::Partition;
use super::endpoint::region::Region;
use super::endpoint::{Endpoint, network, partition};
use super::provider_block::Settings;
use super::tags::TagRules;
use crate::clouds::shared::network::{http_client, reached};
use crate::framework::{self, Configuration, Diagnostic, Error, Invalid};
use crate::http::{self, RateLimiters};
use crate::schema::Attr;
use crate::value::{Path, Step};

/// The connection to AWS: credentials, region, endpoint and tag settings.
pub struct Client {
    pub(super) http: Arc<http::Client>,
    pub(super) rate_limiters: RateLimiters,
    pub(super) session: Result<Session, Error>,
    pub(super) endpoint: Endpoint,
    pub(super) region: Region,
    pub(super) tags: TagRules,
    pub(super) warnings: Vec<Diagnostic>,
}

impl framework::Client for Client {
    const CLOUD: &'static str = "aws";
    const TITLE: &'static str = "AWS";
    const OFFICIAL: &'static str = "hashicorp/aws";

    const EMPTY_SAYS: &'static [&'static str] = &["http_proxy", "https_proxy"];

    type Settings = Settings;

    fn configure(settings: Settings, configuration: &Configuration) -> Result<Self, Vec<Invalid>> {
        let host = &configuration.host;
        let environment = &host.environment;
        let found = Profile::find(&settings, host).and_then(|profile| {
            let metadata = Metadata::resolve(&settings, environment, &profile)?;
            Ok((profile, metadata))
        });
        let (profile, metadata) = found
            .as_ref()
            .map_or((None, None), |(profile, metadata)| (Some(profile), Some(metadata)));
        let (region, named) = match Region::resolve(&settings, environment, profile, metadata) {
            Ok(region) => (region, Ok(())),
            Err(error) => (Region::Unknown, Err(error)),
        };
        let (tags, tagged) = match TagRules::resolve(&settings, environment) {
            Ok(tags) => (tags, Ok(())),
            Err(error) => (TagRules::default(), Err(error)),
        };
        if let Some(invalid) = misshapen(&region, &settings) {
            return Err(vec![invalid]);
        }
        let (network, reachable) = reached(network::resolve(&settings, host, profile));
        let http = http_client(configuration, settings.user_agent(), settings.attempts(), network);
        let session = reachable.and_then(|()| {
            named?;
            tagged?;
            let (profile, metadata) = found.as_ref().map_err(Clone::clone)?;
            let sources = Sources {
                settings: &settings,
                environment,
                profile,
                metadata,
            };
            Session::new(&sources, &region, &http, host.read, &configuration.stop)
        });
        Ok(Self {
            endpoint: Endpoint::resolve(&settings, environment, profile),
            tags,
            region: session.as_ref().map_or(region, |session| session.home().clone()),
            http,
            rate_limiters: RateLimiters::default(),
            session,
            warnings: roles::names_no_role(&settings).then(no_role).into_iter().collect(),
        })
    }

    fn warnings(&self) -> Vec<Diagnostic> {
        self.warnings.clone()
    }

    fn summary(&self) -> Result<String, &Error> {
        let session = self.session.as_ref()?;
        let region = match &self.region {
            Region::Known { name, origin } => format!("{name} ({origin})"),
            Region::Unknown => "not known yet".to_owned(),
            Region::OfInstance => "the instance's".to_owned(),
            Region::Unset => "each key's own".to_owned(),
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

impl Client {
    /// What is wrong with a region of another partition than the provider's: credentials are of one partition.
    pub fn foreign(&self, region: &Attr<String>) -> Option<Invalid> {
        let (own, providers) = (region.known()?, self.region.name()?);
        let (own, providers) = (Partition::of_region(own).name, Partition::of_region(providers).name);
        let message = format!("must be in the partition of the provider's region, {providers}, but is in {own}");
        (own != providers).then(|| Invalid::attribute("region", message))
    }

    /// Checks the region of something that is read without a plan.
    pub fn check_region(&self, region: &Attr<String>) -> Result<(), Error> {
        match self.foreign(region) {
            Some(invalid) => Err(Error::invalid("region", invalid.issue.message)),
            None => Ok(()),
        }
    }

    /// The account that calls are made in, as far as it is known.
    pub(in crate::clouds) fn account_id(&self) -> Option<&str> {
        self.session.as_ref().ok()?.account_id()
    }
}

/// What is wrong with the format of the provider's region, wherever it comes from.
fn misshapen(region: &Region, settings: &Settings) -> Option<Invalid> {
    let may_be_any = settings.skip_region_validation == Attr::Known(true);
    let (is_fine, expected): (fn(&str) -> bool, _) = if may_be_any {
        (partition::is_label, "lower-case letters, digits and hyphens")
    } else {
        (partition::is_region, "a region such as \"us-east-1\"")
    };
    let name = region.name().filter(|name| !is_fine(name))?;
    let message = format!("must be {expected}, but is \"{name}\"");
    Some(Invalid::attribute("region", message))
}

/// A warning, as with the official provider, which will make it an error.
fn no_role() -> Diagnostic {
    let detail = "`role_arn` is empty or not set, so no role is assumed, and calls use the base credentials. Remove the \
                  block if no role is meant.";
    let role_arn = [
        Step::Attribute("assume_role".to_owned()),
        Step::Index(0),
        Step::Attribute("role_arn".to_owned()),
    ];
    Diagnostic::warning("No role is assumed", detail).at(Path(role_arn.into()))
}

/// Credentials, region and endpoint in one line, without secrets.
pub(super) fn summary(session: &Session, region: &str, endpoint: &str) -> String {
    let origin = session.identity().origin();
    format!("credentials from {origin}, region {region}, endpoint {endpoint}")
}
