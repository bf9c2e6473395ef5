//! The services that are called, and their custom endpoints.
//!
//! Source: "Service-specific endpoints" in the vendor's SDKs and Tools Reference Guide.

use crate::clouds::aws::auth::identity::Sources;
use crate::clouds::aws::auth::profile::Profile;
use crate::clouds::aws::provider_block::Settings;
use crate::clouds::aws::provider_block::endpoints::Called;
use crate::clouds::aws::setting_sources::{API_GATEWAY_ENDPOINT, SSO_ENDPOINT, STS_ENDPOINT};
use crate::clouds::shared::setting::Setting;
use crate::clouds::shared::sourced::Sourced;
use crate::clouds::shared::{errors, url};
use crate::framework::Error;
use crate::host::environment::Environment;
use crate::schema::Attr;

/// A service, and where its custom endpoint can be set.
pub struct Service {
    endpoint: Setting,
    argument: fn(&Called) -> &Attr<String>,
    /// Its name in a section `services` of the shared config file.
    section: &'static str,
}

/// API Gateway.
pub const API_GATEWAY: Service = Service {
    argument: |endpoints| &endpoints.apigateway,
    endpoint: API_GATEWAY_ENDPOINT,
    section: "api_gateway",
};

/// Single sign-on.
pub const SSO: Service = Service {
    argument: |endpoints| &endpoints.sso,
    endpoint: SSO_ENDPOINT,
    section: "sso",
};

/// STS.
pub const STS: Service = Service {
    argument: |endpoints| &endpoints.sts,
    endpoint: STS_ENDPOINT,
    section: "sts",
};

/// The custom endpoint of a service, without a trailing slash.
///
/// # Errors
///
/// If it is unknown, or not a URL.
pub fn endpoint(
    service: &Service,
    settings: &Settings,
    environment: &Environment,
    profile: Option<&Profile>,
) -> Result<Option<Sourced<String>>, Error> {
    let Some(Sourced { value: url, origin }) = named(service, settings, environment, profile)? else {
        return Ok(None);
    };
    if let Some(why) = url::no_base_url(&url) {
        return Err(errors::not_configured(
            format!("the endpoint of {origin} {why}"),
            "Correct it, or remove it to use the default endpoint.",
        ));
    }
    let value = url.trim_end_matches('/').to_owned();
    Ok(Some(Sourced { value, origin }))
}

/// The same without its origin.
///
/// # Errors
///
/// As with [`endpoint`].
pub(in crate::clouds::aws) fn url(service: &Service, sources: &Sources<'_>) -> Result<Option<String>, Error> {
    let found = endpoint(service, sources.settings, sources.environment, Some(sources.profile))?;
    Ok(found.map(|found| found.value))
}

fn named(
    service: &Service,
    settings: &Settings,
    environment: &Environment,
    profile: Option<&Profile>,
) -> Result<Option<Sourced<String>>, Error> {
    let argument = match &settings.endpoints {
        Attr::Null => Attr::Null,
        Attr::Unknown => Attr::Unknown,
        Attr::Known(blocks) => {
            let mut arguments = blocks.iter().map(|block| (service.argument)(&block.0));
            arguments.find(|url| !url.is_null()).cloned().unwrap_or_default()
        }
    };
    if argument.is_null() && are_ignored(environment, profile)? {
        return Ok(None);
    }
    service.endpoint.resolve(&argument, environment, |entry| {
        let profile = profile?;
        Some(Sourced {
            value: profile.endpoint_url(service.section)?,
            origin: profile.origin(entry),
        })
    })
}

