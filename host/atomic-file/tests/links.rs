//! Symbolic links are followed and stay links.

use crate::Folder;
use atomic_file::{Error, Options, Target, open_no_follow, replace};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::symlink;

#[test]
fn the_real_file_behind_several_links_is_replaced() {
    let folder = Folder::with("real", "old");
    fs::create_dir(folder.path("deep")).unwrap();
    symlink("../real", folder.path("deep/second")).unwrap();
    symlink(folder.path("deep/second"), folder.path("first")).unwrap();
    replace(&folder.path("first"), b"new", &Options::new()).unwrap();
    assert_eq!(folder.read("real"), "new");
    assert!(folder.path("first").is_symlink() && folder.path("deep/second").is_symlink());
}

#[test]
fn a_link_that_leads_to_no_file_has_its_file_created() {
    let folder = Folder::new();
    symlink("real", folder.path("link")).unwrap();
    replace(&folder.path("link"), b"new", &Options::new()).unwrap();
    assert_eq!(folder.read("real"), "new");
    assert!(folder.path("link").is_symlink());
}

#[test]
fn the_target_is_named_without_links() {
    let folder = Folder::new();
    fs::create_dir(folder.path("real")).unwrap();
    symlink("real", folder.path("link")).unwrap();
    let target = Target::find(&folder.path("link/a")).unwrap();
    assert_eq!(target.folder(), dunce::canonicalize(folder.path("real")).unwrap());
    assert_eq!(target.path(), target.folder().join("a"));
    assert!(!target.exists());
    fs::write(folder.path("real/a"), "").unwrap();
    assert!(Target::find(&folder.path("link/a")).unwrap().exists());
}

#[test]
fn links_in_a_circle_are_an_error() {
    let folder = Folder::new();
    symlink("b", folder.path("a")).unwrap();
    symlink("a", folder.path("b")).unwrap();
    for name in ["a", "a/file"] {
        let error = replace(&folder.path(name), b"new", &Options::new()).unwrap_err();
        assert!(matches!(error, Error::SymlinkLoop { .. }), "{name}: {error:?}");
    }
}

#[test]
fn a_link_is_not_opened_as_a_file() {
    let folder = Folder::with("real", "");
    symlink("real", folder.path("link")).unwrap();
    let open = |name| open_no_follow(&folder.path(name), OpenOptions::new().read(true));
    assert!(open("real").is_ok());
    assert!(open("link").is_err());
}
