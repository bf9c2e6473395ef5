//! go-plugin's handshake: environment variables from the host, one line on stdout to it.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

use super::socket::Address;
use crate::host::environment::Environment;

/// Version of the handshake itself, fixed by go-plugin.
const CORE_PROTOCOL: u8 = 1;

/// Version of Terraform's protocol.
///
/// It is the only version supported, so `PLUGIN_PROTOCOL_VERSIONS` is not read: a plugin announces the highest common version, and without
/// one its own lowest, which the host then reports.
pub(super) const PROTOCOL: u8 = 6;

const COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Why there is no handshake.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host's certificate cannot be read.
    #[error("reading the host's certificate from PLUGIN_CLIENT_CERT")]
    Certificate(#[source] pem::Error),
    /// Terraform did not start this process.
    #[error("{COOKIE} does not hold the value that Terraform sets")]
    Cookie,
}

/// The host's side of the handshake.
#[derive(Debug)]
pub(super) struct Handshake {
    /// The only certificate that clients may present. `None` if the host wants no TLS.
    pub(super) certificate: Option<CertificateDer<'static>>,
    /// Whether the host understands the line's seventh field.
    pub(super) multiplexing: Multiplexing,
}

/// Whether the host asked about multiplexed broker connections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Multiplexing {
    Asked,
    NotAsked,
}

impl Handshake {
    pub(super) fn from_environment(environment: &Environment) -> Result<Self, Error> {
        if environment.get(COOKIE) != Some(COOKIE_VALUE) {
            return Err(Error::Cookie);
        }
        let certificate = environment
            // As bytes: a value that is not UTF-8 must not count as unset, which would disable TLS.
            .get_os("PLUGIN_CLIENT_CERT")
            .map(|text| CertificateDer::from_pem_slice(text.as_encoded_bytes()))
            .transpose()
            .map_err(Error::Certificate)?;
        let multiplexing = match environment.get("PLUGIN_MULTIPLEX_GRPC") {
            Some(_) => Multiplexing::Asked,
            None => Multiplexing::NotAsked,
        };
        Ok(Self {
            certificate,
            multiplexing,
        })
    }
}

/// The handshake line, which tells the host where to connect. `Display` writes it without the newline.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) address: &'a Address,
    /// The server's certificate, the only one the host will trust.
    pub(super) certificate: Option<&'a CertificateDer<'static>>,
    pub(super) multiplexing: Multiplexing,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Address { network, text } = self.address;
        write!(f, "{CORE_PROTOCOL}|{PROTOCOL}|{network}|{text}|grpc|")?;
        if let Some(certificate) = self.certificate {
            f.write_str(&BASE64_STANDARD_NO_PAD.encode(certificate))?;
        }
        match self.multiplexing {
            Multiplexing::Asked => f.write_str("|false"),
            // go-plugin before 1.6 takes a seventh field as part of the certificate.
            Multiplexing::NotAsked => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_terraforms_cookie_is_taken() {
        for variables in [vec![], vec![(COOKIE, "")], vec![(COOKIE, "1")]] {
            let refused = Handshake::from_environment(&variables.into_iter().collect());
            assert!(matches!(refused, Err(Error::Cookie)));
        }
        let taken = Handshake::from_environment(&[(COOKIE, COOKIE_VALUE)].into_iter().collect()).unwrap();
        assert_eq!((taken.certificate, taken.multiplexing), (None, Multiplexing::NotAsked));
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_an_error() {
        let environment = [(COOKIE, COOKIE_VALUE), ("PLUGIN_CLIENT_CERT", "not a certificate")]
            .into_iter()
            .collect();
        let error = Handshake::from_environment(&environment).unwrap_err();
        assert_eq!(
            error.to_string(),
            "reading the host's certificate from PLUGIN_CLIENT_CERT"
        );
    }

    #[test]
    fn the_line_has_the_fields_the_host_splits() {
        let address = Address {
            network: "unix",
            text: "/tmp/s".into(),
        };
        let certificate = CertificateDer::from(vec![0xfb; 4]);
        for (certificate, multiplexing, line) in [
            (None, Multiplexing::NotAsked, "1|6|unix|/tmp/s|grpc|"),
            (
                Some(&certificate),
                Multiplexing::NotAsked,
                "1|6|unix|/tmp/s|grpc|+/v7+w",
            ),
            (
                Some(&certificate),
                Multiplexing::Asked,
                "1|6|unix|/tmp/s|grpc|+/v7+w|false",
            ),
            (None, Multiplexing::Asked, "1|6|unix|/tmp/s|grpc||false"),
        ] {
            assert_eq!(
                Line {
                    address: &address,
                    certificate,
                    multiplexing
                }
                .to_string(),
                line
            );
        }
    }
}
