//! One writer at a time.

use crate::support::{Folder, SET};
use env_file::{Change, EnvFile};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_writer_gives_up_if_the_folder_stays_locked() {
    let folder = Folder::new().with(".env", "A=1\n");
    let held = fs::File::open(folder.0.path()).unwrap();
    held.lock().unwrap();
    let (began, lock_timeout) = (Instant::now(), Duration::from_millis(50));
    let error = EnvFile { lock_timeout, ..folder.file(".env") }.set(SET).unwrap_err();
    assert!(began.elapsed() >= lock_timeout);
    assert_eq!(error.code(), "busy");
    assert!(error.is_transient());
    assert_eq!(folder.read(".env"), "A=1\n");
    drop(held);
    assert_eq!(folder.file(".env").set(SET).unwrap().change, Change::Written);
}

#[test]
fn a_writer_waits_until_the_folder_is_free() {
    let folder = Folder::new().with(".env", "A=1\n");
    let held = fs::File::open(folder.0.path()).unwrap();
    held.lock().unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| folder.file(".env").set(SET).unwrap().change);
        thread::sleep(Duration::from_millis(50));
        assert_eq!(folder.read(".env"), "A=1\n");
        drop(held);
        assert_eq!(writer.join().unwrap(), Change::Written);
    });
}
