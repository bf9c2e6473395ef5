//! Unique names.

use std::hash::{BuildHasher, RandomState};

/// Sixteen random hexadecimal digits. Unlikely to repeat, but not secret.
pub(super) fn word() -> String {
    // The standard library seeds hash maps from the system. Unlike a random number generator, this cannot fail.
    format!("{:016x}", RandomState::new().hash_one(()))
}
