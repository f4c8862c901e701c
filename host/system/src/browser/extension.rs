//! Where the built extension is.

use super::Family;
use std::path::{Path, PathBuf};

/// The folder of the extensions, in an archive and in the data folder of an installation.
///
/// It holds a folder for each family, `chromium` and `firefox`, and the packed file for Firefox.
pub const FOLDER: &str = "extension";

/// The extension for Firefox in one file, as a profile holds it.
pub const PACKED_FOR_FIREFOX: &str = "firefox.xpi";

/// The folder of an installation in the platform's data folder.
#[must_use]
pub fn data_folder(platform: &Path) -> PathBuf {
    platform.join("potbridge")
}

/// The folders in which the extension of a program can be: its own, as an archive has it, and where `install` put it.
#[must_use]
pub fn folders(programs: &Path) -> Vec<PathBuf> {
    let installed = dirs::data_dir().map(|platform| data_folder(&platform));
    [Some(programs.to_owned()), installed].into_iter().flatten().map(|folder| folder.join(FOLDER)).collect()
}

/// What a browser of a family takes as the extension, in one of [`folders`]: Chromium its folder, Firefox the packed file.
#[must_use]
pub fn loadable(folder: &Path, family: Family) -> PathBuf {
    match family {
        Family::Chromium => folder.join(family.name()),
        Family::Firefox => folder.join(PACKED_FOR_FIREFOX),
    }
}
