//! Starts the host as a browser does, and says hello.

use super::{Hello, Isolation, LIMIT, failed, no_answer};
use crate::checks::why_not_run;
use potbridge_protocol::frame::{self, FrameError, MAX_FROM_HOST};
use potbridge_protocol::{Code, FromHost, PROTOCOL_VERSION, Problem, ShortText, ToHost};
use potbridge_system::browser::Family;
use potbridge_system::process_group::ProcessGroup;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// How a browser starts the host.
#[derive(Clone, Debug)]
pub struct HostStart<'a> {
    /// The program that the native manifest names.
    pub program: &'a Path,
    /// The browser's family.
    pub family: Family,
    /// The native manifest, which Firefox names.
    pub manifest: &'a Path,
    /// The id of the extension that talks.
    pub extension: &'a str,
    /// The ids of other extensions that the host's configuration lets in.
    pub extension_ids: &'a [String],
    /// Variables that the browser sets besides its own environment.
    pub env: &'a [(OsString, OsString)],
}

/// Starts the host as the browser would, says hello, waits for the answer, and closes the connection.
///
/// The host has folders of a moment. So it lists no browser as connected, makes no token store, and delivers nothing.
///
/// # Errors
/// Why there was no hello.
pub fn handshake(start: &HostStart<'_>) -> Result<Hello, Problem> {
    let isolation = Isolation::new(start.extension_ids)?;
    let mut command = command(start, &isolation);
    let started = ProcessGroup::start(&mut command);
    let (child, group) = started.map_err(|error| why_not_run(start.program, &error, Code::HostMissing))?;
    let (tell, told) = mpsc::channel();
    let seen = Seen::default();
    let talk = Talk { tell, seen: seen.clone() };
    let until = Instant::now() + LIMIT;
    // The thread reaps the host also if nobody waits for it.
    let talking = thread::Builder::new().spawn(move || talk.with(child));
    let mut answer = None;
    let ended = loop {
        if talking.is_err() {
            break None;
        }
        match told.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Said::Answer(said)) => answer = Some(said),
            Ok(Said::Ended { how, stderr }) => break Some((how, stderr)),
            Err(_) => break None,
        }
    };
    if ended.is_none()
        && let Err(why) = group.kill()
    {
        log::warn!("the host {why}");
    }
    match (answer, ended) {
        (Some(Ok(Some(bytes))), _) => hello(start.program, &bytes),
        (Some(Ok(None) | Err(FrameError::Io(_))), Some((how, stderr))) if !seen.is_no_frame() => {
            Err(failed(start.program, &how.to_string(), &stderr))
        }
        _ if seen.is_no_frame() => Err(no_frame(start.program)),
        (Some(Err(error)), _) => {
            let message = format!("the answer of {} cannot be read: {error}", start.program.display());
            Err(Problem::new(Code::HostFailed, message).with_hint("potbridge-setup install"))
        }
        (_, Some((how, stderr))) => Err(failed(start.program, &how.to_string(), &stderr)),
        (_, None) => Err(no_answer(start.program)),
    }
}

/// The command, with a browser's arguments, working folder and environment.
fn command(start: &HostStart<'_>, isolation: &Isolation) -> Command {
    let mut command = Command::new(start.program);
    match start.family {
        Family::Chromium => command.arg(format!("chrome-extension://{}/", start.extension)),
        Family::Firefox => command.arg(start.manifest).arg(start.extension),
    };
    if let Some(folder) = start.program.parent().filter(|folder| folder.is_dir()) {
        command.current_dir(folder);
    }
    if cfg!(target_os = "macos") {
        // Of a program that was started from the desktop.
        command.env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    }
    command.envs(start.env.iter().map(|(name, value)| (name, value))).envs(isolation.variables());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What the answer to the hello says.
fn hello(program: &Path, bytes: &[u8]) -> Result<Hello, Problem> {
    match serde_json::from_slice(bytes) {
        Ok(FromHost::Hello { protocol, version, .. }) => Ok(Hello { protocol, version }),
        Ok(FromHost::Error { problem, .. }) => Err(problem),
        _ => Err(no_frame(program)),
    }
}

fn no_frame(program: &Path) -> Problem {
    let message = format!("{} answers with something else than potbridge's messages", program.display());
    Problem::new(Code::HostFailed, message).with_hint("potbridge-setup install")
}

enum Said {
    Answer(Result<Option<Vec<u8>>, FrameError>),
    Ended { how: ExitStatus, stderr: Vec<u8> },
}

struct Talk {
    tell: Sender<Said>,
    seen: Seen,
}

impl Talk {
    /// Says hello, tells the answer, closes the connection, and tells how the host ended.
    fn with(self, mut child: Child) {
        let stderr = child.stderr.take().map(|mut from| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                // What came before an error is shown.
                let _ = from.read_to_end(&mut bytes);
                bytes
            })
        });
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        if let (Some(mut stdin), Some(stdout)) = (stdin, stdout) {
            let mut stdout = self.seen.clone().over(stdout);
            // One that does not listen may still say why.
            let _ = frame::write(&mut stdin, &our_hello());
            let answer = frame::read(&mut stdout, MAX_FROM_HOST);
            drop(stdin);
            // Nobody listens after the limit.
            let _ = self.tell.send(Said::Answer(answer));
            let _ = io::copy(&mut stdout, &mut io::sink());
        }
        if let Ok(how) = child.wait() {
            let stderr = stderr.and_then(|reader| reader.join().ok()).unwrap_or_default();
            // Nobody listens after the limit.
            let _ = self.tell.send(Said::Ended { how, stderr });
        }
    }
}

fn our_hello() -> ToHost {
    let text = |text: &str| ShortText::new(text).unwrap_or_default();
    ToHost::Hello {
        protocol: PROTOCOL_VERSION,
        version: text(env!("CARGO_PKG_VERSION")),
        browser: text("potbridge-setup"),
        product: None,
        profile: text("potbridge-setup"),
    }
}

/// The first bytes that a host sent. A length that none has tells that it sends no frames.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Seen {
    fn over(self, from: impl Read) -> impl Read {
        Watched { from, seen: self }
    }

    fn is_no_frame(&self) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let length: Option<[u8; 4]> = seen.get(..4).and_then(|bytes| bytes.try_into().ok());
        length.is_some_and(|bytes| u32::from_ne_bytes(bytes) as usize > MAX_FROM_HOST)
    }
}

struct Watched<R> {
    from: R,
    seen: Seen,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(to)?;
        let mut seen = self.seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = 4_usize.saturating_sub(seen.len()).min(count);
        seen.extend_from_slice(&to[..wanted]);
        Ok(count)
    }
}
