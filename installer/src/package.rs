//! `package`: the archives that people and stores are given.

use crate::archive::{self, Entry, MODE};
use crate::browsers::Family;
use crate::command_line::Package;
use crate::error::{Error, Named as _, Result};
use crate::replace::replace;
use crate::{artifacts, bundle, yt_dlp_plugin};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Builds an edition of the extension, packs it for each family of browsers, and the plugin for yt-dlp beside it; prints
/// where the archives are.
///
/// # Errors
/// Where there is no source to build from, the build fails, or the folder cannot be written.
pub fn run(arguments: &Package, out: &mut dyn Write) -> Result<()> {
    let workspace = artifacts::workspace().ok_or_else(|| Error::Missing {
        what: "the source of potbridge, which archives are made from,".to_owned(),
        hint: "run `cargo setup package` in a clone of the source".to_owned(),
    })?;
    let edition = arguments.edition;
    let extensions = artifacts::build_extensions(&workspace, edition)?;
    fs::create_dir_all(&arguments.out).named("make the folder", &arguments.out)?;
    let folder = arguments.out.canonicalize().named("find", &arguments.out)?;
    let mut archives = Vec::new();
    for family in Family::ALL {
        archives.push((format!("{edition}-{}", family.name()), archive(&extensions.join(family.name()))?));
    }
    archives.push(("yt-dlp-plugin".to_owned(), yt_dlp_plugin::archive()?));
    for (name, bytes) in archives {
        let path = folder.join(format!("potbridge-{}-{name}.zip", env!("CARGO_PKG_VERSION")));
        replace(&path, &bytes, MODE)?;
        writeln!(out, "{}", path.display()).named("write to", Path::new("stdout"))?;
    }
    Ok(())
}

/// A folder's files as an archive.
fn archive(folder: &Path) -> Result<Vec<u8>> {
    let mut contents: Vec<(String, Vec<u8>)> = Vec::new();
    for (path, name) in bundle::files(folder)? {
        let parts: Option<Vec<_>> = name.iter().map(|part| part.to_str()).collect();
        let name = parts.ok_or_else(|| Error::NotUtf8(path.clone()))?.join("/");
        contents.push((name, fs::read(&path).named("read", &path)?));
    }
    let entries = contents.iter().map(|(name, bytes)| Entry { name: name.clone(), bytes }).collect();
    archive::pack(folder, entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_same_files_make_the_same_archive_whenever_they_were_written() {
        let make = |names: [&str; 3], time: SystemTime| {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("b")).unwrap();
            for name in names {
                fs::write(folder.path().join(name), name).unwrap();
                let file = fs::File::options().write(true).open(folder.path().join(name)).unwrap();
                file.set_modified(time).unwrap();
            }
            archive(folder.path()).unwrap()
        };
        let first = make(["a", "b/c", "b.js"], SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        let second = make(["b.js", "b/c", "a"], SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        assert_eq!(first, second);
    }
}
