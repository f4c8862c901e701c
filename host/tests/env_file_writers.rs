//! Several writers at once, and writers that are killed.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::{
    collections::HashSet,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use potbridge::sink::{Variable, env_file::EnvFile};
use tempfile::TempDir;

const WRITERS: usize = 4;
const WRITES: usize = 25;

fn set(path: &Path, name: &str, value: &str) {
    let file = EnvFile { path: path.into(), allow_tracked: false, reader: None };
    file.set(&[Variable { name, value }]).unwrap();
}

/// This test program again, as a process that runs only the test `role`.
fn process(role: &str, path: &Path, argument: &str) -> Process {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", role, "--ignored", "--nocapture"])
        .env("TRIED_ENV_FILE", path)
        .env("TRIED_ARGUMENT", argument)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    Process(Some(child))
}

/// Killed at the latest when the test ends.
struct Process(Option<Child>);

impl Process {
    fn none() -> Self {
        Self(None)
    }

    fn child(&mut self) -> &mut Child {
        self.0.as_mut().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn given() -> Option<(PathBuf, String)> {
    let path = std::env::var_os("TRIED_ENV_FILE")?;
    Some((path.into(), std::env::var("TRIED_ARGUMENT").ok()?))
}

#[test]
fn four_processes_lose_no_write_and_never_show_half_a_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    let mut writers: Vec<Process> =
        (0..WRITERS).map(|writer| process("counts_up", &path, &format!("W{writer}"))).collect();
    let mut seen = [0; WRITERS];
    while writers.iter_mut().any(|writer| writer.child().try_wait().unwrap().is_none()) {
        let Ok(content) = fs::read_to_string(&path) else {
            continue;
        };
        assert!(content.ends_with('\n'), "{content:?}");
        for line in content.lines() {
            let (name, count) = line.split_once('=').unwrap();
            let writer: usize = name.strip_prefix('W').unwrap().parse().unwrap();
            let count: usize = count.parse().unwrap();
            assert!(count >= seen[writer], "a write was lost: {content:?}");
            seen[writer] = count;
        }
    }
    for mut writer in writers {
        assert!(writer.child().wait().unwrap().success());
    }
    let content = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = content.lines().collect();
    lines.sort_unstable();
    let expected: Vec<String> = (0..WRITERS).map(|writer| format!("W{writer}={WRITES}")).collect();
    assert_eq!(lines, expected);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
#[ignore = "a part of four_processes_lose_no_write_and_never_show_half_a_file, in a process of its own"]
fn counts_up() {
    let Some((path, name)) = given() else {
        return;
    };
    for count in 1..=WRITES {
        set(&path, &name, &count.to_string());
    }
}

#[test]
fn of_four_writers_any_killed_at_any_moment_leaves_a_whole_file_with_one_of_their_tokens() {
    const KILLS: u32 = 500;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    // The token all over the file, so that a mixture of two files would be seen.
    let whole = |token: &str| format!("A=1\n{}B=2\n", format!("YT_DLP_PO_TOKEN={token}\n").repeat(400));
    let tokens: Vec<String> = (1..=2 * WRITERS).map(|n| format!("M{n}ab_-").repeat(10 * n)).collect();
    let start = |writer: usize| {
        let mut writer = process("writes_without_end", &path, &tokens[2 * writer..][..2].join(" "));
        let mut output = BufReader::new(writer.child().stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("writing") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "the writer ended");
        }
        writer
    };
    fs::write(&path, whole(&tokens[0])).unwrap();
    let began = Instant::now();
    set(&path, "YT_DLP_PO_TOKEN", &tokens[1]);
    let one_write = began.elapsed();
    let mut writers: Vec<Process> = (0..WRITERS).map(start).collect();
    let (mut seen, mut interrupted) = (HashSet::new(), 0);
    let mut look = |kill: u32| {
        let content = fs::read_to_string(&path).unwrap();
        let token = tokens.iter().position(|token| content == whole(token));
        seen.insert(token.unwrap_or_else(|| panic!("kill {kill}: {} bytes", content.len())));
    };
    for kill in 0..KILLS {
        let chosen = random(kill) as usize % WRITERS;
        if kill % 2 == 0 {
            sleep(one_write * (random(kill) % 4_000) / 1_000);
        } else {
            // In the midst of a write, then, of one of them.
            let hung = Instant::now() + Duration::from_secs(60);
            while !holds_more_than_the_file(&folder) {
                assert!(Instant::now() < hung, "nobody writes a new file beside the old one");
                look(kill);
            }
        }
        drop(std::mem::replace(&mut writers[chosen], Process::none()));
        look(kill);
        interrupted += usize::from(a_write_was_interrupted(&folder));
        writers[chosen] = start(chosen);
    }
    drop(writers);
    assert!(seen.len() > WRITERS, "the file hardly ever changed: {seen:?}");
    assert!(interrupted > 10, "hardly a write was ever interrupted: {interrupted}");
    set(&path, "YT_DLP_PO_TOKEN", "");
    set(&path, "YT_DLP_PO_TOKEN", &tokens[0]);
    assert_eq!(fs::read_to_string(&path).unwrap(), whole(&tokens[0]));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
}

/// Whether a killed writer left its new file behind: while nobody else can be writing, one is there.
fn a_write_was_interrupted(folder: &TempDir) -> bool {
    let lock = fs::File::open(folder.path()).unwrap();
    lock.try_lock().is_ok() && holds_more_than_the_file(folder)
}

fn holds_more_than_the_file(folder: &TempDir) -> bool {
    fs::read_dir(folder.path()).unwrap().count() > 1
}

/// A different number each time that the test runs; the moment of the kill is what must be random.
fn random(round: u32) -> u32 {
    use std::hash::{BuildHasher as _, RandomState};
    (RandomState::new().hash_one(round) >> 32) as u32
}

#[test]
#[ignore = "a part of of_four_writers_any_killed_at_any_moment_leaves_a_whole_file_with_one_of_their_tokens, in a process of its own"]
fn writes_without_end() {
    let Some((path, values)) = given() else {
        return;
    };
    let (old, new) = values.split_once(' ').unwrap();
    writeln!(std::io::stdout(), "writing").unwrap();
    loop {
        set(&path, "YT_DLP_PO_TOKEN", new);
        set(&path, "YT_DLP_PO_TOKEN", old);
    }
}
