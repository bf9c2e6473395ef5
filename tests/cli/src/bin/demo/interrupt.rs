use std::sync::mpsc::{self, Receiver};
use std::{io, thread};

/// Ctrl-C, which ends the demo after the step under way, so that nothing stays behind.
///
/// The CLI's commands run in process groups of their own and do not see it.
pub(crate) struct Interrupt(Receiver<()>);

impl Interrupt {
    /// From here on Ctrl-C, and a termination where there are signals, do not end the process.
    pub(crate) fn listen() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let mut signals = {
            let _inside = runtime.enter();
            Signals::listen()?
        };
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            runtime.block_on(async {
                loop {
                    signals.next().await;
                    if sender.send(()).is_err() {
                        return;
                    }
                }
            });
        })?;
        Ok(Self(receiver))
    }

    /// Whether there was one since the last question.
    pub(crate) fn came(&self) -> bool {
        self.0.try_recv().is_ok()
    }

    /// Waits for the next one.
    pub(crate) fn wait(&self) {
        // An error means that the listening thread is gone, and that there is nothing to wait for.
        let _ = self.0.recv();
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
