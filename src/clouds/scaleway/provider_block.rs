//! The provider block: the arguments of the official provider.

use crate::block;
use crate::clouds::shared::url;
use crate::schema::check::Check;
use crate::schema::optional;
use crate::secret::Secret;

block! {
    /// Settings for Scaleway. Every argument of the official provider is accepted; those that have no effect here say so. As with
    /// that one, environment variables go over the provider block.
    pub struct Settings {
        /// The access key. First from `SCW_ACCESS_KEY`, last from `access_key` of the profile.
        access_key: String = optional(),
        /// The secret key. First from `SCW_SECRET_KEY`, last from `secret_key` of the profile.
        secret_key: Secret = optional().check(Check::Uuid),
        /// The profile of the config file. Else from `SCW_PROFILE`, else the file's `active_profile`. One that is not there is an
        /// error.
        profile: String = optional(),
        /// No effect: a key without `default_project_id` gets the organization's default project.
        project_id: String = optional().check(Check::Uuid),
        /// The organization whose keys are listed, to find those that a lost answer has made. Else it follows from the credentials.
        /// First from `SCW_DEFAULT_ORGANIZATION_ID`, last from `default_organization_id` of the profile.
        organization_id: String = optional().check(Check::Uuid),
        /// No effect: keys belong to no region.
        region: String = optional(),
        /// No effect: keys belong to no zone.
        zone: String = optional(),
        /// The URL of the API. First from `SCW_API_URL`, last from `api_url` of the profile. Defaults to `https://api.scaleway.com`.
        api_url: String = optional().check(url::URL),
    }
}
