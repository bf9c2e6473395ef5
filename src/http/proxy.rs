//! Which proxy a host is reached through.
//!
//! Source: Go's packages `net/http` and `golang.org/x/net/http/httpproxy`, which Terraform and other providers use.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::uri::Scheme;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use url::Url;
use zeroize::Zeroizing;

use super::Proxies;
use super::no_proxy::NoProxy;
use crate::secret::Secret;

/// The proxies by scheme, and the hosts that are reached directly.
#[derive(Debug)]
pub(super) struct Routes {
    http: Option<Result<Proxy, InvalidProxyUrl>>,
    https: Option<Result<Proxy, InvalidProxyUrl>>,
    none: NoProxy,
}

/// A proxy.
pub(super) struct Proxy {
    /// Its protocol.
    pub(super) kind: Kind,
    /// Its address, with the port.
    pub(super) uri: Uri,
    /// User name and password from its URL.
    pub(super) user: Option<User>,
}

/// Protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// HTTP.
    Http,
    /// HTTP over TLS.
    Https,
    /// SOCKS5. The proxy resolves host names, with `socks5` as with `socks5h`.
    Socks,
}

/// User name and password for a proxy.
pub(super) struct User {
    pub(super) name: Zeroizing<String>,
    pub(super) password: Zeroizing<String>,
}

/// The URL of the proxy for a scheme is invalid. The message does not show it, since a password may be anywhere in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the URL of the proxy for {0} is invalid: it must be a host with an optional port, after http://, https://, socks5:// or socks5h://"
)]
pub(super) struct InvalidProxyUrl(&'static str);

impl Routes {
    pub(super) fn new(proxies: &Proxies) -> Self {
        let parsed = |scheme, url: &Option<Secret>| {
            let url = url.as_ref()?;
            Some(Proxy::parse(url.expose()).ok_or(InvalidProxyUrl(scheme)))
        };
        Self {
            http: parsed("http", &proxies.http),
            https: parsed("https", &proxies.https),
            none: proxies.none.as_deref().map(NoProxy::parse).unwrap_or_default(),
        }
    }

    /// The proxy for a host, if there is one.
    ///
    /// Loopback addresses are reached directly, as in Go, and so are link-local ones, such as the metadata service of an instance: a proxy
    /// would reach another one.
    ///
    /// # Errors
    ///
    /// If the proxy's URL is invalid.
    pub(super) fn to(&self, uri: &Uri) -> Result<Option<&Proxy>, InvalidProxyUrl> {
        let (proxy, default) = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => (&self.https, 443),
            _ => (&self.http, 80),
        };
        let host = bare_host(uri);
        match proxy {
            Some(proxy) if !is_local(host) && !self.none.covers(host, uri.port_u16().unwrap_or(default)) => {
                proxy.as_ref().map(Some).map_err(|invalid| *invalid)
            }
            _ => Ok(None),
        }
    }

    /// The proxy that forwards a request to `uri`, which must then have an absolute URI.
    pub(super) fn forwarding(&self, uri: &Uri) -> Option<&Proxy> {
        let proxy = self.to(uri).ok().flatten();
        proxy.filter(|proxy| proxy.kind != Kind::Socks && uri.scheme() != Some(&Scheme::HTTPS))
    }
}

impl Proxy {
    /// Parses a proxy URL. The default scheme is `http`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (kind, default) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (Kind::Http, 80),
            "https" => (Kind::Https, 443),
            "socks5" | "socks5h" => (Kind::Socks, 1080),
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, address) = match authority.rsplit_once('@') {
            Some((user, address)) => (Some(User::parse(user)), address),
            None => (None, authority),
        };
        // `address` contains no password. Parsed with its own scheme, an explicit default port would be lost.
        let url = Url::parse(&format!("http://{address}")).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let port = match address.rsplit_once(':') {
            Some((_, port)) if !port.is_empty() && !port.ends_with(']') => url.port().unwrap_or(80),
            _ => default,
        };
        let uri = format!("http://{host}:{port}").parse().ok()?;
        Some(Self { kind, uri, user })
    }

    /// Value of the header `Proxy-Authorization`.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let User { name, password } = self.user.as_ref()?;
        let user = Zeroizing::new(format!("{}:{}", **name, **password));
        let basic = Zeroizing::new(format!("Basic {}", BASE64.encode(user.as_bytes())));
        let mut header = HeaderValue::from_str(&basic).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// The host of a URI, an IPv6 address without brackets.
pub(super) fn bare_host(uri: &Uri) -> &str {
    uri.host().unwrap_or_default().trim_matches(['[', ']'])
}

impl User {
    fn parse(text: &str) -> Self {
        let (name, password) = text.split_once(':').unwrap_or((text, ""));
        let decoded = |text| Zeroizing::new(percent_decode_str(text).decode_utf8_lossy().into_owned());
        Self {
            name: decoded(name),
            password: decoded(password),
        }
    }
}

/// Shows host and port only.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri.authority().map_or("", |authority| authority.as_str()))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {self}", self.kind)
    }
}

