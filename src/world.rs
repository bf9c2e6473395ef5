//! What the program knows of the world outside. Read once by `main`; everything else is told.

use chrono::{DateTime, Utc};

use crate::environment::Environment;
use crate::secret::Secret;

/// The environment, the clock, chance, and the program's own version.
#[derive(Clone)]
pub struct World {
    /// The environment variables.
    pub environment: Environment,
    /// The current time.
    pub clock: Clock,
    /// An even draw from 0.0 up to, not including, 1.0: for the jitter of waits.
    pub chance: fn() -> f64,
    /// Draws secrets.
    pub draw: Draw,
    /// The provider's version, without a leading `v`.
    pub version: &'static str,
}

/// Tells the current time.
pub type Clock = fn() -> DateTime<Utc>;

/// Draws a secret of this many letters and digits. `None` where there is no randomness to be had.
pub type Draw = fn(usize) -> Option<Secret>;
