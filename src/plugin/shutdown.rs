//! Shutdown of the process: requested by the host, by its exit, or by a signal.

use std::io;

use tokio::sync::watch;

/// Why a provider shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShutdownReason {
    /// The host requested it, after it had received the response of every change.
    Requested,
    /// The host is gone, or requested a shutdown while changes were running, whose responses nobody receives.
    HostGone,
    /// A signal. The host may still be waiting for calls.
    Signal,
}

/// A shutdown request that all parts of the server can make and wait for. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Sender<Option<ShutdownReason>>);

impl Stop {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Requests a shutdown. The first reason is kept, except that the host's leaving replaces a signal.
    pub(super) fn request(&self, ending: ShutdownReason) {
        self.0.send_if_modified(|asked| {
            let counts = asked.is_none() || (!has_left(asked) && has_left(&Some(ending)));
            if counts {
                *asked = Some(ending);
            }
            counts
        });
    }

    /// The reason, if a shutdown has been requested.
    pub(super) fn asked(&self) -> Option<ShutdownReason> {
        *self.0.borrow()
    }

    /// Waits for a request.
    pub(super) fn requested(&self) -> impl Future<Output = ()> + Send + 'static {
        self.when(Option::is_some)
    }

    /// Waits until the host is gone or has requested a shutdown.
    pub(super) fn host_left(&self) -> impl Future<Output = ()> + Send + 'static {
        self.when(has_left)
    }

    fn when(&self, is_it: fn(&Option<ShutdownReason>) -> bool) -> impl Future<Output = ()> + Send + 'static {
        let mut asked = self.0.subscribe();
        async move {
            // Without a sender the server is gone, which is a shutdown, too.
            let _ = asked.wait_for(is_it).await;
        }
    }
}

fn has_left(reason: &Option<ShutdownReason>) -> bool {
    matches!(reason, Some(ShutdownReason::Requested | ShutdownReason::HostGone))
}

/// Signals from a user or a supervisor.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(not(unix))]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    /// Installs the handlers. SIGINT and SIGHUP no longer end the process, even after this value is dropped.
    pub(super) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                hangup: signal(SignalKind::hangup())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// Waits for SIGTERM; forever on Windows, which has none.
    pub(super) async fn terminated(&mut self) {
        #[cfg(unix)]
        self.terminate.recv().await;
        #[cfg(not(unix))]
        std::future::pending().await
    }

    /// Waits for SIGINT, SIGHUP or SIGTERM.
    pub(super) async fn any(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => (),
            _ = self.hangup.recv() => (),
            _ = self.terminate.recv() => (),
        }
        #[cfg(not(unix))]
        self.interrupt.recv().await;
    }
}
