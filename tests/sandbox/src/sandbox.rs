use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::faults::Fault;
use crate::gate::{Gate, Handle, Turn};
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
    gates: BTreeMap<Cloud, Handle>,
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
        let world = World::shared(options);
        let mut handles = BTreeMap::new();
        let mut gates = Vec::new();
        for cloud in Cloud::ALL {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, ports.of(cloud)))?;
            listener.set_nonblocking(true)?;
            let _inside = runtime.enter();
            let (gate, handle) = Gate::new(cloud, tokio::net::TcpListener::from_std(listener)?, world.clone())?;
            gates.push(gate);
            handles.insert(cloud, handle);
        }
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || runtime.block_on(server::serve(gates, stopped)))?;
        Ok(Self {
            gates: handles,
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

    /// Forgets the faults that still wait for their request. One that has begun takes its course.
    pub fn clear_faults(&self) {
        lock(&self.world).faults.clear();
    }

    /// Sets how far the clouds' clock runs ahead of the real one, from now on.
    pub fn set_clock_offset(&self, offset: TimeDelta) {
        lock(&self.world).clock = Clock::new(offset);
    }

    /// Closes a cloud's connections and lets its port refuse further ones. Requests that are under way stay without an answer.
    /// Nothing happens to a port that is closed already.
    ///
    /// # Errors
    ///
    /// The port is closed, but the system does not let it be kept for [`open`](Self::open).
    pub fn close(&self, cloud: Cloud) -> io::Result<()> {
        self.turn(cloud, Turn::Closed)
    }

    /// Lets a cloud's port, the same one, accept connections again. Nothing happens to a port that is open already.
    ///
    /// # Errors
    ///
    /// The system does not give the port back, and it stays closed.
    pub fn open(&self, cloud: Cloud) -> io::Result<()> {
        self.turn(cloud, Turn::Open)
    }

    /// The requests since the start or the last reset, oldest first, without those to `/_sandbox/`.
    pub fn journal(&self) -> Vec<Entry> {
        lock(&self.world).journal.clone()
    }

    /// Waits until an operation has been called, though its answer may still be on the way. `None` when that takes longer than
    /// `patience`.
    pub fn wait_for_call(&self, operation: &str, patience: Duration) -> Option<Entry> {
        self.wait_for_calls(operation, 1, patience)
    }

    /// Waits until an operation has been called this many times, and gives the last of these calls. `None` if it has not been within
    /// `patience`.
    pub fn wait_for_calls(&self, operation: &str, count: usize, patience: Duration) -> Option<Entry> {
        let called = |world: &World| {
            let mut calls = world.journal.iter().filter(|entry| entry.operation == operation);
            calls.nth(count.saturating_sub(1)).cloned()
        };
        let world = lock(&self.world);
        let grown = Arc::clone(&world.grown);
        let waited = grown.wait_timeout_while(world, patience, |world| called(world).is_none());
        let (world, _) = waited.unwrap_or_else(PoisonError::into_inner);
        called(&world)
    }

    /// Forgets keys, applications, users, usage plans, faults, journal and spent rate limits. The clock stays shifted and a closed port closed.
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

    /// The hand that reaches the Scaleway applications past the API.
    pub fn scaleway_applications(&self) -> Outside<'_, scaleway::Application> {
        Outside::new(&self.world, |world| &mut world.scaleway_applications)
    }

    /// The hand that reaches the Scaleway users past the API, but for the organization's owner.
    pub fn scaleway_users(&self) -> Outside<'_, scaleway::User> {
        Outside::new(&self.world, |world| &mut world.scaleway_users)
    }

    fn turn(&self, cloud: Cloud, turn: Turn) -> io::Result<()> {
        let gate = self.gates.get(&cloud).ok_or(io::ErrorKind::NotFound)?;
        gate.turn(turn)
    }

    fn authority(&self, cloud: Cloud) -> String {
        self.gates
            .get(&cloud)
            .map(|gate| gate.address.to_string())
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
