//! The one test program of the crate: a module for each behaviour.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod launch;

#[test]
fn no_test_file_is_forgotten() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["launch.rs", "main.rs"]);
}
