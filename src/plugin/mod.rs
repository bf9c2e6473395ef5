//! The process side of a provider: go-plugin's handshake, mutual TLS, services, logs and shutdown.
//!
//! The *host* is the process that starts the provider, such as Terraform. Nothing here knows of resources; `proto/` has go-plugin's
//! services.

mod connection;
mod handshake;
#[cfg(unix)]
mod host_process;
mod log;
mod random;
mod services;
mod shutdown;
mod socket;
mod tls;

use std::io::{self, Write};
use std::process;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use serde_json::json;
use tokio::runtime;
use tonic::Request;
use tracing::debug;

pub use self::handshake::Error as HandshakeError;
use self::handshake::{Handshake, Line, PROTOCOL};
pub use self::shutdown::ShutdownReason;
use self::shutdown::{Signals, Stop};
pub use self::socket::Error as SocketError;
use self::socket::{Address, Listener};
pub use self::tls::Error as TlsError;
use self::tls::Tls;
use crate::host::environment::Environment;
use crate::protocol::Changes;
use crate::protocol::proto::tfplugin6::provider_server::Provider;
use crate::protocol::proto::tfplugin6::stop_provider;

/// How long calls in flight may take after a signal.
const SIGNAL_LIMIT: Duration = Duration::from_secs(30);

/// How long the last responses may take to reach a host that is shutting down. It kills the process after two seconds.
const LINGER: Duration = Duration::from_secs(1);

/// Why a provider cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address could not be written for the host.
    #[error("writing the address to stdout")]
    Announce(#[source] io::Error),
    /// The environment does not ask for a provider, or is invalid.
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    /// The system refused a runtime, a thread or a signal handler.
    #[error("setting up the process")]
    Process(#[source] io::Error),
    /// The server failed.
    #[error("serving the host")]
    Serve(#[source] tonic::transport::Error),
    /// The socket could not be opened.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// TLS could not be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Serves the Terraform process that started this one, until it requests a shutdown or is gone.
///
/// `program` is the program's name without path and version, for the name of its log variable. The handshake line is written to `stdout`.
/// `changes` are those of the provider: once the host is gone they get some seconds to be finished or undone. SIGINT and SIGHUP are ignored,
/// since Terraform handles them; after SIGTERM, calls in flight are finished.
///
/// # Errors
///
/// [`HandshakeError::Cookie`] if Terraform did not start this process; otherwise as [`Error`] says.
pub fn serve(
    environment: &Environment,
    program: &str,
    provider: impl Provider,
    changes: &Changes,
    stdout: impl Write,
) -> Result<ShutdownReason, Error> {
    let Handshake {
        certificate,
        multiplexing,
    } = Handshake::from_environment(environment)?;
    // First of all, because the parent may be gone soon.
    #[cfg(unix)]
    let host = host_process::HostProcess::of_this_process();
    let stop = Stop::new();
    let _log = log::install(environment, program).map_err(Error::Process)?;
    block_on(async {
        let mut signals = Signals::listen().map_err(Error::Process)?;
        let tls = certificate.map(Tls::pinned).transpose()?;
        let listener = Listener::bind(environment)?;
        let (certificate, config) = tls.map(|tls| (tls.certificate, tls.config)).unzip();
        let line = Line {
            address: &listener.address(),
            certificate: certificate.as_ref(),
            multiplexing,
        };
        // Not on Windows, where neither pipes nor the parent's id show that the host is gone.
        #[cfg(unix)]
        host.watch(&stop, listener.folder()).map_err(Error::Process)?;
        announce(stdout, format_args!("{line}\n"))?;

        let terminated = stop.clone();
        tokio::spawn(async move {
            signals.terminated().await;
            terminated.request(ShutdownReason::Signal);
        });
        let provider = Arc::new(provider);
        tokio::spawn(stop_changes(stop.host_left(), changes.clone(), Arc::clone(&provider)));
        // One provider for all connections: a host that reconnects is in the same run.
        until_stopped(move || Arc::clone(&provider), changes, listener, config, &stop).await
    })
}

/// Serves without handshake and TLS, until Ctrl-C, so that Terraform can attach to a provider in a debugger.
///
/// `addresses` are the source addresses of the provider. `TF_REATTACH_PROVIDERS` is written to `stdout`. `provider` makes a provider for
/// each connection, since Terraform opens one connection for each configuration.
///
/// # Errors
///
/// As [`Error`] says.
pub fn debug<P: Provider>(
    environment: &Environment,
    program: &str,
    addresses: &[String],
    provider: impl Fn() -> P + Send + 'static,
    changes: &Changes,
    stdout: impl Write,
) -> Result<ShutdownReason, Error> {
    let _log = log::install(environment, program).map_err(Error::Process)?;
    block_on(async {
        let mut signals = Signals::listen().map_err(Error::Process)?;
        let listener = Listener::bind(environment)?;
        let reattach = reattach(addresses, &listener.address());
        announce(
            stdout,
            format_args!(
                "The provider is running. To attach Terraform to it, set this variable:\n\n\
                 \tTF_REATTACH_PROVIDERS='{reattach}'\n\n\
                 Press Ctrl-C to stop.\n"
            ),
        )?;

        let stop = Stop::new();
        let ended = stop.clone();
        tokio::spawn(async move {
            signals.any().await;
            ended.request(ShutdownReason::Signal);
        });
        until_stopped(move || Arc::new(provider()), changes, listener, None, &stop).await
    })
}

fn block_on(work: impl Future<Output = Result<ShutdownReason, Error>>) -> Result<ShutdownReason, Error> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Process)?;
    let result = runtime.block_on(work);
    // A pending DNS lookup would block the end of the process.
    runtime.shutdown_background();
    result
}

fn announce(mut stdout: impl Write, text: std::fmt::Arguments<'_>) -> Result<(), Error> {
    stdout
        .write_fmt(text)
        .and_then(|()| stdout.flush())
        .map_err(Error::Announce)
}

/// The value of `TF_REATTACH_PROVIDERS`. With `Test` false, Terraform 1.11 panics.
fn reattach(addresses: &[String], Address { network, text }: &Address) -> serde_json::Value {
    let way = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL,
        "Pid": process::id(),
        "Test": true,
        "Addr": { "Network": network, "String": text },
    });
    addresses.iter().map(|address| (address.clone(), way.clone())).collect()
}

