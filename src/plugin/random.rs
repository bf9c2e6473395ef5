//! Names that nobody else uses.

use std::hash::{BuildHasher, RandomState};

/// Sixteen hexadecimal digits. They are unlikely to come twice, but they are no secret.
pub(super) fn word() -> String {
    // The standard library seeds its hash maps from the system, and this seed cannot fail.
    format!("{:016x}", RandomState::new().hash_one(()))
}
