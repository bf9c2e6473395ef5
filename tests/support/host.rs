//! Acts as Terraform: starts the provider, shakes hands, connects, calls, ends it.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    future::Future,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use apikeys::rpc::proto::{
    plugin::{
        Empty, grpc_broker_client::GrpcBrokerClient, grpc_controller_client::GrpcControllerClient,
        grpc_stdio_client::GrpcStdioClient,
    },
    tfplugin6::provider_client::ProviderClient,
};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use hyper_util::rt::TokioIo;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rustls::{ClientConfig, pki_types::CertificateDer};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::UnixStream,
    sync::mpsc,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::transport::{self, Channel, Endpoint};
use tonic_health::pb::health_client::HealthClient;

use super::identity::{self, Identity};

/// Longest wait for anything. What is waited for takes milliseconds; this only turns a hang into a failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// How to start a provider.
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    identity: Option<Identity>,
    temp: TempDir,
}

impl Launch {
    /// The provider as Terraform starts it, except that it sees nothing of this process's environment.
    pub fn new() -> Self {
        Self::program(env!("CARGO_BIN_EXE_terraform-provider-apikeys"))
    }

    /// Another program, for example a link to the provider under another name.
    pub fn program(program: impl Into<PathBuf>) -> Self {
        let identity = Identity::new();
        let temp = tempfile::tempdir().unwrap();
        let launch = Self {
            program: program.into(),
            arguments: vec![],
            environment: BTreeMap::new(),
            identity: None,
            temp,
        };
        let temp = launch.temp.path().to_owned();
        launch
            .variable("TMPDIR", temp)
            .variable(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            )
            .variable("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .variable("PLUGIN_MIN_PORT", "10000")
            .variable("PLUGIN_MAX_PORT", "25000")
            .variable("PLUGIN_CLIENT_CERT", identity.pem())
            .identity(Some(identity))
    }

    /// A function of the running test program that serves a provider of its own. It has to be an ignored test.
    pub fn function(name: &str) -> Self {
        Self::program(env::current_exe().unwrap()).arguments(["--exact", name, "--ignored", "--nocapture"])
    }

    /// Without TLS, as under `TF_DISABLE_PLUGIN_TLS`.
    pub fn plaintext(self) -> Self {
        self.without("PLUGIN_CLIENT_CERT").identity(None)
    }

    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.into(), value.as_ref().into());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    fn identity(mut self, identity: Option<Identity>) -> Self {
        self.identity = identity;
        self
    }

    /// Starts the program.
    pub fn run(self) -> Process {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Process {
            stdin: child.stdin.take(),
            stdout: Lines::of(child.stdout.take().unwrap()),
            stderr: Lines::of(child.stderr.take().unwrap()),
            child,
            temp: self.temp,
        }
    }

    /// Starts the provider and waits for its line.
    pub async fn plugin(mut self) -> Plugin {
        let identity = self.identity.take();
        let mut process = self.run();
        // A test program talks about itself first.
        let line = process.stdout.wait_for(|line| line.contains('|')).await;
        Plugin {
            line: Line(line),
            identity,
            process,
        }
    }

    /// Starts the provider and connects to it.
    pub async fn host(self) -> Host {
        let plugin = self.plugin().await;
        let channel = plugin.connect().await.unwrap();
        Host { plugin, channel }
    }
}

/// A started program. Dropping it kills it and removes what it left.
pub struct Process {
    pub stdin: Option<ChildStdin>,
    pub stdout: Lines,
    pub stderr: Lines,
    child: Child,
    temp: TempDir,
}

/// How a program ended, and all it wrote.
pub struct Exit {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    /// Names of what is left in its temporary folder.
    pub left: Vec<OsString>,
}

impl Process {
    /// The folder that the program takes for the temporary one.
    pub fn temp(&self) -> &Path {
        self.temp.path()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.id().try_into().unwrap()), signal).unwrap();
    }

    /// Waits for its end.
    pub async fn exit(mut self) -> Exit {
        drop(self.stdin.take());
        let (stdout, stderr) = (self.stdout.rest().await, self.stderr.rest().await);
        // Whoever has closed both streams is gone or about to go.
        let status = self.child.wait().unwrap();
        let left = self
            .temp()
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        Exit {
            status,
            stdout,
            stderr,
            left,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program writes, as it comes.
pub struct Lines {
    receiver: mpsc::UnboundedReceiver<String>,
    seen: String,
}

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|length| length > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        Self {
            receiver,
            seen: String::new(),
        }
    }

    /// Waits for a line, and gives it without its newline.
    pub async fn wait_for(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        while let Some(line) = patiently(self.receiver.recv()).await {
            self.seen.push_str(&line);
            if wanted(&line) {
                return line.trim_end_matches('\n').to_owned();
            }
        }
        panic!("the program ended after writing {:?}", self.seen);
    }

    /// Waits for the end, and gives everything from the beginning.
    async fn rest(&mut self) -> String {
        while let Some(line) = patiently(self.receiver.recv()).await {
            self.seen.push_str(&line);
        }
        std::mem::take(&mut self.seen)
    }
}

