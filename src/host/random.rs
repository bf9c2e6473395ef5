//! Random numbers and secrets from the operating system.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::secret::Secret;

/// A random number between 0 and 1.
pub fn fraction() -> f64 {
    let mut bytes = [0; 4];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        // Without randomness waits have their maximum: slow, but correct.
        Err(ring::error::Unspecified) => 1.0,
    }
}

/// A secret of this many letters and digits, uniformly distributed. `None` if the system has no randomness.
pub fn secret(length: usize) -> Option<Secret> {
    let random = SystemRandom::new();
    let mut text = String::with_capacity(length);
    let mut bytes = Zeroizing::new([0; 64]);
    while text.len() < length {
        random.fill(&mut *bytes).ok()?;
        // Bytes beyond the largest multiple of the alphabet's size would make its first characters more likely.
        let whole = u8::MAX - u8::MAX % ALPHANUMERIC.len() as u8;
        let drawn = bytes.iter().filter(|byte| **byte < whole);
        let drawn = drawn.filter_map(|byte| ALPHANUMERIC.get(usize::from(*byte) % ALPHANUMERIC.len()));
        text.extend(drawn.take(length - text.len()).map(|byte| char::from(*byte)));
    }
    Some(Secret::new(text))
}

const ALPHANUMERIC: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn fractions_lie_between_zero_and_one() {
        let fractions: Vec<_> = (0..100).map(|_| fraction()).collect();
        assert!(fractions.iter().all(|fraction| (0.0..=1.0).contains(fraction)));
        assert!(fractions.iter().any(|fraction| *fraction != fractions[0]));
    }

    #[test]
    fn secrets_have_the_requested_length_and_do_not_repeat() {
        for length in [0, 1, 40, 128] {
            let secret = secret(length)
                .map(|secret| secret.expose().to_owned())
                .unwrap_or_default();
            assert_eq!(secret.len(), length);
            assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
        let drawn: BTreeSet<_> = (0..100).filter_map(|_| Some(secret(40)?.expose().to_owned())).collect();
        assert_eq!(drawn.len(), 100);
    }

    #[test]
    fn letters_and_digits_are_uniformly_distributed() {
        let text = secret(62_000)
            .map(|secret| secret.expose().to_owned())
            .unwrap_or_default();
        for letter in ALPHANUMERIC {
            let count = text.bytes().filter(|byte| byte == letter).count();
            // A thousand are expected; seven standard deviations either way.
            assert!(
                (780..1220).contains(&count),
                "{} came {count} times",
                char::from(*letter)
            );
        }
    }
}
