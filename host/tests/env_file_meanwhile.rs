//! A `.env` that comes and goes while it is written, by a program that knows of no lock.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use potbridge::sink::env_file::{EnvFile, EnvFileError};
use potbridge::sink::{Change, Variable};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use tempfile::TempDir;

const THEIRS: &str = "A=1\nB=2\n";
/// So often it is written, and comes and goes, at the least.
const WRITES: usize = 300;

fn set(path: &Path, value: &str) -> Result<Change, EnvFileError> {
    let file = EnvFile { path: path.into(), allow_tracked: false, reader: None };
    file.set(&[Variable { name: "K", value }]).map(|done| done.change)
}

/// Stops the other thread also where the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_file_that_appears_and_vanishes_in_between_is_whole_whenever_it_is_there() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    let stop = AtomicBool::new(false);
    let cycles = AtomicUsize::new(0);
    thread::scope(|scope| {
        let _stop = Stop(&stop);
        scope.spawn(|| {
            let other = folder.path().join("theirs");
            while !stop.load(Ordering::Relaxed) {
                fs::write(&other, THEIRS).unwrap();
                fs::rename(&other, &path).unwrap();
                thread::yield_now();
                // Somebody else may have been quicker.
                let _ = fs::remove_file(&path);
                cycles.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut number = 0;
        while number < WRITES || cycles.load(Ordering::Relaxed) < WRITES {
            number += 1;
            match set(&path, &format!("v{number}")) {
                Ok(_) => {}
                Err(error) => assert_eq!(error.code(), "busy", "{error}"),
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            // A truncated line would be none of these.
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let own = |line: &&str| line.starts_with("K=v") && line.ends_with('\n');
            let (own, theirs): (Vec<_>, Vec<_>) = lines.into_iter().partition(own);
            assert!(own.len() <= 1 && (theirs.is_empty() || theirs.concat() == THEIRS), "{text:?}");
        }
    });
    set(&path, "last").unwrap();
    assert!(fs::read_to_string(&path).unwrap().ends_with("K=last\n"));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name == ".env" || name == "theirs"), "{left:?}");
}

#[test]
fn a_folder_that_has_vanished_is_named_and_not_made_anew() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("app/.env");
    fs::create_dir(folder.path().join("app")).unwrap();
    assert_eq!(set(&path, "1").unwrap(), Change::Written);
    fs::remove_dir_all(folder.path().join("app")).unwrap();
    let error = set(&path, "2").unwrap_err();
    assert_eq!(error.code(), "folder-missing");
    assert!(error.to_string().contains("app"), "{error}");
    assert!(!folder.path().join("app").exists());
    fs::create_dir(folder.path().join("app")).unwrap();
    assert_eq!(set(&path, "3").unwrap(), Change::Written);
}