fn is_local(host: &str) -> bool {
    let is_on_link = |address: IpAddr| match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    let is_local = |address: IpAddr| address.is_loopback() || is_on_link(address);
    let address = host.parse::<IpAddr>().map(|address| address.to_canonical());
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(is_local)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_proxy_is_a_host_with_or_without_scheme_port_and_user() {
        #[rustfmt::skip]
        let rows = [
            ("proxy.example", Some("Http proxy.example:80")),
            ("proxy.example:3128", Some("Http proxy.example:3128")),
            ("localhost:3128", Some("Http localhost:3128")),
            ("10.0.0.1:80", Some("Http 10.0.0.1:80")),
            (" http://Proxy.example/ ", Some("Http proxy.example:80")),
            ("HTTP://proxy.example:3128/path?query", Some("Http proxy.example:3128")),
            ("https://proxy.example", Some("Https proxy.example:443")),
            ("https://proxy.example:80", Some("Https proxy.example:80")),
            ("socks5://127.0.0.1:1080", Some("Socks 127.0.0.1:1080")),
            ("socks5h://proxy.example", Some("Socks proxy.example:1080")),
            ("http://[2001:db8::1]", Some("Http [2001:db8::1]:80")),
            ("http://[2001:db8::1]:3128", Some("Http [2001:db8::1]:3128")),
            ("http://user:word@proxy.example:3128", Some("Http proxy.example:3128 user:word")),
            ("user:word@proxy.example:3128", Some("Http proxy.example:3128 user:word")),
            ("http://user@proxy.example", Some("Http proxy.example:80 user:")),
            ("http://us%40er:w%3Aor%20d@proxy.example", Some("Http proxy.example:80 us@er:w:or d")),
            ("http://user:w@rd@proxy.example", Some("Http proxy.example:80 user:w@rd")),
            ("socks5://user:word@proxy.example", Some("Socks proxy.example:1080 user:word")),
            ("", None),
            ("http://", None),
            ("http://:3128", None),
            ("http://proxy.example:port", None),
            ("http://proxy.example:99999", None),
            ("http://user:wo/rd@proxy.example", None),
            ("socks4://proxy.example", None),
            ("ftp://proxy.example", None),
            ("two words", None),
        ];
        for (text, expected) in rows {
            let found = Proxy::parse(text).map(|proxy| {
                let user = proxy.user.as_ref();
                let user = user.map(|user| format!(" {}:{}", *user.name, *user.password));
                format!("{proxy:?}{}", user.unwrap_or_default())
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_password_is_in_the_header_and_in_no_text() {
        let proxy = Proxy::parse("http://user:hunter2@proxy.example").unwrap();
        let header = proxy.authorization().unwrap();
        assert_eq!(header, "Basic dXNlcjpodW50ZXIy");
        let texts = [format!("{header:?}"), format!("{proxy:?}"), proxy.to_string()];
        assert_eq!(texts, ["Sensitive", "Http proxy.example:80", "proxy.example:80"]);
    }

    #[test]
    fn each_scheme_has_its_own_proxy_and_some_hosts_none() {
        let secret = |url: &str| Some(Secret::new(url));
        let routes = Routes::new(&Proxies {
            http: secret("one:3128"),
            https: secret("two:3128"),
            none: Some("direct.example,.corp.example:8443".to_owned()),
        });
        let rows = [
            ("http://api.example/keys", Some("one:3128")),
            ("https://api.example/keys", Some("two:3128")),
            ("https://direct.example/", None),
            ("https://api.corp.example/", Some("two:3128")),
            ("https://api.corp.example:8443/", None),
        ];
        for (uri, expected) in rows {
            let found = routes.to(&uri.parse().unwrap()).unwrap();
            assert_eq!(found.map(Proxy::to_string).as_deref(), expected, "{uri}");
        }
        let broken = Routes::new(&Proxies {
            https: secret("ftp://proxy"),
            ..Proxies::default()
        });
        let to = |uri: &str| broken.to(&uri.parse().unwrap()).map(|proxy| proxy.is_some());
        assert_eq!(to("http://api.example"), Ok(false));
        assert_eq!(to("https://api.example"), Err(InvalidProxyUrl("https")));
        assert_eq!(to("https://localhost"), Ok(false));
    }

    #[test]
    fn loopback_and_link_local_addresses_are_reached_directly() {
        let rows = [
            ("localhost", true),
            ("LOCALHOST", true),
            ("127.0.0.1", true),
            ("127.8.9.10", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("169.254.169.254", true),
            ("[fe80::1]", true),
            ("169.253.1.1", false),
            ("[fd00::1]", false),
            ("localhost.example", false),
            ("10.0.0.1", false),
            ("api.scaleway.com", false),
        ];
        let routes = Routes::new(&Proxies {
            http: Some(Secret::new("proxy")),
            ..Proxies::default()
        });
        for (host, expected) in rows {
            let proxy = routes.to(&format!("http://{host}/").parse().unwrap()).unwrap();
            assert_eq!(proxy.is_none(), expected, "{host}");
        }
    }
}
