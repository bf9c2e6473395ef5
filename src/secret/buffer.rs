//! A bounded, zeroizing buffer for input.

use std::io;

use zeroize::Zeroizing;

/// Collects bytes that may be secret, up to a limit. It leaves no copy behind when it grows, and is zeroized on drop.
#[derive(Debug)]
pub struct Buffer {
    bytes: Zeroizing<Vec<u8>>,
    most: usize,
}

/// The limit is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("longer than {0} bytes")]
pub struct TooLong(pub usize);

impl Buffer {
    /// A buffer for up to `most` bytes. `expected` is the initial capacity.
    pub fn new(expected: usize, most: usize) -> Self {
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(expected.min(most))),
            most,
        }
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// If the limit is exceeded.
    pub fn push(&mut self, more: &[u8]) -> Result<(), TooLong> {
        let length = self.bytes.len() + more.len();
        if length > self.most {
            return Err(TooLong(self.most));
        }
        if length > self.bytes.capacity() {
            // A vector that reallocates by itself does not zeroize the old allocation.
            let capacity = length.max(self.bytes.capacity() * 2).min(self.most);
            let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }

    /// The collected bytes.
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }
}

impl io::Write for Buffer {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        self.push(more).map_err(io::Error::other)?;
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_taken_up_to_the_limit() {
        for expected in [0, 3, 100] {
            let mut buffer = Buffer::new(expected, 10);
            assert_eq!(buffer.push(b"12345"), Ok(()));
            assert_eq!(buffer.push(b"67890"), Ok(()));
            assert_eq!(buffer.push(b"1"), Err(TooLong(10)));
            assert_eq!(buffer.into_bytes().as_slice(), b"1234567890");
        }
    }
}
