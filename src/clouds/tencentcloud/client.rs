//! The connection to the cloud, made from its provider block.

use std::path::PathBuf;
use std::sync::Arc;

use super::apigateway::endpoint::Endpoint;
use super::auth::profile::Profile;
use super::auth::roles::Step;
use super::auth::session::Session;
use super::auth::{identity, sts};
use super::provider_block::Settings;
use super::setting_sources::REGION;
use crate::clouds::shared::network;
use crate::clouds::shared::sourced::Sourced;
use crate::framework::{self, Configuration, Diagnostic, Error, Invalid};
use crate::host::Write;
use crate::host::environment::Environment;
use crate::http::{self, RateLimiters, Trust};
use crate::schema::Attr;
use crate::value::Path;

/// The connection to Tencent Cloud: who we are, and where.
pub struct Client {
    pub(super) http: Arc<http::Client>,
    pub(super) rate_limiters: RateLimiters,
    pub(super) session: Result<Session, Error>,
    pub(super) unused_profile: Option<Diagnostic>,
    pub(super) endpoint: Result<Arc<Endpoint>, Error>,
    pub(super) region: Attr<Sourced<String>>,
    pub(super) random_fraction: fn() -> f64,
    pub(super) home: Option<PathBuf>,
    pub(super) write: Write,
}

impl framework::Client for Client {
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
        let environment = &configuration.host.environment;
        let profile = identity::profile(&settings, &configuration.host);
        let unused_profile = match (&profile, settings.profile.known()) {
            (Ok(None), Some(name)) => Some(unused_profile_warning(name)),
            _ => None,
        };
        let of_profile = profile.as_ref().ok().and_then(Option::as_ref);
        let (region, named) = match region(&settings, environment, of_profile) {
            Ok(region) => (region, Ok(())),
            Err(error) => (Attr::Unknown, Err(error)),
        };
        let identity = profile.and_then(|profile| identity::resolve(&settings, environment, profile));
        let (network, reachable) = network::reached(network::network(&configuration.host, Trust::System));
        let http = network::http_client(configuration, &[], ATTEMPTS, network);
        let session = reachable.and(identity).and_then(|identity| {
            named?;
            for step in &identity.steps {
                if let Step::WebIdentity(identity) = step {
                    identity.check(configuration.host.read)?;
                }
            }
            let sts = settings.url(&sts::SERVICE, environment)?.value;
            let region = region.known().map(|region| region.value.clone()).unwrap_or_default();
            let (read, stop) = (configuration.host.read, &configuration.stop);
            Ok(Session::new(identity, sts, region, &http, read, stop))
        });
        Ok(Self {
            http,
            rate_limiters: RateLimiters::default(),
            session,
            unused_profile,
            endpoint: settings.endpoint(environment).map(Arc::new),
            region,
            random_fraction: configuration.host.random_fraction,
            home: environment.home().map(Into::into),
            write: configuration.host.write,
        })
    }

    fn warnings(&self) -> Vec<Diagnostic> {
        self.unused_profile.iter().cloned().collect()
    }

    fn summary(&self) -> Result<String, &Error> {
        let Endpoint { url, origin, .. } = self.endpoint.as_ref()?.as_ref();
        let region = match self.region.known() {
            Some(Sourced { value, origin }) => format!("{value} ({origin})"),
            None => "not known yet".to_owned(),
        };
        Ok(summary(self.session.as_ref()?, &region, &format!("{url} ({origin})")))
    }
}

impl Client {
    /// The region keys live in; unknown while the argument is.
    pub(in crate::clouds) fn region(&self) -> Attr<String> {
        match &self.region {
            Attr::Known(region) => Attr::Known(region.value.clone()),
            Attr::Unknown => Attr::Unknown,
            Attr::Null => Attr::Null,
        }
    }
}

/// The region keys live in; unknown while the argument is.
fn region(
    settings: &Settings,
    environment: &Environment,
    profile: Option<&Profile>,
) -> Result<Attr<Sourced<String>>, Error> {
    REGION.plan(&settings.region, environment, |_| {
        let Sourced { value, origin } = profile?.region.as_ref()?;
        Some(Sourced {
            value: value.as_str(),
            origin: origin.clone(),
        })
    })
}

/// The official provider's order, and easily taken for the other way round.
fn unused_profile_warning(profile: &str) -> Diagnostic {
    let detail = format!(
        "The profile \"{profile}\" is not used: static credentials, in the provider block or in variables such as \
         TENCENTCLOUD_SECRET_ID, override it. Remove one of them."
    );
    Diagnostic::warning("Tencent Cloud is configured in several places", detail).at(Path::attribute("profile"))
}

/// Who calls whom, in one line without secrets.
pub(super) fn summary(session: &Session, region: &str, endpoint: &str) -> String {
    let origin = &session.identity().origin;
    format!("credentials from {origin}, region {region}, endpoint {endpoint}")
}

/// With the back-off between them, enough to outlast a throttle of minutes.
const ATTEMPTS: u32 = 12;
