//! Debian's package.
//!
//! The native manifests for the whole system are files of the package: dpkg removes them with it, and no script runs.

use super::changelog;
use super::contents::Contents;
use super::pages;
use crate::archive::File;
use crate::archive::deb::{self, Control};
use crate::error::{Error, Result};
use crate::target::Target;
use potbridge_system::browser::{Family, native_manifest};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The installer's table of browsers, which says where each looks for native manifests of the whole system.
const TABLE: &str = include_str!("../../../../installer/src/browsers/browsers.toml");

const BROWSERS: &str =
    "chromium | firefox-esr | firefox | google-chrome-stable | microsoft-edge-stable | brave-browser";

const DESCRIPTION: &str = "\
A browser extension reads the PO token from the requests that YouTube's own player
makes while you watch. This program writes it where a backend reads it: a .env file,
the keyring, redis, or yt-dlp itself. It forges no request and imitates nothing.

Run \"potbridge-setup install\" as yourself to say where tokens go, and to learn
how to load the extension, which is in /usr/share/potbridge/extension.";

/// The package for a target, its file name and its bytes. `None` if Debian does not run there.
///
/// # Errors
/// If it cannot be packed.
pub fn package(contents: &Contents, version: &str, target: Target) -> Result<Option<(String, Vec<u8>)>> {
    let Some(debian) = target.debian() else {
        return Ok(None);
    };
    let mut fields =
        vec![("Maintainer", changelog::MAINTAINER), ("Section", "net"), ("Priority", "optional")];
    fields.extend(debian.depends.map(|packages| ("Depends", packages)));
    // Apt installs what a package recommends: a browser on a server.
    let suggests = format!("{BROWSERS}, yt-dlp, ffmpeg");
    fields.push(("Suggests", &suggests));
    let control = Control {
        package: "potbridge",
        version,
        architecture: debian.architecture,
        fields: &fields,
        synopsis: "hands the PO tokens of your own browser to yt-dlp and its like",
        description: DESCRIPTION,
    };
    let file = format!("potbridge_{version}_{}.deb", debian.architecture);
    let bytes = deb::pack(&control, &files(contents, version, target)?)?;
    Ok(Some((file, bytes)))
}

fn files(contents: &Contents, version: &str, target: Target) -> Result<Vec<File>> {
    let mut files: Vec<_> =
        contents.programs(target).into_iter().map(|program| program.within("usr/bin")).collect();
    files.extend(contents.data().into_iter().map(|file| file.within("usr/share/potbridge")));
    let texts = contents.texts.iter().filter(|text| text.name != "LICENSE").cloned();
    files.extend(texts.map(|text| text.within("usr/share/doc/potbridge")));
    for page in &contents.pages {
        files.extend(pages::for_debian(page)?);
    }
    files.push(File::new("usr/share/doc/potbridge/copyright", COPYRIGHT));
    files.push(changelog::of(version)?.within("usr/share/doc/potbridge"));
    for (folder, family) in manifest_folders()? {
        let text = native_manifest::text(family, Path::new("/usr/bin/potbridge"), &[])
            .map_err(|error| Error::content(folder.as_ref(), error.to_string()))?;
        let folder = folder.trim_start_matches('/');
        files.push(File::new(format!("{folder}/{}", native_manifest::file_name()), text));
    }
    Ok(files)
}

/// The folders for native manifests of the whole system that browsers on Linux look into.
fn manifest_folders() -> Result<BTreeMap<String, Family>> {
    #[derive(Deserialize)]
    struct Table {
        browser: Vec<Browser>,
    }
    #[derive(Deserialize)]
    struct Browser {
        family: Family,
        linux: Option<Linux>,
    }
    #[derive(Deserialize)]
    struct Linux {
        #[serde(default)]
        system_manifests: Vec<String>,
    }
    let table: Table = toml::from_str(TABLE)
        .map_err(|error| Error::content("the table of browsers".as_ref(), error.to_string()))?;
    let mut folders = BTreeMap::new();
    for Browser { family, linux } in table.browser {
        let places = linux.into_iter().flat_map(|linux| linux.system_manifests);
        // Fedora's name for what Debian has in /usr/lib.
        for folder in places.filter(|folder| !folder.starts_with("/usr/lib64/")) {
            if *folders.entry(folder.clone()).or_insert(family) != family {
                return Err(Error::content(folder.as_ref(), "browsers of both families look into it"));
            }
        }
    }
    Ok(folders)
}

/// In the form of Debian's policy (copyright-format 1.0).
const COPYRIGHT: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: potbridge

Files: *
Copyright: 2026 the potbridge authors
License: MIT or Apache-2.0

License: MIT
 The whole text is in /usr/share/doc/potbridge/LICENSE-MIT.

License: Apache-2.0
 The whole text is in /usr/share/common-licenses/Apache-2.0.

Comment: The crates that are linked into the programs, and their licences, are in
 /usr/share/doc/potbridge/THIRD-PARTY-LICENSES.txt.
";
