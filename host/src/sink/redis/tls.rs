use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
    sync::Arc,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::{
    RedisError,
    verdict::{Verdict, is_closed},
};

/// Whom to trust: the CAs in a PEM file and no others, or else whom the system trusts.
pub(super) fn config(ca: Option<&Path>, verdict: &Verdict) -> Result<Arc<ClientConfig>, RedisError> {
    let failed = |error: rustls::Error| RedisError::TlsFailed {
        place: verdict.place.clone(),
        why: format!("{error}; name the CA's certificate as `ca`"),
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

/// Shakes hands.
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

/// Why the other side broke off, where it said so before a write found the connection closed. (rustls 0.23 does not
/// read what is there while it cannot write.)
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
