//! Tencent Cloud's signature v1, used by its API of 2017.
//!
//! Source of the rules: the page "Signature Method" of the vendor's documents of API Gateway, and its client of that time,
//! `qcloudapi-sdk-python`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::header::HOST;
use http::{Method, Request, Uri};
use percent_encoding::utf8_percent_encode;
use sha1::Sha1;
use sha2::Sha256;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::canonical::RESERVED;
use super::{Credentials, Error, fill_in_host};
use crate::secret::Secret;

/// The parameters of a request: in the query of a GET, else in a body of type `application/x-www-form-urlencoded`. Values may be secret.
#[derive(Clone, Debug, Default)]
pub struct Parameters(BTreeMap<String, Secret>);

/// Hash function of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// HMAC with SHA-256.
    Sha256,
    /// HMAC with SHA-1.
    Sha1,
}

/// Signs a request: adds the parameters `SecretId`, `Timestamp`, `Nonce`, `SignatureMethod`, `Token` for temporary credentials, and
/// `Signature`, and the header `Host` if it is missing. An earlier signature is replaced.
///
/// `nonce` must be unique among requests.
///
/// # Errors
///
/// [`Error`] if the request has no host, or its URI cannot hold the parameters. The request is then unchanged.
pub fn sign(
    request: &mut Request<Bytes>,
    credentials: &Credentials,
    hash: Hash,
    nonce: u64,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let mut signed = request.clone();
    fill_in_host(&mut signed)?;
    let mut parameters = Parameters::from_request(&signed);
    parameters.insert("SecretId", credentials.access_key_id.as_str());
    parameters.insert("Timestamp", at.timestamp().to_string());
    parameters.insert("Nonce", nonce.to_string());
    parameters.insert("SignatureMethod", hash.name());
    parameters.0.remove("Token");
    if let Some(token) = &credentials.session_token {
        parameters.0.insert("Token".to_owned(), token.clone());
    }
    parameters.0.remove(SIGNATURE);
    let text = string_to_sign(&signed, &parameters)?;
    parameters.insert(SIGNATURE, signature(&text, &credentials.secret_access_key, hash));
    parameters.put_into(&mut signed)?;
    *request = signed;
    Ok(())
}

/// The string to sign of a request with these parameters. It contains all of them, including secrets.
///
/// # Errors
///
/// [`Error::Missing`] if the request has no `Host`, [`Error::Text`] if that is not text.
pub fn string_to_sign(request: &Request<Bytes>, parameters: &Parameters) -> Result<Secret, Error> {
    let host = request.headers().get(HOST).ok_or(Error::Missing { header: HOST })?;
    let host = host.to_str().map_err(|_| Error::Text { header: HOST })?;
    let (method, path) = (request.method().as_str(), request.uri().path());
    // As in the vendor's client: names are changed before they are sorted.
    let sorted: BTreeMap<_, _> = parameters
        .0
        .iter()
        .map(|(name, value)| (name.replace('_', "."), value))
        .collect();
    let length: usize = sorted
        .iter()
        .map(|(name, value)| name.len() + value.expose().len() + 2)
        .sum();
    // At its full size from the start: a text that grows leaves copies behind.
    let mut text = String::with_capacity(method.len() + host.len() + path.len() + 1 + length);
    for part in [method, host, path] {
        text.push_str(part);
    }
    let mut joint = '?';
    for (name, value) in &sorted {
        text.push(joint);
        text.push_str(name);
        text.push('=');
        text.push_str(value.expose());
        joint = '&';
    }
    Ok(Secret::new(text))
}

/// The signature of a string, in Base64.
pub fn signature(text: &Secret, secret_access_key: &Secret, hash: Hash) -> String {
    match hash {
        Hash::Sha256 => mac::<Hmac<Sha256>>(text, secret_access_key),
        Hash::Sha1 => mac::<Hmac<Sha1>>(text, secret_access_key),
    }
}

impl Parameters {
    /// Sets a parameter.
    pub fn insert(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), Secret::new(value));
    }

    /// All parameters, form-encoded, for a query or a body.
    pub fn encoded(&self) -> Zeroizing<String> {
        let length: usize = self
            .0
            .iter()
            .map(|(name, value)| name.len() + value.expose().len() + 2)
            .sum();
        // Encoding triples the length at most.
        let mut text = Zeroizing::new(String::with_capacity(3 * length));
        for (name, value) in &self.0 {
            if !text.is_empty() {
                text.push('&');
            }
            text.extend(utf8_percent_encode(name, RESERVED));
            text.push('=');
            text.extend(utf8_percent_encode(value.expose(), RESERVED));
        }
        text
    }

    fn from_request(request: &Request<Bytes>) -> Self {
        let encoded = match *request.method() {
            Method::GET => request.uri().query().unwrap_or_default().as_bytes(),
            _ => request.body(),
        };
        let pairs = form_urlencoded::parse(encoded);
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), Secret::new(value)))
                .collect(),
        )
    }

    fn put_into(&self, request: &mut Request<Bytes>) -> Result<(), Error> {
        let encoded = self.encoded();
        if request.method() != Method::GET {
            *request.body_mut() = Bytes::from_owner(encoded);
            return Ok(());
        }
        let target = Zeroizing::new(format!("{}?{}", request.uri().path(), *encoded));
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(target.parse().map_err(|_| Error::Parameters)?);
        *request.uri_mut() = Uri::from_parts(parts).map_err(|_| Error::Parameters)?;
        Ok(())
    }
}

impl Hash {
    /// Its name in a request.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "HmacSHA256",
            Self::Sha1 => "HmacSHA1",
        }
    }
}

const SIGNATURE: &str = "Signature";

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
fn mac<M: Mac + KeyInit>(text: &Secret, key: &Secret) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.expose().as_bytes());
    STANDARD.encode(mac.finalize().as_bytes())
}
