//! How services are reached, and whom to believe to be one.

use rustls::pki_types::CertificateDer;

use crate::environment::Environment;
use crate::secret::Secret;

/// How services are reached, and whom to believe to be one.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The proxies on the way.
    pub proxies: Proxies,
    /// Whose certificates count.
    pub trust: Trust,
}

/// Proxies. This very machine is reached without any, as by Terraform and other providers. Their URLs may hold passwords.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// For `http`.
    pub http: Option<Secret>,
    /// For `https`.
    pub https: Option<Secret>,
    /// The hosts that are reached without, parted by commas.
    pub none: Option<String>,
}

/// Whose certificates count.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that this system trusts.
    #[default]
    System,
    /// Those that these, and nobody else, vouch for.
    Only(Vec<CertificateDer<'static>>),
    /// Anybody's: connections are encrypted, to whomever.
    Anybody,
}

impl Proxies {
    /// The proxies that the environment names, in capitals or not.
    pub fn of(environment: &Environment) -> Self {
        let first = |names: &[&str]| environment.first(names).map(|(_, text)| text);
        Self {
            http: first(&["HTTP_PROXY", "http_proxy"]).map(Secret::new),
            https: first(&["HTTPS_PROXY", "https_proxy"]).map(Secret::new),
            none: first(&["NO_PROXY", "no_proxy"]).map(str::to_owned),
        }
    }

    /// In the form the HTTP library takes.
    pub(super) fn for_requests(&self) -> Result<Vec<reqwest::Proxy>, reqwest::Error> {
        let none = self.none.as_deref().and_then(reqwest::NoProxy::from_string);
        let http = self.http.iter().map(|url| reqwest::Proxy::http(url.expose()));
        let https = self.https.iter().map(|url| reqwest::Proxy::https(url.expose()));
        http.chain(https)
            .map(|proxy| Ok(proxy?.no_proxy(none.clone())))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_proxies_in_capitals_or_not() {
        let environment = Environment::from_iter([
            ("HTTP_PROXY", "http://one:3128"),
            ("http_proxy", "http://two:3128"),
            ("https_proxy", "http://three:3128"),
            ("NO_PROXY", "a.example,10.0.0.0/8"),
        ]);
        let proxies = Proxies::of(&environment);
        assert_eq!(proxies.http.as_ref().map(Secret::expose), Some("http://one:3128"));
        assert_eq!(proxies.https.as_ref().map(Secret::expose), Some("http://three:3128"));
        assert_eq!(proxies.none.as_deref(), Some("a.example,10.0.0.0/8"));
        assert_eq!(proxies.for_requests().map(|proxies| proxies.len()).ok(), Some(2));
    }
}
