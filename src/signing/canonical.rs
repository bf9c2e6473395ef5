//! Canonical requests, as SigV4 and TC3 have them.

use std::fmt;

use bytes::Bytes;
use http::header::HeaderName;
use http::{HeaderMap, Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode, utf8_percent_encode};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Error;

/// A canonical request. `Display` writes it.
///
/// It may contain the session token, so `Debug` shows only the names of the signed headers.
pub struct CanonicalRequest {
    method: Method,
    path: String,
    query: String,
    /// Names and values, sorted by name.
    headers: Vec<(HeaderName, Zeroizing<String>)>,
    payload_digest: String,
}

/// How the canonical requests of the two algorithms differ.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The canonical path.
    pub path: PathRule,
    /// The signed headers.
    pub headers: HeaderRule<'a>,
    /// The canonical values of headers.
    pub values: ValueRule,
}

/// How a path is made canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRule {
    /// Dot segments and repeated slashes are removed, and each segment is encoded a second time, so that `%3A` becomes `%253A`: SigV4 for
    /// every service except S3.
    Normalized,
    /// Always `/`: TC3.
    Root,
    /// Unchanged: SigV4 for S3.
    Verbatim,
}

/// Which headers are signed.
#[derive(Clone, Copy, Debug)]
pub enum HeaderRule<'a> {
    /// All headers except these, in lower case.
    AllBut(&'a [&'a str]),
    /// Those of these headers, in lower case, that the request has.
    Only(&'a [&'a str]),
}

/// How a header value is made canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueRule {
    /// Trimmed, sequences of spaces collapsed to one: SigV4.
    Collapsed,
    /// Trimmed, in lower case: TC3.
    Lowercase,
}

impl CanonicalRequest {
    /// Makes a request canonical. It must have all headers except the signature.
    ///
    /// # Errors
    ///
    /// [`Error::Text`] if a header to be signed is not UTF-8.
    pub fn new(request: &Request<Bytes>, rules: &Rules<'_>) -> Result<Self, Error> {
        Ok(Self {
            method: request.method().clone(),
            path: rules.path.apply(request.uri().path()),
            query: canonical_query(request.uri().query().unwrap_or_default()),
            headers: canonical_headers(request.headers(), rules)?,
            payload_digest: hex::encode(Sha256::digest(request.body())),
        })
    }

    /// The names of the signed headers, separated by semicolons.
    pub fn signed_headers(&self) -> String {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.join(";")
    }

    /// The SHA-256 digest, in lower-case hexadecimal.
    pub fn digest(&self) -> String {
        let text = Zeroizing::new(self.to_string());
        hex::encode(Sha256::digest(text.as_bytes()))
    }
}

impl fmt::Display for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.method, self.path, self.query)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}:{}", value.as_str())?;
        }
        write!(f, "\n{}\n{}", self.signed_headers(), self.payload_digest)
    }
}

impl fmt::Debug for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CanonicalRequest").field(&self.signed_headers()).finish()
    }
}

impl PathRule {
    fn apply(self, path: &str) -> String {
        match self {
            Self::Normalized => normalized_path(path),
            Self::Root => "/".to_owned(),
            Self::Verbatim => path.to_owned(),
        }
    }
}

impl HeaderRule<'_> {
    fn signs(self, name: &HeaderName) -> bool {
        match self {
            Self::AllBut(names) => !names.contains(&name.as_str()),
            Self::Only(names) => names.contains(&name.as_str()),
        }
    }
}

impl ValueRule {
    fn write(self, value: &str, text: &mut String) {
        match self {
            Self::Collapsed => {
                let words = value.trim().split(' ').filter(|word| !word.is_empty());
                for (index, word) in words.enumerate() {
                    text.push_str(if index == 0 { "" } else { " " });
                    text.push_str(word);
                }
            }
            Self::Lowercase => text.extend(value.trim().chars().flat_map(char::to_lowercase)),
        }
    }
}

fn normalized_path(path: &str) -> String {
    let mut kept = Vec::new();
    let mut last = "";
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
        last = segment;
    }
    let mut normalized = String::new();
    for segment in &kept {
        normalized.push('/');
        normalized.extend(utf8_percent_encode(segment, RESERVED));
    }
    // A trailing slash is kept: `/a/b/..` is `/a/`.
    if kept.is_empty() || matches!(last, "" | "." | "..") {
        normalized.push('/');
    }
    normalized
}

fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encoded_once(name), encoded_once(value))
        })
        .collect();
    // Sorted in encoded form: `%E1` comes before `P`.
    pairs.sort();
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn encoded_once(component: &str) -> String {
    let component = component.replace('+', " ");
    let decoded: Vec<u8> = percent_decode_str(&component).collect();
    percent_encode(&decoded, RESERVED).to_string()
}

fn canonical_headers(headers: &HeaderMap, rules: &Rules<'_>) -> Result<Vec<(HeaderName, Zeroizing<String>)>, Error> {
    let mut signed: Vec<_> = headers.keys().filter(|name| rules.headers.signs(name)).collect();
    signed.sort_by_key(|name| name.as_str());
    signed
        .into_iter()
        .map(|name| Ok((name.clone(), canonical_value(headers, name, rules.values)?)))
        .collect()
}

/// All values of a header in order, joined by commas.
fn canonical_value(headers: &HeaderMap, name: &HeaderName, rule: ValueRule) -> Result<Zeroizing<String>, Error> {
    let mut text = Zeroizing::new(String::new());
    for (index, value) in headers.get_all(name).iter().enumerate() {
        let value = str::from_utf8(value.as_bytes()).map_err(|_| Error::Text { header: name.clone() })?;
        text.push_str(if index == 0 { "" } else { "," });
        rule.write(value, &mut text);
    }
    Ok(text)
}

/// All characters except the unreserved ones of RFC 3986.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn paths_are_written_by_their_rule() {
        let rows = [
            ("/", "/", "/"),
            ("//", "/", "//"),
            ("/a/b", "/a/b", "/a/b"),
            ("/a//b/", "/a/b/", "/a//b/"),
            ("/./a/../b/.", "/b/", "/./a/../b/."),
            ("/a/b/..", "/a/", "/a/b/.."),
            ("/../..", "/", "/../.."),
            ("/tags/arn%3Aaws%2Fx", "/tags/arn%253Aaws%252Fx", "/tags/arn%3Aaws%2Fx"),
            ("/@b/-._~", "/%40b/-._~", "/@b/-._~"),
        ];
        for (path, normalized, verbatim) in rows {
            assert_eq!(PathRule::Normalized.apply(path), normalized, "{path}");
            assert_eq!(PathRule::Verbatim.apply(path), verbatim, "{path}");
            assert_eq!(PathRule::Root.apply(path), "/", "{path}");
        }
    }

    #[test]
    fn queries_are_encoded_once_and_sorted() {
        let rows = [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1", "a=1&a=2"),
            ("flag", "flag="),
            ("flag=", "flag="),
            ("a==b", "a=%3Db"),
            ("&&a=1&", "a=1"),
            ("a=b%20c&a=b+c", "a=b%20c&a=b%20c"),
            ("p=p%2B%2F%3D", "p=p%2B%2F%3D"),
            ("p=%e1%88%b4&p=%FF", "p=%E1%88%B4&p=%FF"),
            ("P=1&%E1=1", "%E1=1&P=1"),
        ];
        for (query, canonical) in rows {
            assert_eq!(canonical_query(query), canonical, "{query}");
        }
    }

    #[test]
    fn header_values_are_written_by_their_rule() {
        let rows = [
            ("", "", ""),
            ("  A   b  ", "A b", "a   b"),
            ("\tA\tb\t", "A\tb", "a\tb"),
            ("\"a   B\"", "\"a B\"", "\"a   b\""),
        ];
        for (value, collapsed, lowercase) in rows {
            let written = |rule: ValueRule| {
                let mut text = String::new();
                rule.write(value, &mut text);
                text
            };
            assert_eq!(written(ValueRule::Collapsed), collapsed, "{value}");
            assert_eq!(written(ValueRule::Lowercase), lowercase, "{value}");
        }
    }

    #[test]
    fn debug_shows_no_header_value() {
        let request = Request::get("/")
            .header("x-amz-security-token", "hunter2")
            .body(Bytes::new())
            .unwrap();
        let rules = Rules {
            path: PathRule::Normalized,
            headers: HeaderRule::AllBut(&[]),
            values: ValueRule::Collapsed,
        };
        let canonical = CanonicalRequest::new(&request, &rules).unwrap();
        assert!(canonical.to_string().contains("hunter2"));
        assert_eq!(format!("{canonical:?}"), r#"CanonicalRequest("x-amz-security-token")"#);
    }
}
