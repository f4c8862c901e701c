//! No change, no write.

use crate::Folder;
use atomic_file::{Change, Options, replace};
use std::fs;
use std::os::unix::fs::MetadataExt as _;

#[test]
fn a_file_that_has_the_bytes_already_is_not_touched() {
    let folder = Folder::with("a", "same");
    let before = fs::metadata(folder.path("a")).unwrap();
    let change = replace(&folder.path("a"), b"same", &Options::new().private().durable());
    assert_eq!(change.unwrap(), Change::Unchanged);
    let after = fs::metadata(folder.path("a")).unwrap();
    let state = |of: &fs::Metadata| (of.ino(), of.mtime_nsec(), of.ctime(), of.ctime_nsec());
    assert_eq!(state(&after), state(&before));
}

#[test]
fn an_absent_file_is_created_even_without_bytes() {
    let folder = Folder::new();
    assert_eq!(replace(&folder.path("a"), b"", &Options::new()).unwrap(), Change::Written);
    assert_eq!((folder.read("a").as_str(), folder.names()), ("", vec!["a".to_owned()]));
}
