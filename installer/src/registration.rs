//! Where each browser finds the host's native manifest.

use crate::browsers::{self, Entry, UserFolders};
use crate::error::{Error, Result};
use potbridge_browser::Family;
use potbridge_system::browser::native_manifest;
use std::path::{Path, PathBuf};

/// The native manifest of one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    /// The browser's name for people.
    pub(crate) browser: String,
    /// Which manifest it reads.
    pub(crate) family: Family,
    /// The absolute path of the manifest.
    pub(crate) file: PathBuf,
}

/// The registrations for the named browsers, or for all that are on PATH.
///
/// With `manifest_dir`, that folder replaces the browsers' own folders.
///
/// # Errors
/// If a name is unknown, no browser is found, or one folder is for browsers of both families.
pub(crate) fn registrations(names: &[String], manifest_dir: Option<&Path>) -> Result<Vec<Registration>> {
    let named = names.iter().map(|name| browsers::by_id(name)).collect::<Result<Vec<_>>>()?;
    match manifest_dir {
        Some(folder) => in_folder(&named, folder).map(|registration| vec![registration]),
        None if named.is_empty() => {
            let found: Vec<_> = browsers::on_path().iter().map(|found| found.entry).collect();
            if found.is_empty() {
                return Err(no_browser());
            }
            in_their_own(&found)
        }
        None => in_their_own(&named),
    }
}

fn in_their_own(entries: &[&'static Entry]) -> Result<Vec<Registration>> {
    let folders = UserFolders::find()?;
    Ok(entries
        .iter()
        .flat_map(|entry| {
            entry.manifest_folders(&folders).into_iter().map(|folder| Registration {
                browser: entry.name.clone(),
                family: entry.family,
                file: folder.join(native_manifest::file_name()),
            })
        })
        .collect())
}

fn in_folder(entries: &[&'static Entry], folder: &Path) -> Result<Registration> {
    // Firefox reads manifests in the home folder only. So a folder without a name is for Chromium.
    let family = entries.first().map_or(Family::Chromium, |entry| entry.family);
    if entries.iter().any(|entry| entry.family != family) {
        return Err(Error::Usage {
            message: "--manifest-dir is for browsers of one family".to_owned(),
            hint: "Chromium and Firefox need different manifests of the same name: run install once for each",
        });
    }
    let folder = std::path::absolute(folder)?;
    let browser = match entries {
        [] => "a Chromium".to_owned(),
        entries => entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    Ok(Registration { browser, family, file: folder.join(native_manifest::file_name()) })
}

fn no_browser() -> Error {
    let names: Vec<_> = browsers::all().iter().map(|entry| entry.name.as_str()).collect();
    Error::NoBrowser {
        wanted: names.join(" or "),
        hint: "install one, or name the browser with --browser or its folder of native manifests with --manifest-dir"
            .to_owned(),
    }
}
