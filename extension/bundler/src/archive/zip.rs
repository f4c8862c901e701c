//! Zip archives.

use super::{File, sorted};
use crate::error::{Error, Result};
use std::io::{self, Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The best compression of deflate.
const LEVEL: i64 = 9;

/// Packs files, sorted by name and without their times. Errors name `what`.
///
/// # Errors
/// If two files have one name.
pub fn pack(what: &str, files: &[File]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        // The time that `super::TIME` is.
        .last_modified_time(DateTime::default())
        .system(System::Unix);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = sorted(files).into_iter().try_for_each(|file| {
        zip.start_file(file.name.as_str(), options.unix_permissions(file.mode()))?;
        zip.write_all(&file.bytes)
    });
    let whole = packed.and_then(|()| Ok(zip.finish().map_err(io::Error::from)?.into_inner()));
    whole.map_err(|error| Error::content(what.as_ref(), format!("cannot pack it: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::of_folder;
    use fs_err as fs;
    use std::io::Read as _;
    use std::time::{Duration, SystemTime};

    fn packed(names: &[&str]) -> Vec<u8> {
        let files: Vec<_> = names.iter().map(|name| File::new(*name, name.as_bytes())).collect();
        pack("here", &files).unwrap()
    }

    #[test]
    fn the_order_of_files_does_not_matter() {
        let archive = packed(&["a", "b/c", "b.js"]);
        assert_eq!(archive, packed(&["b.js", "b/c", "a"]));
        let mut archive = ::zip::ZipArchive::new(Cursor::new(archive)).unwrap();
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
            pack("here", &of_folder(folder.path()).unwrap()).unwrap()
        };
        let first = make(["a", "b/c", "b.js"], SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        let second = make(["b.js", "b/c", "a"], SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        assert_eq!(first, second);
    }

    #[test]
    fn two_files_of_one_name_are_refused() {
        let error = pack("here", &[File::new("a", "1"), File::new("a", "2")]).unwrap_err().to_string();
        assert!(error.starts_with("here: cannot pack it"), "{error}");
    }
}
