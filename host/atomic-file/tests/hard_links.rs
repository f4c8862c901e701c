//! Files that have several names.

use crate::{Folder, inode};
use atomic_file::{Change, Error, Options, replace};
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::process::Command;

#[test]
fn every_name_gets_the_new_bytes() {
    let folder = Folder::with("a", "old");
    fs::create_dir(folder.path("other")).unwrap();
    for name in ["b", "other/c"] {
        fs::hard_link(folder.path("a"), folder.path(name)).unwrap();
    }
    for (written, content) in [("a", "longer than before"), ("b", "shorter"), ("other/c", "")] {
        let change = replace(&folder.path(written), content.as_bytes(), &Options::new().private());
        assert_eq!(change.unwrap(), Change::Written);
        for name in ["a", "b", "other/c"] {
            assert_eq!(folder.read(name), content);
            assert_eq!(inode(&folder.path(name)), inode(&folder.path("a")));
        }
    }
    assert_eq!(folder.names(), ["a", "b", "other"]);
}

#[test]
fn if_they_cannot_all_get_them_none_does() {
    let folder = Folder::with("a", "old");
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    fs::set_permissions(folder.path("a"), Permissions::from_mode(0o400)).unwrap();
    if geteuid().is_root() {
        for path in [folder.path("a"), folder.path("")] {
            chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
        }
    }
    let error = as_ordinary_user(|| replace(&folder.path("a"), b"new", &Options::new()).unwrap_err());
    let message = error.to_string();
    assert!(message.contains("has more than one name"), "{message}");
    assert!(matches!(error, Error::Io { .. }));
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::PermissionDenied);
    assert_eq!((folder.read("a"), folder.read("b")), ("old".into(), "old".into()));
}

#[test]
fn a_running_program_is_replaced_by_a_rename() {
    let folder = Folder::new();
    let program = folder.path("program");
    fs::copy("/bin/sleep", &program).unwrap();
    fs::hard_link(&program, folder.path("other")).unwrap();
    let mut running = Command::new(&program).arg("1000").spawn().unwrap();
    let change = replace(&program, b"new", &Options::new().mode(0o755));
    running.kill().unwrap();
    running.wait().unwrap();
    assert_eq!(change.unwrap(), Change::Written);
    assert_eq!(folder.read("program"), "new");
    assert_eq!(folder.names(), ["other", "program"]);
}
