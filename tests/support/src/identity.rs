//! The certificate that a host makes for each plugin it starts: self-signed, ECDSA on P-521, marked as a CA.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey};
use p521::elliptic_curve::Generate;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, Signer, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, SignatureAlgorithm, SignatureScheme};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::der::asn1::Ia5String;
use x509_cert::der::oid::db::rfc5280;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Encode, EncodePem};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::Validity;
use x509_cert::{Certificate, TbsCertificate};

/// A certificate and its key.
#[derive(Clone)]
pub struct Identity {
    certificate: Certificate,
    key: SigningKey,
}

impl Identity {
    /// One with a key of its own.
    #[allow(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        let key = SigningKey::generate();
        let builder = CertificateBuilder::new(
            HostProfile,
            SerialNumber::from(u64::from_be_bytes(key.to_bytes()[58..].try_into().unwrap()) >> 1),
            Validity::from_now(Duration::from_secs(262_980 * 3600)).unwrap(),
            SubjectPublicKeyInfo::from_key(key.verifying_key()).unwrap(),
        );
        let certificate = builder.unwrap().build::<_, DerSignature>(&key).unwrap();
        Self { certificate, key }
    }

    /// The certificate in the hands of somebody who does not have its key.
    pub fn with_another_key(&self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            key: SigningKey::generate(),
        }
    }

    /// For `PLUGIN_CLIENT_CERT`.
    pub fn pem(&self) -> String {
        self.certificate.to_pem(LineEnding::LF).unwrap()
    }

    /// A client that presents this certificate.
    pub fn client(&self, server: CertificateDer<'static>) -> ClientConfig {
        let chain = vec![self.certificate.to_der().unwrap().into()];
        let resolver = SingleCertAndKey::from(CertifiedKey::new(chain, Arc::new(TlsKey(self.key.clone()))));
        over_h2(trusting(server).with_client_cert_resolver(Arc::new(resolver)))
    }
}

/// A client that presents no certificate.
pub fn anonymous(server: CertificateDer<'static>) -> ClientConfig {
    over_h2(trusting(server).with_no_client_auth())
}

/// The server's certificate is its own and only root, as for the host.
fn trusting(server: CertificateDer<'static>) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(server).unwrap();
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
}

fn over_h2(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// The properties of the certificates that go-plugin makes.
struct HostProfile;

impl BuilderProfile for HostProfile {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        Name::from_str("CN=localhost,O=HashiCorp").unwrap()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        certificate: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let usage =
            KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment | KeyUsages::KeyAgreement | KeyUsages::KeyCertSign;
        let name = GeneralName::DnsName(Ia5String::new("localhost")?);
        let subject = certificate.subject();
        Ok(vec![
            KeyUsage(usage).to_extension(subject, &[])?,
            ExtendedKeyUsage(vec![rfc5280::ID_KP_CLIENT_AUTH, rfc5280::ID_KP_SERVER_AUTH])
                .to_extension(subject, &[])?,
            BasicConstraints {
                ca: true,
                path_len_constraint: None,
            }
            .to_extension(subject, &[])?,
            SubjectAltName(vec![name]).to_extension(subject, &[])?,
        ])
    }
}

/// `ring` cannot sign on this curve.
struct TlsKey(SigningKey);

impl std::fmt::Debug for TlsKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsKey(..)")
    }
}

impl rustls::sign::SigningKey for TlsKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered
            .contains(&SignatureScheme::ECDSA_NISTP521_SHA512)
            .then(|| Box::new(Self(self.0.clone())) as _)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for TlsKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
