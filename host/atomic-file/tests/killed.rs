//! Writers in place that are killed at any moment.

use crate::Folder;
use atomic_file::{Options, Repaired, Target, repair, replace};
use potbridge_test_support::itself::{again, role};
use potbridge_test_support::refused_calls::{Call, die_at, with_refused_calls};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use tempfile::TempDir;

const KILLS: u32 = 30;
const OPTIONS: Options = Options::new().private().durable();
const FOLDER: &str = "ATOMIC_FILE_TEST_FOLDER";

/// What the writer in a process of its own writes.
fn file() -> PathBuf {
    PathBuf::from(std::env::var_os(FOLDER).unwrap()).join("a")
}

/// Of different lengths, and long enough that a kill meets them in the middle.
fn contents() -> [Vec<u8>; 2] {
    [b"A=1\n".repeat(100_000), b"TOKEN=M\n".repeat(200_000)]
}

#[test]
fn a_file_is_whole_after_each_repair() {
    let test = "a_file_is_whole_after_each_repair";
    if role().is_some() {
        io::stdout().write_all(b"begun\n").unwrap();
        for content in contents().iter().cycle() {
            replace(&file(), content, &OPTIONS).unwrap();
        }
    }
    let contents = contents();
    // In memory the writer seldom waits for the disk, and is met writing more often.
    let folder = Folder(TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap());
    fs::write(folder.path("a"), &contents[0]).unwrap();
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    let read = File::open(folder.path("a")).unwrap();
    let mut torn = 0;
    for kill in 0..KILLS {
        let mut writer = again(module_path!(), test, "writes")
            .env(FOLDER, folder.0.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut begun = Vec::new();
        let output = writer.stdout.as_mut().unwrap();
        while !begun.ends_with(b"begun\n") {
            let mut byte = [0];
            output.read_exact(&mut byte).unwrap();
            begun.push(byte[0]);
        }
        // As the first byte is written, and at other moments.
        let first = || {
            let mut byte = [0];
            read.read_exact_at(&mut byte, 0).unwrap();
            byte
        };
        let before = first();
        if kill % 2 == 0 {
            while first() == before {
                assert!(writer.try_wait().unwrap().is_none(), "the writer ended");
            }
        }
        for _ in 0..kill % 2 * kill * 400 {
            first();
        }
        writer.kill().unwrap();
        assert_eq!(writer.wait().unwrap().signal(), Some(9));

        let is_whole = || contents.contains(&fs::read(folder.path("a")).unwrap());
        let was_whole = is_whole();
        let repaired = repair(&Target::find(&folder.path("a")).unwrap(), &OPTIONS).unwrap();
        assert!(is_whole(), "{kill}");
        assert_eq!(repaired == Repaired::Finished, !was_whole, "{kill}");
        torn += u32::from(!was_whole);
        assert_eq!(folder.names(), ["a", "b"]);
    }
    eprintln!("{torn} of {KILLS} were torn");
}

/// A writer in a process of its own, which is killed when it makes such a call.
fn killed_at(test: &str, call: &str, folder: &Folder) {
    let mut writer = again(module_path!(), test, call);
    let output = writer.env(FOLDER, folder.0.path()).output().unwrap();
    assert!(output.status.signal().is_some(), "{call}: {output:?}");
}

#[test]
fn a_writer_in_place_may_die_at_every_step() {
    let test = "a_writer_in_place_may_die_at_every_step";
    let calls = [Call::Flock, Call::Sync, Call::Fallocate, Call::Truncate, Call::Unlink];
    if let Some(role) = role() {
        die_at(calls.into_iter().find(|call| format!("{call:?}") == role).unwrap());
        replace(&file(), b"short\n", &OPTIONS).unwrap();
        panic!("not killed");
    }
    for (call, torn, repaired) in [
        (Call::Flock, "old and longer\n", Repaired::Whole),
        (Call::Sync, "old and longer\n", Repaired::Whole),
        (Call::Fallocate, "old and longer\n", Repaired::Whole),
        // Before it is shortened.
        (Call::Truncate, "short\nd longer\n", Repaired::Finished),
    ] {
        let folder = Folder::with("a", "old and longer\n");
        fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
        killed_at(test, &format!("{call:?}"), &folder);
        assert_eq!(folder.read("a"), torn, "{call:?}");
        let expected = if repaired == Repaired::Finished { "short\n" } else { torn };
        assert_eq!(repair(&Target::find(&folder.path("a")).unwrap(), &OPTIONS).unwrap(), repaired);
        assert_eq!((folder.read("b").as_str(), folder.names().len()), (expected, 2), "{call:?}");
    }
    // When the journal is to be removed.
    let folder = Folder::with("a", "old and longer\n");
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    killed_at(test, "Unlink", &folder);
    assert_eq!((folder.read("a").as_str(), folder.names().len()), ("short\n", 3));
    assert_eq!(repair(&Target::find(&folder.path("a")).unwrap(), &OPTIONS).unwrap(), Repaired::Whole);
    assert_eq!((folder.read("a").as_str(), folder.names().len()), ("short\n", 2));
}

#[test]
fn a_writer_may_die_while_it_makes_a_file() {
    let test = "a_writer_may_die_while_it_makes_a_file";
    if role().is_some() {
        let refused = [(Call::RenameNoReplace, Errno::INVAL), (Call::Link, Errno::PERM)];
        let refused = refused.map(|(call, errno)| (call, errno.raw_os_error()));
        with_refused_calls(&refused, || {
            die_at(Call::Fallocate);
            replace(&file(), b"new\n", &OPTIONS).unwrap();
        });
        panic!("not killed");
    }
    let folder = Folder::new();
    killed_at(test, "makes", &folder);
    assert_eq!((folder.read("a").as_str(), folder.names().len()), ("", 2));
    let target = Target::find(&folder.path("a")).unwrap();
    assert_eq!(repair(&target, &OPTIONS).unwrap(), Repaired::Finished);
    assert_eq!((folder.read("a").as_str(), folder.names().len()), ("new\n", 1));
}
