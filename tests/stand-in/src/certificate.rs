use std::io;

use base64::prelude::{BASE64_STANDARD, Engine};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PublicKeyData,
};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

const NAMES: [&str; 11] = [
    "youtube.com",
    "*.youtube.com",
    "*.c.youtube.com",
    "youtube-nocookie.com",
    "*.youtube-nocookie.com",
    "youtu.be",
    "googlevideo.com",
    "*.googlevideo.com",
    "*.ytimg.com",
    "*.ggpht.com",
    "localhost",
];

/// A certificate for YouTube's names, and the CA that signed it.
///
/// Each start makes both anew. Their keys never leave this process.
pub(crate) struct Certificate {
    pub(crate) ca_pem: String,
    /// Base64 of the SHA-256 of the SubjectPublicKeyInfo, for Chromium's `--ignore-certificate-errors-spki-list`
    pub(crate) spki_sha256: String,
    pub(crate) acceptor: TlsAcceptor,
}

impl Certificate {
    pub(crate) fn make() -> io::Result<Self> {
        let ca = certificate_authority().map_err(io::Error::other)?;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut params = CertificateParams::new(NAMES.map(String::from)).map_err(io::Error::other)?;
        params.distinguished_name.push(DnType::CommonName, "potbridge stand-in, not YouTube");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // OpenSSL's strict check, which Python 3.13 turns on, requires it.
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &ca).map_err(io::Error::other)?;

        let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone(), ca.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];

        Ok(Self {
            ca_pem: ca.pem(),
            spki_sha256: BASE64_STANDARD.encode(Sha256::digest(key.subject_public_key_info())),
            acceptor: TlsAcceptor::from(std::sync::Arc::new(config)),
        })
    }
}

/// As a company's proxy has one: browsers take it for YouTube once a person has imported it. They take no certificate that
/// vouches for itself (Firefox ESR 153), since YouTube's names have HSTS.
fn certificate_authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new([])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.distinguished_name.push(DnType::CommonName, "potbridge stand-in, a CA for one test");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}
