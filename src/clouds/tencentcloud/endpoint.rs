//! Where calls go: what the provider block, else the environment, says of it.

use crate::clouds::shared::{errors, url};
use std::net::{IpAddr, SocketAddr};

use http::Method;

use super::apigateway::v2017::Manner;
use super::apigateway::version::Version;
use super::provider_block::{Settings, sought};
use crate::clouds::shared::sourced::{Found, Origin};
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::signing::v1::Hash;

/// Where API Gateway is, and which version of its API is spoken there.
pub struct Endpoint {
    /// The URL that calls go to.
    pub url: String,
    /// Who says so.
    pub origin: Origin,
    /// The version.
    pub version: Version,
}

/// One of the vendor's services.
pub struct Service {
    /// Its name: of its host, under a domain.
    pub name: &'static str,
    /// The domain, unless the provider block names another.
    pub domain: &'static str,
    /// The path that calls go to, without the leading slash.
    pub path: &'static str,
}

impl Settings {
    /// Where API Gateway is, and which version of its API is spoken there.
    ///
    /// # Errors
    ///
    /// Where that is not known yet, or no URL can be made of what is.
    pub fn endpoint(&self, environment: &Environment) -> Result<Endpoint, Error> {
        let version = self.version()?;
        let Found { value: url, origin } = self.url(&version.service(), environment)?;
        Ok(Endpoint { url, origin, version })
    }

    fn version(&self) -> Result<Version, Error> {
        if errors::known("api_version", &self.api_version)?.map(String::as_str) != Some("2017") {
            return Ok(Version::V2018);
        }
        let method = match errors::known("request_method", &self.request_method)?.map(String::as_str) {
            Some("GET") => Method::GET,
            _ => Method::POST,
        };
        let hash = match errors::known("signature_method", &self.signature_method)?.map(String::as_str) {
            Some("HmacSHA1") => Hash::Sha1,
            _ => Hash::Sha256,
        };
        Ok(Version::V2017(Manner { method, hash }))
    }

    /// The URL that calls of a service go to.
    ///
    /// # Errors
    ///
    /// As with [`Settings::endpoint`].
    pub fn url(&self, service: &Service, environment: &Environment) -> Result<Found<String>, Error> {
        let names = ("protocol", "TENCENTCLOUD_PROTOCOL");
        let protocol = sought(names, &self.protocol, environment, ("HTTPS", Origin::Default))?.value;
        let protocol = protocol.into_known().ok_or_else(|| errors::not_known_yet("protocol"))?;
        let names = ("domain", "TENCENTCLOUD_DOMAIN");
        let Found { value: domain, origin } =
            sought(names, &self.domain, environment, (service.domain, Origin::Default))?;
        let domain = domain.into_known().ok_or_else(|| errors::not_known_yet("domain"))?;
        let url = match protocol.to_ascii_lowercase().as_str() {
            scheme @ ("http" | "https") => format!("{scheme}://{}/{}", host(service.name, &domain), service.path),
            _ => String::new(),
        };
        if is_domain(&domain) && url::no_base_url(&url).is_none() {
            return Ok(Found { value: url, origin });
        }
        let (protocol, domain) = (url::without_user(&protocol), url::without_user(&domain));
        Err(errors::not_configured(
            format!("no endpoint can be made of the protocol \"{protocol}\" and the domain \"{domain}\""),
            "Set `protocol` (TENCENTCLOUD_PROTOCOL) to HTTPS or HTTP, and `domain` (TENCENTCLOUD_DOMAIN) to a domain.",
        ))
    }
}

/// A domain, or an address with or without a port: nothing that would make another part of a URL.
fn is_domain(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_alphanumeric() || ".-_:[]".contains(character))
}

/// The service's host under a root domain. An address has no names under it, so it is the host itself.
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
    use crate::schema::Attr;

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

    #[test]
    fn each_version_has_its_own_domain_and_path() {
        let rows = [
            (None, None, "https://apigateway.tencentcloudapi.com/"),
            (Some("2018"), None, "https://apigateway.tencentcloudapi.com/"),
            (Some("2017"), None, "https://apigateway.api.qcloud.com/v2/index.php"),
            (
                Some("2017"),
                Some("example.com"),
                "https://apigateway.example.com/v2/index.php",
            ),
            (
                Some("2017"),
                Some("127.0.0.1:8080"),
                "https://127.0.0.1:8080/v2/index.php",
            ),
        ];
        for (version, domain, expected) in rows {
            let settings = Settings {
                api_version: version.map(str::to_owned).into(),
                domain: domain.map(str::to_owned).into(),
                ..Settings::default()
            };
            let endpoint = settings.endpoint(&Environment::default());
            assert_eq!(endpoint.map(|endpoint| endpoint.url).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_password_is_in_no_endpoint_and_no_error() {
        let rows = [
            ("https://user:hunter2@example.com", "…@example.com"),
            ("user:hunter2@example.com", "…@example.com"),
            ("user:hun@ter2/@example.com:80", "…@example.com:80"),
            ("https://example.com", "https://example.com"),
            ("example.com/", "example.com/"),
        ];
        for (domain, told) in rows {
            let settings = Settings {
                domain: Attr::Known(domain.to_owned()),
                ..Settings::default()
            };
            let error = settings.endpoint(&Environment::default()).err();
            let expected = format!("no endpoint can be made of the protocol \"HTTPS\" and the domain \"{told}\"");
            assert_eq!(error.map(|error| error.message), Some(expected));
        }
    }

    #[test]
    fn what_is_not_known_yet_is_no_version() {
        let unknown = Settings {
            api_version: Attr::Unknown,
            signature_method: Attr::Known("HmacSHA1".to_owned()),
            ..Settings::default()
        };
        assert_eq!(unknown.invalid().len(), 0);
        let error = unknown
            .endpoint(&Environment::default())
            .err()
            .map(|error| error.message);
        let expected = "the provider argument `api_version` is not known yet, and this needs the API";
        assert_eq!(error.as_deref(), Some(expected));
    }
}
