//! Writes a file whole or not at all.

use crate::error::{Named as _, Result};
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Puts `bytes` at `path`, with this mode; a file that holds them already keeps its place. A
/// symbolic link stays one: what it leads to is replaced. Its folder must exist.
///
/// # Errors
/// Where the folder cannot be written.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let path: PathBuf = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let permissions = Permissions::from_mode(mode);
    if fs::read(&path).is_ok_and(|old| old == bytes) {
        return fs::set_permissions(&path, permissions).named("set the mode of", &path);
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut new = tempfile::NamedTempFile::new_in(folder).named("make a file in", folder)?;
    new.write_all(bytes).named("write", new.path())?;
    new.as_file().set_permissions(permissions).named("set the mode of", new.path())?;
    new.as_file().sync_all().named("write", new.path())?;
    new.persist(&path).map_err(|error| error.error).named("replace", &path)?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).named("write", folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_a_link_and_the_file_behind_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace(&link, b"new", 0o600).unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(link.is_symlink());
        let mode = fs::metadata(&real).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_holds_the_bytes_already_is_the_same_file_after_it() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        replace(&path, b"x", 0o644).unwrap();
        let inode = fs::metadata(&path).unwrap().ino();
        replace(&path, b"x", 0o755).unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!((after.ino(), after.mode() & 0o777), (inode, 0o755));
    }
}
