//! Credentials over time: asked for when a call needs them, kept, and replaced before they end.

use std::sync::Arc;

use super::credentials::{Base, Identity};
use super::roles::{Step, WebIdentity};
use super::sts::Sts;
use super::{metadata, sts};
use crate::clouds;
use crate::clouds::calls::Caller;
use crate::clouds::keep::{Held, Keep};
use crate::http::{self, Pace, Patience};
use crate::lifecycle::Error;
use crate::signing::Credentials;
use crate::world::Read;

/// Who we are, and the credentials that prove it at present.
pub struct Session {
    identity: Identity,
    url: String,
    region: String,
    read: Read,
    pace: Arc<Pace>,
    keep: Keep,
}

impl Session {
    /// A session of `identity`, whose tokens come from the service at `url`.
    pub fn new(identity: Identity, url: String, region: String, read: Read) -> Self {
        Self {
            identity,
            url,
            region,
            read,
            pace: sts::pace(),
            keep: Keep::default(),
        }
    }

    /// Who we are.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The credentials, fresh enough for a call.
    ///
    /// # Errors
    ///
    /// Where there are none to be had, or the account is not one that may be worked in.
    pub async fn credentials(&self, http: &http::Client, patience: Patience) -> Result<Arc<Credentials>, Error> {
        let caller = Caller::new(http, Arc::clone(&self.pace), patience);
        self.keep.fresh(http, || self.obtain(caller)).await
    }

    /// Replaces credentials that the service says have ended. None where they have no successor.
    pub async fn renewed(
        &self,
        ended: &Arc<Credentials>,
        http: &http::Client,
        patience: Patience,
    ) -> Option<Arc<Credentials>> {
        if self.identity.is_static() {
            return None;
        }
        self.keep.forget(ended).await;
        let renewed = self.credentials(http, patience).await;
        renewed
            .inspect_err(|error| tracing::warn!("credentials that have ended are not renewed: {error}"))
            .ok()
    }

    async fn obtain(&self, caller: Caller<'_>) -> Result<Held, Error> {
        let mut held = match &self.identity.base {
            Base::Fixed(credentials) => Some(Held {
                credentials: Arc::new(credentials.clone()),
                ends: None,
            }),
            Base::Instance { role } => Some(given(metadata::of_instance(&caller, role).await?)),
            Base::Nobody => None,
        };
        let sts = Sts {
            caller,
            url: &self.url,
            region: self.identity.region.as_deref().unwrap_or(&self.region),
        };
        for step in &self.identity.steps {
            let by = held.as_ref().map(|held| held.credentials.as_ref());
            held = Some(given(match step {
                Step::Role(body) => sts.give("AssumeRole", body, by).await?,
                Step::Saml(body) => sts.give("AssumeRoleWithSAML", body, None).await?,
                Step::WebIdentity(identity) => {
                    let body = identity.request(self.read)?;
                    sts.give("AssumeRoleWithWebIdentity", &body, None).await?
                }
                Step::Mfa(body) => sts.give("GetSessionToken", body, by).await?,
            }));
        }
        let held = held.ok_or_else(|| clouds::not_configured("no Tencent Cloud credentials", ""))?;
        if self.identity.accounts.are_restricted() {
            self.identity
                .accounts
                .check(&sts.account_id(&held.credentials).await?)?;
        }
        Ok(held)
    }
}

fn given(given: sts::Given) -> Held {
    Held {
        credentials: Arc::new(given.credentials),
        ends: Some(given.ends),
    }
}

impl WebIdentity {
    fn request(&self, read: Read) -> Result<sts::AssumeRoleWithWebIdentity, Error> {
        Ok(sts::AssumeRoleWithWebIdentity {
            provider_id: self.provider_id.clone(),
            web_identity_token: self.token.read(read)?,
            role_arn: self.role_arn.read(read)?.expose().to_owned(),
            role_session_name: self.session_name.clone(),
            duration_seconds: self.duration,
        })
    }
}
