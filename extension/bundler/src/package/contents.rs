//! What the archive for one target holds.
//!
//! ```text
//! potbridge-0.1.0-x86_64-unknown-linux-musl/
//!   potbridge  potbridge-setup
//!   extension/{chromium,firefox,firefox.xpi}           the full edition
//!   potbridge-yt-dlp-plugin.zip
//!   completions/  man/                                 for bash, zsh, fish and PowerShell, and for `man`
//!   INSTALL.md  LICENSE  LICENSE-APACHE  LICENSE-MIT  THIRD-PARTY-LICENSES.txt
//! ```

use crate::archive::{self, File, tar, zip};
use crate::error::Result;
use crate::programs::Program;
use crate::target::Target;
use crate::yt_dlp_plugin;
use fs_err as fs;
use potbridge_browser::Family;
use std::path::Path;

/// What the archive for one target holds.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The program `potbridge`.
    pub host: Vec<u8>,
    /// The program `potbridge-setup`.
    pub setup: Vec<u8>,
    /// The extension, by [`extension`].
    pub extension: Vec<File>,
    /// The packed plugin for yt-dlp.
    pub plugin: Vec<u8>,
    /// Completions for shells and man pages: `completions/potbridge.bash`, `man/potbridge.1` and so on.
    pub pages: Vec<File>,
    /// What people read: how to install it, and the licences.
    pub texts: Vec<File>,
}

/// The name of an archive without its ending, and of the folder in it.
#[must_use]
pub fn archive_name(version: &str, target: Target) -> String {
    format!("potbridge-{version}-{}", target.triple())
}

/// The built extension: `extension/chromium/manifest.json`, `extension/firefox.xpi` and so on.
///
/// # Errors
/// If a file cannot be read.
pub fn extension(bundles: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for family in Family::ALL {
        let folder = archive::of_folder(&bundles.join(family.name()))?;
        files.extend(folder.into_iter().map(|file| file.within(family.name())));
    }
    files.push(File::new("firefox.xpi", fs::read(bundles.join("firefox.xpi"))?));
    Ok(files.into_iter().map(|file| file.within("extension")).collect())
}

impl Contents {
    /// The archive for a target: its file name and its bytes.
    ///
    /// # Errors
    /// If it cannot be packed.
    pub fn archive(&self, version: &str, target: Target) -> Result<(String, Vec<u8>)> {
        let name = archive_name(version, target);
        let files: Vec<_> = self
            .programs(target)
            .into_iter()
            .chain(self.data())
            .chain(self.pages.iter().chain(&self.texts).cloned())
            .map(|file| file.within(&name))
            .collect();
        if target.has_zip() {
            let file = format!("{name}.zip");
            let bytes = zip::pack(&file, &files)?;
            Ok((file, bytes))
        } else {
            let file = format!("{name}.tar.gz");
            let bytes = tar::pack(&file, &files)?;
            Ok((file, bytes))
        }
    }

    pub(super) fn programs(&self, target: Target) -> Vec<File> {
        [(Program::HOST, &self.host), (Program::SETUP, &self.setup)]
            .map(|(program, bytes)| File::program(program.file_name_on(target.triple()), bytes.as_slice()))
            .into()
    }

    /// What the programs use.
    pub(super) fn data(&self) -> Vec<File> {
        let plugin = File::new(yt_dlp_plugin::FILE, self.plugin.as_slice());
        self.extension.iter().cloned().chain([plugin]).collect()
    }
}
