//! The provider block: the arguments of the official provider.

use crate::environment::Environment;
use crate::lifecycle::Error;
use crate::secret::Secret;
use crate::tf::Attr;
use crate::tf::check::Check;
use crate::tf::schema::optional;
use crate::{block, clouds};

block! {
    /// Settings for Scaleway. Every argument of the official provider is accepted; those that have no effect here say so. As with
    /// that one, environment variables go over the provider block.
    pub struct Settings {
        /// The access key. First from `SCW_ACCESS_KEY`.
        access_key: String = optional(),
        /// The secret key. First from `SCW_SECRET_KEY`.
        secret_key: Secret = optional().check(Check::Uuid),
        /// A profile of the config file. Not read by this version: credentials that would come from it are refused with an error,
        /// never replaced by others.
        profile: String = optional(),
        /// No effect: a key without `default_project_id` gets the organization's default project.
        project_id: String = optional().check(Check::Uuid),
        /// The organization whose keys are listed, to find those that a lost answer has made. Else it follows from the credentials.
        /// First from `SCW_DEFAULT_ORGANIZATION_ID`.
        organization_id: String = optional().check(Check::Uuid),
        /// No effect: keys belong to no region.
        region: String = optional(),
        /// No effect: keys belong to no zone.
        zone: String = optional(),
        /// The URL of the API. First from `SCW_API_URL`, else `https://api.scaleway.com`.
        api_url: String = optional().check(clouds::URL),
    }
}

impl Settings {
    /// The organization, where it is known.
    pub fn organization_id(&self, environment: &Environment) -> Option<String> {
        let environment = environment.get("SCW_DEFAULT_ORGANIZATION_ID");
        environment.or_else(|| self.organization_id.given()).map(str::to_owned)
    }

    /// The URL of the API, without a slash at its end.
    pub fn url(&self, environment: &Environment) -> Result<String, Error> {
        let url = match (environment.get("SCW_API_URL"), &self.api_url) {
            (Some(url), _) => url,
            (None, Attr::Known(url)) => url,
            (None, Attr::Null) => "https://api.scaleway.com",
            (None, Attr::Unknown) => return Err(clouds::not_known_yet("api_url")),
        };
        if !clouds::is_base_url(url) {
            return Err(clouds::not_configured(
                "the URL of the API is not a URL that begins with http:// or https://",
                "Set `api_url` in the provider block, or the environment variable SCW_API_URL.",
            ));
        }
        Ok(url.trim_end_matches('/').to_owned())
    }
}
