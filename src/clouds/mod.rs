//! The clouds. Each folder holds the same files: `mod` the connection, `settings` the provider block, `credentials`, `api` the
//! vendor's calls, `shapes` what goes over the wire, `refusal` what its errors mean, and per resource one file and one on how it is
//! made. Where calls go is a file of its own, `endpoint`, where more than one thing decides it, and so is the `version` of an API that has
//! several.

pub mod accounts;
pub mod aws;
mod calls;
#[cfg(test)]
mod empties;
pub mod keep;
pub mod origin;
pub mod scaleway;
pub mod tencentcloud;
mod unreadable;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::http::HeaderValue;
use url::Url;

use crate::environment::NotUtf8;
use crate::http::{self, Network, Proxies, Trust};
use crate::lifecycle::{Cloud, Configuration, Error, Kind};
use crate::tf::Attr;
use crate::tf::check::{Check, Complaint};
use crate::world::{Clock, World};

/// Every cloud there is.
pub fn all(clock: Clock) -> Vec<Cloud> {
    vec![aws::cloud(clock), tencentcloud::cloud(clock), scaleway::cloud(clock)]
}

/// A URL to call.
const URL: Check = Check::Rule {
    sentence: "A URL that begins with `http://` or `https://`.",
    complaints: |value| match value.as_str() {
        // Terraform shows the line that a complaint is about. One with a password is left to the first call.
        Some(text) if !text.contains('@') && no_base_url(text).is_some() => {
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
///
/// # Errors
///
/// Where the certificates that the environment names are of no use.
fn network(world: &World, trust: Trust) -> Result<Network, Error> {
    let trust = match trust {
        Trust::System => system(world)?,
        trust => trust,
    };
    let proxies = Proxies::of(&world.environment);
    Ok(Network { proxies, trust })
}

/// How services are reached, and whether they are: where that cannot be told, there is nobody to reach them.
fn reached(network: Result<Network, Error>) -> (Network, Result<(), Error>) {
    match network {
        Ok(network) => (network, Ok(())),
        Err(error) => (Network::default(), Err(error)),
    }
}

/// Trust in those that the system trusts.
fn system(world: &World) -> Result<Trust, Error> {
    Trust::system(&world.environment, world.read).map_err(|(path, error)| {
        not_configured(
            format!(
                "the certificates of SSL_CERT_FILE are of no use: {} cannot be read ({error})",
                path.display()
            ),
            "Name a file of certificates in PEM.",
        )
    })
}

/// The error that the provider's configuration lacks something a call needs.
fn not_configured(what: impl Into<String>, advice: &str) -> Error {
    Error::new("", Kind::NotConfigured, what).advise(advice)
}

/// The error that a call needs an argument of the provider block that is known only after apply.
fn not_known_yet(argument: &str) -> Error {
    let what = format!("the provider argument `{argument}` is not known yet, and this needs the API");
    Error::new("", Kind::NotKnownYet, what).advise(
        "Apply what it depends on first, for example with -target. With -refresh=false all of it is done in one run, as no key is \
         looked at before.",
    )
}

/// The error that nothing says who calls.
fn no_credentials(what: impl Into<String>, advice: impl Into<String>) -> Error {
    Error::new("", Kind::NoCredentials, what).advise(advice)
}

impl From<NotUtf8> for Error {
    fn from(error: NotUtf8) -> Self {
        let advice = "Nothing was done under another identity. Unset it, or give it a value in UTF-8.";
        not_configured(error.to_string(), advice)
    }
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

/// Why a text is no URL to call, if it is none. A user's name and password in it would be in every message about it, and no vendor asks
/// for them.
fn no_base_url(text: &str) -> Option<&'static str> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none()
    });
    match url {
        None => Some("is not a URL that begins with http:// or https://"),
        Some(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("is a URL with a user's name or password, which calls do not use")
        }
        Some(_) => None,
    }
}

/// A text that is of no use as a part of a URL, for messages: without what may be a user's name and password.
fn without_user(text: &str) -> Cow<'_, str> {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}").into(),
        None => text.into(),
    }
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
            assert_eq!(no_base_url(url), None, "{url}");
        }
        for url in [
            "",
            "api.example.com",
            "ftp://example.com",
            "https://",
            "https://example.com?x=y",
            "http://a/#f",
        ] {
            let expected = "is not a URL that begins with http:// or https://";
            assert_eq!(no_base_url(url), Some(expected), "{url}");
        }
        for url in [
            "https://user:word@example.com",
            "http://user@example.com/base",
            "http://:word@[::1]:1",
        ] {
            let expected = "is a URL with a user's name or password, which calls do not use";
            assert_eq!(no_base_url(url), Some(expected), "{url}");
            let complaints = URL.complaints(&crate::tf::Value::string(url));
            assert_eq!(complaints.len(), 0, "{url}");
        }
        assert_eq!(without_user("https://user:w@rd@host"), "…@host");
        assert_eq!(without_user("example.com"), "example.com");
    }
}
