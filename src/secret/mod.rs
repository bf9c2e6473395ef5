//! Secret strings: zeroized, and never printed.

pub mod buffer;

use std::fmt;

use zeroize::Zeroizing;

/// A secret string: zeroized on drop, and not printable.
///
/// [`Secret::expose`] is the only way to read it. It has no `Display`, `Serialize` or `PartialEq`, and its `Debug` shows a placeholder, so
/// that structs with a secret can derive `Debug`.
///
/// Only this copy is zeroized, not the buffers of the RPC and TLS libraries.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of a string. Copies left behind by earlier reallocations are not zeroized, so allocate it at its final size.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The string itself, for signatures and state.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(..)");
    }
}
