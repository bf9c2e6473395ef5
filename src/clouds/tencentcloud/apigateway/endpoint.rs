//! Where API Gateway is called, and in which version of its API.

use http::Method;

use super::v2017::V2017Options;
use super::version::Version;
use crate::clouds::shared::errors;
use crate::clouds::shared::sourced::{Origin, Sourced};
use crate::clouds::tencentcloud::provider_block::Settings;
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::signing::v1::Hash;

/// Where API Gateway is called, and in which version of its API.
pub struct Endpoint {
    /// Base URL of calls.
    pub url: String,
    /// The setting that the URL comes from.
    pub origin: Origin,
    /// Version of the API.
    pub version: Version,
}

impl Settings {
    /// Resolves the endpoint of API Gateway.
    ///
    /// # Errors
    ///
    /// If an argument is unknown, or protocol and domain make no valid URL.
    pub fn endpoint(&self, environment: &Environment) -> Result<Endpoint, Error> {
        let version = self.version()?;
        let Sourced { value: url, origin } = self.url(&version.service(), environment)?;
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
        Ok(Version::V2017(V2017Options { method, hash }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Attr;

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
