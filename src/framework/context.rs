//! What one call of Terraform works with, whatever kind of object it is about.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Diagnostic;
use super::identity::ObjectId;
use super::ownership::Ownership;
use super::records::Records;
use super::seed::Seed;
use crate::host::RandomSecret;
use crate::secret::Secret;

/// The connection, the time limit and the stop signal of one call, and the warnings that it collects.
pub struct Context<C> {
    /// The connection to the cloud.
    pub client: Arc<C>,
    /// When the call's time limit is over.
    pub deadline: Instant,
    /// Which objects belong to a state, or were created by this process.
    pub ownership: Arc<Ownership>,
    pub(super) records: Records,
    random_secret: RandomSecret,
    /// What the random values of a creation follow from, where its plan has kept it.
    pub(super) seed: Option<Seed>,
    stop: CancellationToken,
    warnings: Mutex<Vec<Diagnostic>>,
}

impl<C> Context<C> {
    /// A context without warnings. `stop` is cancelled when Terraform asks to stop.
    pub(super) fn new(
        client: Arc<C>,
        deadline: Instant,
        ownership: Arc<Ownership>,
        records: Records,
        random_secret: RandomSecret,
        stop: CancellationToken,
    ) -> Self {
        Self {
            client,
            deadline,
            ownership,
            records,
            random_secret,
            seed: None,
            stop,
            warnings: Mutex::default(),
        }
    }

    /// The same connection for work that goes on after the call's time limit, or after Terraform has asked to stop.
    pub(super) fn until(&self, deadline: Instant) -> Self {
        Self::new(
            Arc::clone(&self.client),
            deadline,
            Arc::clone(&self.ownership),
            self.records.clone(),
            self.random_secret,
            CancellationToken::new(),
        )
    }

    /// Takes note of an object that a request of this call is said to have created. `false` where it is somebody's already: a state's, or
    /// another request's, of this process or of another one that shares the folder of records, as the processes for the aliases of a
    /// provider do.
    pub fn claim(&self, id: &ObjectId) -> bool {
        self.ownership.claim(id) && !self.records.is_anothers(id)
    }

    /// Letters and digits that are certainly in no other request than this one, of which the rest is given, `None` if the system has no
    /// randomness. They are the same again when a saved plan is applied again.
    pub fn secret(&self, request: &[u8], length: usize) -> Option<Secret> {
        match &self.seed {
            Some(seed) => seed.derive(request, length),
            None => (self.random_secret)(length),
        }
    }

    /// Whether an earlier apply of the same plan may have sent the request of this creation.
    pub(super) fn may_be_repeated(&self) -> bool {
        self.seed.as_ref().is_some_and(|seed| !seed.is_of(self.records.run()))
    }

    /// Adds a warning to the answer of the call.
    pub fn warn(&self, warning: Diagnostic) {
        self.warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(warning);
    }

    /// The warnings so far, which are not returned again.
    pub(super) fn take_warnings(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether Terraform has asked to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until Terraform asks to stop.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }
}
