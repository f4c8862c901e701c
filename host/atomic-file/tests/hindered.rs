//! Files that cannot be renamed over. The tests of `env-file` try mounts and full disks too.

use crate::{Folder, inode};
use atomic_file::{Change, Error, Options, replace};
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};

/// The ordinary user's file, in a folder that this user may not write.
fn folder_that_may_not_be_written() -> Folder {
    let folder = Folder::with("a", "old and longer");
    if geteuid().is_root() {
        for path in [folder.path("a"), folder.path("")] {
            chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
        }
    }
    fs::set_permissions(folder.path(""), Permissions::from_mode(0o555)).unwrap();
    folder
}

#[test]
fn a_file_in_a_folder_without_write_permission_is_overwritten() {
    let folder = folder_that_may_not_be_written();
    let (path, before) = (folder.path("a"), inode(&folder.path("a")));
    for options in [Options::new(), Options::new().durable()] {
        let change = as_ordinary_user(|| replace(&path, b"new", &options));
        assert_eq!(change.unwrap(), Change::Written);
        assert_eq!((folder.read("a").as_str(), inode(&path)), ("new", before));
        fs::write(&path, "old and longer").unwrap();
    }
    fs::set_permissions(folder.path(""), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn no_file_is_created_without_write_permission() {
    let folder = folder_that_may_not_be_written();
    let absent = folder.path("absent");
    let error = as_ordinary_user(|| replace(&absent, b"new", &Options::new())).unwrap_err();
    assert!(matches!(&error, Error::Io { doing: "write", .. }), "{error:?}");
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::PermissionDenied);
    fs::set_permissions(folder.path(""), Permissions::from_mode(0o755)).unwrap();
}
