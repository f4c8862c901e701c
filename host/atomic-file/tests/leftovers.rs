//! The temporary files of killed writers.

use crate::Folder;
use atomic_file::{Options, remove_leftovers};
use std::fs;

#[test]
fn only_files_named_like_temporary_ones_are_removed() {
    let options = Options::new().temporary_name(".new-", ".x");
    let folder = Folder::with(".new-aB3dE5gH7jK9.x", "");
    let others =
        [".atomic-file-aB3dE5gH7jK9.tmp", ".new-aB3dE5gH7jK9", ".new-aB3dE5g-7jK9.x", ".new-short.x"];
    for name in others {
        fs::write(folder.path(name), "").unwrap();
    }
    fs::create_dir(folder.path(".new-aB3dE5gH7jK8.x")).unwrap();
    remove_leftovers(folder.0.path(), &options);
    let mut expected = others.to_vec();
    expected.push(".new-aB3dE5gH7jK8.x");
    expected.sort_unstable();
    assert_eq!(folder.names(), expected);
    remove_leftovers(folder.0.path(), &Options::new());
    assert!(!folder.path(others[0]).exists());
    remove_leftovers(&folder.path("absent"), &options);
}
