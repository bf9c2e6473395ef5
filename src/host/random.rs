//! Random numbers and secrets from the operating system.

use ring::hmac;
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
    alphanumeric(length, |bytes| random.fill(bytes).ok())
}

/// A secret of this many letters and digits that follows from another one and from what it is for. Whoever does not know the other one
/// cannot tell it from a random one, and nobody can choose the other one so that a certain secret follows.
pub fn derived(from: &Secret, purpose: &[u8], length: usize) -> Option<Secret> {
    let key = hmac::Key::new(hmac::HMAC_SHA512, from.expose().as_bytes());
    let mut blocks = 0_u64..;
    alphanumeric(length, |bytes| {
        let mut block = hmac::Context::with_key(&key);
        block.update(&blocks.next()?.to_be_bytes());
        block.update(purpose);
        bytes.copy_from_slice(block.sign().as_ref());
        Some(())
    })
}

/// A secret made of what `fill` gives.
fn alphanumeric(length: usize, mut fill: impl FnMut(&mut [u8; 64]) -> Option<()>) -> Option<Secret> {
    let mut text = String::with_capacity(length);
    let mut bytes = Zeroizing::new([0; 64]);
    while text.len() < length {
        fill(&mut bytes)?;
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
    fn a_derived_secret_follows_from_the_other_one_and_its_purpose_alone() {
        let derived = |from: &str, purpose: &str, length| {
            let derived = derived(&Secret::new(from), purpose.as_bytes(), length);
            derived.map(|secret| secret.expose().to_owned()).unwrap_or_default()
        };
        let one = derived("seed", "purpose", 40);
        assert_eq!(one.len(), 40);
        assert_eq!(derived("seed", "purpose", 40), one);
        assert_eq!(derived("seed", "purpose", 200)[..40], one);
        for other in [derived("seed", "purposes", 40), derived("seeds", "purpose", 40)] {
            assert_ne!(other, one);
        }
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
