//! What the process gets from its host system. `main` reads it once and passes it on as arguments.

pub mod environment;
pub mod file;
pub mod private_file;
pub mod random;

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use self::environment::Environment;
use crate::secret::Secret;

/// The host system: environment, files, clock and randomness, and the version of the program.
#[derive(Clone)]
pub struct Host {
    /// The environment variables.
    pub environment: Environment,
    /// Reads a file.
    pub read: Read,
    /// Writes a file.
    pub write: Write,
    /// The current time.
    pub clock: Clock,
    /// A uniform random number from 0 to 1, for the jitter of retries.
    pub random_fraction: fn() -> f64,
    /// Generates secrets.
    pub random_secret: RandomSecret,
    /// The provider's version, without a leading `v`.
    pub version: &'static str,
}

/// Reads a whole file, limited in size and time, whatever the path leads to. The content may be secret, so it is zeroized on drop.
pub type Read = fn(&Path) -> io::Result<Zeroizing<Vec<u8>>>;

/// Writes a whole file that only its owner can read, or nothing.
pub type Write = fn(&Path, &[u8]) -> io::Result<()>;

/// Returns the current time.
pub type Clock = fn() -> DateTime<Utc>;

/// Generates a secret of this many letters and digits. `None` if the system has no randomness.
pub type RandomSecret = fn(usize) -> Option<Secret>;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A host with these variables and files, at the current time.
    pub(crate) fn host(environment: &[(&str, &str)], read: Read) -> Host {
        Host {
            environment: environment.iter().copied().collect(),
            read,
            write: |_, _| Err(io::ErrorKind::Unsupported.into()),
            clock: Utc::now,
            random_fraction: || 0.0,
            random_secret: |_| None,
            version: "0.0.0",
        }
    }
}
