//! File systems that refuse to rename over a file.

use crate::{Folder, inode};
use atomic_file::{Change, Error, Options, replace};
use potbridge_test_support::ordinary_user::{ORDINARY, as_ordinary_user};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};

#[test]
fn the_file_is_overwritten_whatever_the_number() {
    // VirtualBox answers TXTBSY, overlays XDEV and NOENT, FUSE whatever its server says.
    for errno in [
        Errno::TXTBSY,
        Errno::INVAL,
        Errno::NOSYS,
        Errno::EXIST,
        Errno::OPNOTSUPP,
        Errno::IO,
        Errno::BUSY,
        Errno::XDEV,
        Errno::ROFS,
        Errno::ACCESS,
        Errno::PERM,
        Errno::NOENT,
    ] {
        for options in [Options::new(), Options::new().private().durable(), Options::new().mode(0o640)] {
            let folder = Folder::with("a", "old and longer");
            let (path, before) = (folder.path("a"), inode(&folder.path("a")));
            let change = with_refused_calls(&[(Call::Rename, errno.raw_os_error())], || {
                replace(&path, b"new", &options)
            });
            assert_eq!(change.unwrap(), Change::Written, "{errno}");
            assert_eq!((folder.read("a").as_str(), inode(&path)), ("new", before), "{errno}");
            assert_eq!(folder.names(), ["a"], "{errno}");
        }
    }
}

#[test]
fn for_want_of_room_the_file_stays_as_it_was() {
    for errno in [Errno::NOSPC, Errno::DQUOT] {
        let folder = Folder::with("a", "old");
        let error = with_refused_calls(&[(Call::Rename, errno.raw_os_error())], || {
            replace(&folder.path("a"), b"longer", &Options::new())
        });
        let kind = io::Error::from(error.unwrap_err()).kind();
        assert!(matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded), "{kind}");
        assert_eq!((folder.read("a").as_str(), folder.names()), ("old", vec!["a".to_owned()]));
    }
}

#[test]
fn both_causes_are_named_if_the_file_cannot_be_overwritten_either() {
    let folder = Folder::with("a", "old");
    fs::set_permissions(folder.path("a"), Permissions::from_mode(0o400)).unwrap();
    if geteuid().is_root() {
        for path in [folder.path("a"), folder.path("")] {
            chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
        }
    }
    let error = as_ordinary_user(|| {
        with_refused_calls(&[(Call::Rename, Errno::TXTBSY.raw_os_error())], || {
            replace(&folder.path("a"), b"new", &Options::new()).unwrap_err()
        })
    });
    assert!(matches!(&error, Error::Io { doing: "write", .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains("Permission denied") && message.contains("Text file busy"), "{message}");
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::PermissionDenied);
    assert_eq!((folder.read("a").as_str(), folder.names()), ("old", vec!["a".to_owned()]));
}

#[test]
fn what_cannot_be_removed_holds_nothing_any_more() {
    let folder = Folder::with("a", "old");
    let refused = [(Call::Rename, Errno::PERM), (Call::Unlink, Errno::PERM)];
    let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
    let options = Options::new().temporary_name(".new-", ".x");
    let change = with_refused_calls(&refused, || replace(&folder.path("a"), b"new", &options));
    assert_eq!(change.unwrap(), Change::Written);
    for name in folder.names() {
        assert_eq!(folder.read(&name), if name == "a" { "new" } else { "" }, "{name}");
    }
    assert_eq!(folder.names().len(), 3, "a temporary file and a journal");
    assert_eq!(replace(&folder.path("a"), b"newer", &options).unwrap(), Change::Written);
    atomic_file::remove_leftovers(folder.0.path(), &options);
    assert_eq!(folder.names(), ["a"]);
}
