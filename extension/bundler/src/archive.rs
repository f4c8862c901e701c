//! Zip archives. The same files make the same bytes.

use crate::error::{Error, Result};
use crate::files::files;
use fs_err as fs;
use std::io::{self, Cursor, Write as _};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The best compression of deflate.
const LEVEL: i64 = 9;
/// The mode of every file in an archive.
const MODE: u32 = 0o644;

/// One file of an archive.
pub(crate) struct Entry<'a> {
    /// Its path in the archive, separated by `/`.
    pub(crate) name: String,
    pub(crate) bytes: &'a [u8],
}

/// Packs the files of a folder.
pub(crate) fn pack_folder(folder: &Path) -> Result<Vec<u8>> {
    let mut contents: Vec<(String, Vec<u8>)> = Vec::new();
    for (path, name) in files(folder)? {
        let parts: Option<Vec<_>> = name.iter().map(|part| part.to_str()).collect();
        let name = parts.ok_or_else(|| Error::NotUtf8(path.clone()))?.join("/");
        contents.push((name, fs::read(&path)?));
    }
    let entries = contents.iter().map(|(name, bytes)| Entry { name: name.clone(), bytes }).collect();
    pack(folder, entries)
}

/// Packs files, sorted by name and without their times. Errors name `what`.
pub(crate) fn pack(what: &Path, mut entries: Vec<Entry<'_>>) -> Result<Vec<u8>> {
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(MODE);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = entries.into_iter().try_for_each(|entry| {
        zip.start_file(entry.name, options)?;
        zip.write_all(entry.bytes)
    });
    let whole = packed.and_then(|()| Ok(zip.finish().map_err(io::Error::from)?.into_inner()));
    whole.map_err(|error| Error::content(what, format!("cannot pack it: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::time::{Duration, SystemTime};

    fn packed(names: &[&'static str]) -> Vec<u8> {
        let entry = |name: &'static str| Entry { name: name.to_owned(), bytes: name.as_bytes() };
        pack(Path::new("here"), names.iter().map(|name| entry(name)).collect()).unwrap()
    }

    #[test]
    fn the_order_of_files_does_not_matter() {
        let archive = packed(&["a", "b/c", "b.js"]);
        assert_eq!(archive, packed(&["b.js", "b/c", "a"]));
        let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["a", "b.js", "b/c"]);
        let mut text = String::new();
        archive.by_name("b/c").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "b/c");
    }

    #[test]
    fn the_times_of_files_do_not_matter() {
        let make = |names: [&str; 3], time: SystemTime| {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("b")).unwrap();
            for name in names {
                fs::write(folder.path().join(name), name).unwrap();
                let file = fs::File::options().write(true).open(folder.path().join(name)).unwrap();
                file.set_modified(time).unwrap();
            }
            pack_folder(folder.path()).unwrap()
        };
        let first = make(["a", "b/c", "b.js"], SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        let second = make(["b.js", "b/c", "a"], SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        assert_eq!(first, second);
    }
}
