//! The end of the process: asked for by the host or by a signal, and given some time.

use std::io;
use std::time::Duration;

use tokio::sync::watch;

/// Who wants the process to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reason {
    /// The host, which kills us after two seconds.
    Host,
    /// A signal, which promises nothing: a call in flight may be creating a key.
    Signal,
}

/// A request to end that all parts of the server can make and wait for. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Sender<Option<Reason>>);

impl Stop {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Asks. Only the first one to ask is remembered.
    pub(super) fn request(&self, reason: Reason) {
        self.0
            .send_if_modified(|asked| asked.is_none() && asked.replace(reason).is_none());
    }

    /// Waits until somebody asks.
    pub(super) fn requested(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut asked = self.0.subscribe();
        async move {
            // Without a sender there is no server left, which is an end too.
            let _ = asked.wait_for(Option::is_some).await;
        }
    }

    /// How long calls in flight may go on.
    pub(super) fn grace(&self) -> Duration {
        match *self.0.borrow() {
            Some(Reason::Signal) => Duration::from_secs(30),
            Some(Reason::Host) | None => Duration::from_secs(1),
        }
    }
}

/// The signals that a user or a supervisor sends.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(not(unix))]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    /// From here on, no interrupt ends the process by itself, also after this value is dropped.
    pub(super) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// Waits for SIGTERM, which Windows does not have.
    pub(super) async fn terminated(&mut self) {
        #[cfg(unix)]
        self.terminate.recv().await;
        #[cfg(not(unix))]
        std::future::pending().await
    }

    /// Waits for Ctrl-C or SIGTERM.
    pub(super) async fn interrupted_or_terminated(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => (),
            _ = self.terminate.recv() => (),
        }
        #[cfg(not(unix))]
        self.interrupt.recv().await;
    }
}