async fn patiently<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .expect("nothing happened for a long time")
}

/// The line that the provider announces itself with.
pub struct Line(pub String);

impl Line {
    pub fn fields(&self) -> Vec<&str> {
        self.0.split('|').collect()
    }

    /// The socket's path.
    pub fn address(&self) -> &Path {
        Path::new(self.fields()[3])
    }

    pub fn certificate(&self) -> Option<CertificateDer<'static>> {
        let text = self.fields()[5];
        (!text.is_empty()).then(|| BASE64_STANDARD_NO_PAD.decode(text).unwrap().into())
    }
}

/// A provider that has announced itself.
pub struct Plugin {
    pub line: Line,
    pub process: Process,
    identity: Option<Identity>,
}

impl Plugin {
    /// The certificate and key of the host that started it.
    pub fn identity(&self) -> &Identity {
        self.identity.as_ref().expect("a host with TLS")
    }

    /// Connects as the host that started it.
    pub async fn connect(&self) -> Result<Channel, transport::Error> {
        let tls = self
            .identity
            .as_ref()
            .map(|identity| identity.client(self.line.certificate().unwrap()));
        connect(self.line.address(), tls).await
    }

    /// Connects as somebody else.
    pub async fn connect_as(&self, client: &Identity) -> Result<Channel, transport::Error> {
        connect(
            self.line.address(),
            Some(client.client(self.line.certificate().unwrap())),
        )
        .await
    }

    /// Connects without a certificate.
    pub async fn connect_anonymously(&self) -> Result<Channel, transport::Error> {
        connect(
            self.line.address(),
            Some(identity::anonymous(self.line.certificate().unwrap())),
        )
        .await
    }

    /// Goes through the TLS handshake as the host that started it.
    pub async fn tls(&self) -> io::Result<TlsStream<UnixStream>> {
        let config = self.identity().client(self.line.certificate().unwrap());
        handshake(UnixStream::connect(self.line.address()).await?, config).await
    }
}

/// A host with its connection. Dropping it kills the provider.
pub struct Host {
    pub plugin: Plugin,
    channel: Channel,
}

impl Host {
    /// A provider in the default environment.
    pub async fn start() -> Self {
        Launch::new().host().await
    }

    pub fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone())
            .max_decoding_message_size(i32::MAX as usize)
            .max_encoding_message_size(i32::MAX as usize)
    }

    pub fn controller(&self) -> GrpcControllerClient<Channel> {
        GrpcControllerClient::new(self.channel.clone())
    }

    pub fn stdio(&self) -> GrpcStdioClient<Channel> {
        GrpcStdioClient::new(self.channel.clone())
    }

    pub fn broker(&self) -> GrpcBrokerClient<Channel> {
        GrpcBrokerClient::new(self.channel.clone())
    }

    pub fn health(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel.clone())
    }

    /// Ends the provider as the host does: the rpc, then the end of the connection.
    pub async fn shutdown(self) -> Exit {
        // An error is the server's right: it may be gone before the answer is through.
        let _ = self.controller().shutdown(Empty {}).await;
        drop(self.channel);
        self.plugin.process.exit().await
    }
}

/// Connects over a unix socket, with or without TLS.
pub async fn connect(address: &Path, tls: Option<ClientConfig>) -> Result<Channel, transport::Error> {
    let address = address.to_owned();
    let connector = tower::service_fn(move |_| {
        let (address, tls) = (address.clone(), tls.clone());
        async move {
            let stream = UnixStream::connect(address).await?;
            let stream: Box<dyn Stream> = match tls {
                None => Box::new(stream),
                Some(config) => Box::new(handshake(stream, config).await?),
            };
            io::Result::Ok(TokioIo::new(stream))
        }
    });
    patiently(Endpoint::from_static("http://localhost").connect_with_connector(connector)).await
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn handshake(stream: UnixStream, config: ClientConfig) -> io::Result<TlsStream<UnixStream>> {
    let connector = TlsConnector::from(Arc::new(config));
    patiently(connector.connect("localhost".try_into().unwrap(), stream)).await
}
