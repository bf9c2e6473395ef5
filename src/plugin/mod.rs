//! The process side of a provider: how Terraform starts it, finds it, trusts it, reads its log and ends it.
//!
//! Nothing here knows of resources. The rules are go-plugin's; `proto/` has its services.

mod connection;
mod handshake;
mod log;
mod random;
mod services;
mod socket;
mod stop;
mod tls;

use std::io::{self, Write};
use std::process;
use std::sync::Arc;

use rustls::ServerConfig;
use serde_json::json;
use tokio::runtime;
use tracing::debug;

pub use self::handshake::Error as HandshakeError;
use self::handshake::{Handshake, Line, PROTOCOL};
pub use self::socket::Error as SocketError;
use self::socket::{Address, Listener};
use self::stop::{Reason, Signals, Stop};
pub use self::tls::Error as TlsError;
use self::tls::Tls;
use crate::environment::Environment;
use crate::rpc::proto::tfplugin6::provider_server::Provider;

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

/// Serves the Terraform process that started this one, until it says to stop.
///
/// `program` is the program's name without path and version, for the name of its log variable. The one line for the host
/// goes to `stdout`. An interrupt is Terraform's to handle and ends nothing here; a termination lets calls in flight
/// finish first.
///
/// # Errors
///
/// [`HandshakeError::Cookie`] if it was not Terraform that started this process; everything else as [`Error`] says.
pub fn serve(
    environment: &Environment,
    program: &str,
    provider: impl Provider,
    stdout: impl Write,
) -> Result<(), Error> {
    let Handshake {
        certificate,
        multiplexing,
    } = Handshake::from_environment(environment)?;
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
        announce(stdout, format_args!("{line}\n"))?;

        let stop = Stop::new();
        let terminated = stop.clone();
        tokio::spawn(async move {
            signals.terminated().await;
            terminated.request(Reason::Signal);
        });
        until_stopped(provider, listener, config, &stop).await
    })
}

/// Serves any Terraform that is told the way, without handshake and TLS, until Ctrl-C: for a provider in a debugger.
///
/// `addresses` are the source addresses the provider is to be used under, in full. The variable that tells Terraform the
/// way goes to `stdout`.
///
/// # Errors
///
/// As [`Error`] says.
pub fn debug(
    environment: &Environment,
    program: &str,
    addresses: &[String],
    provider: impl Provider,
    stdout: impl Write,
) -> Result<(), Error> {
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
            signals.interrupted_or_terminated().await;
            ended.request(Reason::Signal);
        });
        until_stopped(provider, listener, None, &stop).await
    })
}

fn block_on(work: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
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

/// Serves until asked to stop, then lets calls in flight finish while the grace lasts.
async fn until_stopped(
    provider: impl Provider,
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    stop: &Stop,
) -> Result<(), Error> {
    debug!(address = listener.address().text, "serving");
    let router = services::router(provider, stop).await;
    let served = router.serve_with_incoming_shutdown(connection::incoming(listener, tls), stop.requested());
    let out_of_time = async {
        stop.requested().await;
        debug!("stopping");
        tokio::time::sleep(stop.grace()).await;
    };
    tokio::select! {
        served = served => served.map_err(Error::Serve),
        () = out_of_time => Ok(()),
    }
}
