use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::faults::Fault;
use crate::journal::Entry;
use crate::options::Options;
use crate::store::Outside;
use crate::world::{Cloud, SharedWorld, World, lock};
use crate::{aws, environment, scaleway, server, tencentcloud};

/// Three clouds that serve on a thread of their own until this value is dropped.
///
/// Dropping it closes every connection and frees the ports.
#[derive(Debug)]
pub struct Sandbox {
    addresses: BTreeMap<Cloud, SocketAddr>,
    world: SharedWorld,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Binds one loopback port per cloud and begins to serve.
    ///
    /// # Errors
    ///
    /// A port that is taken, or a thread that the system refuses.
    pub fn start(options: Options) -> io::Result<Self> {
        let ports = options.ports;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut addresses = BTreeMap::new();
        let mut listeners = Vec::new();
        for cloud in Cloud::ALL {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, ports.of(cloud)))?;
            listener.set_nonblocking(true)?;
            addresses.insert(cloud, listener.local_addr()?);
            let _inside = runtime.enter();
            listeners.push((cloud, tokio::net::TcpListener::from_std(listener)?));
        }
        let world = World::shared(options);
        let (stop, stopped) = oneshot::channel();
        let served = world.clone();
        let thread = thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || runtime.block_on(server::serve(listeners, served, stopped)))?;
        Ok(Self {
            addresses,
            world,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The base URL of a cloud, without a trailing slash: `http://127.0.0.1:PORT`.
    pub fn url(&self, cloud: Cloud) -> String {
        format!("http://{}", self.authority(cloud))
    }

    /// The environment variables that lead the vendors' tools, and this project's provider, to the sandbox.
    pub fn environment(&self) -> BTreeMap<String, String> {
        environment::variables(|cloud| self.authority(cloud))
    }

    /// Queues a fault for the next requests that match it.
    pub fn fault(&self, fault: Fault) {
        lock(&self.world).faults.queue(fault);
    }

    /// The requests since the start or the last reset, oldest first, without those to `/_sandbox/`.
    pub fn journal(&self) -> Vec<Entry> {
        lock(&self.world).journal.clone()
    }

    /// Waits until an operation has been called, though its answer may still be on the way. `None` when that takes longer than
    /// `patience`.
    pub fn wait_for_call(&self, operation: &str, patience: Duration) -> Option<Entry> {
        let called = |world: &World| world.journal.iter().find(|entry| entry.operation == operation).cloned();
        let world = lock(&self.world);
        let grown = Arc::clone(&world.grown);
        let waited = grown.wait_timeout_while(world, patience, |world| called(world).is_none());
        let (world, _) = waited.unwrap_or_else(PoisonError::into_inner);
        called(&world)
    }

    /// Forgets keys, usage plans, faults, journal and spent rate limits.
    pub fn reset(&self) {
        lock(&self.world).reset();
    }

    /// The hand that reaches the AWS keys past the API.
    pub fn aws(&self) -> Outside<'_, aws::Key> {
        Outside::new(&self.world, |world| &mut world.aws)
    }

    /// The hand that reaches the Tencent Cloud keys past the API.
    pub fn tencentcloud(&self) -> Outside<'_, tencentcloud::Key> {
        Outside::new(&self.world, |world| &mut world.tencentcloud)
    }

    /// The hand that reaches the Scaleway keys past the API.
    pub fn scaleway(&self) -> Outside<'_, scaleway::Key> {
        Outside::new(&self.world, |world| &mut world.scaleway)
    }

    fn authority(&self, cloud: Cloud) -> String {
        self.addresses
            .get(&cloud)
            .map(SocketAddr::to_string)
            .unwrap_or_default()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the serving thread has been printed; a second one while dropping would abort the test run.
            let _ = thread.join();
        }
    }
}
