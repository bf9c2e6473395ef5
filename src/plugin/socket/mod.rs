//! The listener: a Unix socket in a private folder, or on Windows a loopback port.

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

/// Why the listener could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The socket or port could not be opened.
    #[error("listening at {at}")]
    Bind {
        /// The path or port.
        at: String,
        /// The system's error.
        source: io::Error,
    },
    /// The folder of the socket could not be created.
    #[error("creating the folder {} for the socket", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The socket's group could not be set.
    #[error("setting the socket's group to {group} (PLUGIN_UNIX_SOCKET_GROUP)")]
    Group {
        /// Its name or number.
        group: String,
        /// The system's error.
        source: io::Error,
    },
    /// A port variable is invalid.
    #[error("{variable} is {value:?}, which is not a port number")]
    Port {
        /// The variable's name.
        variable: &'static str,
        /// Its value.
        value: String,
    },
}

/// An address, as in the handshake line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Address {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// The socket's path, or address and port.
    pub(super) text: String,
}
