//! What a bundle is made of.

use crate::edition::Edition;
use crate::error::{Error, Result};
use crate::files::files;
use crate::manifest;
use fs_err as fs;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the texts in the extension and in a feature. It holds a folder for each language.
pub(crate) const LOCALES: &str = "_locales";
/// Changes with the way a bundle is made, so that bundles of the old way are made again.
const FORMAT: &str = "4";

/// What a bundle is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// `extension/web`: what the browser loads, with the common manifest.
    ///
    /// A folder in it that has its own manifest is a feature. Its manifest and messages become part of the extension's.
    pub web: PathBuf,
    /// `extension/editions`: the files that an edition has instead of files of `web`.
    pub editions: PathBuf,
    /// Decides which features are left out.
    pub edition: Edition,
    /// `potbridge_extension.wasm`, as cargo built it.
    pub wasm: PathBuf,
    /// The version for the manifest.
    pub version: String,
}

impl Parts {
    /// The folders of the features that are in this edition.
    pub(crate) fn features(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.web)? {
            let folder = entry?.path();
            if folder.join(manifest::FILE).is_file()
                && folder.strip_prefix(&self.web).is_ok_and(|name| !self.edition.leaves_out(name))
            {
                found.push(folder);
            }
        }
        found.sort();
        Ok(found)
    }

    /// The files that are copied: their names in the bundle, and their paths.
    pub(crate) fn copied_files(&self, features: &[PathBuf]) -> Result<BTreeMap<PathBuf, PathBuf>> {
        let is_fragment = |path: &Path| {
            features
                .iter()
                .filter_map(|feature| path.strip_prefix(feature).ok())
                .any(|name| name == Path::new(manifest::FILE) || name.starts_with(LOCALES))
        };
        let left_out = |name: &Path| name.ancestors().any(|folder| self.edition.leaves_out(folder));
        let mut copied: BTreeMap<_, _> = packed_files(&self.web)?
            .into_iter()
            .filter(|(path, name)| !is_fragment(path) && !left_out(name))
            .map(|(path, name)| (name, path))
            .collect();
        if let Some(folder) = self.edition.replacements(&self.editions) {
            for (path, name) in packed_files(&folder)? {
                if copied.insert(name, path.clone()).is_none() {
                    return Err(Error::content(&path, "this replaces no file of the extension"));
                }
            }
        }
        Ok(copied)
    }

    /// A SHA-256 in hexadecimal that changes if a part or this program's version changes.
    pub(crate) fn stamp(&self) -> Result<String> {
        let mut hash = Sha256::new();
        hash.update(FORMAT);
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(&self.version);
        hash.update(self.edition.name());
        let mut inputs = packed_files(&self.web)?;
        if let Some(folder) = self.edition.replacements(&self.editions) {
            inputs.extend(packed_files(&folder)?);
        }
        inputs.push((self.wasm.clone(), PathBuf::new()));
        for (path, name) in inputs {
            let bytes = fs::read(&path)?;
            hash.update(name.as_os_str().as_encoded_bytes());
            hash.update(bytes.len().to_le_bytes());
            hash.update(bytes);
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The files under a folder that go into a bundle: all but the unit tests (`*.test.js`).
fn packed_files(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = files(folder)?;
    found.retain(|(path, _)| !path.as_os_str().as_encoded_bytes().ends_with(b".test.js"));
    Ok(found)
}
