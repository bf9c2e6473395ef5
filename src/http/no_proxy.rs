//! The hosts that are reached without a proxy: `NO_PROXY`.
//!
//! Source: the Go package `golang.org/x/net/http/httpproxy`, with which Terraform and other providers read it.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Host;

/// A parsed `NO_PROXY`.
#[derive(Debug, Default)]
pub(super) struct NoProxy {
    rules: Vec<Rule>,
}

#[derive(Debug)]
enum Rule {
    /// `*`
    Everything,
    /// `10.0.0.0/8`
    Network(IpNet),
    /// `10.0.0.1`, `[::1]:8080`
    Address(IpAddr, Option<u16>),
    /// `.example.com`, `*.example.com`: the subdomains.
    Under(String, Option<u16>),
    /// `example.com`: the domain and its subdomains.
    Domain(String, Option<u16>),
}

impl NoProxy {
    /// Parses a comma-separated list. Invalid entries are ignored.
    pub(super) fn parse(list: &str) -> Self {
        let entries = list.split(',').map(|entry| entry.trim().to_lowercase());
        Self {
            rules: entries.filter_map(|entry| Rule::parse(&entry)).collect(),
        }
    }

    /// Whether a host is reached without a proxy. An IPv6 address has no brackets.
    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        let host = host.to_lowercase();
        let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        self.rules.iter().any(|rule| rule.covers(&host, address, port))
    }
}

impl Rule {
    fn parse(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Self::Everything);
        }
        if let Ok(network) = entry.parse() {
            return Some(Self::Network(network));
        }
        let (host, port) = host_and_port(entry);
        let port = match port {
            None | Some("") => None,
            Some(port) => Some(port.parse().ok()?),
        };
        if let Ok(address) = host.parse::<IpAddr>() {
            return Some(Self::Address(address.to_canonical(), port));
        }
        let host = host
            .strip_prefix('*')
            .filter(|rest| rest.starts_with('.'))
            .unwrap_or(host);
        match host.strip_prefix('.') {
            _ if host.is_empty() => None,
            Some(under) => Some(Self::Under(format!(".{}", ascii(under)), port)),
            None => Some(Self::Domain(format!(".{}", ascii(host)), port)),
        }
    }

    /// Rules for addresses match no names, and rules for names no addresses.
    fn covers(&self, host: &str, address: Option<IpAddr>, at: u16) -> bool {
        let (is_host, port) = match self {
            Self::Everything => (true, None),
            Self::Network(network) => (address.is_some_and(|address| network.contains(&address)), None),
            Self::Address(same, port) => (address == Some(*same), *port),
            Self::Under(end, port) => (address.is_none() && host.ends_with(end), *port),
            Self::Domain(end, port) => (address.is_none() && (host.ends_with(end) || host == &end[1..]), *port),
        };
        is_host && port.is_none_or(|port| port == at)
    }
}

/// Splits `host:port` and `[address]:port`. Anything else, such as an IPv6 address without brackets, is a host without a port.
fn host_and_port(entry: &str) -> (&str, Option<&str>) {
    let in_brackets = || entry.strip_prefix('[')?.split_once("]:");
    let plain = || entry.split_once(':').filter(|(_, port)| !port.contains(':'));
    match in_brackets().or_else(plain) {
        Some((host, port)) => (host, Some(port)),
        None => (entry, None),
    }
}

/// The ASCII form (Punycode) of a name.
fn ascii(name: &str) -> String {
    match Host::parse(name) {
        Ok(Host::Domain(ascii)) if !name.is_ascii() => ascii,
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_gos_http_library_reads_it() {
        #[rustfmt::skip]
        let rows: [(&str, &[&str], &[&str]); 31] = [
            ("", &[], &["api.example.com:443", "10.0.0.1:80"]),
            (" , ,", &[], &["api.example.com:443"]),
            ("*", &["api.example.com:443", "10.0.0.1:80", "[2001:db8::1]:80"], &[]),
            ("a.example, *", &["api.example.com:443", "10.0.0.1:80"], &[]),
            ("example.com", &["example.com:443", "api.example.com:443", "a.b.example.com:80"], &["badexample.com:443", "example.com.test:443", "com:80"]),
            ("EXAMPLE.com", &["example.com:443", "API.Example.COM:443"], &["example.org:443"]),
            (".example.com", &["api.example.com:443", "a.b.example.com:80"], &["example.com:443", "badexample.com:443"]),
            ("*.example.com", &["api.example.com:443", "a.b.example.com:80"], &["example.com:443", "badexample.com:443"]),
            (" a.test ,\tb.test ", &["a.test:443", "x.b.test:443"], &["c.test:443"]),
            ("a.test b.test", &[], &["a.test:443", "b.test:443"]),
            ("example.com:8080", &["example.com:8080", "api.example.com:8080"], &["example.com:443", "example.com:80"]),
            (".example.com:8080", &["api.example.com:8080"], &["example.com:8080", "api.example.com:443"]),
            ("*.example.com:443", &["api.example.com:443"], &["api.example.com:80"]),
            ("example.com:", &["example.com:443"], &["example.org:443"]),
            ("*example.com", &["*example.com:443"], &["example.com:443", "badexample.com:443"]),
            ("api.*.com", &[], &["api.example.com:443"]),
            ("10.9.9.9", &["10.9.9.9:80", "10.9.9.9:8080", "[::ffff:10.9.9.9]:80"], &["10.9.9.90:80", "x.10.9.9.9:80", "110.9.9.9:80"]),
            ("10.9.9.9:8080", &["10.9.9.9:8080"], &["10.9.9.9:80", "10.9.9.8:8080"]),
            ("10.1.2.3/8", &["10.9.9.9:80", "10.255.0.1:443"], &["11.0.0.1:80", "api.example.com:80"]),
            ("2001:db8::1", &["[2001:db8::1]:80"], &["[2001:db8::2]:80"]),
            ("[2001:db8::1]:8080", &["[2001:db8::1]:8080"], &["[2001:db8::1]:80"]),
            ("2001:db8::/32", &["[2001:db8:1::1]:80"], &["[2001:db9::1]:80"]),
            (".9.9.9", &[], &["10.9.9.9:80"]),
            ("[2001:db8::1]", &[], &["[2001:db8::1]:80"]),
            ("2001:DB8:0::1", &["[2001:db8::1]:80"], &[]),
            ("::ffff:10.9.9.9", &["10.9.9.9:80"], &[]),
            ("[10.9.9.9]:80", &["10.9.9.9:80"], &["10.9.9.9:443"]),
            ("example.com:https", &[], &["example.com:443"]),
            ("::1:8080", &[], &["[2001:db8::1]:8080"]),
            (":8080", &[], &["example.com:8080", "[2001:db8::1]:8080"]),
            ("bücher.example", &["xn--bcher-kva.example:443", "a.xn--bcher-kva.example:443"], &["bucher.example:443"]),
        ];
        for (list, direct, proxied) in rows {
            let list_of = NoProxy::parse(list);
            for (targets, expected) in [(direct, true), (proxied, false)] {
                for target in targets {
                    let (host, port) = target.rsplit_once(':').unwrap_or_default();
                    let host = host.trim_matches(['[', ']']);
                    let port = port.parse().unwrap_or_default();
                    assert_eq!(list_of.covers(host, port), expected, "{list:?}: {target}");
                }
            }
        }
    }
}
