//! `atomic-file` on a real file system, with what only Linux has the system refuse.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

mod attributes;
mod created;
#[cfg(target_os = "linux")]
mod extended;
mod full_disk;
mod hard_links;
mod hindered;
mod journal;
mod killed;
mod leftovers;
mod links;
mod owner;
mod refused;
mod rename_refused;
mod snapshot;
mod unchanged;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder for one test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With one file in it.
    fn with(name: &str, content: &str) -> Self {
        let folder = Self::new();
        fs::write(folder.path(name), content).unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

#[test]
fn every_test_file_is_a_module_of_this_one() {
    let main = include_str!("main.rs");
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap();
        assert!(module == "main" || main.contains(&format!("\nmod {module};\n")), "{module} is not run");
    }
}
