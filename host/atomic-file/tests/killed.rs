//! Writers in place that are killed at any moment.

use crate::Folder;
use atomic_file::{Options, Repaired, Target, repair, replace};
use potbridge_test_support::itself::{again, role};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use tempfile::TempDir;

const KILLS: u32 = 40;
const OPTIONS: Options = Options::new().private().durable();
const FOLDER: &str = "ATOMIC_FILE_TEST_FOLDER";

/// Of different lengths, and long enough that a kill meets them in the middle.
fn contents() -> [Vec<u8>; 2] {
    [b"A=1\n".repeat(100_000), b"TOKEN=M\n".repeat(200_000)]
}

#[test]
fn a_file_is_whole_after_each_repair() {
    let test = "a_file_is_whole_after_each_repair";
    if role().is_some() {
        let path = PathBuf::from(std::env::var_os(FOLDER).unwrap()).join("a");
        io::stdout().write_all(b"begun\n").unwrap();
        for content in contents().iter().cycle() {
            replace(&path, content, &OPTIONS).unwrap();
        }
    }
    let contents = contents();
    // In memory the writer seldom waits for the disk, and is met writing more often.
    let folder = Folder(TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap());
    fs::write(folder.path("a"), &contents[0]).unwrap();
    fs::hard_link(folder.path("a"), folder.path("b")).unwrap();
    let file = File::open(folder.path("a")).unwrap();
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
            file.read_exact_at(&mut byte, 0).unwrap();
            byte
        };
        let before = first();
        if kill % 2 == 0 {
            while first() == before {}
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
