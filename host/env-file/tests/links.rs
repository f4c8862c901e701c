//! Symbolic links are followed and stay links.

use crate::support::{Folder, LINE, SET, code, mode};
use std::fs;
use std::os::unix::fs::symlink;

#[test]
fn links_are_followed_and_stay_links() {
    let folder = Folder::new().with("real", "A=1\n");
    fs::create_dir(folder.path("deep")).unwrap();
    symlink("../real", folder.path("deep/second")).unwrap();
    symlink(folder.path("deep/second"), folder.path(".env")).unwrap();
    folder.file(".env").set(SET).unwrap();
    assert_eq!(folder.read("real"), format!("A=1\n{LINE}"));
    assert!(folder.path(".env").is_symlink());
    assert!(folder.path("deep/second").is_symlink());
}

#[test]
fn a_linked_folder_is_followed() {
    let folder = Folder::new();
    fs::create_dir(folder.path("real")).unwrap();
    symlink("real", folder.path("link")).unwrap();
    folder.file("link/.env").set(SET).unwrap();
    assert_eq!(folder.read("real/.env"), LINE);
}

#[test]
fn the_file_of_a_dangling_link_is_created() {
    let folder = Folder::new();
    symlink("target", folder.path(".env")).unwrap();
    folder.file(".env").set(SET).unwrap();
    assert!(folder.path(".env").is_symlink());
    assert_eq!(folder.read("target"), LINE);
    assert_eq!(mode(&folder.path("target")), 0o600);
}

#[test]
fn links_in_a_circle_are_an_error() {
    let folder = Folder::new();
    symlink("b", folder.path("a")).unwrap();
    symlink("a", folder.path("b")).unwrap();
    assert_eq!(code(folder.file("a").set(SET)), "symlink-loop");
    assert_eq!(code(folder.file("a/.env").set(SET)), "symlink-loop");
}
