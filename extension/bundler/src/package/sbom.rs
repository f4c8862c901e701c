//! What the programs are made of (SBOM), as CycloneDX 1.5 in JSON: every crate that is linked, and the C in them.
//!
//! It has no serial number and no time. So it is as reproducible as what it describes.

use super::c_library::CLibrary;
use crate::error::{Error, Result};
use crate::metadata::Package;
use cyclonedx_bom::external_models::normalized_string::NormalizedString;
use cyclonedx_bom::external_models::spdx::SpdxExpression;
use cyclonedx_bom::external_models::uri::Purl;
use cyclonedx_bom::models::bom::{Bom, SpecVersion};
use cyclonedx_bom::models::component::{Classification, Component, Components};
use cyclonedx_bom::models::dependency::{Dependencies, Dependency};
use cyclonedx_bom::models::hash::{Hash, HashAlgorithm, HashValue, Hashes};
use cyclonedx_bom::models::license::{LicenseChoice, Licenses};
use cyclonedx_bom::models::metadata::Metadata;
use cyclonedx_bom::models::property::{Properties, Property};
use cyclonedx_bom::validation::Validate as _;
use fs_err as fs;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

const FORMAT: SpecVersion = SpecVersion::V1_5;

/// The SHA-256 of crates as their registry has them, by name and version.
pub type Checksums = BTreeMap<(String, String), String>;

/// What the programs for one target are made of.
pub struct Sbom<'a> {
    /// The version of potbridge.
    pub version: &'a str,
    /// The target, Rust's triple.
    pub triple: &'a str,
    /// The version of the compiler, whose standard library is linked too.
    pub compiler: &'a str,
    /// The crates that are linked.
    pub crates: &'a [&'a Package],
    /// Their checksums.
    pub checksums: &'a Checksums,
}

/// The checksums that a `Cargo.lock` has.
///
/// # Errors
/// If it cannot be read.
pub fn checksums(lock: &Path) -> Result<Checksums> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Locked>,
    }
    #[derive(Deserialize)]
    struct Locked {
        name: String,
        version: String,
        checksum: Option<String>,
    }
    let lock_text = fs::read_to_string(lock)?;
    let read: Lock = toml::from_str(&lock_text).map_err(|error| Error::content(lock, error.to_string()))?;
    Ok(read
        .package
        .into_iter()
        .filter_map(|locked| Some(((locked.name, locked.version), locked.checksum?)))
        .collect())
}

impl Sbom<'_> {
    /// The whole text.
    ///
    /// # Errors
    /// If a crate's licence or name is none that the format knows.
    pub fn json(&self) -> Result<String> {
        let mut components = vec![self.standard_library()];
        for package in self.crates {
            components.push(self.component(package)?);
        }
        components.sort_by(|one, other| one.bom_ref.cmp(&other.bom_ref));
        let name = format!("potbridge-{}-{}", self.version, self.triple);
        let mut whole =
            Component::new(Classification::Application, "potbridge", self.version, Some(name.clone()));
        whole.licenses = Some(licences("MIT OR Apache-2.0", &name)?);
        whole.properties = Some(Properties(vec![Property::new("target", self.triple)]));
        let parts = components.iter().filter_map(|part| part.bom_ref.clone()).collect();
        let bom = Bom {
            serial_number: None,
            metadata: Some(Metadata { component: Some(whole), ..Metadata::default() }),
            dependencies: Some(Dependencies(vec![Dependency { dependency_ref: name, dependencies: parts }])),
            components: Some(Components(components)),
            ..Bom::default()
        };
        let validation = bom.validate_version(FORMAT);
        if validation.has_errors() {
            return Err(Error::content("CycloneDX".as_ref(), format!("{validation:?}")));
        }
        let mut text = Vec::new();
        bom.output_as_json(&mut text, FORMAT)
            .map_err(|error| Error::content("CycloneDX".as_ref(), error.to_string()))?;
        text.push(b'\n');
        String::from_utf8(text).map_err(|error| Error::content("CycloneDX".as_ref(), error.to_string()))
    }

    fn component(&self, package: &Package) -> Result<Component> {
        let Package { name, version, .. } = package;
        let mut part = Component::new(Classification::Library, name, version, None);
        if package.source.is_some() {
            let purl = Purl::new("cargo", name, version)
                .map_err(|error| Error::content(&package.manifest_path, error.to_string()))?;
            part.bom_ref = Some(purl.to_string());
            part.purl = Some(purl);
        } else {
            part.bom_ref = Some(format!("{name}@{version}"));
        }
        if let Some(licence) = &package.license {
            part.licenses = Some(licences(licence, name)?);
        }
        if let Some(checksum) = self.checksums.get(&(name.clone(), version.clone())) {
            let hash = Hash { alg: HashAlgorithm::SHA_256, content: HashValue(checksum.clone()) };
            part.hashes = Some(Hashes(vec![hash]));
        }
        if let Some(library) = CLibrary::of(package) {
            let version = library.version(package)?;
            let bom_ref = format!("{}@{version}", library.name);
            let mut inner = Component::new(Classification::Library, library.name, &version, Some(bom_ref));
            inner.licenses = Some(licences(library.license, library.name)?);
            part.components = Some(Components(vec![inner]));
        }
        Ok(part)
    }

    fn standard_library(&self) -> Component {
        let name = format!("rust-std@{}", self.compiler);
        let mut part = Component::new(Classification::Library, "rust-std", self.compiler, Some(name));
        part.description = Some(NormalizedString::new("Rust's standard library"));
        part
    }
}

/// A licence as an SPDX expression. Some crates use the old form with a slash.
fn licences(expression: &str, of: &str) -> Result<Licenses> {
    let expression = SpdxExpression::parse_lax(expression.to_owned())
        .map_err(|error| Error::content(of.as_ref(), error.to_string()))?;
    Ok(Licenses(vec![LicenseChoice::Expression(expression)]))
}
