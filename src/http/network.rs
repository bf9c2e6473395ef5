//! Proxies and trusted certificates.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;

use crate::host::Read;
use crate::host::environment::{Environment, NotUtf8};
use crate::secret::Secret;

/// Proxies and trusted certificates.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The proxies.
    pub proxies: Proxies,
    /// Trusted certificates.
    pub trust: Trust,
}

/// Proxies by scheme. Loopback addresses are reached directly, as by Terraform and other providers. Proxy URLs may contain passwords, so
/// messages show only host and port.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// URL of the proxy for `http`.
    pub http: Option<Secret>,
    /// URL of the proxy for `https`.
    pub https: Option<Secret>,
    /// Hosts that are reached directly, comma-separated: domain names, with a leading dot or `*.` their subdomains only; IP addresses and
    /// CIDR blocks; names and addresses also with a port; `*` for all hosts.
    pub none: Option<String>,
}

/// Which certificates a server may present.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that the operating system trusts.
    #[default]
    System,
    /// Those issued by the CA certificates in this PEM file, which the environment names in place of the system's.
    File(Arc<Vec<u8>>),
    /// Those issued by these CA certificates only.
    Only(Vec<CertificateDer<'static>>),
    /// Any: TLS certificate verification is disabled.
    Insecure,
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
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn from_environment(environment: &Environment) -> Result<Self, NotUtf8> {
        Ok(Self {
            http: Self::http_from(environment)?,
            https: Self::https_from(environment)?,
            none: Self::none_from(environment)?,
        })
    }

    /// The environment's proxy for `http`. A program that a web server starts by CGI has none: there it is the caller who sets that
    /// variable, by a header.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn http_from(environment: &Environment) -> Result<Option<Secret>, NotUtf8> {
        if environment.get_os("REQUEST_METHOD").is_some() {
            return Ok(None);
        }
        let url = environment.first_text(&["HTTP_PROXY", "http_proxy"])?;
        Ok(url.map(|(_, url)| Secret::new(url)))
    }

    /// The environment's proxy for `https`.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn https_from(environment: &Environment) -> Result<Option<Secret>, NotUtf8> {
        let url = environment.first_text(&["HTTPS_PROXY", "https_proxy"])?;
        Ok(url.map(|(_, url)| Secret::new(url)))
    }

    /// The hosts that are reached without a proxy, as the environment lists them.
    ///
    /// # Errors
    ///
    /// As with [`Environment::text`].
    pub fn none_from(environment: &Environment) -> Result<Option<String>, NotUtf8> {
        let hosts = environment.first_text(&["NO_PROXY", "no_proxy"])?;
        Ok(hosts.map(|(_, hosts)| hosts.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_environment_names_proxies_in_capitals_or_not() {
        let environment = Environment::from_iter([
            ("HTTP_PROXY", "http://one:3128"),
            ("http_proxy", "http://two:3128"),
            ("https_proxy", "http://three:3128"),
            ("NO_PROXY", "a.example,10.0.0.0/8"),
        ]);
        let proxies = Proxies::from_environment(&environment).unwrap();
        assert_eq!(proxies.http.as_ref().map(Secret::expose), Some("http://one:3128"));
        assert_eq!(proxies.https.as_ref().map(Secret::expose), Some("http://three:3128"));
        assert_eq!(proxies.none.as_deref(), Some("a.example,10.0.0.0/8"));
    }

    #[test]
    fn an_empty_variable_is_none_and_a_web_servers_caller_names_no_proxy() {
        let environment = Environment::from_iter([("HTTP_PROXY", ""), ("http_proxy", "one"), ("HTTPS_PROXY", "")]);
        let proxies = Proxies::from_environment(&environment).unwrap();
        assert_eq!(proxies.http.as_ref().map(Secret::expose), Some("one"));
        assert!(proxies.https.is_none());
        let environment =
            Environment::from_iter([("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "one"), ("HTTPS_PROXY", "two")]);
        let proxies = Proxies::from_environment(&environment).unwrap();
        assert!(proxies.http.is_none());
        assert_eq!(proxies.https.as_ref().map(Secret::expose), Some("two"));
    }
    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_an_error_where_it_counts() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let (bad, good) = (OsStr::from_bytes(b"\xff"), OsStr::new("one"));
        for names in [
            ["HTTP_PROXY", "http_proxy"],
            ["HTTPS_PROXY", "https_proxy"],
            ["NO_PROXY", "no_proxy"],
        ] {
            for name in names {
                let error = Proxies::from_environment(&Environment::from_iter([(name, bad)])).unwrap_err();
                assert_eq!(
                    error.to_string(),
                    format!("the environment variable {name} is not UTF-8")
                );
            }
            let [first, second] = names;
            let environment = Environment::from_iter([(first, good), (second, bad)]);
            assert!(Proxies::from_environment(&environment).is_ok(), "{second}");
        }
        let environment = Environment::from_iter([("REQUEST_METHOD", bad), ("HTTP_PROXY", bad)]);
        assert!(Proxies::from_environment(&environment).unwrap().http.is_none());
    }
}
