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

/// The data folder of a system's package, such as Debian's: `/usr/share/potbridge` for programs in `/usr/bin`.
///
/// `None` if the programs are in no folder `bin`.
#[must_use]
pub fn package_folder(programs: &Path) -> Option<PathBuf> {
    let prefix = programs.parent().filter(|_| programs.ends_with("bin"))?;
    Some(data_folder(&prefix.join("share")))
}

/// The folders in which the extension of a program can be: its own, as an archive has it, where a package of the system
/// has it, and where `install` put it.
#[must_use]
pub fn folders(programs: &Path) -> Vec<PathBuf> {
    let installed = dirs::data_dir().map(|platform| data_folder(&platform));
    let folders = [Some(programs.to_owned()), package_folder(programs), installed];
    folders.into_iter().flatten().map(|folder| folder.join(FOLDER)).collect()
}

/// What a browser of a family takes as the extension, in one of [`folders`]: Chromium its folder, Firefox the packed file.
#[must_use]
pub fn loadable(folder: &Path, family: Family) -> PathBuf {
    match family {
        Family::Chromium => folder.join(family.name()),
        Family::Firefox => folder.join(PACKED_FOR_FIREFOX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_its_data_beside_its_programs() {
        let folder = |programs: &str| package_folder(Path::new(programs));
        assert_eq!(folder("/usr/bin"), Some("/usr/share/potbridge".into()));
        assert_eq!(folder("/usr/local/bin"), Some("/usr/local/share/potbridge".into()));
        assert_eq!(folder("/home/ada/potbridge-0.1.0"), None);
        let found = folders(Path::new("/usr/bin"));
        assert_eq!(
            found[..2],
            [Path::new("/usr/bin/extension"), Path::new("/usr/share/potbridge/extension")]
        );
    }
}
