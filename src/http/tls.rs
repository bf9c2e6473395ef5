//! TLS of the client: which server certificates are accepted. The platform's root certificates are loaded on first use.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier as PlatformVerifier;

use super::Trust;

/// The TLS configuration, with `ring`.
///
/// # Errors
///
/// [`Error`] if the crypto provider supports none of rustls' protocol versions, or a CA certificate is invalid.
pub(super) fn client_config(trust: &Trust) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let verifier = |roots| {
        Arc::new(Verifier {
            provider,
            roots,
            verifier: OnceLock::new(),
        })
    };
    let builder = match trust {
        Trust::System => builder
            .dangerous()
            .with_custom_certificate_verifier(verifier(Roots::System)),
        Trust::File(pem) => builder
            .dangerous()
            .with_custom_certificate_verifier(verifier(Roots::File(Arc::clone(pem)))),
        Trust::Only(certificates) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates {
                roots.add(certificate.clone())?;
            }
            builder.with_root_certificates(roots)
        }
        Trust::Insecure => builder
            .dangerous()
            .with_custom_certificate_verifier(verifier(Roots::Disabled)),
    };
    Ok(builder.with_no_client_auth())
}

/// Verifies server certificates, or only that the server has the private key of its certificate.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    roots: Roots,
    /// Built on first use: reading a hundred root certificates takes longer than the rest of the start, and a run without `https` does not
    /// need them.
    verifier: OnceLock<Result<Arc<dyn ServerCertVerifier>, Error>>,
}

/// Trusted root certificates.
#[derive(Debug)]
enum Roots {
    /// Those of the platform.
    System,
    /// CA certificates in PEM. Invalid ones are ignored, as are those of the platform.
    File(Arc<Vec<u8>>),
    /// None: verification is disabled.
    Disabled,
}

impl Verifier {
    fn verifier(&self) -> Result<Option<&dyn ServerCertVerifier>, Error> {
        let made = || -> Result<Arc<dyn ServerCertVerifier>, Error> {
            let provider = Arc::clone(&self.provider);
            let Roots::File(pem) = &self.roots else {
                return Ok(Arc::new(PlatformVerifier::new(provider)?));
            };
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem).filter_map(Result::ok));
            let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider).build();
            verifier
                .map(|verifier| verifier as _)
                .map_err(|error| Error::General(format!("the certificates of SSL_CERT_FILE cannot be used: {error}")))
        };
        if matches!(self.roots, Roots::Disabled) {
            return Ok(None);
        }
        match self.verifier.get_or_init(made) {
            Ok(verifier) => Ok(Some(verifier.as_ref())),
            Err(error) => Err(error.clone()),
        }
    }
}

impl ServerCertVerifier for Verifier {
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
