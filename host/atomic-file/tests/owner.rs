//! What root makes in the folder of somebody else.

use crate::{Folder, mode};
use atomic_file::{Change, Options, replace};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use potbridge_test_support::skip::skip;
use rustix::io::Errno;
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

const THEIRS: (u32, u32) = (12_345, 23_456);

/// A folder of somebody else. `None` if the tests do not run as root.
fn folder(test: &str, mode: u32) -> Option<Folder> {
    if !geteuid().is_root() {
        skip(test, "only root makes files of others");
        return None;
    }
    let folder = Folder::new();
    chown(folder.path(""), Some(THEIRS.0), Some(THEIRS.1)).unwrap();
    fs::set_permissions(folder.path(""), Permissions::from_mode(mode)).unwrap();
    Some(folder)
}

fn owner(folder: &Folder, name: &str) -> (u32, u32) {
    let found = fs::symlink_metadata(folder.path(name)).unwrap();
    (found.uid(), found.gid())
}

#[test]
fn it_belongs_to_them() {
    let Some(folder) = folder("it_belongs_to_them", 0o700) else { return };
    let all = [
        ("usual", Options::new()),
        ("private", Options::new().private().durable()),
        ("exact", Options::new().mode(0o750)),
    ];
    for (name, options) in all {
        for in_place in [false, true] {
            let refused = [(Call::RenameNoReplace, Errno::INVAL), (Call::Link, Errno::PERM)];
            let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
            let refused = if in_place { &refused[..] } else { &[] };
            let change = with_refused_calls(refused, || replace(&folder.path(name), b"new", &options));
            assert_eq!(change.unwrap(), Change::Written);
            assert_eq!(owner(&folder, name), THEIRS, "{name}");
            if name != "usual" {
                assert_eq!(mode(&folder.path(name)), if name == "exact" { 0o750 } else { 0o600 });
            }
            fs::remove_file(folder.path(name)).unwrap();
        }
    }
}

#[test]
fn so_do_temporary_files_and_journals() {
    let Some(folder) = folder("so_do_temporary_files_and_journals", 0o755) else { return };
    fs::write(folder.path("a"), "old").unwrap();
    let refused = [(Call::Rename, Errno::TXTBSY), (Call::Unlink, Errno::PERM)];
    let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
    let change = with_refused_calls(&refused, || replace(&folder.path("a"), b"new", &Options::new()));
    assert_eq!(change.unwrap(), Change::Written);
    let left: Vec<_> = folder.names().into_iter().filter(|name| name != "a").collect();
    assert_eq!(left.len(), 2, "{left:?}");
    for name in left {
        // The temporary one had the owner of the file already.
        let expected = if name.contains("journal-") { THEIRS } else { (0, 0) };
        assert_eq!(owner(&folder, &name), expected, "{name}");
    }
    assert_eq!(owner(&folder, "a"), (0, 0), "it was root's before");
}

#[test]
fn where_all_may_write_it_stays_roots() {
    for mode in [0o1777, 0o777, 0o1755] {
        let Some(folder) = folder("where_all_may_write_it_stays_roots", mode) else { return };
        replace(&folder.path("a"), b"new", &Options::new().private()).unwrap();
        assert_eq!(owner(&folder, "a"), (0, 0), "{mode:o}");
    }
}

#[test]
fn where_there_are_no_owners_it_is_made_nonetheless() {
    for errno in [Errno::PERM, Errno::INVAL, Errno::OPNOTSUPP, Errno::NOSYS] {
        let Some(folder) = folder("where_there_are_no_owners_it_is_made_nonetheless", 0o700) else { return };
        let change = with_refused_calls(&[(Call::Chown, errno.raw_os_error())], || {
            replace(&folder.path("a"), b"new", &Options::new().private().durable())
        });
        assert_eq!(change.unwrap(), Change::Written, "{errno}");
        assert_eq!((folder.read("a").as_str(), folder.names()), ("new", vec!["a".to_owned()]));
    }
}
