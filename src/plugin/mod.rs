//! The process side of a provider: how Terraform starts it, finds it, trusts it, reads its log and ends it.
//!
//! Nothing here knows of resources. The rules are go-plugin's; `proto/` has its services.

mod connection;
mod handshake;
#[cfg(unix)]
mod host_process;
mod log;
mod random;
mod services;
mod socket;
mod stop;
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
pub use self::socket::Error as SocketError;
use self::socket::{Address, Listener};
pub use self::stop::Ending;
use self::stop::{Signals, Stop};
pub use self::tls::Error as TlsError;
use self::tls::Tls;
use crate::host::environment::Environment;
use crate::protocol::Changes;
use crate::protocol::proto::tfplugin6::provider_server::Provider;
use crate::protocol::proto::tfplugin6::stop_provider;

/// How long calls in flight may go on after a signal.
const SIGNALLED: Duration = Duration::from_secs(30);

/// How long what is said last may take to reach a host that has left, which kills us after two seconds.
const PARTING: Duration = Duration::from_secs(1);

/// Why a provider did not serve.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host was not told the address.
    #[error("writing the address to stdout")]
    Announce(#[source] io::Error),
    /// Nobody asked us to serve, or in words we do not understand.
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    /// The system refused a runtime, a thread or the watch for signals.
    #[error("setting up the process")]
    Process(#[source] io::Error),
    /// The server stopped by itself.
    #[error("serving the host")]
    Serve(#[source] tonic::transport::Error),
    /// There is nothing to connect to.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// There is no TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Serves the Terraform process that started this one, until it says to stop or is gone.
///
/// `program` is the program's name without path and version, for the name of its log variable. The one line for the host
/// goes to `stdout`. `changes` are those of the provider: once the host has left they get some seconds to be finished or undone. An
/// interrupt is Terraform's to handle and ends nothing here, nor does the end of the terminal; a termination lets calls in flight
/// finish first.
///
/// # Errors
///
/// [`HandshakeError::Cookie`] if it was not Terraform that started this process; everything else as [`Error`] says.
pub fn serve(
    environment: &Environment,
    program: &str,
    provider: impl Provider,
    changes: &Changes,
    stdout: impl Write,
) -> Result<Ending, Error> {
    let Handshake {
        certificate,
        multiplexing,
    } = Handshake::from_environment(environment)?;
    // First of all: the parent may be gone soon.
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
        // Not on Windows, where neither pipes nor the parent's id would tell.
        #[cfg(unix)]
        host.watch(&stop, listener.folder()).map_err(Error::Process)?;
        announce(stdout, format_args!("{line}\n"))?;

        let terminated = stop.clone();
        tokio::spawn(async move {
            signals.terminated().await;
            terminated.request(Ending::Signal);
        });
        let provider = Arc::new(provider);
        tokio::spawn(stop_changes(stop.host_left(), changes.clone(), Arc::clone(&provider)));
        // One for all connections: those of a host that comes again are of the same run.
        until_stopped(move || Arc::clone(&provider), changes, listener, config, &stop).await
    })
}

/// Serves any Terraform that is told the way, without handshake and TLS, until Ctrl-C: for a provider in a debugger.
///
/// `addresses` are the source addresses the provider is to be used under. The variable that tells Terraform the
/// way goes to `stdout`. `provider` makes one for each connection, since Terraform opens one for each configuration.
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
) -> Result<Ending, Error> {
    let _log = log::install(environment, program).map_err(Error::Process)?;
    block_on(async {
        let mut signals = Signals::listen().map_err(Error::Process)?;
        let listener = Listener::bind(environment)?;
        let reattach = reattach(addresses, &listener.address());
        announce(
            stdout,
            format_args!(
                "The provider is running. Terraform uses it with this in its environment:\n\n\
                 \tTF_REATTACH_PROVIDERS='{reattach}'\n\n\
                 Ctrl-C ends it.\n"
            ),
        )?;

        let stop = Stop::new();
        let ended = stop.clone();
        tokio::spawn(async move {
            signals.any().await;
            ended.request(Ending::Signal);
        });
        until_stopped(move || Arc::new(provider()), changes, listener, None, &stop).await
    })
}

fn block_on(work: impl Future<Output = Result<Ending, Error>>) -> Result<Ending, Error> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Process)?;
    let result = runtime.block_on(work);
    // A name that is still being looked up would hold the process.
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

/// Serves until asked to stop, then lets what is under way finish while there is time.
async fn until_stopped<P: Provider>(
    provider: impl Fn() -> Arc<P> + Send + 'static,
    changes: &Changes,
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    stop: &Stop,
) -> Result<Ending, Error> {
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
        Some(Ending::Host) if !changes.are_delivered() => Ending::HostGone,
        asked => asked.unwrap_or(Ending::Signal),
    })
}

/// Asks the provider to stop, as the host would if it could: what has not been sent yet by then need not be.
async fn stop_changes(host_left: impl Future<Output = ()>, changes: Changes, provider: Arc<impl Provider>) {
    host_left.await;
    if !changes.are_delivered() {
        let request = Request::new(stop_provider::Request::default());
        // It has no way to refuse.
        let _ = provider.stop_provider(request).await;
    }
}

/// Waits until nothing may go on any longer.
async fn out_of_time(changes: &Changes, stop: &Stop) {
    stop.requested().await;
    debug!("stopping");
    tokio::select! {
        () = tokio::time::sleep(SIGNALLED) => return,
        () = stop.host_left() => {}
    }
    let _ = tokio::time::timeout(services::FINISHING, changes.finished()).await;
    tokio::time::sleep(PARTING).await;
}
