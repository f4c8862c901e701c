//! `env-file` on a real file system, with the real `git`, in processes that are killed.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod cleared;
mod created;
mod ignored;
mod kept;
mod leftovers;
mod links;
mod locked;
mod meanwhile;
#[cfg(target_os = "linux")]
mod mounts;
mod permissions;
mod properties;
mod readers;
mod refused;
mod repository;
mod support;
mod tracked;
mod writers;

use std::{fs, path::Path};

#[test]
fn every_test_file_is_a_module() {
    check_modules(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")), "main.rs");
}

/// Checks that the file `parent` of a folder has a `mod` line for everything else in it.
fn check_modules(folder: &Path, parent: &str) {
    let lines = fs::read_to_string(folder.join(parent)).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with(parent) {
            continue;
        }
        let module = path.file_stem().unwrap().to_str().unwrap();
        assert!(lines.contains(&format!("\nmod {module};\n")), "{} is not a module", path.display());
        if path.is_dir() {
            check_modules(&path, "mod.rs");
        }
    }
}
