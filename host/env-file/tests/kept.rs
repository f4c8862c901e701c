//! What stays as it is.

use crate::support::{Folder, LINE, SET, mode};
use env_file::Change;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

#[test]
fn the_mode_stays() {
    for kept in [0o600, 0o644, 0o640, 0o400, 0o666] {
        let folder = Folder::new().with(".env", "A=1\n");
        fs::set_permissions(folder.path(".env"), Permissions::from_mode(kept)).unwrap();
        folder.file(".env").set(SET).unwrap();
        assert_eq!(mode(&folder.path(".env")), kept);
        assert_eq!(folder.read(".env"), format!("A=1\n{LINE}"));
    }
}

#[test]
fn the_owner_and_the_group_stay() {
    let folder = Folder::new().with(".env", "A=1\n");
    let path = folder.path(".env");
    if rustix::process::geteuid().is_root() {
        chown(&path, Some(12_345), Some(23_456)).unwrap();
    }
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(&path).unwrap();
    folder.file(".env").set(SET).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_eq!(mode(&path), 0o640);
    assert_ne!(after.ino(), before.ino(), "written by a rename");
}

#[test]
fn bytes_that_are_not_utf_8_stay() {
    let folder = Folder::new().with(".env", b"# caf\xe9\r\nTOKEN=\"old\nold\" # \xff\xc0\nB=\xe9");
    folder.file(".env").set(SET).unwrap();
    assert_eq!(
        fs::read(folder.path(".env")).unwrap(),
        b"# caf\xe9\r\nTOKEN=Mnew-token_== # \xff\xc0\nB=\xe9"
    );
}

#[test]
fn no_change_is_no_write() {
    let folder = Folder::new().with(".env", LINE);
    let before = fs::metadata(folder.path(".env")).unwrap();
    let set = folder.file(".env").set(SET).unwrap();
    let cleared = folder.file(".env").clear(&["ANOTHER"]).unwrap();
    assert_eq!((set.change, cleared.change), (Change::Unchanged, Change::Unchanged));
    let after = fs::metadata(folder.path(".env")).unwrap();
    assert_eq!(after.ino(), before.ino());
    assert_eq!(after.modified().unwrap(), before.modified().unwrap());
    assert_eq!(after.ctime_nsec(), before.ctime_nsec());
}
