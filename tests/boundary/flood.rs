//! Noise on the socket while a plan runs.

use std::cell::Cell;
use std::fs;
use std::io;
use std::sync::Arc;

use apikeys::protocol::proto::tfplugin6::plan_resource_change;
use apikeys::value::Object;
use futures_util::future::join;
use futures_util::{StreamExt, stream};
use rustls::{ClientConfig, ClientConnection};
use sandbox::{Options, Sandbox};
use support::calls::Provided;
use support::host::{Plugin, works};
use support::identity::{self, Identity};
use support::launch::patiently;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use super::{PROVIDER, broken, frames};

const RESOURCE: &str = "aws_api_gateway_api_key";

/// How many clients make noise at a time.
const AT_ONCE: usize = 32;

/// What sizes may differ by after all is over: a connection to a cloud that was opened or closed meanwhile.
const FEW: usize = 4;

#[tokio::test]
async fn a_plan_goes_on_under_a_thousand_bad_handshakes() {
    let planner = Planner::new().await;
    let before = Usage::of(planner.process());
    let noise = Noise::new(planner.plugin());
    let stalled = planner.plan_during(noise.make(1000)).await;
    assert_eq!(stalled.len(), 250, "these clients wait in the middle of a handshake");
    assert!(works(planner.plugin().connect().await).await, "one more comes through");
    drop(stalled);
    planner.calms_down(&before).await;
}

#[tokio::test]
async fn a_plan_goes_on_under_broken_frames_from_a_client_with_the_right_certificate() {
    let planner = Planner::new().await;
    let before = Usage::of(planner.process());
    let connections = stream::iter((0..10).flat_map(|_| broken::all())).map(async |case: broken::Case| {
        let mut connection = planner.plugin().tls().await.unwrap();
        // The provider may hang up before it has read everything.
        let _ = connection.write_all(&case.bytes).await;
        assert_eq!(
            broken::outcome(&mut connection, &case).await,
            case.outcome,
            "{}",
            case.name
        );
        connection
    });
    let open: Vec<_> = planner
        .plan_during(connections.buffer_unordered(AT_ONCE).collect())
        .await;
    assert!(works(planner.plugin().connect().await).await, "one more comes through");
    drop(open);
    planner.calms_down(&before).await;
}

/// A host that plans one key again and again.
struct Planner {
    provided: Provided,
    config: Object,
    expected: plan_resource_change::Response,
    _sandbox: Sandbox,
}

impl Planner {
    async fn new() -> Self {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        let provided = Provided::configured(PROVIDER, "apikeys", &sandbox).await;
        let config = provided.object(RESOURCE, [("name", "one".into()), ("description", "two".into())]);
        let expected = provided.plan(RESOURCE, None, Some(&config)).await;
        assert_eq!(expected.diagnostics, []);
        let planned = provided.answered(RESOURCE, expected.planned_state.as_ref()).unwrap();
        assert_eq!(
            (planned["name"].as_str(), planned["description"].as_str()),
            (Some("one"), Some("two"))
        );
        Self {
            provided,
            config,
            expected,
            _sandbox: sandbox,
        }
    }

    fn plugin(&self) -> &Plugin {
        &self.provided.host.plugin
    }

    fn process(&self) -> u32 {
        self.plugin().process.id()
    }

    /// Plans until the noise has ended. Every plan has the right answer, and there are several.
    async fn plan_during<T>(&self, noise: impl Future<Output = T>) -> T {
        let is_noisy = Cell::new(true);
        let noise = async {
            let made = noise.await;
            is_noisy.set(false);
            made
        };
        let plans = async {
            let mut answered = 0;
            while is_noisy.get() {
                let answer = patiently(self.provided.plan(RESOURCE, None, Some(&self.config))).await;
                assert_eq!(answer, self.expected);
                answered += 1;
            }
            answered
        };
        let (made, answered) = join(noise, plans).await;
        assert!(answered >= 5, "only {answered} plans came through");
        made
    }

