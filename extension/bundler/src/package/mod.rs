//! What people and stores are given: archives and packages, with their checksums and lists of parts.

mod c_library;
mod changelog;
pub mod contents;
pub mod debian;
pub mod licences;
mod pages;
pub mod sbom;
pub mod sums;
mod wheel;

use crate::archive::{self, File, zip};
use crate::cargo::Compiler;
use crate::edition::Edition;
use crate::error::Result;
use crate::metadata::{Metadata, Package};
use crate::programs::Program;
use crate::target::Target;
use crate::workspace::Workspace;
use crate::{cargo, extension, yt_dlp_plugin};
use clap::ValueEnum;
use contents::Contents;
use fs_err as fs;
use potbridge_browser::Family;
use sbom::Sbom;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of everything that is packed.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A part of what is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// For each target the archive, Debian's package and the list of what is in them
    Programs,
    /// The extension alone, in both editions: a .zip for Chromium and an .xpi for Firefox
    Extension,
    /// The plugin for yt-dlp: a .zip that yt-dlp loads, and a wheel for pip
    Plugin,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Programs, Self::Extension, Self::Plugin];
}

/// Builds the parts and packs them into a folder, with the checksums of all that it holds. Returns the files.
///
/// # Errors
/// If a build fails or a file cannot be written.
pub fn pack(workspace: &Workspace, parts: &[Part], targets: &[Target], out: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(out)?;
    let out = dunce::canonicalize(out)?;
    let mut written = Vec::new();
    let mut write = |name: &str, bytes: &[u8]| -> Result<()> {
        let path = out.join(name);
        fs::write(&path, bytes)?;
        written.push(path);
        Ok(())
    };
    if parts.contains(&Part::Programs) {
        for target in targets {
            for (name, bytes) in for_target(workspace, *target)? {
                write(&name, &bytes)?;
            }
        }
    }
    if parts.contains(&Part::Extension) {
        for edition in Edition::ALL {
            let bundles = extension::build(workspace, edition)?;
            for (family, kind) in [(Family::Chromium, "zip"), (Family::Firefox, "xpi")] {
                let name = format!("potbridge-{VERSION}-{edition}-{}.{kind}", family.name());
                write(&name, &zip::pack(&name, &archive::of_folder(&bundles.join(family.name()))?)?)?;
            }
        }
    }
    if parts.contains(&Part::Plugin) {
        write(&format!("potbridge-{VERSION}-yt-dlp-plugin.zip"), &yt_dlp_plugin::archive()?)?;
        let (name, bytes) = wheel::build(&workspace.root.join("yt-dlp-plugin"))?;
        write(&name, &bytes)?;
    }
    write(sums::FILE, sums::of_folder(&out)?.as_bytes())?;
    Ok(written)
}

/// The files for one target: their names and bytes.
fn for_target(workspace: &Workspace, target: Target) -> Result<Vec<(String, Vec<u8>)>> {
    let root = workspace.root.as_path();
    let program =
        |program: Program| Ok::<_, crate::Error>(fs::read(program.build_for(workspace, target.triple())?)?);
    let (host, setup) = (program(Program::HOST)?, program(Program::SETUP)?);
    let bundles = extension::build(workspace, Edition::Full)?;
    let metadata = Metadata::read(root)?;
    let linked = linked(workspace, &metadata, target)?;
    let mut texts = vec![File::new(licences::THIRD_PARTY, licences::of_crates(&linked)?)];
    for name in ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"] {
        texts.push(File::new(name, fs::read(root.join(name))?));
    }
    texts.push(File::new("INSTALL.md", fs::read(root.join("docs/INSTALL.md"))?));
    let contents = Contents {
        host,
        setup,
        extension: contents::extension(&bundles)?,
        plugin: yt_dlp_plugin::archive()?,
        pages: pages::build(workspace)?,
        texts,
    };
    let sbom = Sbom {
        version: VERSION,
        triple: target.triple(),
        compiler: &Compiler::ask(root)?.version,
        crates: &linked,
        checksums: &sbom::checksums(&root.join("Cargo.lock"))?,
    };
    let name = contents::archive_name(VERSION, target);
    let mut files =
        vec![contents.archive(VERSION, target)?, (format!("{name}.cdx.json"), sbom.json()?.into_bytes())];
    files.extend(debian::package(&contents, VERSION, target)?);
    Ok(files)
}

/// The crates in the programs and in the extension's wasm.
fn linked<'a>(workspace: &Workspace, metadata: &'a Metadata, target: Target) -> Result<Vec<&'a Package>> {
    let mut found = BTreeMap::new();
    for (package, triple) in [
        (Program::HOST.package(), target.triple()),
        (Program::SETUP.package(), target.triple()),
        ("potbridge-extension", cargo::WASM_TARGET),
    ] {
        for package in metadata.linked(&workspace.root, package, triple)? {
            found.insert((&package.name, &package.version), package);
        }
    }
    Ok(found.into_values().collect())
}
