//! `env-file` on a real file system, with the real `git`, in processes that are killed.
#![allow(clippy::unwrap_used)]
#![cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "helpers of tests for Linux"))]

mod properties;

#[cfg(unix)]
mod cleared;
#[cfg(unix)]
mod created;
#[cfg(unix)]
mod elsewhere;
#[cfg(unix)]
mod ignored;
#[cfg(unix)]
mod joined;
#[cfg(unix)]
mod kept;
#[cfg(unix)]
mod leftovers;
#[cfg(unix)]
mod links;
#[cfg(unix)]
mod locked;
#[cfg(unix)]
mod meanwhile;
#[cfg(unix)]
mod other_systems;
#[cfg(unix)]
mod readers;
#[cfg(unix)]
mod repository;
#[cfg(unix)]
mod support;
#[cfg(unix)]
mod tracked;
#[cfg(unix)]
mod writers;

#[cfg(target_os = "linux")]
mod interrupted;
#[cfg(target_os = "linux")]
mod mounts;
#[cfg(target_os = "linux")]
mod permissions;
#[cfg(target_os = "linux")]
mod refused;
#[cfg(target_os = "linux")]
mod unreadable;

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
