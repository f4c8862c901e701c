//! Zip archives that are byte for byte the same for the same files.

use crate::error::{Named as _, Result};
use std::io::{self, Cursor, Write as _};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The most that deflate can do.
const LEVEL: i64 = 9;
/// Of an archive, and of every file in it.
pub(crate) const MODE: u32 = 0o644;

/// One file of an archive.
pub(crate) struct Entry<'a> {
    /// Its path in the archive, parted by `/`.
    pub(crate) name: String,
    pub(crate) bytes: &'a [u8],
}

/// Packs files: sorted by name, and without their times. `of` names what is packed, in errors.
pub(crate) fn pack(of: &Path, mut entries: Vec<Entry<'_>>) -> Result<Vec<u8>> {
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
    whole.named("pack", of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn packed(names: &[&'static str]) -> Vec<u8> {
        let entry = |name: &'static str| Entry { name: name.to_owned(), bytes: name.as_bytes() };
        pack(Path::new("here"), names.iter().map(|name| entry(name)).collect()).unwrap()
    }

    #[test]
    fn the_same_files_make_the_same_archive_in_whatever_order_they_come() {
        let archive = packed(&["a", "b/c", "b.js"]);
        assert_eq!(archive, packed(&["b.js", "b/c", "a"]));
        let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["a", "b.js", "b/c"]);
        let mut text = String::new();
        archive.by_name("b/c").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "b/c");
    }
}
