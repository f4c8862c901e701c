//! A file that was changed since it was read is not replaced.

use crate::Folder;
use atomic_file::{Options, Snapshot, Swap, Target};
use std::fs;

fn read(folder: &Folder) -> Snapshot {
    Snapshot::read(&Target::find(&folder.path("a")).unwrap(), 100).unwrap()
}

#[test]
fn an_unchanged_file_is_replaced() {
    let folder = Folder::with("a", "old");
    let snapshot = read(&folder);
    assert_eq!((snapshot.exists(), snapshot.bytes()), (true, &b"old"[..]));
    assert_eq!(snapshot.replace(b"new", &Options::new()).unwrap(), Swap::Swapped);
    assert_eq!(folder.read("a"), "new");
}

#[test]
fn a_file_that_another_program_changed_or_removed_stays_so() {
    let folder = Folder::with("a", "old");
    let snapshot = read(&folder);
    fs::write(folder.path("a"), "theirs").unwrap();
    assert_eq!(snapshot.replace(b"new", &Options::new()).unwrap(), Swap::Stale);
    assert_eq!(folder.read("a"), "theirs");
    fs::remove_file(folder.path("a")).unwrap();
    assert_eq!(snapshot.replace(b"new", &Options::new()).unwrap(), Swap::Stale);
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn a_file_that_another_program_created_stays() {
    let folder = Folder::new();
    let snapshot = read(&folder);
    assert_eq!((snapshot.exists(), snapshot.bytes()), (false, &b""[..]));
    fs::write(folder.path("a"), "theirs").unwrap();
    assert_eq!(snapshot.replace(b"new", &Options::new()).unwrap(), Swap::Stale);
    assert_eq!((folder.read("a").as_str(), folder.names()), ("theirs", vec!["a".to_owned()]));
}
