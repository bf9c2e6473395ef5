//! Changes, which outlive the calls that ask for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;
use tonic::Status;
use tracing::Instrument;

/// The changes under way. Clones share them.
#[derive(Clone, Default)]
pub struct Changes(Arc<Tasks>);

#[derive(Default)]
struct Tasks {
    tasks: TaskTracker,
    is_one_undelivered: AtomicBool,
}

impl Changes {
    /// Waits until no change is under way.
    pub async fn finished(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Whether whoever asked for a change has got its answer, every time.
    pub fn are_delivered(&self) -> bool {
        self.0.tasks.is_empty() && !self.0.is_one_undelivered.load(Ordering::Relaxed)
    }

    /// Carries out a change, which gives its answer and how it is undone. It goes on when this call is dropped: when nobody is left to
    /// take the answer, it is undone.
    pub(super) async fn carry_out<A, U>(
        &self,
        change: impl Future<Output = (A, U)> + Send + 'static,
    ) -> Result<A, Status>
    where
        A: Send + 'static,
        U: Future<Output = ()> + Send + 'static,
    {
        let (answered, answer) = oneshot::channel();
        let (taken, is_taken) = oneshot::channel();
        let shared = Arc::clone(&self.0);
        let task = async move {
            let (answer, undo) = change.await;
            // That there is a channel does not mean that somebody reads it.
            let _ = answered.send(answer);
            if is_taken.await.is_err() {
                shared.is_one_undelivered.store(true, Ordering::Relaxed);
                undo.await;
            }
        };
        self.0.tasks.spawn(task.in_current_span());
        let answer = answer
            .await
            .map_err(|_| Status::internal("the change was broken off"))?;
        let _ = taken.send(());
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use futures_util::FutureExt;

    use super::*;

    /// A change that ends when told to, and what is told when it is undone.
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
    async fn a_change_whose_answer_was_taken_stands() {
        let changes = Changes::default();
        let (change, end, undone) = change();
        end.send(()).unwrap();
        assert_eq!(changes.carry_out(change).await.unwrap(), 7);
        changes.finished().await;
        assert!(undone.await.is_err());
        assert!(changes.are_delivered());
    }

    #[tokio::test]
    async fn a_change_that_nobody_waits_for_is_carried_out_and_undone() {
        for ends_first in [false, true] {
            let changes = Changes::default();
            let (change, end, undone) = change();
            let mut call = Box::pin(changes.carry_out(change));
            assert!(call.as_mut().now_or_never().is_none());
            if ends_first {
                // The answer is on its way when the call is dropped.
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
