//! One writer at a time.

use crate::support::{Folder, SET, code};
use env_file::{Change, Edited, EnvFile, Warning};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Locks a file or folder, as another program would.
fn held(path: &Path) -> fs::File {
    let file = fs::File::open(path).unwrap();
    file.lock().unwrap();
    file
}

fn codes(edited: &Edited) -> Vec<&'static str> {
    edited.warnings.iter().map(Warning::code).collect()
}

#[test]
fn a_writer_that_may_not_wait_gives_up_at_once() {
    let folder = Folder::new().with(".env", "A=1\n");
    for locked in [folder.0.path().to_path_buf(), folder.path(".env")] {
        let held = held(&locked);
        let file = EnvFile { lock_timeout: Duration::ZERO, ..folder.file(".env") };
        let began = Instant::now();
        let error = file.set(SET).unwrap_err();
        assert_eq!(code(file.clear(&["A"])), "busy");
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert_eq!(error.code(), "busy");
        assert!(error.is_transient());
        assert_eq!(folder.read(".env"), "A=1\n");
        drop(held);
    }
    assert_eq!(folder.file(".env").set(SET).unwrap().change, Change::Written);
}

#[test]
fn a_writer_gives_up_if_folder_and_file_stay_locked() {
    let folder = Folder::new().with(".env", "A=1\n");
    let _held = (held(folder.0.path()), held(&folder.path(".env")));
    let (began, lock_timeout) = (Instant::now(), Duration::from_millis(50));
    let file = EnvFile { lock_timeout, ..folder.file(".env") };
    assert_eq!(code(file.set(SET)), "busy");
    assert!(began.elapsed() >= lock_timeout);
    assert_eq!(folder.read(".env"), "A=1\n");
}

#[test]
fn a_folder_that_another_program_keeps_locked_keeps_no_value_away() {
    let folder = Folder::new().with(".env", "A=1\n");
    let _held = held(folder.0.path());
    let (began, lock_timeout) = (Instant::now(), Duration::from_millis(50));
    for name in [".env", "absent"] {
        let file = EnvFile { lock_timeout, ..folder.file(name) };
        let edited = file.set(SET).unwrap();
        assert_eq!((edited.change, codes(&edited)), (Change::Written, vec!["lock-held"]));
        assert!(edited.warnings[0].to_string().contains(folder.0.path().to_str().unwrap()));
        assert_eq!(file.clear(&["TOKEN"]).unwrap().change, Change::Written);
    }
    assert!(began.elapsed() >= lock_timeout * 4, "each waited for the lock first");
    assert_eq!(folder.read(".env"), "A=1\nTOKEN=\n");
}

#[test]
fn a_file_that_another_program_keeps_locked_is_written_under_the_folders_lock() {
    let folder = Folder::new().with(".env", "A=1\n");
    let _held = held(&folder.path(".env"));
    let file = EnvFile { lock_timeout: Duration::from_millis(50), ..folder.file(".env") };
    let edited = file.set(SET).unwrap();
    assert_eq!((edited.change, codes(&edited)), (Change::Written, vec!["lock-held"]));
    assert!(edited.warnings[0].to_string().contains("/.env locked"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_system_without_locks_keeps_no_value_away() {
    use potbridge_test_support::refused_calls::{Call, with_refused_calls};
    use rustix::io::Errno;

    for refusal in [Errno::NOSYS, Errno::NOLCK, Errno::OPNOTSUPP, Errno::INVAL, Errno::BADF] {
        let folder = Folder::new().with(".env", "A=1\n");
        with_refused_calls(&[(Call::Flock, refusal.raw_os_error())], || {
            let edited = folder.file(".env").set(SET).unwrap();
            assert_eq!((edited.change, codes(&edited)), (Change::Written, vec!["not-locked"]), "{refusal}");
            assert_eq!(folder.file(".env").clear(&["A"]).unwrap().change, Change::Written);
            assert_eq!(folder.file("absent").set(SET).unwrap().change, Change::Written);
        });
        assert_eq!(folder.read(".env"), "A=\nTOKEN=Mnew-token_==\n");
        assert_eq!(folder.names(), [".env", "absent"]);
    }
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
