//! Child processes: their end, with a limit, and signals to them.

use crate::trial::LIMIT;
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// Runs a command to its end and takes its output.
///
/// # Panics
/// If it cannot be started, or takes longer than any working command.
#[track_caller]
#[must_use]
pub fn output_of(command: &mut Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    output(child.unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display())))
}

/// Waits for the end of a child and takes its output, as far as that is piped.
///
/// # Panics
/// If it takes longer than any working child.
#[track_caller]
#[must_use]
pub fn output(mut child: Child) -> Output {
    let (stdout, stderr) = (child.stdout.take().map(reader), child.stderr.take().map(reader));
    let status = wait(&mut child);
    let read = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
        reader.map_or_else(Vec::new, |reader| reader.join().unwrap())
    };
    Output { status, stdout: read(stdout), stderr: read(stderr) }
}

fn reader(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// Waits for the end of a child, and kills it if it takes too long.
///
/// # Panics
/// If it takes longer than any working child.
#[track_caller]
pub fn wait(child: &mut Child) -> ExitStatus {
    let end = Instant::now() + 2 * LIMIT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("a child did not end within {:?}", 2 * LIMIT);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The lines of a stream, as they come.
///
/// It reads on if nobody takes them, so that the other side is never blocked.
pub fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (line_out, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            // Nobody listens any more, but the stream has to be emptied.
            let _ = line_out.send(line);
        }
    });
    lines
}

/// Sends a signal to a child.
pub fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Kills a process that is not a child of this one.
pub fn kill(process: u32) {
    signal_to(process, Signal::KILL);
}

/// Sends a signal to a process that is not a child of this one.
pub fn signal_to(process: u32, signal: Signal) {
    let process = Pid::from_raw(process.cast_signed()).unwrap();
    kill_process(process, signal).unwrap();
}

/// All running processes of the machine.
pub fn running() -> impl Iterator<Item = u32> {
    let pids = fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    // A zombie only waits for its parent to read its exit status.
    pids.filter(|pid: &u32| {
        fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    })
}

/// Whether a file can be read and holds a text.
#[must_use]
pub fn holds_text(file: impl AsRef<Path>, text: &str) -> bool {
    fs::read(file).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

/// The ids of the processes that have a file open in `folder`, whose name ends so.
#[must_use]
pub fn processes_that_hold(folder: &Path, ending: &str) -> Vec<u32> {
    let Ok(folder) = dunce::canonicalize(folder) else { return Vec::new() };
    let is_held_by = |process: &PathBuf| {
        // A process may end, and close files, while it is looked at.
        let files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        let mut paths = files.filter_map(|file| fs::read_link(file.path()).ok());
        paths.any(|path| {
            path.parent() == Some(&folder) && path.extension().is_some_and(|extension| extension == ending)
        })
    };
    let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    let hold = processes.filter(is_held_by);
    hold.filter_map(|process| process.file_name()?.to_str()?.parse().ok()).collect()
}
