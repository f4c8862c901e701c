//! The lists of what the programs are made of, and the checksums.

use crate::given::printed;
use potbridge_bundler::metadata::{Metadata, Package};
use potbridge_bundler::package::sbom::{Sbom, checksums};
use potbridge_bundler::package::{licences, sums};
use potbridge_bundler::{Target, Workspace};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

struct Sources {
    root: PathBuf,
    metadata: Metadata,
}

impl Sources {
    fn read() -> Self {
        let root = Workspace::find().unwrap().root;
        let metadata = Metadata::read(&root).unwrap();
        Self { root, metadata }
    }

    fn linked(&self, target: Target) -> Vec<&Package> {
        self.metadata.linked(&self.root, "potbridge", target.triple()).unwrap()
    }

    fn sbom(&self, crates: &[&Package]) -> Value {
        let sbom = Sbom {
            version: "1.2.3",
            triple: "x86_64-unknown-linux-musl",
            compiler: "1.95.0",
            crates,
            checksums: &checksums(&self.root.join("Cargo.lock")).unwrap(),
        };
        let text = sbom.json().unwrap();
        assert_eq!(text, sbom.json().unwrap(), "each time the same bytes");
        assert!(!text.contains(self.root.to_str().unwrap()), "no path of this machine is in it");
        serde_json::from_str(&text).unwrap()
    }
}

fn names(crates: &[&Package]) -> BTreeSet<String> {
    crates.iter().map(|package| package.name.clone()).collect()
}

#[test]
fn an_sbom_names_every_linked_crate() {
    let sources = Sources::read();
    let crates = sources.linked(Target::LinuxX64);
    let sbom = sources.sbom(&crates);
    assert_eq!((sbom["bomFormat"].as_str(), sbom["specVersion"].as_str()), (Some("CycloneDX"), Some("1.5")));
    assert!(sbom.get("serialNumber").is_none() && sbom["metadata"].get("timestamp").is_none(), "{sbom}");
    let parts = sbom["components"].as_array().unwrap();
    for package in &crates {
        let part = parts
            .iter()
            .find(|part| part["name"] == package.name && part["version"] == package.version)
            .unwrap_or_else(|| panic!("{} is missing", package.name));
        assert_eq!(part["licenses"].as_array().map(Vec::len), Some(1), "{part}");
        // What the workspace itself has is in no registry.
        assert_eq!(part["hashes"][0]["alg"] == "SHA-256", package.source.is_some(), "{part}");
    }
    let sqlite = parts.iter().find(|part| part["name"] == "libsqlite3-sys").unwrap();
    assert_eq!(sqlite["components"][0]["name"], "sqlite");
    assert!(sqlite["components"][0]["version"].as_str().unwrap().starts_with("3."), "{sqlite}");
    assert!(parts.iter().any(|part| part["name"] == "rust-std" && part["version"] == "1.95.0"));
}

#[test]
fn only_what_is_linked_for_the_target_is_named() {
    let sources = Sources::read();
    let linux = names(&sources.linked(Target::LinuxX64));
    let windows = names(&sources.linked(Target::WindowsX64));
    assert!(linux.contains("rusqlite") && windows.contains("rusqlite"));
    assert!(linux.contains("libdbus-sys") && !windows.contains("libdbus-sys"));
    assert!(!linux.contains("windows-sys") && windows.contains("windows-sys"));
    // Procedural macros, build scripts and tests are no part of the program.
    for absent in ["serde_derive", "syn", "cc", "zip", "proptest", "snapbox"] {
        assert!(!linux.contains(absent), "{absent}");
    }
}

#[test]
fn the_licences_of_every_crate_are_passed_on() {
    let sources = Sources::read();
    let crates = sources.linked(Target::LinuxX64);
    let text = licences::of_crates(&crates).unwrap();
    for package in crates.iter().filter(|package| package.source.is_some()) {
        assert!(text.contains(&format!("\n{} {}: ", package.name, package.version)), "{}", package.name);
    }
    for part in
        ["with sqlite 3.", "with dbus 1.", "The Academic Free License", "MIT License", "Apache License"]
    {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("potbridge-protocol"));
}

#[test]
fn sha256sum_accepts_the_checksums() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["potbridge-1.tar.gz", "potbridge_1_amd64.deb"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    fs::write(folder.path().join("of-somebody-else"), "").unwrap();
    fs::write(folder.path().join(sums::FILE), "old").unwrap();
    let text = sums::of_folder(folder.path()).unwrap();
    fs::write(folder.path().join(sums::FILE), &text).unwrap();
    let said = printed(
        "sh",
        &["-c", "cd \"$1\" && sha256sum --check --strict SHA256SUMS", "sh", folder.path().to_str().unwrap()],
    );
    assert_eq!(said, "potbridge-1.tar.gz: OK\npotbridge_1_amd64.deb: OK\n");
}
