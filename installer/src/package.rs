//! `package`: the archives that people and stores are given.

use crate::artifacts;
use crate::browsers::Family;
use crate::bundle;
use crate::command_line::Package;
use crate::error::{Error, Named as _, Result};
use crate::replace::replace;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The most that deflate can do.
const LEVEL: i64 = 9;
const MODE: u32 = 0o644;

/// Builds an edition of the extension, packs it for each family of browsers, and prints where the archives are.
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
    for family in Family::ALL {
        let version = env!("CARGO_PKG_VERSION");
        let path = folder.join(format!("potbridge-{version}-{edition}-{}.zip", family.name()));
        replace(&path, &archive(&extensions.join(family.name()))?, MODE)?;
        writeln!(out, "{}", path.display()).named("write to", Path::new("stdout"))?;
    }
    Ok(())
}

/// A folder's files as an archive, byte for byte the same for the same files: sorted, and without their times.
fn archive(folder: &Path) -> Result<Vec<u8>> {
    let mut entries: Vec<(String, PathBuf)> = Vec::new();
    for (path, name) in bundle::files(folder)? {
        let parts: Option<Vec<_>> = name.iter().map(|part| part.to_str()).collect();
        let name = parts.ok_or_else(|| Error::NotUtf8(path.clone()))?.join("/");
        entries.push((name, path));
    }
    entries.sort();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(MODE);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let failed = |error: zip::result::ZipError| Error::content(folder, format!("cannot be packed: {error}"));
    for (name, path) in entries {
        let bytes = fs::read(&path).named("read", &path)?;
        zip.start_file(name, options).map_err(failed)?;
        zip.write_all(&bytes).named("pack", &path)?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_same_files_make_the_same_archive_whenever_and_in_whatever_order_they_were_written() {
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
        let mut archive = zip::ZipArchive::new(Cursor::new(first)).unwrap();
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["a", "b.js", "b/c"]);
        let mut text = String::new();
        archive.by_name("b/c").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "b/c");
    }
}
