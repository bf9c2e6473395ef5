//! The organization that objects are created in.

use super::application::Application;
use super::client::Api;
use super::user::User;
use crate::framework::{Error, Kind};

impl Api {
    /// The organization that is given, or else that of [`Api::organization_id`].
    pub async fn organization_or_own(&self, given: Option<String>) -> Result<String, Error> {
        match given {
            Some(given) => Ok(given),
            None => self.organization_id().await,
        }
    }

    /// The configured organization, else the one that the credentials belong to.
    ///
    /// # Errors
    ///
    /// If none is configured, and the credentials may not read their own key or its holder.
    pub async fn organization_id(&self) -> Result<String, Error> {
        if let Some(configured) = &self.identity.organization_id {
            return Ok(configured.clone());
        }
        let found = self.organization_id.get_or_try_init(|| self.own_organization_id());
        found.await.cloned().map_err(|error| {
            let remedy = error.remedy().unwrap_or_default();
            let advice = format!(
                "Without `organization_id` in the resource or the provider block, the organization is the one of the credentials, which \
                 could not be found out. Set it there, or in the environment variable SCW_DEFAULT_ORGANIZATION_ID. {remedy}"
            );
            error.advise(advice.trim_end())
        })
    }

    async fn own_organization_id(&self) -> Result<String, Error> {
        let key = self.get_api_key(&self.identity.access_key).await?;
        let holder = key.map(|key| (key.application_id, key.user_id));
        let found = match holder {
            Some((Some(application), _)) => self
                .get::<Application>(&application)
                .await?
                .and_then(|a| a.organization_id),
            Some((None, Some(user))) => self.get::<User>(&user).await?.and_then(|user| user.organization_id),
            Some((None, None)) | None => None,
        };
        found.filter(|id| !id.is_empty()).ok_or_else(|| {
            Error::new(
                "",
                Kind::NotConfigured,
                "the organization of the credentials is not known",
            )
        })
    }
}
