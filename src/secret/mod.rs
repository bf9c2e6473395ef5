//! A text that authenticates somebody.

pub mod buffer;

use std::fmt;

use zeroize::Zeroizing;

/// A secret text: wiped when dropped, and unprintable.
///
/// There is one way in ([`Secret::new`]) and one way out ([`Secret::expose`]). It has no `Display`, no
/// `Serialize` and no `PartialEq`, and its `Debug` shows a fixed word, so a struct that holds one can derive `Debug`.
///
/// What is wiped is the copy held here. The buffers of the RPC and TLS layers below us are not ours to wipe.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a text. Spare capacity is left as it was, so build the text at its exact size where that is possible.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the two places that need it: a signature, and the state a user asked us to keep.
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
