//! The HTTP client of a cloud, its proxies and CA certificates.

use std::sync::Arc;
use std::time::Duration;

use ::http::HeaderValue;

use super::errors::not_configured;
use crate::framework::{Configuration, Error};
use crate::host::Host;
use crate::http::{self, Network, Proxies, Trust};

/// The HTTP client of a cloud. `words` go into the user agent; `attempts` is the maximum per call.
pub(in crate::clouds) fn http_client(
    configuration: &Configuration,
    words: &[String],
    attempts: u32,
    network: Network,
) -> Arc<http::Client> {
    let host = &configuration.host;
    let mut user_agent = format!(
        "terraform-provider-apikeys/{} Terraform/{}",
        host.version, configuration.terraform_version
    );
    for word in words
        .iter()
        .map(String::as_str)
        .chain(host.environment.get("TF_APPEND_USER_AGENT"))
    {
        user_agent.push(' ');
        user_agent.push_str(word);
    }
    // Characters that a header cannot have are removed.
    user_agent.retain(|character| matches!(character, ' '..='~'));
    let settings = http::Settings {
        user_agent: HeaderValue::from_str(&user_agent)
            .unwrap_or(HeaderValue::from_static("terraform-provider-apikeys")),
        network,
        retries: http::RetryPolicy {
            attempts,
            initial_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
        },
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(60),
        clock: host.clock,
        random: host.random_fraction,
    };
    Arc::new(http::Client::new(settings, configuration.stop.clone()))
}

/// Proxies and CA certificates of the environment.
///
/// # Errors
///
/// If the CA certificates of the environment cannot be read.
pub(in crate::clouds) fn network(host: &Host, trust: Trust) -> Result<Network, Error> {
    let trust = match trust {
        Trust::System => system(host)?,
        trust => trust,
    };
    let proxies = Proxies::from_environment(&host.environment)?;
    Ok(Network { proxies, trust })
}

/// The network and whether it is valid: if not, a default one that no call uses.
pub(in crate::clouds) fn reached(network: Result<Network, Error>) -> (Network, Result<(), Error>) {
    match network {
        Ok(network) => (network, Ok(())),
        Err(error) => (Network::default(), Err(error)),
    }
}

/// Trust in the system's CA certificates.
pub(in crate::clouds) fn system(host: &Host) -> Result<Trust, Error> {
    Trust::system(&host.environment, host.read).map_err(|(path, error)| {
        not_configured(
            format!(
                "the CA certificates of SSL_CERT_FILE cannot be used: {} cannot be read ({error})",
                path.display()
            ),
            "Set it to a PEM file of CA certificates.",
        )
    })
}
