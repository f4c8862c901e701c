//! TLS: whom to trust, the handshake, and what its failures mean.

use super::error::{RedisError, is_closed};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Whom to trust: the CAs in a PEM file and no others, or else those that the system trusts.
pub(super) fn config(ca: Option<&Path>, place: &str) -> Result<Arc<ClientConfig>, RedisError> {
    let failed = |error: rustls::Error| RedisError::TlsFailed {
        place: place.to_owned(),
        why: error.to_string(),
        hint: Some("name the CA's certificate as `ca`"),
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let builder = match ca {
        Some(path) => builder.with_root_certificates(roots(path)?),
        None => builder.with_platform_verifier().map_err(failed)?,
    };
    Ok(Arc::new(builder.with_no_client_auth()))
}

fn roots(path: &Path) -> Result<RootCertStore, RedisError> {
    let invalid =
        |why: &dyn std::fmt::Display| RedisError::CaInvalid { path: path.into(), why: why.to_string() };
    let pem = fs::read(path).map_err(|error| invalid(&error))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.map_err(|error| invalid(&error))?).map_err(|error| invalid(&error))?;
    }
    if roots.is_empty() { Err(invalid(&"it holds no certificate in PEM")) } else { Ok(roots) }
}

/// Makes the TLS handshake.
pub(super) fn wrap<S: Read + Write>(
    host: &str,
    mut stream: S,
    config: Arc<ClientConfig>,
) -> io::Result<StreamOwned<ClientConnection, S>> {
    let nameless = |_| rustls::Error::General("no certificate can be for such a host".into());
    let name = ServerName::try_from(host.to_owned()).map_err(nameless).map_err(io::Error::other)?;
    let mut tls = ClientConnection::new(config, name).map_err(io::Error::other)?;
    while tls.is_handshaking() {
        tls.complete_io(&mut stream).map_err(|failure| explained(failure, &mut tls, &mut stream))?;
    }
    Ok(StreamOwned::new(tls, stream))
}

/// Why the other side broke off, if it said so before a write found the connection closed.
///
/// rustls 0.23 does not read what is there while it cannot write.
pub(super) fn explained(failure: io::Error, tls: &mut ClientConnection, stream: &mut impl Read) -> io::Error {
    if is_closed(&failure) {
        while tls.read_tls(stream).is_ok_and(|length| length > 0) {
            if let Err(alert) = tls.process_new_packets() {
                return io::Error::other(alert);
            }
        }
    }
    failure
}

/// What a failure of TLS means.
pub(super) fn failed(place: &str, error: &rustls::Error) -> RedisError {
    use rustls::{AlertDescription as Alert, CertificateError as Certificate, Error};

    let failed =
        |why: &str, hint| RedisError::TlsFailed { place: place.to_owned(), why: why.to_owned(), hint };
    match error {
        Error::InvalidCertificate(Certificate::UnknownIssuer | Certificate::BadSignature) => failed(
            "its certificate comes from no CA that is trusted here",
            Some("name the CA's certificate as `ca`"),
        ),
        Error::InvalidCertificate(
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
        ) => failed(
            "its certificate is for another name",
            Some("write the host in the URL as the certificate has it"),
        ),
        Error::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            failed("its certificate has expired", Some("renew the certificate on the server"))
        }
        // A certificate made by `openssl req -x509` is a CA's, and no server's.
        Error::InvalidCertificate(Certificate::Other(other))
            if format!("{other:?}").contains("CaUsedAsEndEntity") =>
        {
            failed(
                "its certificate is a CA's",
                Some("make a CA, let it sign one for the server, and name the CA's as `ca`"),
            )
        }
        Error::AlertReceived(
            Alert::CertificateRequired | Alert::HandshakeFailure | Alert::BadCertificate,
        ) => failed(
            &error.to_string(),
            Some(
                "the server may want certificates of its clients, and this program has none: set \
                 `tls-auth-clients optional` there",
            ),
        ),
        Error::InvalidMessage(_) => failed(
            "what answers there does not speak TLS",
            Some("write redis:// in the URL, or name the server's TLS port"),
        ),
        _ => failed(&error.to_string(), None),
    }
}
