//! The HTTP client of a cloud, and how it reaches services.

use std::time::Duration;

use ::http::HeaderValue;

use super::errors::not_configured;
use crate::framework::{Configuration, Error};
use crate::host::Host;
use crate::http::{self, Network, Proxies, Trust};

/// The client of one cloud's connection. `words` go into the user agent, `attempts` says how often a call is sent at most.
pub(in crate::clouds) fn http_client(
    configuration: &Configuration,
    words: &[String],
    attempts: u32,
    network: Network,
) -> http::Client {
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
    // What a header cannot carry is left out; it is no reason to fail.
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
    http::Client::new(settings, configuration.stop.clone())
}

/// How services are reached where nothing but the environment says so.
///
/// # Errors
///
/// Where a variable that names a proxy is not UTF-8, or the certificates that the environment names cannot be read.
pub(in crate::clouds) fn network(host: &Host, trust: Trust) -> Result<Network, Error> {
    let trust = match trust {
        Trust::System => system(host)?,
        trust => trust,
    };
    let proxies = Proxies::from_environment(&host.environment)?;
    Ok(Network { proxies, trust })
}

/// How services are reached, and whether they are: where that cannot be told, there is nobody to reach them.
pub(in crate::clouds) fn reached(network: Result<Network, Error>) -> (Network, Result<(), Error>) {
    match network {
        Ok(network) => (network, Ok(())),
        Err(error) => (Network::default(), Err(error)),
    }
}

/// Trust in those that the system trusts.
pub(in crate::clouds) fn system(host: &Host) -> Result<Trust, Error> {
    Trust::system(&host.environment, host.read).map_err(|(path, error)| {
        not_configured(
            format!(
                "the certificates of SSL_CERT_FILE are of no use: {} cannot be read ({error})",
                path.display()
            ),
            "Name a file of certificates in PEM.",
        )
    })
}
