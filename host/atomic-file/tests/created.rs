//! Files that are made where there are no hard links, no modes, and other things that file systems lack.

use crate::{Folder, mode};
use atomic_file::{Change, Options, Snapshot, Swap, Target, replace};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use std::fs;

fn refusing<T: Send>(refused: &[(Call, Errno)], act: impl FnOnce() -> T + Send) -> T {
    let refused: Vec<_> = refused.iter().map(|(call, errno)| (*call, errno.raw_os_error())).collect();
    with_refused_calls(&refused, act)
}

#[test]
fn a_file_is_made_without_hard_links_and_exclusive_renames() {
    for renames in [Errno::INVAL, Errno::OPNOTSUPP, Errno::PERM, Errno::EXIST, Errno::IO, Errno::NOSYS] {
        for links in [Errno::PERM, Errno::OPNOTSUPP, Errno::MLINK, Errno::NOSYS] {
            let folder = Folder::new();
            let change = refusing(&[(Call::RenameNoReplace, renames), (Call::Link, links)], || {
                replace(&folder.path("a"), b"new", &Options::new().private().durable())
            });
            assert_eq!(change.unwrap(), Change::Written, "{renames} {links}");
            assert_eq!((folder.read("a").as_str(), mode(&folder.path("a"))), ("new", 0o600));
            assert_eq!(folder.names(), ["a"], "{renames} {links}");
        }
    }
}

#[test]
fn a_file_is_made_without_modes() {
    // Drives of Windows in WSL, CIFS.
    for errno in [Errno::PERM, Errno::OPNOTSUPP, Errno::NOSYS] {
        for options in [Options::new(), Options::new().private(), Options::new().mode(0o4755)] {
            let folder = Folder::new();
            let change = refusing(&[(Call::Chmod, errno)], || replace(&folder.path("a"), b"new", &options));
            assert_eq!(change.unwrap(), Change::Written, "{errno}");
            assert_eq!((folder.read("a").as_str(), folder.names()), ("new", vec!["a".to_owned()]));
            let change = refusing(&[(Call::Chmod, errno)], || replace(&folder.path("a"), b"newer", &options));
            assert_eq!(change.unwrap(), Change::Written, "{errno}");
            let change = refusing(&[(Call::Chmod, errno)], || replace(&folder.path("a"), b"newer", &options));
            assert_eq!(change.unwrap(), Change::Unchanged, "{errno}");
        }
    }
}

#[test]
fn a_disk_that_cannot_be_waited_for_is_not_waited_for() {
    for errno in [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP] {
        let folder = Folder::with("old", "old");
        for name in ["old", "new"] {
            let options = Options::new().durable();
            let change = refusing(&[(Call::Sync, errno)], || replace(&folder.path(name), b"new", &options));
            assert_eq!(change.unwrap(), Change::Written, "{errno}");
            assert_eq!(folder.read(name), "new");
        }
    }
}

#[test]
fn a_file_is_made_where_all_of_it_is_refused() {
    let refused = [
        (Call::Rename, Errno::INVAL),
        (Call::RenameNoReplace, Errno::INVAL),
        (Call::Link, Errno::PERM),
        (Call::Chmod, Errno::PERM),
        (Call::Chown, Errno::PERM),
        (Call::Flock, Errno::NOSYS),
        (Call::Fallocate, Errno::OPNOTSUPP),
        (Call::SetAttribute, Errno::OPNOTSUPP),
        (Call::Sync, Errno::INVAL),
    ];
    let folder = Folder::new();
    for content in ["new", "newer", "n"] {
        let options = Options::new().private().durable();
        let change = refusing(&refused, || replace(&folder.path("a"), content.as_bytes(), &options));
        assert_eq!(change.unwrap(), Change::Written);
        assert_eq!((folder.read("a").as_str(), mode(&folder.path("a"))), (content, 0o600));
        assert_eq!(folder.names(), ["a"]);
    }
}

#[test]
fn a_new_file_has_the_usual_mode_there_too() {
    let folder = Folder::with("usual", "");
    let refused = [(Call::RenameNoReplace, Errno::INVAL), (Call::Link, Errno::PERM)];
    for (options, expected) in [
        (Options::new(), mode(&folder.path("usual"))),
        (Options::new().private(), 0o600),
        (Options::new().mode(0o666), 0o666),
    ] {
        refusing(&refused, || replace(&folder.path("a"), b"new", &options)).unwrap();
        assert_eq!(mode(&folder.path("a")), expected);
        fs::remove_file(folder.path("a")).unwrap();
    }
}

#[test]
fn a_file_that_another_program_made_meanwhile_stays_there_too() {
    let folder = Folder::new();
    let snapshot = Snapshot::read(&Target::find(&folder.path("a")).unwrap(), 100).unwrap();
    fs::write(folder.path("a"), "theirs").unwrap();
    let refused = [(Call::RenameNoReplace, Errno::INVAL), (Call::Link, Errno::PERM)];
    let swap = refusing(&refused, || snapshot.replace(b"new", &Options::new()));
    assert_eq!(swap.unwrap(), Swap::Stale);
    assert_eq!((folder.read("a").as_str(), folder.names()), ("theirs", vec!["a".to_owned()]));
}
