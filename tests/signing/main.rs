//! The signatures: against published vectors, against the vendor's own crate, and against leaks.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod aws;
mod leaks;
mod oracle;
mod repetition;
mod tencentcloud;
mod v1;

use http::Request;
use http::header::AUTHORIZATION;

/// A part of the `Authorization` header, such as `Signature`.
fn authorization_part<B>(request: &Request<B>, part: &str) -> String {
    let value = request.headers()[AUTHORIZATION].to_str().unwrap();
    let (_, parts) = value.split_once(' ').unwrap();
    let found = parts
        .split(", ")
        .find_map(|text| text.strip_prefix(part)?.strip_prefix('='));
    found.unwrap_or_else(|| panic!("no {part} in {value}")).to_owned()
}
