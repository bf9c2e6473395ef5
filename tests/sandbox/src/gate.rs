use std::future;
use std::io;
use std::mem;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

#[cfg(unix)]
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::server;
use crate::world::{Cloud, SharedWorld};

/// As many as the runtime lets wait at a listener that it binds itself.
const BACKLOG: u32 = 1024;

/// What a cloud's port is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Closed,
    Open,
}

/// The outer side of a gate: where it is, and how to turn it.
#[derive(Debug)]
pub(crate) struct Handle {
    pub(crate) address: SocketAddr,
    orders: UnboundedSender<Order>,
}

#[derive(Debug)]
struct Order {
    turn: Turn,
    done: mpsc::Sender<io::Result<()>>,
}

impl Handle {
    /// Opens or closes the port and returns when it is so.
    pub(crate) fn turn(&self, turn: Turn) -> io::Result<()> {
        let gone = || io::Error::new(io::ErrorKind::BrokenPipe, "the sandbox serves no longer");
        let (done, result) = mpsc::channel();
        self.orders.send(Order { turn, done }).map_err(|_| gone())?;
        result.recv().map_err(|_| gone())?
    }
}

/// The inner side of a cloud's port: who comes in, and who is in.
#[derive(Debug)]
pub(crate) struct Gate {
    cloud: Cloud,
    address: SocketAddr,
    world: SharedWorld,
    door: Door,
    connections: JoinSet<()>,
    orders: UnboundedReceiver<Order>,
}

#[derive(Debug)]
enum Door {
    /// Connections are refused. A socket that is bound but does not listen keeps the port from being given to anybody else.
    Closed(Option<TcpSocket>),
    Open(TcpListener),
}

impl Gate {
    /// An open gate.
    ///
    /// # Errors
    ///
    /// A listener without an address.
    pub(crate) fn new(cloud: Cloud, listener: TcpListener, world: SharedWorld) -> io::Result<(Self, Handle)> {
        let address = listener.local_addr()?;
        let (sender, orders) = unbounded_channel();
        let gate = Self {
            cloud,
            address,
            world,
            door: Door::Open(listener),
            connections: JoinSet::new(),
            orders,
        };
        let handle = Handle {
            address,
            orders: sender,
        };
        Ok((gate, handle))
    }

    /// Lets connections in and obeys until nobody can give an order any more.
    pub(crate) async fn keep(mut self) {
        loop {
            tokio::select! {
                order = self.orders.recv() => {
                    let Some(Order { turn, done }) = order else { return };
                    // Whoever gave the order may have stopped waiting.
                    let _ = done.send(self.turn(turn).await);
                }
                arrival = self.door.arrival() => self.admit(arrival).await,
                Some(_) = self.connections.join_next() => {}
            }
        }
    }

    async fn admit(&mut self, arrival: io::Result<TcpStream>) {
        match arrival {
            Ok(stream) => {
                self.connections
                    .spawn(server::converse(self.cloud, stream, self.world.clone()));
            }
            // Out of descriptors, most likely: let connections end instead of spinning.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }

    async fn turn(&mut self, turn: Turn) -> io::Result<()> {
        match (turn, &mut self.door) {
            (Turn::Closed, Door::Open(_)) => {
                let reserved = match mem::replace(&mut self.door, Door::Closed(None)) {
                    Door::Open(listener) => succeed(listener, self.address),
                    Door::Closed(reserved) => reserved.map_or_else(|| reserve(self.address), Ok),
                };
                self.connections.shutdown().await;
                self.door = Door::Closed(Some(reserved?));
            }
            (Turn::Open, Door::Closed(reserved)) => {
                let socket = reserved.take().map_or_else(|| reserve(self.address), Ok)?;
                self.door = Door::Open(socket.listen(BACKLOG)?);
            }
            (Turn::Closed, Door::Closed(_)) | (Turn::Open, Door::Open(_)) => {}
        }
        Ok(())
    }
}

impl Door {
    async fn arrival(&self) -> io::Result<TcpStream> {
        match self {
            Self::Closed(_) => future::pending().await,
            Self::Open(listener) => listener.accept().await.map(|(stream, _)| stream),
        }
    }
}

/// Ends a listener, and gives a socket that has its address.
#[cfg(unix)]
fn succeed(listener: TcpListener, address: SocketAddr) -> io::Result<TcpSocket> {
    // Both have the address for a moment, so that there is none in which somebody else could be given it.
    SockRef::from(&listener).set_reuse_port(true)?;
    reserve(address)
}

/// Ends a listener, and gives a socket that has its address, unless somebody else was quicker.
#[cfg(not(unix))]
fn succeed(listener: TcpListener, address: SocketAddr) -> io::Result<TcpSocket> {
    drop(listener);
    reserve(address)
}

/// A socket that has the address but does not listen.
fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    #[cfg(unix)]
    socket.set_reuseport(true)?;
    // Connections that ended a moment ago still have the address. On Windows they do not matter, and this would share the port.
    if cfg!(not(windows)) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    Ok(socket)
}
