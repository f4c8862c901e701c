//! yt-dlp, running.

use super::process_group::Group;
use super::watchdog::Watchdog;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The longest line that is kept in one piece.
const LONGEST: u64 = 1 << 20;

/// How long what it printed last may take to arrive once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A running yt-dlp with all that it starts, in a process group of its own.
pub(crate) struct Process {
    events: Receiver<Event>,
    /// How many of its two outputs are still open.
    open: u8,
    ended: Option<(ExitStatus, Instant)>,
    group: Group,
}

enum Event {
    Line(Zeroizing<String>, Output),
    Closed,
    Ended(io::Result<ExitStatus>),
}

/// Where it printed a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// What its options had it print.
    Standard,
    /// Warnings and errors, with the words of others in them; and the steps of post-processing (2026.10.26, `--quiet`).
    Error,
}

/// What it did.
pub(crate) enum Happened {
    /// It printed a line, which may hold secrets.
    Line(Zeroizing<String>, Output),
    /// It ended, and all that it printed was given.
    Ended(ExitStatus),
    /// Nothing, for the time given.
    Nothing,
}

impl Process {
    /// Starts it with these arguments, and gives it the rest of its options on its standard input.
    pub(crate) fn start(
        program: &Path,
        arguments: &[String],
        options: &str,
        watchdog: &mut Watchdog,
    ) -> io::Result<Self> {
        let mut command = Command::new(program);
        // It would else take the letters of paths and titles from a locale that a browser's host may not have.
        command.args(arguments).env("PYTHONUTF8", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Group::set_apart(&mut command);
        let mut child = command.spawn()?;
        let group = Group::of(&child);
        watchdog.entrust(group);
        let (tell, events) = mpsc::channel();
        let mut open = 0;
        let outputs = [
            (child.stdout.take().map(boxed), Output::Standard),
            (child.stderr.take().map(boxed), Output::Error),
        ];
        for (pipe, output) in outputs {
            let (Some(pipe), tell) = (pipe, tell.clone()) else { continue };
            thread::spawn(move || read_lines(pipe, output, &tell));
            open += 1;
        }
        if let Some(mut input) = child.stdin.take() {
            // Where it does not read them it has ended, and its last words say why.
            let _ = input.write_all(options.as_bytes());
        }
        thread::spawn(move || wait(child, &tell));
        Ok(Self { events, open, ended: None, group })
    }

    /// What it does next, within a time.
    pub(crate) fn next(&mut self, limit: Duration) -> io::Result<Happened> {
        let until = Instant::now() + limit;
        loop {
            if let Some((status, at)) = self.ended
                && (self.open == 0 || at.elapsed() > LAST_WORDS)
            {
                return Ok(Happened::Ended(status));
            }
            match self.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Event::Line(line, output)) => return Ok(Happened::Line(line, output)),
                Ok(Event::Closed) => self.open -= 1,
                Ok(Event::Ended(status)) => self.ended = Some((status?, Instant::now())),
                Err(RecvTimeoutError::Timeout) => return Ok(Happened::Nothing),
                // All threads are gone, and with them the end that was to come.
                Err(RecvTimeoutError::Disconnected) if self.ended.is_some() => self.open = 0,
                Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("nobody waits for it")),
            }
        }
    }

    /// Ends it, and all that it started, within four seconds.
    pub(crate) fn end(&self) {
        self.group.end();
    }
}

fn boxed(output: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(output)
}

fn wait(mut child: Child, tell: &Sender<Event>) {
    let _ = tell.send(Event::Ended(child.wait()));
}

fn read_lines(pipe: Box<dyn Read + Send>, output: Output, tell: &Sender<Event>) {
    let mut pipe = BufReader::new(pipe);
    loop {
        let mut line = Zeroizing::new(Vec::new());
        match pipe.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            Ok(1..) => {
                let text =
                    Zeroizing::new(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned());
                if tell.send(Event::Line(text, output)).is_err() {
                    return;
                }
            }
            _ => break,
        }
    }
    let _ = tell.send(Event::Closed);
}
