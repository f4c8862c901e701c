//! Finds the built parts of potbridge.

use crate::error::{Error, Result};
use crate::folders;
use potbridge_browser::Family;
use potbridge_protocol::Code;
use potbridge_system::browser::extension::{self, data_folder, package_folder};
use std::env::{self, consts::EXE_SUFFIX};
use std::path::{Path, PathBuf};

/// The plugin for yt-dlp, in an archive and in the data folder of an installation.
pub(crate) const YT_DLP_PLUGIN: &str = "potbridge-yt-dlp-plugin.zip";

/// The built parts of potbridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifacts {
    /// The program `potbridge`.
    pub host: PathBuf,
    /// The program `potbridge-setup`.
    pub setup: PathBuf,
    /// The folder that holds a built extension for each family, `chromium` and `firefox`, and the packed one for Firefox.
    pub extensions: PathBuf,
    /// The packed plugin for yt-dlp.
    pub yt_dlp_plugin: PathBuf,
}

impl Artifacts {
    /// Finds the parts that belong to this program.
    ///
    /// They are in the program's own folder, as a release archive has them, where a package of the system has them, or where
    /// `install` put them.
    ///
    /// # Errors
    /// If a part is missing.
    pub fn find() -> Result<Self> {
        let setup = folders::real(&env::current_exe()?)?;
        let programs = setup.parent().unwrap_or(Path::new("/"));
        let installed = || Self::new(programs, &data_folder(&dirs::data_dir()?)).whole();
        Self::in_folder(programs).or_else(|| Self::in_package(programs)).or_else(installed).ok_or_else(|| {
            Error::Missing {
                code: Code::PartMissing,
                what: format!("a part of potbridge beside {}", setup.display()),
                hint:
                    "unpack the whole archive into one folder, or run `cargo start` in a clone of the source"
                        .to_owned(),
            }
        })
    }

    /// The parts in the folder of an unpacked archive. `None` if one is missing.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Option<Self> {
        Self::new(folder, folder).whole()
    }

    /// The parts of a package of the system, whose programs are in this folder. `None` if one is missing.
    #[must_use]
    pub fn in_package(programs: &Path) -> Option<Self> {
        Self::new(programs, &package_folder(programs)?).whole()
    }

    /// The built extension of a family: a folder that a browser can load.
    #[must_use]
    pub fn extension(&self, family: Family) -> PathBuf {
        self.extensions.join(family.name())
    }

    /// The extension for Firefox in one file.
    #[must_use]
    pub fn packed_for_firefox(&self) -> PathBuf {
        self.extensions.join(extension::PACKED_FOR_FIREFOX)
    }

    /// The stand-in for YouTube, which only an archive for developers has.
    ///
    /// # Errors
    /// If it is missing.
    pub(crate) fn stand_in(&self) -> Result<PathBuf> {
        let program = self.setup.with_file_name(program("potbridge-stand-in"));
        if program.is_file() {
            return Ok(program);
        }
        Err(Error::Missing {
            code: Code::PartMissing,
            what: "the stand-in for YouTube, which a demo plays on,".to_owned(),
            hint: "run `cargo start --demo` in a clone of the source".to_owned(),
        })
    }

    fn new(programs: &Path, data: &Path) -> Self {
        let extensions = data.join(extension::FOLDER);
        Self {
            host: programs.join(program("potbridge")),
            setup: programs.join(program("potbridge-setup")),
            // `cargo start` makes a link, which a browser need not follow.
            extensions: dunce::canonicalize(&extensions).unwrap_or(extensions),
            yt_dlp_plugin: data.join(YT_DLP_PLUGIN),
        }
    }

    fn whole(self) -> Option<Self> {
        let manifest = |family| self.extension(family).join("manifest.json");
        let whole = self.host.is_file()
            && self.yt_dlp_plugin.is_file()
            && self.packed_for_firefox().is_file()
            && Family::ALL.into_iter().all(|family| manifest(family).is_file());
        whole.then_some(self)
    }
}

/// The file name of a program on this system.
pub(crate) fn program(name: &str) -> String {
    format!("{name}{EXE_SUFFIX}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fs_err as fs;

    fn put_parts(programs: &Path, data: &Path) {
        for file in [
            programs.join(program("potbridge")),
            data.join("extension/chromium/manifest.json"),
            data.join("extension/firefox/manifest.json"),
            data.join("extension/firefox.xpi"),
            data.join(YT_DLP_PLUGIN),
        ] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
    }

    #[test]
    fn a_packages_parts_are_found_beside_its_programs() {
        let folder = tempfile::tempdir().unwrap();
        let (programs, data) = (folder.path().join("usr/bin"), folder.path().join("usr/share/potbridge"));
        assert_eq!(Artifacts::in_package(&programs), None);
        put_parts(&programs, &data);
        let found = Artifacts::in_package(&programs).unwrap();
        assert_eq!(found.host, programs.join(program("potbridge")));
        assert_eq!(
            found.extension(Family::Chromium),
            dunce::canonicalize(&data).unwrap().join("extension/chromium")
        );
    }
}
