//! Made-up identifiers and secrets.

use uuid::Uuid;

/// Lower-case letters and digits.
pub(crate) const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// Upper-case letters and digits.
pub(crate) const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Letters of both cases and digits.
pub(crate) const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// `length` characters drawn from `alphabet`.
pub(crate) fn text(alphabet: &[u8], length: usize) -> String {
    // The first 48 bits of a version 4 UUID are random, which spares a dependency for nothing but this.
    let draw = || (Uuid::new_v4().as_u128() >> 80) as usize % alphabet.len();
    (0..length).map(|_| char::from(alphabet[draw()])).collect()
}

/// A random UUID in its usual spelling.
pub(crate) fn uuid() -> String {
    Uuid::new_v4().to_string()
}
