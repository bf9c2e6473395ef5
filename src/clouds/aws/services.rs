//! The services that can be called, and the endpoints that somebody names for them.
//!
//! Source: "Service-specific endpoints" in the vendor's SDKs and Tools Reference Guide.

use super::profile::Profile;
use super::settings::{Endpoints, Settings};
use crate::clouds;
use crate::clouds::origin::Origin;
use crate::environment::Environment;
use crate::lifecycle::Error;
use crate::tf::Attr;

/// A service that can be called, and how it goes by the name that leads to an endpoint.
pub struct Service {
    argument: fn(&Endpoints) -> &Attr<String>,
    name: &'static str,
    variable: &'static str,
    /// In a section `services` of the shared config file.
    entry: &'static str,
}

/// API Gateway.
pub const API_GATEWAY: Service = Service {
    argument: |endpoints| &endpoints.apigateway,
    name: "endpoints.apigateway",
    variable: "AWS_ENDPOINT_URL_API_GATEWAY",
    entry: "api_gateway",
};

/// The portal of single sign-on.
pub const SSO: Service = Service {
    argument: |endpoints| &endpoints.sso,
    name: "endpoints.sso",
    variable: "AWS_ENDPOINT_URL_SSO",
    entry: "sso",
};

/// The security token service.
pub const STS: Service = Service {
    argument: |endpoints| &endpoints.sts,
    name: "endpoints.sts",
    variable: "AWS_ENDPOINT_URL_STS",
    entry: "sts",
};

/// The endpoint that somebody names for a service, without a slash at its end, and who that is.
///
/// # Errors
///
/// Where it is not known yet, or is no URL.
pub fn endpoint(
    service: &Service,
    settings: &Settings,
    environment: &Environment,
    profile: Option<&Profile>,
) -> Result<Option<(String, Origin)>, Error> {
    let Some((url, origin)) = named(service, settings, environment, profile)? else {
        return Ok(None);
    };
    if !clouds::is_base_url(&url) {
        return Err(clouds::not_configured(
            format!("the endpoint of {origin} is not a URL that begins with http:// or https://"),
            "Correct it, or remove it to use AWS's own.",
        ));
    }
    Ok(Some((url.trim_end_matches('/').to_owned(), origin)))
}

fn named(
    service: &Service,
    settings: &Settings,
    environment: &Environment,
    profile: Option<&Profile>,
) -> Result<Option<(String, Origin)>, Error> {
    for block in clouds::known("endpoints", &settings.endpoints)?.into_iter().flatten() {
        match clouds::known("endpoints", (service.argument)(block))? {
            Some(url) if !url.is_empty() => return Ok(Some((url.clone(), Origin::Argument(service.name)))),
            _ => {}
        }
    }
    let are_ignored = environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == Some("true")
        || profile.is_some_and(|profile| profile.is_on("ignore_configured_endpoint_urls"));
    if are_ignored {
        return Ok(None);
    }
    if let Some((variable, url)) = environment.first(&[service.variable, "AWS_ENDPOINT_URL"]) {
        return Ok(Some((url.to_owned(), Origin::Variable(variable))));
    }
    let of_profile = profile.and_then(|profile| {
        let url = profile.endpoint_url(service.entry)?;
        Some((url.to_owned(), profile.origin("endpoint_url")))
    });
    Ok(of_profile)
}
