//! The provider block: the arguments of the official provider.

use crate::block;
use crate::clouds::shared::url;
use crate::schema::check::Check;
use crate::schema::optional;
use crate::secret::Secret;

block! {
    /// Settings for Scaleway. All arguments of the official provider are accepted; some have no effect. As in the official provider,
    /// environment variables override arguments.
    pub struct Settings {
        /// The access key. `SCW_ACCESS_KEY` overrides it. Otherwise from `access_key` of the profile.
        access_key: String = optional(),
        /// The secret key. `SCW_SECRET_KEY` overrides it. Otherwise from `secret_key` of the profile.
        secret_key: Secret = optional().check(Check::Uuid),
        /// The profile in the config file. Otherwise from `SCW_PROFILE`, or `active_profile` of the file. If it does not exist, that is
        /// an error.
        profile: String = optional(),
        /// No effect: a key without `default_project_id` gets the organization's default project.
        project_id: String = optional().check(Check::Uuid),
        /// ID of the organization in which applications and users are created, and whose keys are listed, to find a key after its create was
        /// not answered. `SCW_DEFAULT_ORGANIZATION_ID` overrides it. Otherwise from `default_organization_id` of the profile. Defaults to
        /// the organization of the credentials.
        organization_id: String = optional().check(Check::Uuid),
        /// No effect: keys belong to no region.
        region: String = optional(),
        /// No effect: keys belong to no zone.
        zone: String = optional(),
        /// URL of the API. `SCW_API_URL` overrides it. Otherwise from `api_url` of the profile. Defaults to `https://api.scaleway.com`.
        api_url: String = optional().check(url::URL),
    }
}
