//! Changes (create, update, delete), which outlive the calls that request them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;
use tonic::Status;
use tracing::Instrument;

/// The running changes. Clones share them.
#[derive(Clone, Default)]
pub struct Changes(Arc<Tasks>);

#[derive(Default)]
struct Tasks {
    tasks: TaskTracker,
    has_undelivered: AtomicBool,
}

impl Changes {
    /// Waits until no change is running.
    pub async fn finished(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Whether the response of every change was delivered.
    pub fn are_delivered(&self) -> bool {
        self.0.tasks.is_empty() && !self.0.has_undelivered.load(Ordering::Relaxed)
    }

    /// Executes a change, which returns its response and how to undo it. It goes on when this call is dropped, and is undone if nobody takes
    /// the response.
    pub(super) async fn execute<A, U>(&self, change: impl Future<Output = (A, U)> + Send + 'static) -> Result<A, Status>
    where
        A: Send + 'static,
        U: Future<Output = ()> + Send + 'static,
    {
        let (sender, response) = oneshot::channel();
        let (taken, is_taken) = oneshot::channel();
        let shared = Arc::clone(&self.0);
        let task = async move {
            let (response, undo) = change.await;
            // A sent response may never be read, so the receiver confirms it.
            let _ = sender.send(response);
            if is_taken.await.is_err() {
                shared.has_undelivered.store(true, Ordering::Relaxed);
                undo.await;
            }
        };
        self.0.tasks.spawn(task.in_current_span());
        let response = response.await.map_err(|_| Status::internal("the change was aborted"))?;
        let _ = taken.send(());
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use futures_util::FutureExt;

    use super::*;

    /// A change that ends on a signal, and signals when it is undone.
    fn change() -> (
        impl Future<Output = (u8, impl Future<Output = ()>)>,
        oneshot::Sender<()>,
        oneshot::Receiver<()>,
    ) {
        let (end, ended) = oneshot::channel();
        let (undo, undone) = oneshot::channel();
        let change = async move {
            ended.await.unwrap();
            (7, async move { undo.send(()).unwrap() })
        };
        (change, end, undone)
    }

    #[tokio::test]
    async fn a_change_whose_response_was_taken_is_kept() {
        let changes = Changes::default();
        let (change, end, undone) = change();
        end.send(()).unwrap();
        assert_eq!(changes.execute(change).await.unwrap(), 7);
        changes.finished().await;
        assert!(undone.await.is_err());
        assert!(changes.are_delivered());
    }

    #[tokio::test]
    async fn a_change_that_nobody_waits_for_is_executed_and_undone() {
        for ends_first in [false, true] {
            let changes = Changes::default();
            let (change, end, undone) = change();
            let mut call = Box::pin(changes.execute(change));
            assert!(call.as_mut().now_or_never().is_none());
            if ends_first {
                // The response has been sent when the call is dropped.
                end.send(()).unwrap();
                tokio::task::yield_now().await;
                drop(call);
            } else {
                drop(call);
                assert!(changes.finished().now_or_never().is_none());
                assert!(!changes.are_delivered());
                end.send(()).unwrap();
            }
            changes.finished().await;
            assert_eq!(undone.await, Ok(()), "{ends_first}");
            assert!(!changes.are_delivered());
        }
    }
}
