//! What is no file that could be replaced.

use crate::Folder;
use atomic_file::{Error, Options, Snapshot, Target, replace};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

#[test]
fn what_is_not_a_regular_file_is_refused_by_its_kind() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    let _socket = UnixListener::bind(folder.path("socket")).unwrap();
    let (kind, readable) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR);
    rustix::fs::mknodat(rustix::fs::CWD, folder.path("fifo"), kind, readable, 0).unwrap();
    symlink("/dev/null", folder.path("device")).unwrap();
    let names = [("folder", "a folder"), ("socket", "a socket"), ("fifo", "a FIFO"), ("device", "a device")];
    for (name, expected) in names {
        match replace(&folder.path(name), b"new", &Options::new()).unwrap_err() {
            Error::NotARegularFile { what, .. } => assert_eq!(what, expected),
            other => panic!("{name}: {other:?}"),
        }
    }
    let error = replace(Path::new("/"), b"new", &Options::new()).unwrap_err();
    assert!(matches!(error, Error::NotARegularFile { .. }), "{error:?}");
    assert_eq!(folder.names(), ["device", "fifo", "folder", "socket"]);
}

#[test]
fn a_missing_folder_is_named_and_not_created() {
    let folder = Folder::with("file", "");
    for name in ["nowhere/a", "file/a"] {
        let error = replace(&folder.path(name), b"new", &Options::new()).unwrap_err();
        assert!(matches!(error, Error::FolderMissing { .. }), "{name}: {error:?}");
    }
    assert_eq!(folder.names(), ["file"]);
}

#[test]
fn a_file_larger_than_the_limit_is_not_read() {
    let folder = Folder::with("a", "four");
    let target = Target::find(&folder.path("a")).unwrap();
    assert_eq!(Snapshot::read(&target, 4).unwrap().bytes(), b"four");
    let error = Snapshot::read(&target, 3).err().unwrap();
    assert!(matches!(error, Error::TooLarge { limit: 3, .. }), "{error:?}");
}
