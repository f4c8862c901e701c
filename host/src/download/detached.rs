//! Starts a download that outlives the browser: `potbridge download`, in a session of its own.

use super::job::Start;
use crate::error::Error;
use potbridge_protocol::DownloadId;
use potbridge_protocol::Problem;
use potbridge_system::own_program::own_program;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use zeroize::Zeroizing;

/// The option by which `potbridge download` takes its [`Start`] on the standard input, and says on the standard output
/// what came of it, in a line of JSON: [`Began`].
pub const OPTION: &str = "--from-host";

/// What came of a start.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Began {
    /// It runs, or waits for its turn.
    Job(DownloadId),
    /// It does not.
    Failed(Problem),
}

/// Starts a download, and waits until it is on the list.
///
/// # Errors
/// [`Error::Download`] with what it said, or that it cannot be started.
pub fn start(start: &Start) -> Result<DownloadId, Error> {
    let cannot =
        |source| Error::DownloadIo { what: "`potbridge download` cannot be started".to_owned(), source };
    let mut command = Command::new(own_program().map_err(cannot)?);
    command.args(["download", OPTION]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::arg0(&mut command, "potbridge");
    #[cfg(windows)]
    {
        // DETACHED_PROCESS | CREATE_BREAKAWAY_FROM_JOB: Firefox ends what belongs to its host's job.
        std::os::windows::process::CommandExt::creation_flags(&mut command, 0x0000_0008 | 0x0100_0000);
    }
    let mut child = command.spawn().map_err(cannot)?;
    // Cookies are in it, and tokens may be.
    let input = Zeroizing::new(serde_json::to_vec(start).map_err(|error| cannot(error.into()))?);
    let handed_over = child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(&input));
    let mut line = String::new();
    let answered = child.stdout.take().map_or(Ok(0), |pipe| BufReader::new(pipe).read_line(&mut line));
    // It goes on by itself; this only keeps it from staying behind as a zombie.
    thread::spawn(move || child.wait());
    handed_over.and(answered).map_err(cannot)?;
    match serde_json::from_str(&line) {
        Ok(Began::Job(job)) => Ok(job),
        Ok(Began::Failed(why)) => Err(Error::Problem(why)),
        Err(_) => Err(cannot(io::Error::other("it ended without a word"))),
    }
}