/// Serves until a shutdown is requested, then finishes calls in flight within a time limit.
async fn until_stopped<P: Provider>(
    provider: impl Fn() -> Arc<P> + Send + 'static,
    changes: &Changes,
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    stop: &Stop,
) -> Result<ShutdownReason, Error> {
    debug!(address = listener.address().text, "serving");
    let router = services::router::<P>(changes, stop).await;
    let clients = connection::incoming(listener, tls, provider);
    let finished = async {
        router
            .serve_with_incoming_shutdown(clients, stop.requested())
            .await
            .map_err(Error::Serve)?;
        changes.finished().await;
        Ok::<_, Error>(())
    };
    tokio::select! {
        finished = finished => finished?,
        () = out_of_time(changes, stop) => {}
    }
    Ok(match stop.asked() {
        Some(ShutdownReason::Requested) if !changes.are_delivered() => ShutdownReason::HostGone,
        asked => asked.unwrap_or(ShutdownReason::Signal),
    })
}

/// Stops the provider once the host is gone, in the host's place, so that waiting calls are cancelled.
async fn stop_changes(host_left: impl Future<Output = ()>, changes: Changes, provider: Arc<impl Provider>) {
    host_left.await;
    if !changes.are_delivered() {
        let request = Request::new(stop_provider::Request::default());
        // Stopping cannot fail.
        let _ = provider.stop_provider(request).await;
    }
}

/// Waits until the time limit of a shutdown.
async fn out_of_time(changes: &Changes, stop: &Stop) {
    stop.requested().await;
    debug!("stopping");
    tokio::select! {
        () = tokio::time::sleep(SIGNAL_LIMIT) => return,
        () = stop.host_left() => {}
    }
    let _ = tokio::time::timeout(services::FINISHING, changes.finished()).await;
    tokio::time::sleep(LINGER).await;
}
