//! Where calls of a service go, by the provider block and the environment.

use std::net::{IpAddr, SocketAddr};

use super::provider_block::Settings;
use super::setting_sources::{DOMAIN, PROTOCOL};
use crate::clouds::shared::setting::no_file;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::clouds::shared::{errors, url};
use crate::framework::Error;
use crate::host::environment::Environment;

/// A service of the vendor, and where it is served.
pub struct Service {
    /// First label of the host name, before the domain. TC3 signatures name the service by it, too.
    pub name: &'static str,
    /// Root domain, unless the provider block or the environment sets another.
    pub domain: &'static str,
    /// Path of the URL, without the leading slash.
    pub path: &'static str,
}

impl Settings {
    /// The URL of a service.
    ///
    /// # Errors
    ///
    /// If an argument is unknown, or protocol and domain make no valid URL.
    pub fn url(&self, service: &Service, environment: &Environment) -> Result<Sourced<String>, Error> {
        let protocol = PROTOCOL.require(&self.protocol, environment, no_file)?.value;
        let domain = DOMAIN.resolve(&self.domain, environment, no_file)?;
        let Sourced { value: domain, origin } = domain.unwrap_or_else(|| Sourced {
            value: service.domain.to_owned(),
            origin: Origin::Default,
        });
        let url = match protocol.to_ascii_lowercase().as_str() {
            scheme @ ("http" | "https") => format!("{scheme}://{}/{}", host(service.name, &domain), service.path),
            _ => String::new(),
        };
        if is_domain(&domain) && url::no_base_url(&url).is_none() {
            return Ok(Sourced { value: url, origin });
        }
        let (protocol, domain) = (url::without_user(&protocol), url::without_user(&domain));
        Err(errors::not_configured(
            format!("no endpoint can be made of the protocol \"{protocol}\" and the domain \"{domain}\""),
            "Set `protocol` (TENCENTCLOUD_PROTOCOL) to HTTPS or HTTP, and `domain` (TENCENTCLOUD_DOMAIN) to a domain.",
        ))
    }
}

/// Whether a text is a domain, or an IP address with or without a port, so that it cannot spill into other parts of a URL.
fn is_domain(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_alphanumeric() || ".-_:[]".contains(character))
}

/// The host of a service under a root domain. An IP address has no subdomains, so it is the host itself.
fn host(service: &str, domain: &str) -> String {
    let is_address = domain.parse::<SocketAddr>().is_ok() || domain.parse::<IpAddr>().is_ok();
    if is_address {
        domain.to_owned()
    } else {
        format!("{service}.{domain}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_a_name_under_the_domain_or_the_address_itself() {
        let rows = [
            ("tencentcloudapi.com", "apigateway.tencentcloudapi.com"),
            ("intl.tencentcloudapi.com", "apigateway.intl.tencentcloudapi.com"),
            (
                "ap-shanghai-fsi.tencentcloudapi.com",
                "apigateway.ap-shanghai-fsi.tencentcloudapi.com",
            ),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("[::1]:8080", "[::1]:8080"),
            ("192.0.2.1", "192.0.2.1"),
        ];
        for (domain, expected) in rows {
            assert_eq!(host("apigateway", domain), expected);
        }
    }
}
