//! Another program, which takes no lock, creates and removes the file while it is written.

use crate::support::{names, set};
use env_file::Change;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const THEIRS: &str = "A=1\nB=2\n";
/// How often the file is written, created and removed at least.
const WRITES: usize = 300;

/// Stops the other thread, even if the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_file_that_comes_and_goes_is_always_whole() {
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
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut number = 0;
        while number < WRITES || cycles.load(Ordering::Relaxed) < WRITES {
            assert!(Instant::now() < deadline, "{number} writes, {cycles:?} cycles");
            number += 1;
            match set(&path, &format!("v{number}")) {
                Ok(_) => {}
                Err(error) => assert_eq!(error.code(), "busy", "{error}"),
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            // A truncated line would be none of these.
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let own = |line: &&str| line.starts_with("TOKEN=v") && line.ends_with('\n');
            let (own, theirs): (Vec<_>, Vec<_>) = lines.into_iter().partition(own);
            assert!(own.len() <= 1 && (theirs.is_empty() || theirs.concat() == THEIRS), "{text:?}");
        }
    });
    set(&path, "last").unwrap();
    assert!(fs::read_to_string(&path).unwrap().ends_with("TOKEN=last\n"));
    let left = names(folder.path());
    assert!(left.iter().all(|name| name == ".env" || name == "theirs"), "{left:?}");
}

#[test]
fn a_folder_that_vanished_is_named_and_not_created() {
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
