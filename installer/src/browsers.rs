//! The one table of browsers, read from `browsers.toml`.

use crate::error::{Error, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// How a browser is driven, and which native manifest it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Chromium and what is built from it.
    Chromium,
    /// Firefox and its forks.
    Firefox,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// The name of the family's folders: `chromium`, `firefox`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// One browser of the table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What `--browser` takes.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How it is driven.
    pub family: Family,
    /// What provides it on Debian.
    pub debian_package: Option<String>,
    /// Whether `--load-extension` is honoured.
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

/// A browser of the table that is on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which.
    pub entry: &'static Entry,
    /// Its program, absolute.
    pub program: PathBuf,
}

/// The folders that the table's patterns speak of.
#[derive(Clone, Debug)]
pub struct Folders {
    /// `{home}`
    pub home: PathBuf,
    /// `{config}`
    pub config: PathBuf,
}

impl Folders {
    /// Those of the person who runs this.
    ///
    /// # Errors
    /// Where the system knows no home folder.
    pub fn of_this_person() -> Result<Self> {
        let unknown = || Error::Missing { what: "the home folder".to_owned(), hint: "set HOME".to_owned() };
        Ok(Self {
            home: dirs::home_dir().ok_or_else(unknown)?,
            config: dirs::config_dir().ok_or_else(unknown)?,
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

/// All browsers of the table, the one to prefer first.
#[must_use]
pub fn all() -> &'static [Entry] {
    &TABLE
}

/// The browser with this id.
///
/// # Errors
/// [`Error::UnknownBrowser`] lists the ids there are.
pub fn by_id(id: &str) -> Result<&'static Entry> {
    all().iter().find(|entry| entry.id == id).ok_or_else(|| Error::UnknownBrowser {
        name: id.to_owned(),
        known: all().iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>().join(", "),
    })
}

/// The browsers of the table that are on PATH, in the table's order.
#[must_use]
pub fn on_path() -> Vec<Found> {
    all().iter().filter_map(Entry::find).collect()
}

impl Entry {
    /// This browser, where one of its programs is on PATH.
    #[must_use]
    pub fn find(&'static self) -> Option<Found> {
        let program = self.places()?.programs.iter().find_map(|program| which::which(program).ok())?;
        Some(Found { entry: self, program })
    }

    /// The folders in which this browser looks for the person's native manifests; none where the
    /// table does not know it on this system.
    #[must_use]
    pub fn manifest_folders(&self, folders: &Folders) -> Vec<PathBuf> {
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

fn expand(pattern: &str, folders: &Folders) -> PathBuf {
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
    fn every_entry_can_be_read_and_has_an_id_of_its_own() {
        let ids: HashSet<_> = all().iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), all().len());
        assert!(by_id("chromium").is_ok() && by_id("chrome").is_ok() && by_id("firefox").is_ok());
    }

    #[test]
    fn every_entry_has_a_program_and_a_manifest_folder_on_some_system() {
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
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = by_id("netscape").unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().ends_with("known: chromium, chrome, firefox"), "{error}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn manifests_go_where_each_browser_looks_on_linux() {
        let folders = Folders { home: "/home/ada".into(), config: "/home/ada/.config".into() };
        let of = |id| by_id(id).unwrap().manifest_folders(&folders);
        assert_eq!(of("chromium"), [Path::new("/home/ada/.config/chromium/NativeMessagingHosts")]);
        assert_eq!(of("chrome"), [Path::new("/home/ada/.config/google-chrome/NativeMessagingHosts")]);
        assert_eq!(of("firefox"), [Path::new("/home/ada/.mozilla/native-messaging-hosts")]);
    }
}
