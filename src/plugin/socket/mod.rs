//! Where the host connects: a unix socket in a folder of its own, or on Windows a loopback port.

#[cfg(any(not(unix), test))]
mod tcp;
#[cfg(unix)]
mod unix;

use std::io;
use std::path::PathBuf;

#[cfg(not(unix))]
pub(super) use self::tcp::Listener;
#[cfg(unix)]
pub(super) use self::unix::Listener;

/// Why there is nothing to connect to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The socket or port could not be opened.
    #[error("listening at {at}")]
    Bind {
        /// The path or port.
        at: String,
        /// What the system said.
        source: io::Error,
    },
    /// The folder for the socket could not be made.
    #[error("making the folder {} for the socket", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The group that the host names could not be given the socket.
    #[error("giving the socket to the group {group} of PLUGIN_UNIX_SOCKET_GROUP")]
    Group {
        /// Its name or number.
        group: String,
        /// What the system said.
        source: io::Error,
    },
    /// A port variable is no port.
    #[error("{variable} is {value:?}, which is no port")]
    Port {
        /// The variable's name.
        variable: &'static str,
        /// What it holds.
        value: String,
    },
}

/// An address in the words of the handshake line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// The socket's path, or address and port.
    pub(super) text: String,
}
