//! The folders of potbridge: who may look into them.

use crate::sandbox::{Sandbox, token};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn all_in(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(all_in(&path)) } else { found.push(path) }
    }
    found
}

/// From a backup, or by `chmod -R`.
#[test]
fn a_state_that_came_back_open_to_others_is_closed_when_it_is_used() {
    let sandbox = Sandbox::new();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    let all = all_in(&sandbox.path("state"));
    assert!(all.len() > 3, "{all:?}");
    for path in &all {
        set_mode(path, if path.is_dir() { 0o755 } else { 0o644 });
    }
    sandbox.run(&["put"], token().expose()).ends_with(0);
    for path in all.iter().filter(|path| path.exists()) {
        assert_eq!(mode(path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

/// Others have a right to look into a home, `/tmp`, or `/var/lib`.
#[test]
fn a_folder_that_is_not_potbridges_alone_stays_as_it_is() {
    let sandbox = Sandbox::new();
    for (name, found, home) in
        [("home", 0o755, "home"), ("homes", 0o755, "homes/me"), ("tmp", 0o1777, "home")]
    {
        let folder = sandbox.path(name);
        fs::create_dir_all(sandbox.path(home)).unwrap();
        fs::create_dir_all(&folder).unwrap();
        set_mode(&folder, found);
        let mut put = sandbox.potbridge(&["put"]);
        put.env("POTBRIDGE_STATE_DIR", &folder).env("HOME", sandbox.path(home));
        sandbox.run_command(put, token().expose()).ends_with(0);
        assert_eq!(mode(&folder), found & 0o777, "{name}");
        assert_eq!(mode(&folder.join("locks")), 0o700);
    }
}

#[test]
fn a_file_in_the_place_of_the_state_folder_is_named() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("state"), "mine").unwrap();
    let ran = sandbox.run(&["put"], token().expose());
    assert!(ran.stderr().contains("state"), "{}", ran.stderr());
    assert_eq!(fs::read_to_string(sandbox.path("state")).unwrap(), "mine");
}
