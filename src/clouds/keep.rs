//! Credentials over time: kept as long as they last, and replaced before they end.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use crate::http;
use crate::lifecycle::Error;
use crate::signing::Credentials;

/// Credentials, and how long they last.
#[derive(Clone)]
pub struct Held {
    /// The credentials.
    pub credentials: Arc<Credentials>,
    /// When they end; never, where nothing says so.
    pub ends: Option<DateTime<Utc>>,
}

/// The credentials of one identity.
#[derive(Default)]
pub struct Keep(Mutex<Option<Held>>);

/// The credentials that the calls of one task are signed with.
#[derive(Clone)]
pub struct InUse(Arc<RwLock<Arc<Credentials>>>);

/// How long before their end credentials are replaced, as the vendors' SDKs do.
const AHEAD: TimeDelta = TimeDelta::seconds(300);

impl Keep {
    /// Credentials that last for a while: those that are kept, else what `obtain` gives, which is asked once at a time.
    ///
    /// # Errors
    ///
    /// Those of `obtain`.
    pub async fn fresh<F>(&self, http: &http::Client, obtain: impl FnOnce() -> F) -> Result<Arc<Credentials>, Error>
    where
        F: Future<Output = Result<Held, Error>>,
    {
        let mut held = self.0.lock().await;
        // What ends at a time by the service's clock is judged by that clock.
        let now = http.at_service(http.now());
        match held.as_ref() {
            Some(held) if held.ends.is_none_or(|ends| now + AHEAD < ends) => return Ok(Arc::clone(&held.credentials)),
            _ => {}
        }
        let fresh = obtain().await?;
        let credentials = Arc::clone(&fresh.credentials);
        *held = Some(fresh);
        Ok(credentials)
    }

    /// Keeps credentials no longer that the service says have ended. Another call may have replaced them already.
    pub async fn forget(&self, ended: &Arc<Credentials>) {
        let mut held = self.0.lock().await;
        if held.as_ref().is_some_and(|held| Arc::ptr_eq(&held.credentials, ended)) {
            *held = None;
        }
    }
}

impl InUse {
    /// These.
    pub fn new(credentials: Arc<Credentials>) -> Self {
        Self(Arc::new(RwLock::new(credentials)))
    }

    /// The credentials at present.
    pub fn current(&self) -> Arc<Credentials> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From here on calls are signed with these.
    pub fn replace(&self, credentials: Arc<Credentials>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = credentials;
    }
}
