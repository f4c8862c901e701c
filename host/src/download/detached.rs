//! Starts a download that outlives the browser: `potbridge download`, in a session of its own.

use crate::error::Error;
use potbridge_protocol::{DownloadId, DownloadRequest, Problem};
use potbridge_system::own_program::own_program;
use potbridge_system::process_group;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use zeroize::Zeroizing;

/// The option of `potbridge download` that the host starts it with.
///
/// It then takes a [`StartRequest`] as JSON on its standard input, and prints a [`StartAnswer`] as one line of JSON.
pub const OPTION: &str = "--from-host";

/// What a download begins with, as the host hands it to the process that runs it.
#[derive(Serialize, Deserialize)]
pub struct StartRequest {
    /// What is to be downloaded.
    pub request: DownloadRequest,
    /// The download to resume; `None` starts a new one.
    #[serde(default)]
    pub resume: Option<DownloadId>,
}

/// Whether a download was started.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartAnswer {
    /// It runs, or waits in the queue.
    Started(DownloadId),
    /// It does not run.
    Failed(Problem),
}

/// Starts a download, and waits until its process has taken it.
///
/// # Errors
/// The process cannot be started, or says why it does not run the download.
pub fn start(start: &StartRequest) -> Result<DownloadId, Error> {
    let cannot =
        |source| Error::DownloadIo { what: "`potbridge download` cannot be started".to_owned(), source };
    let mut command = Command::new(own_program().map_err(cannot)?);
    command.args(["download", OPTION]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::arg0(&mut command, "potbridge");
    process_group::detach(&mut command);
    let mut child = command.spawn().map_err(cannot)?;
    // It holds cookies.
    let input = Zeroizing::new(serde_json::to_vec(start).map_err(|error| cannot(error.into()))?);
    let written = child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(&input));
    let mut line = String::new();
    let read = child.stdout.take().map_or(Ok(0), |pipe| BufReader::new(pipe).read_line(&mut line));
    // The download goes on by itself. This only keeps it from staying behind as a zombie.
    thread::spawn(move || child.wait());
    written.and(read).map_err(cannot)?;
    match serde_json::from_str(&line) {
        Ok(StartAnswer::Started(id)) => Ok(id),
        Ok(StartAnswer::Failed(why)) => Err(Error::Problem(why)),
        Err(_) => Err(cannot(io::Error::other("it ended without an answer"))),
    }
}
