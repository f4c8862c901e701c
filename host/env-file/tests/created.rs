//! Files that do not exist yet.

use crate::support::{Folder, LINE, SET, code, mode};
use env_file::{Change, EnvFile};
use std::os::unix::fs::symlink;

#[test]
fn an_absent_file_is_created_for_its_owner_alone() {
    let folder = Folder::new();
    let edited = folder.file(".env").set(SET).unwrap();
    assert_eq!(edited.change, Change::Written);
    assert_eq!(edited.warnings, []);
    assert_eq!(folder.read(".env"), LINE);
    assert_eq!(mode(&folder.path(".env")), 0o600);
    assert_eq!(folder.names(), [".env"]);
}

#[test]
fn a_missing_folder_is_an_error() {
    let folder = Folder::new().with("file", "");
    symlink("nowhere/target", folder.path("link")).unwrap();
    for name in ["nowhere/.env", "link", "file/.env"] {
        assert_eq!(code(folder.file(name).set(SET)), "folder-missing", "{name}");
    }
    assert_eq!(folder.names(), ["file", "link"]);
}

#[test]
fn a_path_without_a_folder_is_in_the_current_one() {
    let error = EnvFile::new("src").set(SET).unwrap_err();
    assert_eq!(error.code(), "not-a-regular-file");
    assert!(error.to_string().ends_with("/src is a folder, not a file"), "{error}");
}
