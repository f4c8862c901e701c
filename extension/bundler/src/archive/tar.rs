//! Compressed tar archives.

use super::{File, TIME, sorted};
use crate::error::{Error, Result};
use flate2::{Compression, GzBuilder};
use std::collections::BTreeSet;
use std::io;
use tar::{Builder, EntryType, Header};

/// Packs files, sorted by name, with their folders, as root's and without their times. Errors name `what`.
///
/// # Errors
/// If a name cannot stand in an archive.
pub fn pack(what: &str, files: &[File]) -> Result<Vec<u8>> {
    packed(files).map_err(|error| Error::content(what.as_ref(), format!("cannot pack it: {error}")))
}

fn packed(files: &[File]) -> io::Result<Vec<u8>> {
    // Without a name and a time, and with level 9 said in the header, as gzip -9n does.
    let gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut tar = Builder::new(gzip);
    for folder in folders(files) {
        let mut header = header(EntryType::Directory, 0o755, 0)?;
        tar.append_data(&mut header, format!("{folder}/"), io::empty())?;
    }
    for file in sorted(files) {
        let mut header = header(EntryType::Regular, file.mode(), file.bytes.len() as u64)?;
        tar.append_data(&mut header, &file.name, file.bytes.as_slice())?;
    }
    tar.into_inner()?.finish()
}

/// Every folder that a file is in. A parent is before what is in it.
fn folders(files: &[File]) -> BTreeSet<&str> {
    files.iter().flat_map(|file| file.name.match_indices('/').map(|(end, _)| &file.name[..end])).collect()
}

fn header(kind: EntryType, mode: u32, size: u64) -> io::Result<Header> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(TIME);
    header.set_uid(0);
    header.set_gid(0);
    header.set_username("root")?;
    header.set_groupname("root")?;
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read as _;

    #[test]
    fn an_archive_has_modes_folders_and_one_time() {
        let files = [File::new("p/b/c", "text"), File::program("p/a", "run")];
        let archive = pack("here", &files).unwrap();
        let [one, other] = files;
        assert_eq!(archive, pack("here", &[other, one]).unwrap());
        assert_eq!(archive[4..8], [0; 4], "the time in the header of gzip");
        let mut found = Vec::new();
        let mut tar = tar::Archive::new(GzDecoder::new(archive.as_slice()));
        for entry in tar.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.mtime().unwrap()), (0, TIME));
            found.push((entry.path().unwrap().display().to_string(), header.mode().unwrap(), text));
        }
        let found: Vec<_> =
            found.iter().map(|(name, mode, text)| (name.as_str(), *mode, text.as_str())).collect();
        assert_eq!(
            found,
            [("p/", 0o755, ""), ("p/b/", 0o755, ""), ("p/a", 0o755, "run"), ("p/b/c", 0o644, "text")]
        );
    }
}
