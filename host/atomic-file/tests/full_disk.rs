//! Disks that have no room for a write in place.

use crate::{Folder, inode};
use atomic_file::{Change, Options, replace};
use potbridge_test_support::namespace::{may_mount, small_disk};
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, Write as _};

const OLD: &str = "A=1\n";

/// A folder that is a small disk, with a file that has two names.
fn small() -> Folder {
    let folder = Folder::new();
    small_disk("128k", folder.0.path());
    fs::write(folder.path("a"), OLD).unwrap();
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    folder
}

/// The same with no room at all, and the file has only the name `a` if `gone` is `b`.
fn small_and_full(gone: &str) -> Folder {
    let folder = small();
    drop(fill(&folder, 0));
    if gone == "b" {
        fs::remove_file(folder.path("b")).unwrap();
    }
    folder
}

fn fill(folder: &Folder, pages: usize) -> File {
    let mut filler = File::create(folder.path("filler")).unwrap();
    while filler.write_all(&[b'x'; 1024]).is_ok() {}
    let end = filler.metadata().unwrap().len();
    filler.set_len(end - 4096 * pages as u64).unwrap();
    filler
}

#[test]
fn the_file_stays_as_it_was() {
    if !may_mount(module_path!(), "the_file_stays_as_it_was") {
        return;
    }
    let elsewhere = Folder::new();
    // Room for nothing, for the journal, and for a part of the file.
    for pages in 0..12 {
        let folder = small();
        let _filler = fill(&folder, pages);
        let new = "x".repeat(20_000);
        for options in [Options::new(), Options::new().journal_folder(elsewhere.path(""))] {
            for refused in [&[][..], &[(Call::Fallocate, Errno::OPNOTSUPP.raw_os_error())]] {
                let before = inode(&folder.path("a"));
                match with_refused_calls(refused, || replace(&folder.path("a"), new.as_bytes(), &options)) {
                    Ok(change) => assert_eq!((change, folder.read("a") == new), (Change::Written, true)),
                    Err(error) => {
                        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::StorageFull, "{pages}");
                        assert_eq!(folder.read("a"), OLD, "{pages}");
                    }
                }
                assert_eq!((inode(&folder.path("a")), inode(&folder.path("b"))), (before, before));
                assert_eq!(folder.names(), ["a", "b", "filler"], "{pages}");
                assert!(elsewhere.names().is_empty());
                fs::write(folder.path("a"), OLD).unwrap();
            }
        }
    }
}

#[test]
fn no_file_is_made_in_part() {
    if !may_mount(module_path!(), "no_file_is_made_in_part") {
        return;
    }
    let folder = small();
    let _filler = fill(&folder, 4);
    let refused = [
        (Call::RenameNoReplace, Errno::INVAL),
        (Call::Link, Errno::PERM),
        (Call::Fallocate, Errno::OPNOTSUPP),
    ]
    .map(|(call, errno)| (call, errno.raw_os_error()));
    for pages in 1..4 {
        let new = "x".repeat(4096 * pages);
        let made = with_refused_calls(&refused, || {
            replace(&folder.path("new"), new.as_bytes(), &Options::new().private())
        });
        match made {
            Ok(_) => assert_eq!(folder.read("new"), new),
            Err(error) => assert_eq!(io::Error::from(error).kind(), io::ErrorKind::StorageFull),
        }
        let _ = fs::remove_file(folder.path("new"));
        assert_eq!(folder.names(), ["a", "b", "filler"]);
    }
}

#[test]
fn what_is_not_longer_needs_no_room() {
    if !may_mount(module_path!(), "what_is_not_longer_needs_no_room") {
        return;
    }
    let elsewhere = Folder::new();
    let full = small_and_full("b");
    let options = Options::new().durable();
    let with_journal = options.clone().journal_folder(elsewhere.path(""));
    // With the same length first.
    for new in ["A=2\n", "A\n"] {
        let before = inode(&full.path("a"));
        assert_eq!(replace(&full.path("a"), new.as_bytes(), &with_journal).unwrap(), Change::Written);
        assert_eq!((full.read("a").as_str(), inode(&full.path("a"))), (new, before));
        assert!(elsewhere.names().is_empty());
    }
    let error = replace(&full.path("a"), b"A=33\n", &with_journal).unwrap_err();
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::StorageFull);
    assert_eq!(full.read("a"), "A\n");
}

#[test]
fn without_room_for_a_journal_only_who_says_so_overwrites() {
    if !may_mount(module_path!(), "without_room_for_a_journal_only_who_says_so_overwrites") {
        return;
    }
    for name in ["a", "b"] {
        let full = small_and_full(name);
        let usual = Options::new().durable().journal_folder(full.path(""));
        let error = replace(&full.path("a"), b"A\n", &usual).unwrap_err();
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::StorageFull);
        assert_eq!(full.read("a"), OLD);
        let urgent = usual.without_journal_if_full();
        replace(&full.path("a"), b"A=33\n", &urgent).unwrap_err();
        assert_eq!(replace(&full.path("a"), b"A\n", &urgent).unwrap(), Change::Written);
        assert_eq!((full.read("a").as_str(), full.names().len()), ("A\n", if name == "a" { 3 } else { 2 }));
    }
}
