//! The table of browsers, from `browsers.toml`.

use crate::browsers::machine::System;
use crate::error::{Error, Result};
use potbridge_browser::Family;
use serde::Deserialize;
use std::sync::LazyLock;

/// One browser of the table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What `--browser` takes.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// How it is driven, and which manifest it reads.
    pub family: Family,
    /// Debian's package for it.
    pub debian_package: Option<String>,
    /// Whether `start` opens it rather than one that is not.
    #[serde(default)]
    pub preferred: bool,
    /// Whether `start` can open and drive it.
    #[serde(default = "yes")]
    pub driven: bool,
    linux: Option<Places>,
    macos: Option<Places>,
    windows: Option<Places>,
}

/// What is known of a browser on one system. Each text with braces is a pattern, which [`super::Machine::expand`] reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Places {
    /// Programs that are looked up on PATH, in this order.
    pub programs: Vec<String>,
    /// Where its program is put, whether or not that is on PATH.
    pub places: Vec<String>,
    /// The name of its program among Windows' "App Paths".
    pub app_path: Option<String>,
    /// The folders of its profiles: if one exists, the browser was used here.
    pub profiles: Vec<String>,
    /// The user's folders of native manifests.
    pub manifests: Vec<String>,
    /// The machine's folders of native manifests.
    pub system_manifests: Vec<String>,
    /// Windows: the keys under `Software` in which it looks for native manifests.
    pub registry: Vec<String>,
    /// The folders of policies of whoever manages the machine; on Windows keys under `Software\Policies`.
    pub policies: Vec<String>,
    /// Its package for snap.
    pub snap: Option<Snap>,
    /// Its package for flatpak.
    pub flatpak: Option<Flatpak>,
}

/// A snap of a browser.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snap {
    /// The snap's name, and that of its command in `/snap/bin`.
    pub name: String,
    /// Whether it can start a native host: by the desktop's portal, which asks the person once.
    #[serde(default)]
    pub portal: bool,
    /// Where to get the browser in a form that can start a host.
    #[serde(default)]
    pub instead: Option<String>,
}

/// A flatpak of a browser.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flatpak {
    /// The application's id.
    pub app: String,
    /// The user's folders of native manifests, if they differ. `{config}` and `{home}` are the sandbox's own.
    #[serde(default)]
    pub manifests: Option<Vec<String>>,
    /// A folder of the home folder that the sandbox has to keep, and does not.
    #[serde(default)]
    pub persist: Option<String>,
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
/// [`Error::UnknownBrowser`] has the nearest id.
pub fn by_id(id: &str) -> Result<&'static Entry> {
    all().iter().find(|entry| entry.id == id).ok_or_else(|| {
        let alike = |entry: &&Entry| strsim::jaro_winkler(id, &entry.id);
        let nearest = all().iter().max_by(|one, other| alike(one).total_cmp(&alike(other)));
        let nearest = nearest.filter(|entry| alike(entry) >= ALIKE);
        let question = nearest.map_or_else(String::new, |entry| format!("did you mean {:?}? ", entry.id));
        Error::UnknownBrowser {
            name: id.to_owned(),
            known: format!("{question}`potbridge-setup list --all` has the id of each"),
        }
    })
}

/// How alike two ids are at least, of 1, if one is taken for a slip of the other.
const ALIKE: f64 = 0.8;

impl Entry {
    /// What is known of it on a system. `None` if it does not exist there.
    #[must_use]
    pub fn on(&self, system: System) -> Option<&Places> {
        match system {
            System::Linux => self.linux.as_ref(),
            System::Macos => self.macos.as_ref(),
            System::Windows => self.windows.as_ref(),
        }
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const BRACES: [&str; 6] = ["{home}", "{config}", "{data}", "{local}", "{programs}", "/"];

    const SYSTEMS: [System; 3] = [System::Linux, System::Macos, System::Windows];

    #[test]
    fn every_entry_has_its_own_id() {
        let ids: HashSet<_> = all().iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), all().len());
        assert!(by_id("chromium").is_ok() && by_id("chrome").is_ok() && by_id("firefox").is_ok());
    }

    #[test]
    fn every_entry_can_be_found_and_registered_where_it_exists() {
        for entry in all() {
            let everywhere: Vec<_> = SYSTEMS.iter().filter_map(|system| entry.on(*system)).collect();
            assert!(!everywhere.is_empty(), "{}", entry.id);
            for system in SYSTEMS {
                let Some(places) = entry.on(system) else { continue };
                assert!(!places.programs.is_empty() || !places.places.is_empty(), "{} {system:?}", entry.id);
                let by_registry = system == System::Windows;
                assert_eq!(places.registry.is_empty(), !by_registry, "{} {system:?}", entry.id);
                assert_eq!(places.manifests.is_empty(), by_registry, "{} {system:?}", entry.id);
                let is_channel = entry.id.starts_with("firefox-");
                assert_eq!(places.profiles.is_empty(), is_channel, "{} {system:?}", entry.id);
            }
        }
    }

    #[test]
    fn every_pattern_begins_with_a_folder_that_is_known() {
        for (entry, system) in all().iter().flat_map(|entry| SYSTEMS.map(|system| (entry, system))) {
            let Some(places) = entry.on(system) else { continue };
            let mut patterns = [&places.places, &places.profiles, &places.manifests].map(Vec::clone).concat();
            patterns.extend(places.system_manifests.clone());
            if system != System::Windows {
                patterns.extend(places.policies.clone());
            }
            for pattern in patterns {
                assert!(
                    BRACES.iter().any(|known| pattern.starts_with(known)),
                    "{} {system:?} {pattern}",
                    entry.id
                );
            }
        }
    }

    #[test]
    fn an_unknown_id_is_an_error_with_the_nearest_one() {
        let error = by_id("netscape").unwrap_err();
        assert_eq!(error.code().exit_code(), 2);
        assert_eq!(error.hint().unwrap(), "`potbridge-setup list --all` has the id of each");
        for (wrong, right) in
            [("chrom", "chrome"), ("msedge", "edge"), ("fire-fox", "firefox"), ("Brave", "brave")]
        {
            let hint = by_id(wrong).unwrap_err().hint().unwrap();
            assert!(hint.starts_with(&format!("did you mean {right:?}? ")), "{wrong}: {hint}");
        }
    }
}
