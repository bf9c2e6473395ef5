//! The string to sign, the signature and the `Authorization` header, as SigV4 and TC3 have them.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, HeaderValue};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::canonical::CanonicalRequest;
use super::{Credentials, Error, sensitive_value};
use crate::secret::Secret;

/// The parameters of an algorithm.
#[derive(Clone, Copy, Debug)]
pub struct Algorithm {
    /// Name in the string to sign and in the header, such as `AWS4-HMAC-SHA256`.
    pub name: &'static str,
    /// Prefix of the secret key in the first step of the key derivation, such as `AWS4`.
    pub key_prefix: &'static str,
}

/// The credential scope, from the date to the algorithm's terminator. `Display` joins the parts with slashes.
#[derive(Clone, Debug)]
pub struct CredentialScope(pub Vec<String>);

/// The string to sign. `Display` writes it.
#[derive(Clone, Debug)]
pub struct StringToSign {
    algorithm: Algorithm,
    timestamp: String,
    scope: CredentialScope,
    canonical_digest: String,
}

impl StringToSign {
    /// The string to sign of a request. `timestamp` has the algorithm's format.
    pub fn new(algorithm: Algorithm, timestamp: String, scope: CredentialScope, canonical: &CanonicalRequest) -> Self {
        Self {
            algorithm,
            timestamp,
            scope,
            canonical_digest: canonical.digest(),
        }
    }

    /// The signature, in lower-case hexadecimal.
    pub fn signature(&self, secret_access_key: &Secret) -> String {
        let key = signing_key(self.algorithm.key_prefix, secret_access_key, &self.scope.0);
        hex::encode(&*hmac_sha256(&key, &self.to_string()))
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub(super) fn authorization(
        &self,
        credentials: &Credentials,
        canonical: &CanonicalRequest,
    ) -> Result<HeaderValue, Error> {
        let value = format!(
            "{} Credential={}/{}, SignedHeaders={}, Signature={}",
            self.algorithm.name,
            credentials.access_key_id,
            self.scope,
            canonical.signed_headers(),
            self.signature(&credentials.secret_access_key),
        );
        sensitive_value(&AUTHORIZATION, &value)
    }
}

impl fmt::Display for StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n{}\n{}\n{}",
            self.algorithm.name, self.timestamp, self.scope, self.canonical_digest
        )
    }
}

impl fmt::Display for CredentialScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

/// Derives the signing key of a scope: each part of the scope is signed with the previous key, the first part with `prefix` and the secret
/// key. Intermediate keys are zeroized.
fn signing_key(prefix: &str, secret_access_key: &Secret, scope: &[String]) -> Zeroizing<Vec<u8>> {
    let first = Zeroizing::new([prefix.as_bytes(), secret_access_key.expose().as_bytes()].concat());
    scope.iter().fold(first, |key, part| hmac_sha256(&key, part))
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
fn hmac_sha256(key: &[u8], text: &str) -> Zeroizing<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    Zeroizing::new(mac.finalize().as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        keys: Vec<Keys>,
    }

    #[derive(Deserialize)]
    struct Keys {
        name: String,
        secret_key: Secret,
        date: String,
        service: String,
        k1: String,
        k2: String,
        k3: String,
    }

    #[test]
    fn each_step_of_the_derivation_gives_the_published_key() {
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/data/tc3.json")).unwrap();
        assert_eq!(vectors.keys.len(), 4);
        for keys in vectors.keys {
            let scope = [keys.date, keys.service, "tc3_request".to_owned()];
            for (steps, expected) in [(1, keys.k1), (2, keys.k2), (3, keys.k3)] {
                let key = signing_key("TC3", &keys.secret_key, &scope[..steps]);
                assert_eq!(hex::encode(&*key), expected, "{}, k{steps}", keys.name);
            }
        }
    }
}
