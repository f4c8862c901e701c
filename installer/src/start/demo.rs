//! The stand-in for YouTube, as a child process.

use crate::error::{Error, Result};
use potbridge_browser::Route;
use potbridge_system::process_group::ProcessGroup;
use serde::Deserialize;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// How long the stand-in may take until it listens.
const READY_LIMIT: Duration = Duration::from_secs(30);

/// A running stand-in. It is ended when it is dropped.
pub(crate) struct Demo {
    _stand_in: StandIn,
    pub(crate) route: Route,
    pub(crate) start_url: String,
}

/// The line that the stand-in prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    address: SocketAddr,
    spki_sha256: String,
    start_url: String,
}

impl Demo {
    /// Starts the stand-in and waits until it listens.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        Self::start_within(program, READY_LIMIT)
    }

    fn start_within(program: &Path, limit: Duration) -> Result<Self> {
        let run = |source| Error::Run { program: program.display().to_string(), source };
        let failed = |problem: String| Error::Failed {
            program: program.display().to_string(),
            status: "it did not print where it listens".to_owned(),
            stderr: problem,
        };
        let mut command = Command::new(program);
        // It ends with its stdin, if this program is killed.
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // In a group of its own, Ctrl-C on the terminal does not reach it. This program ends it.
        let (child, group) = ProcessGroup::start(&mut command).map_err(run)?;
        let mut stand_in = StandIn { child, group };
        let stdout = stand_in.child.stdout.take().ok_or_else(|| failed("it has no stdout".to_owned()))?;
        let line = first_line(stdout)
            .recv_timeout(limit)
            .map_err(|_| failed(format!("nothing came within {} s", limit.as_secs())))?
            .map_err(|error| failed(error.to_string()))?;
        let ready: Ready = serde_json::from_str(&line).map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            _stand_in: stand_in,
            route: Route { address: ready.address, spki_sha256: ready.spki_sha256 },
            start_url: ready.start_url,
        })
    }
}

/// Reads the first line on a thread of its own, and then the rest, so that the stand-in can go on printing.
fn first_line(stdout: ChildStdout) -> Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        let read = stdout.read_line(&mut line).map(|_| line);
        // After the time limit nobody receives it.
        let _sent = sender.send(read);
        io::copy(&mut stdout, &mut io::sink())
    });
    receiver
}

struct StandIn {
    child: Child,
    group: ProcessGroup,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        // It has no data to lose, and belongs to this user.
        let _ = self.group.kill();
        let _status = self.child.wait();
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use potbridge_test_support::executable;
    use std::time::Instant;

    fn started(script: &str, limit: Duration) -> Result<Demo> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("stand-in");
        executable::write(&program, format!("#!/bin/sh\n{script}\n"));
        Demo::start_within(&program, limit)
    }

    #[test]
    fn the_first_line_says_where_it_listens() {
        let line = r#"{"address":"127.0.0.1:9","spki_sha256":"x","start_url":"https://www.youtube.com/"}"#;
        let demo = started(&format!("echo '{line}'; read end"), READY_LIMIT).unwrap();
        assert_eq!(demo.route.address.port(), 9);
        assert_eq!(demo.start_url, "https://www.youtube.com/");
    }

    #[test]
    fn a_stand_in_that_says_nothing_or_something_else_fails() {
        for script in ["exit 3", "echo ready"] {
            let error = started(script, READY_LIMIT).err().unwrap().to_string();
            assert!(error.contains("it did not print where it listens"), "{error}");
        }
        let since = Instant::now();
        let error = started("exec sleep 60", Duration::from_millis(50)).err().unwrap().to_string();
        assert!(error.ends_with("nothing came within 0 s"), "{error}");
        assert!(since.elapsed() < READY_LIMIT, "the stand-in was not ended");
    }
}
