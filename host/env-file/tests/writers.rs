//! Several writers at once, and writers that are killed.

use crate::support::{Process, again, names, role};
use env_file::{EnvFile, Variable};
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a part of a test may take at most.
const LIMIT: Duration = Duration::from_secs(60);

const WRITERS: usize = 4;
const WRITES: usize = 25;

fn set(path: &Path, name: &str, value: &str) {
    EnvFile::new(path).set(&[Variable { name, value }]).unwrap();
}

/// Starts the test `test` again in a process of its own, for `path` and an argument.
fn process(test: &str, path: &Path, argument: &str) -> Process {
    let role = format!("{}\n{argument}", path.display());
    Process::start(&mut again(module_path!(), test, &role))
}

#[test]
fn four_processes_lose_no_write_and_show_no_half_file() {
    if let Some((path, name)) = role().as_deref().and_then(|role| role.split_once('\n')) {
        for count in 1..=WRITES {
            set(Path::new(path), name, &count.to_string());
        }
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    let test = "four_processes_lose_no_write_and_show_no_half_file";
    let mut writers: Vec<Process> =
        (0..WRITERS).map(|writer| process(test, &path, &format!("W{writer}"))).collect();
    let deadline = Instant::now() + LIMIT;
    let mut seen = [0; WRITERS];
    while writers.iter_mut().any(Process::is_running) {
        assert!(Instant::now() < deadline, "the writers do not end: {seen:?}");
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
    writers.into_iter().for_each(Process::assert_passed);
    let content = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = content.lines().collect();
    lines.sort_unstable();
    let expected: Vec<String> = (0..WRITERS).map(|writer| format!("W{writer}={WRITES}")).collect();
    assert_eq!(lines, expected);
    assert_eq!(names(folder.path()), [".env"]);
}

/// Starts the writers again, each of which sets a variable of its own many times. They end well.
fn write_at_once(test: &str, path: &Path, meanwhile: impl FnOnce()) {
    let writers: Vec<Process> =
        (0..WRITERS).map(|writer| process(test, path, &format!("W{writer}"))).collect();
    meanwhile();
    writers.into_iter().for_each(Process::assert_passed);
}

/// What the file holds after [`write_at_once`], if no write was lost.
fn assert_none_was_lost(path: &Path) {
    let content = fs::read_to_string(path).unwrap();
    let mut lines: Vec<&str> = content.lines().collect();
    lines.sort_unstable();
    let expected: Vec<String> = (0..WRITERS).map(|writer| format!("W{writer}={WRITES}")).collect();
    assert_eq!(lines, expected);
}

#[test]
fn four_processes_that_write_in_place_lose_no_write() {
    if let Some((path, name)) = role().as_deref().and_then(|role| role.split_once('\n')) {
        for count in 1..=WRITES {
            set(Path::new(path), name, &count.to_string());
        }
        return;
    }
    let folder = TempDir::new().unwrap();
    let (path, twin) = (folder.path().join(".env"), folder.path().join("twin"));
    fs::write(&path, "").unwrap();
    fs::hard_link(&path, &twin).unwrap();
    write_at_once("four_processes_that_write_in_place_lose_no_write", &path, || {});
    assert_none_was_lost(&path);
    assert_none_was_lost(&twin);
    assert_eq!(names(folder.path()), [".env", "twin"]);
}

#[test]
fn writers_with_one_lock_and_writers_with_both_lose_no_write() {
    if let Some((path, name)) = role().as_deref().and_then(|role| role.split_once('\n')) {
        let file = EnvFile { lock_timeout: Duration::from_millis(5), ..EnvFile::new(path) };
        for count in 1..=WRITES {
            let value = count.to_string();
            while let Err(error) = file.set(&[Variable { name, value: &value }]) {
                assert_eq!(error.code(), "busy");
            }
        }
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, "").unwrap();
    let test = "writers_with_one_lock_and_writers_with_both_lose_no_write";
    let held = fs::File::open(folder.path()).unwrap();
    held.lock().unwrap();
    write_at_once(test, &path, || {
        let until = Instant::now() + LIMIT;
        // In the middle of it the other program gives the folder's lock back.
        while fs::read_to_string(&path).unwrap().lines().count() < WRITERS {
            assert!(Instant::now() < until, "the writers do not come on");
        }
        drop(held);
    });
    assert_none_was_lost(&path);
    assert_eq!(names(folder.path()), [".env"]);
}

#[cfg(target_os = "linux")]
#[test]
fn writers_without_locks_show_no_half_file() {
    use potbridge_test_support::refused_calls::{Call, with_refused_calls};

    if let Some((path, name)) = role().as_deref().and_then(|role| role.split_once('\n')) {
        with_refused_calls(&[(Call::Flock, rustix::io::Errno::NOSYS.raw_os_error())], || {
            for count in 1..=WRITES {
                set(Path::new(path), name, &count.to_string());
            }
        });
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, "").unwrap();
    write_at_once("writers_without_locks_show_no_half_file", &path, || ());
    let content = fs::read_to_string(&path).unwrap();
    for line in content.lines() {
        let (name, count) = line.split_once('=').unwrap();
        assert!(name.starts_with('W') && (1..=WRITES).contains(&count.parse().unwrap()), "{content:?}");
    }
    assert!(content.ends_with('\n') && content.lines().count() <= WRITERS, "{content:?}");
}

#[test]
fn a_writer_killed_at_any_moment_leaves_a_whole_file() {
    const KILLS: u32 = 500;
    if let Some((path, values)) = role().as_deref().and_then(|role| role.split_once('\n')) {
        write_without_end(Path::new(path), values);
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    // The token all over the file, so that a mixture of two files would be seen.
    let whole = |token: &str| format!("A=1\n{}B=2\n", format!("TOKEN={token}\n").repeat(400));
    let tokens: Vec<String> = (1..=2 * WRITERS).map(|n| format!("M{n}ab_-").repeat(10 * n)).collect();
    let start = |writer: usize| {
        let test = "a_writer_killed_at_any_moment_leaves_a_whole_file";
        let mut writer = process(test, &path, &tokens[2 * writer..][..2].join(" "));
        let mut output = writer.output();
        let mut line = String::new();
        while !line.contains("writing") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "the writer ended");
        }
        writer
    };
    fs::write(&path, whole(&tokens[0])).unwrap();
    let began = Instant::now();
    set(&path, "TOKEN", &tokens[1]);
    let one_write = began.elapsed();
    let mut writers: Vec<Option<Process>> = (0..WRITERS).map(start).map(Some).collect();
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
            // Then one of them is killed during a write.
            let hung = Instant::now() + LIMIT;
            while !holds_more_than_the_file(&folder) {
                assert!(Instant::now() < hung, "nobody writes a new file beside the old one");
                look(kill);
            }
        }
        drop(writers[chosen].take());
        look(kill);
        interrupted += usize::from(a_write_was_interrupted(&folder));
        writers[chosen] = Some(start(chosen));
    }
    drop(writers);
    assert!(seen.len() > WRITERS, "the file hardly ever changed: {seen:?}");
    assert!(interrupted > 10, "hardly a write was ever interrupted: {interrupted}");
    set(&path, "TOKEN", "");
    set(&path, "TOKEN", &tokens[0]);
    assert_eq!(fs::read_to_string(&path).unwrap(), whole(&tokens[0]));
    assert_eq!(names(folder.path()), [".env"], "something was left behind");
}

/// Sets two values in turn until the process is killed.
fn write_without_end(path: &Path, values: &str) -> ! {
    let (old, new) = values.split_once(' ').unwrap();
    let mut output = std::io::stdout();
    writeln!(output, "writing").unwrap();
    loop {
        set(path, "TOKEN", new);
        set(path, "TOKEN", old);
    }
}

/// Whether a killed writer left its temporary file: it is there while the folder is locked by this test.
fn a_write_was_interrupted(folder: &TempDir) -> bool {
    let lock = fs::File::open(folder.path()).unwrap();
    lock.try_lock().is_ok() && holds_more_than_the_file(folder)
}

fn holds_more_than_the_file(folder: &TempDir) -> bool {
    fs::read_dir(folder.path()).unwrap().count() > 1
}

/// A different number in each run of the test: the moment of the kill must be random.
fn random(round: u32) -> u32 {
    use std::hash::{BuildHasher as _, RandomState};
    (RandomState::new().hash_one(round) >> 32) as u32
}