/// Whether only the endpoints of the provider block are used.
fn are_ignored(environment: &Environment, profile: Option<&Profile>) -> Result<bool, Error> {
    let of_environment = environment.text("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")? == Some("true");
    Ok(of_environment || profile.is_some_and(|profile| profile.is_on("ignore_configured_endpoint_urls")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::path::Path;

    use zeroize::Zeroizing;

    use super::*;
    use crate::clouds::aws::endpoint::Endpoint;
    use crate::clouds::aws::provider_block::endpoints::Endpoints;
    use crate::host::tests::host;

    fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let text = match path.to_str().unwrap_or_default() {
            "/services" => {
                "[default]\nservices = s\nendpoint_url = http://all\n[services s]\napi_gateway =\n  endpoint_url = http://own/\n"
            }
            "/all" => "[default]\nendpoint_url = http://all\nuse_fips_endpoint = false\n",
            "/ignored" => {
                "[default]\nendpoint_url = http://all\nignore_configured_endpoint_urls = true\nuse_fips_endpoint = true\n"
            }
            _ => return Err(io::ErrorKind::NotFound.into()),
        };
        Ok(text.as_bytes().to_vec().into())
    }

    fn with_endpoint(url: Attr<String>) -> Settings {
        let block = Endpoints(Called {
            apigateway: url,
            ..Called::default()
        });
        Settings {
            endpoints: Attr::Known(vec![block]),
            ..Settings::default()
        }
    }

    /// Where calls of `us-east-1` go, and who says so; the FIPS host where nobody does.
    fn found(settings: &Settings, environment: &[(&str, &str)]) -> Result<String, String> {
        let host = host(environment, read);
        let profile = Profile::find(settings, &host).unwrap();
        let endpoint = Endpoint::resolve(settings, &host.environment, Some(&profile));
        let url = endpoint.url("us-east-1").map_err(|error| error.message)?;
        Ok(match endpoint {
            Endpoint::Custom { origin, .. } => format!("{url} {origin}"),
            _ => url,
        })
    }

    #[test]
    fn an_endpoint_is_the_blocks_else_the_environments_else_the_profiles_else_awss_own() {
        let block = with_endpoint(Attr::Known("http://block".to_owned()));
        let none = Settings::default();
        let own = ("AWS_ENDPOINT_URL_API_GATEWAY", "http://variable");
        let all = ("AWS_ENDPOINT_URL", "http://general");
        let fips = ("AWS_USE_FIPS_ENDPOINT", "true");
        let dual = ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE");
        let file = |file| ("AWS_CONFIG_FILE", file);
        let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        let with_fips = Settings {
            use_fips_endpoint: Attr::Known(true),
            ..block.clone()
        };
        let without_fips = Settings {
            use_fips_endpoint: Attr::Known(false),
            ..none.clone()
        };
        #[rustfmt::skip]
        let rows: Vec<(&Settings, Vec<(&str, &str)>, Result<&str, &str>)> = vec![
            (&none, vec![], Ok("https://apigateway.us-east-1.amazonaws.com")),
            (&block, vec![own, all], Ok("http://block `endpoints.apigateway` of the provider block")),
            (&none, vec![own, all, file("/services")], Ok("http://variable AWS_ENDPOINT_URL_API_GATEWAY")),
            (&none, vec![all, file("/services")], Ok("http://general AWS_ENDPOINT_URL")),
            (&none, vec![file("/services")], Ok("http://own `endpoint_url` of profile \"default\"")),
            (&none, vec![file("/all")], Ok("http://all `endpoint_url` of profile \"default\"")),
            (&none, vec![own, all, file("/all"), ignored], Ok("https://apigateway.us-east-1.amazonaws.com")),
            (&block, vec![own, ignored], Ok("http://block `endpoints.apigateway` of the provider block")),
            (&none, vec![file("/ignored")], Ok("https://apigateway-fips.us-east-1.amazonaws.com")),
            (&without_fips, vec![file("/ignored"), fips], Ok("https://apigateway.us-east-1.amazonaws.com")),
            (&none, vec![fips, dual], Ok("https://apigateway-fips.us-east-1.api.aws")),
            (&none, vec![fips, file("/services"), ignored], Ok("https://apigateway-fips.us-east-1.amazonaws.com")),
            // A custom endpoint overrides FIPS.
            (&none, vec![fips, file("/services")], Ok("http://own `endpoint_url` of profile \"default\"")),
            (&none, vec![own, dual], Err("a custom endpoint cannot be combined with the dual-stack endpoint")),
            (&with_fips, vec![], Ok("http://block `endpoints.apigateway` of the provider block")),
            (&none, vec![("AWS_ENDPOINT_URL", "general")],
             Err("the endpoint of AWS_ENDPOINT_URL is not a URL that begins with http:// or https://")),
        ];
        for (settings, environment, expected) in rows {
            let found = found(settings, &environment);
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{environment:?}");
        }
        let unknown = found(&with_endpoint(Attr::Unknown), &[own]);
        let message = "the provider argument `endpoints.apigateway` is not known yet, and this needs the API";
        assert_eq!(unknown.map_err(|error| error == message), Err(true));
    }
}
