//! The Xvfb that is started with the browser.
//!
//! A process of this program lies between: it ends Xvfb when the last process of the browser has ended, also if the
//! watchdog was killed. A browser whose screen goes first would lose its last cookies.

use super::places::Places;
use super::problems::{failed, system};
use super::step;
use potbridge_protocol::Problem;
use potbridge_system::dirs::open_private;
use potbridge_system::own_program::own_program;
use potbridge_system::process_group::{EndSignal, ProcessGroup, Signal, grace};
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The first argument that asks for the process between. It is no command of `potbridge --help`.
const ARGUMENT: &str = "own-browser-display";

/// The program.
const XVFB: &str = "Xvfb";

/// How long Xvfb may take to say its display.
const START: Duration = Duration::from_secs(15);

/// An Xvfb that runs as long as the browser.
pub(super) struct DisplayServer {
    display: String,
    key: PathBuf,
}

impl DisplayServer {
    /// Starts it. Somebody is a member of the browser already, or is about to be.
    pub(super) fn start(places: &Places) -> Result<Self, Problem> {
        if which::which(XVFB).is_err() {
            return Err(failed(
                "there is no Xvfb on the PATH, which `display = \"xvfb\"` in [browser] asks for",
            )
            .with_hint("install it (Debian: xvfb), or take that line out"));
        }
        let key = places.display_key();
        write_key(places).map_err(|error| system("the key of its Xvfb", &error))?;
        let started = own_program().and_then(|program| {
            let mut command = Command::new(program);
            command.arg0("potbridge").arg(ARGUMENT).arg(places.members()).arg(&key);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
            ProcessGroup::start(&mut command)
        });
        let (mut child, group) = started.map_err(|error| system("its Xvfb", &error))?;
        let output = child.stdout.take();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = output.map(|output| BufReader::new(output).read_line(&mut line));
            // Nobody waits for a late one.
            let _ = tell.send(read.map(|_| line));
        });
        match told.recv_timeout(START) {
            Ok(Some(line)) if line.trim().parse::<u32>().is_ok() => {
                Ok(Self { display: format!(":{}", line.trim()), key })
            }
            _ => {
                if let Err(why) = group.kill() {
                    log::warn!("Xvfb {why}");
                }
                Err(failed("Xvfb does not start"))
            }
        }
    }

    /// Variables for the browser.
    pub(super) fn environment(&self) -> [(&'static str, OsString); 2] {
        [("DISPLAY", (&self.display).into()), ("XAUTHORITY", (&self.key).into())]
    }
}

/// Writes a random key, so that no other user of this machine can look at the screen.
fn write_key(places: &Places) -> io::Result<()> {
    let mut secret = [0; 16];
    getrandom::fill(&mut secret).map_err(io::Error::other)?;
    let mut file = open_private(&places.display_key())?;
    file.set_len(0)?;
    file.write_all(&entry(&secret))
}

/// An entry for every display, as Xau writes it: the family "wild", then address, number, name and data, each after its
/// length in two bytes, the high one first.
fn entry(secret: &[u8; 16]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xff];
    for part in [b"".as_slice(), b"", b"MIT-MAGIC-COOKIE-1", secret] {
        bytes.extend(u16::try_from(part.len()).unwrap_or_default().to_be_bytes());
        bytes.extend(part);
    }
    bytes
}

/// The process between.
pub struct DisplayProcess {
    members: PathBuf,
    key: OsString,
}

impl DisplayProcess {
    /// Reads the arguments `own-browser-display MEMBERS KEY`. Gives `None` for any others.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        arguments.next().filter(|first| first == ARGUMENT)?;
        Some(Self { members: arguments.next()?.into(), key: arguments.next()? })
    }

    /// Runs Xvfb until the last process of the browser has ended.
    #[must_use]
    pub fn run(self) -> ExitCode {
        self.try_run().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
    }

    fn try_run(self) -> io::Result<()> {
        let mut arguments: Vec<OsString> =
            ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", "-auth"]
                .map(OsString::from)
                .into();
        arguments.push(self.key);
        let mut command = step::command(Signal::TERM, OsStr::new(XVFB), &arguments)?;
        // It writes its display to the standard output, which the watchdog reads.
        command.stdin(Stdio::null()).stdout(Stdio::inherit()).stderr(Stdio::null());
        let (mut child, group) = ProcessGroup::start(&mut command)?;
        let members = open_private(&self.members)?;
        members.lock()?;
        let reaped = thread::spawn(move || child.wait());
        group.end(EndSignal::Terminate, grace::COMMAND).map_err(io::Error::other)?;
        // That thread only waits.
        let _ = reaped.join();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_written_as_xau_reads_it() {
        let bytes = entry(&[7; 16]);
        assert_eq!(bytes[..6], [0xff, 0xff, 0, 0, 0, 0]);
        assert_eq!(bytes[6..8], [0, 18]);
        assert_eq!(&bytes[8..26], b"MIT-MAGIC-COOKIE-1");
        assert_eq!(bytes[26..], [[0, 16].as_slice(), &[7; 16]].concat());
    }
}
