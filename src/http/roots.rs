//! Certificate checks: against the platform's root certificates, loaded when the first certificate is checked, or as asked for.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::Trust;

/// TLS with `ring`.
///
/// # Errors
///
/// [`Error`] when the crypto provider serves none of rustls' protocol versions, or a certificate to trust is none.
pub(super) fn client_config(trust: &Trust) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let checked = |checked| {
        let verifier = OnceLock::new();
        Arc::new(Roots {
            provider,
            checked,
            verifier,
        })
    };
    let builder = match trust {
        Trust::System => builder
            .dangerous()
            .with_custom_certificate_verifier(checked(Checked::System)),
        Trust::File(pem) => builder
            .dangerous()
            .with_custom_certificate_verifier(checked(Checked::File(Arc::clone(pem)))),
        Trust::Only(certificates) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates {
                roots.add(certificate.clone())?;
            }
            builder.with_root_certificates(roots)
        }
        Trust::Insecure => builder
            .dangerous()
            .with_custom_certificate_verifier(checked(Checked::Not)),
    };
    Ok(builder.with_no_client_auth())
}

/// Checks that a server is whom it claims to be, or only that it holds the key to its certificate.
#[derive(Debug)]
struct Roots {
    provider: Arc<CryptoProvider>,
    checked: Checked,
    /// Made on first use: reading a hundred root certificates takes longer than all the rest of a start, and a run without `https` never
    /// needs them.
    verifier: OnceLock<Result<Arc<dyn ServerCertVerifier>, Error>>,
}

/// What certificates are checked against.
#[derive(Debug)]
enum Checked {
    /// What the platform trusts.
    System,
    /// Certificates in PEM. As with the platform's own, those of no use are passed over.
    File(Arc<Vec<u8>>),
    /// Nothing.
    Not,
}

impl Roots {
    fn verifier(&self) -> Result<Option<&dyn ServerCertVerifier>, Error> {
        let made = || -> Result<Arc<dyn ServerCertVerifier>, Error> {
            let provider = Arc::clone(&self.provider);
            let Checked::File(pem) = &self.checked else {
                return Ok(Arc::new(Verifier::new(provider)?));
            };
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem).filter_map(Result::ok));
            let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider).build();
            verifier
                .map(|verifier| verifier as _)
                .map_err(|error| Error::General(format!("the certificates of SSL_CERT_FILE are of no use: {error}")))
        };
        if matches!(self.checked, Checked::Not) {
            return Ok(None);
        }
        match self.verifier.get_or_init(made) {
            Ok(verifier) => Ok(Some(verifier.as_ref())),
            Err(error) => Err(error.clone()),
        }
    }
}

impl ServerCertVerifier for Roots {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.verifier()? {
            Some(verifier) => verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
