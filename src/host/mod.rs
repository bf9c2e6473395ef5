//! What the program knows of the world outside. Read once by `main`; everything else is told.

pub mod environment;
pub mod file;
pub mod random;

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use self::environment::Environment;
use crate::secret::Secret;

/// The environment, files, the clock, chance, and the program's own version.
#[derive(Clone)]
pub struct Host {
    /// The environment variables.
    pub environment: Environment,
    /// Reads a file.
    pub read: Read,
    /// The current time.
    pub clock: Clock,
    /// An even draw from 0.0 up to, not including, 1.0: for the jitter of waits.
    pub random_fraction: fn() -> f64,
    /// Draws secrets.
    pub random_secret: RandomSecret,
    /// The provider's version, without a leading `v`.
    pub version: &'static str,
}

/// Reads a file whole, within bounds of its own: it comes to an end whatever the path leads to. It may hold secrets, so what was read is
/// wiped after use.
pub type Read = fn(&Path) -> io::Result<Zeroizing<Vec<u8>>>;

/// Tells the current time.
pub type Clock = fn() -> DateTime<Utc>;

/// Draws a secret of this many letters and digits. `None` where there is no randomness to be had.
pub type RandomSecret = fn(usize) -> Option<Secret>;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A world with these variables and files, at the present time.
    pub(crate) fn host(environment: &[(&str, &str)], read: Read) -> Host {
        Host {
            environment: environment.iter().copied().collect(),
            read,
            clock: Utc::now,
            random_fraction: || 0.0,
            random_secret: |_| None,
            version: "0.0.0",
        }
    }
}
