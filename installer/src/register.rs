//! Which native manifests belong where.

use crate::browsers::{self, Entry, Family, Folders};
use crate::error::{Error, Result};
use crate::native_manifest;
use std::path::{Path, PathBuf};

/// Where one browser is to find the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// What people call the browser.
    pub browser: String,
    /// Which manifest it reads.
    pub family: Family,
    /// The manifest's file, absolute.
    pub file: PathBuf,
}

/// The registrations for the browsers named, or for all that are found; in `manifest_dir`, where
/// that is given, instead of the browsers' own folders.
///
/// # Errors
/// An unknown name, no browser at all, or browsers of both families for one folder.
pub fn plan(names: &[String], manifest_dir: Option<&Path>) -> Result<Vec<Registration>> {
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
    let folders = Folders::of_this_person()?;
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
    // Firefox looks in the home folder whatever its profile, so a folder alone means a Chromium.
    let family = entries.first().map_or(Family::Chromium, |entry| entry.family);
    if entries.iter().any(|entry| entry.family != family) {
        return Err(Error::Usage(
            "--manifest-dir is for browsers of one family: Chromium and Firefox need different \
             manifests of the same name"
                .to_owned(),
        ));
    }
    let folder = std::path::absolute(folder).map_err(|source| Error::File {
        doing: "find",
        path: folder.to_owned(),
        source,
    })?;
    let browser = match entries {
        [] => "a browser of Chromium's family".to_owned(),
        entries => entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    Ok(Registration { browser, family, file: folder.join(native_manifest::file_name()) })
}

fn no_browser() -> Error {
    let names: Vec<_> = browsers::all().iter().map(|entry| entry.name.as_str()).collect();
    Error::NoBrowser {
        wanted: names.join(" or "),
        hint: "install one, or name the browser with --browser, or its folder of native manifests \
               with --manifest-dir"
            .to_owned(),
    }
}
