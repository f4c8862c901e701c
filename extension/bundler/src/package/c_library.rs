//! Libraries in C that crates bring with them.

use crate::error::{Error, Result};
use crate::metadata::Package;
use fs_err as fs;
use std::path::PathBuf;

/// A library in C.
pub(super) struct CLibrary {
    /// Its name.
    pub(super) name: &'static str,
    /// Its licence, an SPDX expression.
    pub(super) license: &'static str,
    /// The crate that it comes with.
    of: &'static str,
    /// A file of that crate, and how the line begins that says the version.
    version: (&'static str, &'static str),
    /// A file of that crate with the text of the licence, if the crate does not have it beside its own.
    text: Option<&'static str>,
}

const ALL: [CLibrary; 2] = [
    CLibrary {
        name: "sqlite",
        license: "blessing",
        of: "libsqlite3-sys",
        version: ("sqlite3/sqlite3.h", "#define SQLITE_VERSION "),
        text: None,
    },
    CLibrary {
        name: "dbus",
        license: "AFL-2.1 OR GPL-2.0-or-later",
        of: "libdbus-sys",
        version: ("vendor/dbus/NEWS", "dbus "),
        text: Some("vendor/dbus/COPYING"),
    },
];

impl CLibrary {
    /// The one that comes with a crate.
    pub(super) fn of(package: &Package) -> Option<&'static Self> {
        ALL.iter().find(|library| library.of == package.name)
    }

    /// Its version.
    pub(super) fn version(&self, package: &Package) -> Result<String> {
        let path = package.folder().join(self.version.0);
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix(self.version.1));
        let word = line.and_then(|line| line.split_whitespace().next()).map(|word| word.trim_matches('"'));
        word.filter(|word| word.starts_with(|first: char| first.is_ascii_digit()))
            .map(str::to_owned)
            .ok_or_else(|| Error::content(&path, format!("this does not say the version of {}", self.name)))
    }

    /// The file with the text of its licence.
    pub(super) fn text(&self, package: &Package) -> Option<PathBuf> {
        self.text.map(|name| package.folder().join(name))
    }
}
