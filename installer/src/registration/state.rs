//! What stands where a browser looks for the native manifest.

use super::registry;
use potbridge_browser::Family;
use potbridge_system::browser::native_manifest::NativeManifest;
use potbridge_system::regular_file;
use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What stands where a browser looks for the native manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ManifestState {
    /// A manifest that leads to a program.
    Registered {
        /// The program.
        host: PathBuf,
    },
    /// A manifest that leads to no program.
    Stale {
        /// Where the program was.
        host: PathBuf,
    },
    /// Nothing.
    Missing,
    /// Something that is no manifest of potbridge's for this family.
    Other,
    /// It cannot be read.
    Unreadable,
}

/// What a browser of a family reads by this file. On Windows each of the `keys` must lead to it.
#[must_use]
pub fn of(file: &Path, keys: &[String], family: Family) -> ManifestState {
    for key in keys {
        match registry::read(key) {
            Ok(Some(value)) if value == file => {}
            Ok(None) => return ManifestState::Missing,
            Ok(Some(_)) => return ManifestState::Other,
            Err(_) => return ManifestState::Unreadable,
        }
    }
    state(file, family)
}

/// What stands in a file that a browser of a family reads.
#[must_use]
pub fn state(file: &Path, family: Family) -> ManifestState {
    let text = match regular_file::read_to_string(file) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return ManifestState::Missing;
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => return ManifestState::Other,
        Err(_) => return ManifestState::Unreadable,
    };
    match NativeManifest::read(&text, family) {
        None => ManifestState::Other,
        Some(manifest) if manifest.host.is_file() => ManifestState::Registered { host: manifest.host },
        Some(manifest) => ManifestState::Stale { host: manifest.host },
    }
}
