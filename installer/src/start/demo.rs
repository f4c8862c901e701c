//! The stand-in for YouTube, as a child process.

use crate::error::{Error, Result};
use potbridge_browser::Route;
use serde::Deserialize;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running stand-in. It is ended when it is dropped.
pub(crate) struct Demo {
    child: Child,
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
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let failed = |status: &str, stderr: String| Error::Failed {
            program: program.display().to_string(),
            status: status.to_owned(),
            stderr,
        };
        let mut child = Command::new(program)
            // It ends with its stdin, if this program is killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C on the terminal must reach this program alone. It ends the stand-in.
            .process_group(0)
            .spawn()
            .map_err(|source| Error::Run { program: program.display().to_string(), source })?;
        let mut line = String::new();
        let ready = match child.stdout.take().map(BufReader::new) {
            Some(mut stdout) => {
                let read = stdout.read_line(&mut line);
                // It goes on printing what it received, and ends if nobody reads.
                std::thread::spawn(move || io::copy(&mut stdout, &mut io::sink()));
                read.map_err(|error| error.to_string())
                    .and_then(|_| serde_json::from_str::<Ready>(&line).map_err(|error| error.to_string()))
            }
            None => Err("it has no stdout".to_owned()),
        };
        match ready {
            Ok(ready) => Ok(Self {
                child,
                route: Route { address: ready.address, spki_sha256: ready.spki_sha256 },
                start_url: ready.start_url,
            }),
            Err(error) => {
                end(&mut child);
                Err(failed("it did not say where it listens", error))
            }
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // It has no data to lose.
    let _ended_already = child.kill();
    let _status = child.wait();
}
