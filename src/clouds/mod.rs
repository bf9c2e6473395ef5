//! The clouds. Each folder holds the same files: `mod` the connection, `settings` the provider block, `credentials`, `api` the
//! vendor's calls, `shapes` what goes over the wire, `refusal` what its errors mean, and per resource one file and one on how it is
//! made. Where calls go is a file of its own, `endpoint`, where more than one thing decides it, and so is the `version` of an API that has
//! several.

pub mod accounts;
pub mod aws;
mod calls;
pub mod keep;
pub mod origin;
pub mod scaleway;
pub mod tencentcloud;
mod unreadable;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ::http::HeaderValue;

use crate::environment::Environment;
use crate::http::{self, Network, Proxies, Trust};
use crate::lifecycle::{Cloud, Configuration, Error, Kind};
use crate::tf::Attr;
use crate::tf::check::{Check, Complaint};
use crate::world::Clock;

/// Every cloud there is.
pub fn all(clock: Clock) -> Vec<Cloud> {
    vec![aws::cloud(clock), tencentcloud::cloud(clock), scaleway::cloud(clock)]
}

/// A URL to call.
const URL: Check = Check::Rule {
    sentence: "A URL that begins with `http://` or `https://`.",
    complaints: |value| match value.as_str() {
        Some(text) if !is_base_url(text) => {
            vec![Complaint::error(
                "must be a URL that begins with http:// or https:// and ends with a host or a path",
            )]
        }
        _ => Vec::new(),
    },
};

/// The client of one cloud's connection. `words` go into the user agent, `attempts` says how often a call is sent at most.
fn http_client(configuration: &Configuration, words: &[String], attempts: u32, network: Network) -> http::Client {
    let world = &configuration.world;
    let mut user_agent = format!(
        "terraform-provider-apikeys/{} Terraform/{}",
        world.version, configuration.terraform_version
    );
    for word in words
        .iter()
        .map(String::as_str)
        .chain(world.environment.get("TF_APPEND_USER_AGENT"))
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
        retries: http::Policy {
            attempts,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
            longest_asked_wait: Duration::from_secs(60),
        },
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(60),
        clock: world.clock,
        random: world.chance,
    };
    http::Client::new(settings, configuration.stop.clone())
}

/// How services are reached where nothing but the environment says so.
fn network(environment: &Environment, trust: Trust) -> Network {
    let proxies = Proxies::of(environment);
    Network { proxies, trust }
}

/// The error that the provider's configuration lacks something a call needs.
fn not_configured(what: impl Into<String>, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}

/// The error that a call needs an argument of the provider block that is known only after apply.
fn not_known_yet(argument: &str) -> Error {
    not_configured(
        format!("the provider argument `{argument}` is not known yet, and this needs the API"),
        "Apply what it depends on first, for example with -target.",
    )
}

/// What an argument of the provider block says, if anything.
fn known<'a, T>(argument: &str, value: &'a Attr<T>) -> Result<Option<&'a T>, Error> {
    match value {
        Attr::Unknown => Err(not_known_yet(argument)),
        Attr::Null => Ok(None),
        Attr::Known(value) => Ok(Some(value)),
    }
}

/// A path, with `~` for the user's folder.
fn expanded(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(path),
    }
}

fn is_base_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_to_call_has_a_scheme_a_host_and_no_query() {
        for url in [
            "https://api.example.com",
            "http://127.0.0.1:8080",
            "https://proxy.example.com/base/",
        ] {
            assert!(is_base_url(url), "{url}");
        }
        for url in [
            "",
            "api.example.com",
            "ftp://example.com",
            "https://",
            "https://example.com?x=y",
            "http://a/#f",
        ] {
            assert!(!is_base_url(url), "{url}");
        }
    }
}
