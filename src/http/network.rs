//! How services are reached, and whom to believe to be one.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;

use crate::environment::Environment;
use crate::secret::Secret;
use crate::world::Read;

/// How services are reached, and whom to believe to be one.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The proxies on the way.
    pub proxies: Proxies,
    /// Whose certificates count.
    pub trust: Trust,
}

/// Proxies. This very machine is reached without any, as by Terraform and other providers. Their URLs may hold passwords: the HTTP library
/// keeps copies for as long as it has connections, which are not ours to wipe, and prints none.
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
    /// Those that the certificates of this file, in PEM, vouch for: the environment names it in the place of the system's.
    File(Arc<Vec<u8>>),
    /// Those that these, and nobody else, vouch for.
    Only(Vec<CertificateDer<'static>>),
    /// Anybody's: connections are encrypted, to whomever.
    Anybody,
}

impl Trust {
    /// The system's, as the environment names it. The library that reads the system's certificates heeds `SSL_CERT_FILE` by itself, and
    /// reads without end what has none: so it is read here. Where there is no such file, or folders are named beside it, the library
    /// goes on as before.
    ///
    /// # Errors
    ///
    /// The path and why it cannot be read.
    pub fn system(environment: &Environment, read: Read) -> Result<Self, (PathBuf, io::Error)> {
        let heeds = cfg!(all(unix, not(target_vendor = "apple")));
        let path = environment
            .get_os("SSL_CERT_FILE")
            .filter(|_| heeds && environment.get_os("SSL_CERT_DIR").is_none());
        let Some(path) = path.map(PathBuf::from) else {
            return Ok(Self::System);
        };
        match read(&path) {
            Ok(mut bytes) => Ok(Self::File(Arc::new(std::mem::take(&mut *bytes)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::System),
            Err(error) => Err((path, error)),
        }
    }
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
    pub(super) fn for_requests(&self) -> Result<Vec<reqwest::Proxy>, UselessProxy> {
        let none = self.none.as_deref().and_then(reqwest::NoProxy::from_string);
        let http = self.http.iter().map(|url| ("http", reqwest::Proxy::http(url.expose())));
        let https = self
            .https
            .iter()
            .map(|url| ("https", reqwest::Proxy::https(url.expose())));
        let proxies = http.chain(https).map(|(scheme, proxy)| match proxy {
            Ok(proxy) => Ok(proxy.no_proxy(none.clone())),
            // The library's words repeat the URL.
            Err(_) => Err(UselessProxy(scheme)),
        });
        proxies.collect()
    }
}

/// The URL of a proxy is none.
#[derive(Debug, thiserror::Error)]
#[error("the URL of the proxy for {0} is of no use")]
pub(super) struct UselessProxy(&'static str);

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
