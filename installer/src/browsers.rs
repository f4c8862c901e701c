//! The table of browsers, from `browsers.toml`.

use crate::error::{Error, Result};
use potbridge_browser::Family;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// One browser of the table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What `--browser` takes.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// How it is driven.
    pub family: Family,
    /// Debian's package for it.
    pub debian_package: Option<String>,
    /// Whether it supports `--load-extension`.
    pub load_extension: bool,
    linux: Option<Places>,
    macos: Option<Places>,
    windows: Option<Places>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    programs: Vec<String>,
    manifests: Vec<String>,
}

/// A browser that is on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its row in the table.
    pub entry: &'static Entry,
    /// The absolute path of its program.
    pub program: PathBuf,
}

/// The folders that the table's patterns name.
#[derive(Clone, Debug)]
pub(crate) struct UserFolders {
    /// `{home}`
    pub(crate) home: PathBuf,
    /// `{config}`
    pub(crate) config: PathBuf,
}

impl UserFolders {
    /// The folders of the current user.
    pub(crate) fn find() -> Result<Self> {
        Ok(Self {
            home: dirs::home_dir().ok_or_else(Error::no_home)?,
            config: dirs::config_dir().ok_or_else(Error::no_home)?,
        })
    }
}

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        browser: Vec<Entry>,
    }
    toml::from_str::<File>(include_str!("browsers.toml"))
        .expect("browsers.toml is part of this program, and a test reads it")
        .browser
});

/// All browsers of the table. The preferred one is first.
#[must_use]
pub fn all() -> &'static [Entry] {
    &TABLE
}

/// The browser with this id.
///
/// # Errors
/// [`Error::UnknownBrowser`] has all known ids.
pub fn by_id(id: &str) -> Result<&'static Entry> {
    all().iter().find(|entry| entry.id == id).ok_or_else(|| Error::UnknownBrowser {
        name: id.to_owned(),
        known: all().iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>().join(", "),
    })
}

/// The browsers that are on PATH, in the table's order.
#[must_use]
pub(crate) fn on_path() -> Vec<Found> {
    all().iter().filter_map(Entry::find).collect()
}

impl Entry {
    /// Finds one of its programs on PATH.
    #[must_use]
    pub fn find(&'static self) -> Option<Found> {
        let program = self.places()?.programs.iter().find_map(|program| which::which(program).ok())?;
        Some(Found { entry: self, program })
    }

    /// The folders where it looks for the user's native manifests. Empty if the table has none for this system.
    #[must_use]
    pub(crate) fn manifest_folders(&self, folders: &UserFolders) -> Vec<PathBuf> {
        self.places().map_or_else(Vec::new, |places| {
            places.manifests.iter().map(|pattern| expand(pattern, folders)).collect()
        })
    }

    fn places(&self) -> Option<&Places> {
        match std::env::consts::OS {
            "macos" => self.macos.as_ref(),
            "windows" => self.windows.as_ref(),
            _ => self.linux.as_ref(),
        }
    }
}

fn expand(pattern: &str, folders: &UserFolders) -> PathBuf {
    let under = |folder: &Path, rest: &str| folder.join(rest.trim_start_matches('/'));
    if let Some(rest) = pattern.strip_prefix("{config}") {
        under(&folders.config, rest)
    } else if let Some(rest) = pattern.strip_prefix("{home}") {
        under(&folders.home, rest)
    } else {
        PathBuf::from(pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_entry_has_its_own_id() {
        let ids: HashSet<_> = all().iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), all().len());
        assert!(by_id("chromium").is_ok() && by_id("chrome").is_ok() && by_id("firefox").is_ok());
    }

    #[test]
    fn every_entry_has_a_program_and_a_manifest_folder() {
        for entry in all() {
            let places = [&entry.linux, &entry.macos, &entry.windows];
            assert!(
                places
                    .into_iter()
                    .flatten()
                    .any(|place| !place.programs.is_empty() && !place.manifests.is_empty()),
                "{}",
                entry.id
            );
        }
    }

    #[test]
    fn an_unknown_id_is_an_error_with_the_known_ones() {
        let error = by_id("netscape").unwrap_err();
        assert_eq!(error.code().exit_code(), 2);
        assert_eq!(error.hint().unwrap(), "known browsers: chromium, chrome, firefox");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn manifests_go_where_each_browser_looks_on_linux() {
        let folders = UserFolders { home: "/home/ada".into(), config: "/home/ada/.config".into() };
        let of = |id| by_id(id).unwrap().manifest_folders(&folders);
        assert_eq!(of("chromium"), [Path::new("/home/ada/.config/chromium/NativeMessagingHosts")]);
        assert_eq!(of("chrome"), [Path::new("/home/ada/.config/google-chrome/NativeMessagingHosts")]);
        assert_eq!(of("firefox"), [Path::new("/home/ada/.mozilla/native-messaging-hosts")]);
    }
}
