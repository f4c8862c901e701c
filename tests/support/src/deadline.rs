//! Waits that end: nothing a test waits for may keep it for ever.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Output};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// A test that waits for longer fails. Nothing that works takes as long.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits until something holds that no event announces.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits for the end of a program, and gives what it printed.
#[track_caller]
pub fn output(child: Child) -> Output {
    output_within(LIMIT, child)
}

/// The same for a program that takes longer.
#[track_caller]
pub fn output_within(limit: Duration, child: Child) -> Output {
    let id = child.id();
    let (send, ended) = mpsc::channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    match ended.recv_timeout(limit) {
        Ok(output) => output.unwrap(),
        Err(_) => {
            kill(id);
            panic!("the program does not end")
        }
    }
}

/// The lines that somebody writes, as they come. The channel closes at the end of them.
pub fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            if line.map(|line| send.send(line)).is_err() {
                return;
            }
        }
    });
    lines
}

fn kill(id: u32) {
    #[cfg(unix)]
    if let Some(process) = rustix::process::Pid::from_raw(id.cast_signed()) {
        let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = id;
}
