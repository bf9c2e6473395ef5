//! The end of the process: asked for by the host, by its own end or by a signal, and given some time.

use std::io;

use tokio::sync::watch;

/// How a provider's service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The host asked for it, and has been told of everything it wanted done.
    Host,
    /// The host is gone, or has asked for the end while changes were under way: nobody waits for those any more.
    HostGone,
    /// A signal. It promises nothing: the host may wait for a call that is creating a key.
    Signal,
}

/// A request to end that all parts of the server can make and wait for. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Sender<Option<Ending>>);

impl Stop {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Asks. The first one to ask is remembered, but that the host has left weighs more than a signal.
    pub(super) fn request(&self, ending: Ending) {
        self.0.send_if_modified(|asked| {
            let counts = asked.is_none() || (!has_left(asked) && has_left(&Some(ending)));
            if counts {
                *asked = Some(ending);
            }
            counts
        });
    }

    /// What was asked for.
    pub(super) fn asked(&self) -> Option<Ending> {
        *self.0.borrow()
    }

    /// Waits until somebody asks.
    pub(super) fn requested(&self) -> impl Future<Output = ()> + Send + 'static {
        self.when(Option::is_some)
    }

    /// Waits until the host is gone or about to go.
    pub(super) fn host_left(&self) -> impl Future<Output = ()> + Send + 'static {
        self.when(has_left)
    }

    fn when(&self, is_it: fn(&Option<Ending>) -> bool) -> impl Future<Output = ()> + Send + 'static {
        let mut asked = self.0.subscribe();
        async move {
            // Without a sender there is no server left, which is an end too.
            let _ = asked.wait_for(is_it).await;
        }
    }
}

fn has_left(asked: &Option<Ending>) -> bool {
    matches!(asked, Some(Ending::Host | Ending::HostGone))
}

/// The signals that a user or a supervisor sends.
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
    /// From here on, neither an interrupt nor the end of a terminal ends the process by itself, also after this value is dropped.
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

    /// Waits for SIGTERM, which Windows does not have.
    pub(super) async fn terminated(&mut self) {
        #[cfg(unix)]
        self.terminate.recv().await;
        #[cfg(not(unix))]
        std::future::pending().await
    }

    /// Waits for Ctrl-C, the end of the terminal or SIGTERM.
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
