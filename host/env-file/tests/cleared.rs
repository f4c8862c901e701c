//! Emptying variables.

use crate::support::{Folder, LINE};
use env_file::Change;

#[test]
fn clearing_empties_and_never_creates() {
    let folder = Folder::new();
    let absent = folder.file(".env").clear(&["TOKEN"]).unwrap();
    assert_eq!(absent.change, Change::Unchanged);
    assert_eq!(folder.names(), [""; 0]);
    let folder = folder.with(".env", format!("A=1\n{LINE}"));
    let cleared = folder.file(".env").clear(&["TOKEN"]).unwrap();
    assert_eq!(cleared.change, Change::Written);
    assert_eq!(folder.read(".env"), "A=1\nTOKEN=\n");
}