    /// Waits until the provider has closed what the noise had opened, and makes sure that it has kept nothing else.
    async fn calms_down(&self, before: &Usage) {
        patiently(async {
            while Usage::of(self.process()).files > before.files + FEW {
                assert!(works(Ok(self.provided.host.channel())).await);
            }
        })
        .await;
        let after = Usage::of(self.process());
        assert!(after.resident < before.resident + (32 << 20), "{before:?}, {after:?}");
        assert!(after.reserved < before.reserved + (128 << 20), "{before:?}, {after:?}");
        let answer = self.provided.plan(RESOURCE, None, Some(&self.config)).await;
        assert_eq!(answer, self.expected);
    }
}

/// What a process uses.
#[derive(Debug)]
struct Usage {
    /// Open file descriptors.
    files: usize,
    /// The most memory it has ever used, in bytes.
    resident: usize,
    /// The most memory it has ever asked for, in bytes.
    reserved: usize,
}

impl Usage {
    fn of(process: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() << 10
        };
        Self {
            files: fs::read_dir(format!("/proc/{process}/fd")).unwrap().count(),
            resident: bytes("VmHWM:"),
            reserved: bytes("VmPeak:"),
        }
    }
}

/// Clients that get no further than the handshake.
struct Noise<'p> {
    plugin: &'p Plugin,
    anonymous: ClientConfig,
    foreign: ClientConfig,
    thief: ClientConfig,
    client_hello: Vec<u8>,
}

impl<'p> Noise<'p> {
    fn new(plugin: &'p Plugin) -> Self {
        let server = || plugin.line.certificate().unwrap();
        Self {
            anonymous: identity::anonymous(server()),
            foreign: Identity::new().client(server()),
            thief: plugin.identity().with_another_key().client(server()),
            client_hello: client_hello(plugin.identity().client(server())),
            plugin,
        }
    }

    /// Makes this much of it, and gives the connections that are still open because their clients just stalled.
    async fn make(&self, number: usize) -> Vec<UnixStream> {
        let clients = stream::iter(0..number).map(|number| self.client(number % 8));
        let clients = clients.buffer_unordered(AT_ONCE);
        clients.filter_map(async |stalled| stalled).collect().await
    }

    async fn client(&self, way: usize) -> Option<UnixStream> {
        let half = &self.client_hello[..self.client_hello.len() / 2];
        match way {
            0 => self.bytes(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await,
            1 => {
                self.bytes(
                    &[
                        frames::hello(),
                        frames::whole_call(1, "/plugin.GRPCController/Shutdown"),
                    ]
                    .concat(),
                )
                .await
            }
            2 => self.tls(&self.anonymous).await,
            3 => self.tls(&self.foreign).await,
            4 => self.tls(&self.thief).await,
            5 => self.bytes(half).await,
            6 => return Some(self.stall(half).await),
            _ => return Some(self.stall(b"").await),
        }
        None
    }

    /// Writes this and nothing more, and waits for the end.
    async fn bytes(&self, bytes: &[u8]) {
        let mut client = self.stall(bytes).await;
        // The provider may have hung up already.
        let _ = client.shutdown().await;
        let _ = patiently(client.read_to_end(&mut Vec::new())).await;
    }

    /// Goes as far as TLS lets this client, and waits for the end.
    async fn tls(&self, client: &ClientConfig) {
        let refused: io::Result<usize> = async {
            let mut connection = self.plugin.tls_as(client.clone()).await?;
            patiently(connection.read_to_end(&mut Vec::new())).await
        }
        .await;
        assert!(refused.is_err());
    }

    async fn stall(&self, bytes: &[u8]) -> UnixStream {
        let mut client = UnixStream::connect(self.plugin.line.address()).await.unwrap();
        client.write_all(bytes).await.unwrap();
        client
    }
}

/// The first message of a client's handshake.
fn client_hello(client: ClientConfig) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut connection = ClientConnection::new(Arc::new(client), "localhost".try_into().unwrap()).unwrap();
    connection.write_tls(&mut bytes).unwrap();
    bytes
}
