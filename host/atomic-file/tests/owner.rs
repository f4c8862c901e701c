//! What root makes in the folder of somebody else.

use crate::{Folder, mode};
use atomic_file::{Change, Options, Repaired, Target, repair, replace};
use potbridge_test_support::itself::{again, role};
use potbridge_test_support::refused_calls::{Call, die_at, with_refused_calls};
use potbridge_test_support::skip::skip;
use rustix::io::Errno;
use rustix::process::geteuid;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;

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
fn temporary_files_and_journals_have_the_owner_of_the_file() {
    let Some(folder) = folder("temporary_files_and_journals_have_the_owner_of_the_file", 0o755) else {
        return;
    };
    fs::write(folder.path("a"), "old").unwrap();
    let refused = [(Call::Rename, Errno::TXTBSY), (Call::Unlink, Errno::PERM)];
    let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
    let change = with_refused_calls(&refused, || replace(&folder.path("a"), b"new", &Options::new()));
    assert_eq!(change.unwrap(), Change::Written);
    let left: Vec<_> = folder.names().into_iter().filter(|name| name != "a").collect();
    assert_eq!(left.len(), 2, "{left:?}");
    for name in left {
        // They have the owner of the file, not of the folder.
        assert_eq!(owner(&folder, &name), (0, 0), "{name}");
    }
    assert_eq!(owner(&folder, "a"), (0, 0), "it was root's before");
}

/// A writer that is killed at its `call` where no rename is possible, in a process of its own.
fn killed(test: &str, role: &str, folder: &Folder) {
    let status = again(module_path!(), test, role).env(FOLDER, folder.0.path()).output().unwrap().status;
    assert!(status.signal().is_some(), "{status}");
}

const FOLDER: &str = "ATOMIC_FILE_TEST_OWNED_FOLDER";

#[test]
fn what_root_alone_may_read_is_shown_to_nobody_at_any_moment() {
    let test = "what_root_alone_may_read_is_shown_to_nobody_at_any_moment";
    if let Some(role) = role() {
        let path = PathBuf::from(std::env::var_os(FOLDER).unwrap()).join("a");
        let call = match role.as_str() {
            // Of the temporary file: it is written, and not renamed.
            "Rename" => Call::Rename,
            // Of the journal, before and after it is written.
            "Flock" => Call::Flock,
            _ => Call::Fallocate,
        };
        let refused = [(Call::Rename, Errno::TXTBSY.raw_os_error())];
        with_refused_calls(if call == Call::Rename { &[] } else { &refused }, || {
            die_at(call);
            replace(&path, b"new", &Options::new().private().durable()).unwrap();
        });
        panic!("not killed");
    }
    for call in ["Rename", "Flock", "Fallocate"] {
        for theirs in [false, true] {
            let Some(folder) = folder(test, 0o755) else { return };
            fs::write(folder.path("a"), "old and longer").unwrap();
            fs::set_permissions(folder.path("a"), Permissions::from_mode(0o600)).unwrap();
            if theirs {
                chown(folder.path("a"), Some(THEIRS.0), Some(THEIRS.1)).unwrap();
            }
            killed(test, call, &folder);
            let left: Vec<_> = folder.names().into_iter().filter(|name| name != "a").collect();
            assert!(!left.is_empty(), "{call}");
            for name in left {
                let is_roots = !theirs || (!name.contains("journal-") && call != "Rename");
                let expected = if is_roots { (0, 0) } else { THEIRS };
                assert_eq!(
                    (owner(&folder, &name), mode(&folder.path(&name))),
                    (expected, 0o600),
                    "{call} {name}"
                );
            }
        }
    }
}

#[test]
fn a_new_file_is_given_away_when_it_is_whole() {
    let test = "a_new_file_is_given_away_when_it_is_whole";
    if let Some(role) = role() {
        let path = PathBuf::from(std::env::var_os(FOLDER).unwrap()).join("a");
        let refused = [(Call::RenameNoReplace, Errno::INVAL), (Call::Link, Errno::PERM)];
        let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
        with_refused_calls(if role == "renamed" { &[] } else { &refused }, || {
            die_at(Call::Chown);
            replace(&path, b"new", &Options::new().private()).unwrap();
        });
        panic!("not killed");
    }
    let Some(folder) = folder(test, 0o755) else { return };
    killed(test, "renamed", &folder);
    let names = folder.names();
    assert_eq!((folder.read(&names[0]).as_str(), owner(&folder, &names[0])), ("new", (0, 0)), "{names:?}");
}

#[test]
fn what_root_alone_may_read_goes_into_no_file_of_somebody_else() {
    let Some(folder) = folder("what_root_alone_may_read_goes_into_no_file_of_somebody_else", 0o755) else {
        return;
    };
    fs::write(folder.path("a"), "").unwrap();
    let refused = [(Call::Rename, Errno::TXTBSY), (Call::Unlink, Errno::PERM), (Call::Truncate, Errno::PERM)];
    let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
    with_refused_calls(&refused, || replace(&folder.path("a"), b"TOKEN=new", &Options::new())).unwrap_err();
    let journal = folder.names().into_iter().find(|name| name.contains("journal-")).unwrap();
    fs::remove_file(folder.path("a")).unwrap();
    // A part of the new one, as they may guess it.
    fs::write(folder.path("a"), "TOKEN=").unwrap();
    chown(folder.path("a"), Some(THEIRS.0), Some(THEIRS.1)).unwrap();
    let target = Target::find(&folder.path("a")).unwrap();
    assert_eq!(repair(&target, &Options::new()).unwrap(), Repaired::Whole);
    assert_eq!(folder.read("a"), "TOKEN=");
    assert!(!folder.path(&journal).exists());
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
