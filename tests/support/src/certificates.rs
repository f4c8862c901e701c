//! A server that speaks TLS, and the CA that vouches for it.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use std::{fs, path::Path};

/// The lines of the server's configuration.
pub const TLS: &str = "port 0\ntls-port {port}\ntls-cert-file {folder}/server.pem\ntls-key-file {folder}/server.key\n\
                   tls-ca-cert-file {folder}/ca.pem\ntls-auth-clients no";

/// A CA, and a certificate that it signed for these names.
pub fn certify(folder: &Path, names: &[&str]) {
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let mut server =
        CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    fs::write(folder.join("ca.pem"), ca.pem()).unwrap();
    fs::write(folder.join("server.pem"), server.signed_by(&key, &ca).unwrap().pem()).unwrap();
    fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
}
