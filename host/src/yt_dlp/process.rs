//! yt-dlp, running.

use super::watchdog::Watchdog;
use potbridge_system::process_group::{EndSignal, ProcessGroup, grace};
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The longest line that is kept in one piece, in bytes.
const LONGEST: u64 = 1 << 20;

/// How long its last lines may take to be read after it ended.
const LAST_LINES: Duration = Duration::from_secs(1);

/// A running yt-dlp with all that it starts, in a process group of its own.
pub(crate) struct Process {
    messages: Receiver<Message>,
    /// How many of its two outputs are still open.
    open: u8,
    ended: Option<(ExitStatus, Instant)>,
    group: ProcessGroup,
}

/// What the threads that read its outputs and wait for it tell.
enum Message {
    Line(Zeroizing<String>, Output),
    Closed,
    Ended(io::Result<ExitStatus>),
}

/// The output that a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// What its options had it print.
    Standard,
    /// Warnings and errors, with texts by others in them, and the steps of post-processing (2026.10.26, `--quiet`).
    Error,
}

/// What it did.
pub(crate) enum ProcessEvent {
    /// It printed a line, which may hold secrets.
    Line(Zeroizing<String>, Output),
    /// It ended. All that it printed was given before.
    Ended(ExitStatus),
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
        // Otherwise it encodes paths and titles by the locale, and a browser's host may have none.
        command.args(arguments).env("PYTHONUTF8", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (mut child, group) = ProcessGroup::start(&mut command)?;
        watchdog.watch(group);
        let (send, messages) = mpsc::channel();
        let mut open = 0;
        let outputs = [
            (child.stdout.take().map(boxed), Output::Standard),
            (child.stderr.take().map(boxed), Output::Error),
        ];
        for (pipe, output) in outputs {
            let (Some(pipe), send) = (pipe, send.clone()) else { continue };
            thread::spawn(move || read_lines(pipe, output, &send));
            open += 1;
        }
        if let Some(mut input) = child.stdin.take() {
            // If it does not read them it has ended, and its last line says why.
            let _ = input.write_all(options.as_bytes());
        }
        thread::spawn(move || wait(child, &send));
        Ok(Self { messages, open, ended: None, group })
    }

    /// What it does next; `None` if nothing happens within `limit`.
    pub(crate) fn next(&mut self, limit: Duration) -> io::Result<Option<ProcessEvent>> {
        let until = Instant::now() + limit;
        loop {
            if let Some((status, at)) = self.ended
                && (self.open == 0 || at.elapsed() > LAST_LINES)
            {
                return Ok(Some(ProcessEvent::Ended(status)));
            }
            match self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Message::Line(line, output)) => return Ok(Some(ProcessEvent::Line(line, output))),
                Ok(Message::Closed) => self.open -= 1,
                Ok(Message::Ended(status)) => self.ended = Some((status?, Instant::now())),
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                // All threads have ended, so nothing more can come.
                Err(RecvTimeoutError::Disconnected) if self.ended.is_some() => self.open = 0,
                Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("nobody waits for it")),
            }
        }
    }

    /// Ends it and all that it started: by SIGINT, and after [`grace::DOWNLOAD`] by SIGKILL.
    ///
    /// On SIGINT yt-dlp keeps what a later run resumes, and leaves no ffmpeg behind.
    pub(crate) fn end(&self) {
        if let Err(why) = self.group.end(EndSignal::Interrupt, grace::DOWNLOAD) {
            log::warn!("yt-dlp {why}");
        }
    }
}

fn boxed(output: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(output)
}

fn wait(mut child: Child, send: &Sender<Message>) {
    // Nobody listens any more if the download was ended.
    let _ = send.send(Message::Ended(child.wait()));
}

fn read_lines(pipe: Box<dyn Read + Send>, output: Output, send: &Sender<Message>) {
    let mut pipe = BufReader::new(pipe);
    loop {
        let mut line = Zeroizing::new(Vec::new());
        match pipe.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            Ok(1..) => {
                let text =
                    Zeroizing::new(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned());
                if send.send(Message::Line(text, output)).is_err() {
                    return;
                }
            }
            // The end. Reading a pipe does not fail.
            _ => break,
        }
    }
    // Nobody listens any more if the download was ended.
    let _ = send.send(Message::Closed);
}
