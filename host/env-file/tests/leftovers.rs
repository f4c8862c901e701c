//! The temporary files of killed writers.

use crate::support::{Folder, LINE, SET};
use env_file::Change;
use std::fs;

#[test]
fn the_next_writer_removes_what_a_killed_one_left() {
    let stale = ".env.env-file-aB3dE5gH7jK9.env";
    let others = [".env.env-file-short.env", ".env.env-file-aB3dE5gH7jK9", "z.env.env-file-aB3dE5gH7jK9.env"];
    let folder = Folder::new().with(".env", LINE).with(stale, "TOKEN=Mold\n");
    for other in others {
        fs::write(folder.path(other), "").unwrap();
    }
    folder.file(".env").set(SET).unwrap();
    assert!(folder.names().contains(&stale.to_string()), "no change, no write");
    folder.file(".env").clear(&["TOKEN"]).unwrap();
    let mut expected = [".env", others[0], others[1], others[2]];
    expected.sort_unstable();
    assert_eq!(folder.names(), expected);
}

#[test]
fn clearing_removes_what_a_killed_writer_left_even_if_the_file_holds_nothing() {
    let stale = ".env.env-file-aB3dE5gH7jK9.env";
    let folder = Folder::new().with(".env", "A=1\n").with(stale, "TOKEN=Mold\n");
    assert_eq!(folder.file(".env").clear(&["TOKEN"]).unwrap().change, Change::Unchanged);
    assert_eq!(folder.names(), [".env"]);
    let folder = Folder::new().with(stale, "TOKEN=Mold\n");
    assert_eq!(folder.file(".env").clear(&["TOKEN"]).unwrap().change, Change::Unchanged);
    assert_eq!(folder.names(), [""; 0]);
}
