//! Ends what a download started, even if the download's process is killed.
//!
//! A process that is killed cannot clean up. So a download starts this program once more, which waits until the
//! download's end of a pipe closes. Then it ends the process group of yt-dlp and ffmpeg, and removes the cookie file.

use super::cookie_file::remove_or_empty;
use potbridge_system::dirs::Dirs;
use potbridge_system::log_file;
use potbridge_system::own_program::own_program;
use potbridge_system::process_group::{EndSignal, ProcessGroup, grace};
use std::ffi::OsString;
use std::io::{self, BufRead as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

/// The first argument that asks for the watchdog; the cookie file follows. It is no command of `potbridge --help`.
const ARGUMENT: &str = "download-watchdog";

/// The watchdog of a download, seen from the download. Dropped, it ends the group and removes the file.
pub(crate) struct Watchdog(Child);

impl Watchdog {
    /// Starts it. It is started before yt-dlp and before the cookie file is written.
    pub(crate) fn start(cookies: &Path) -> io::Result<Self> {
        let mut command = Command::new(own_program()?);
        command.arg0("potbridge").arg(ARGUMENT).arg(cookies);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self(ProcessGroup::start(&mut command)?.0))
    }

    /// Has it end this process group when the download ends.
    pub(crate) fn watch(&mut self, group: ProcessGroup) {
        self.send(&group.leader().to_string());
    }

    /// Tells it that the group has ended. Its number may become another program's.
    pub(crate) fn release(&mut self) {
        self.send("");
    }

    fn send(&mut self, line: &str) {
        if let Some(pipe) = &mut self.0.stdin {
            // It fails if somebody killed the watchdog, and then nobody cleans up if this process is killed too.
            if let Err(error) = writeln!(pipe, "{line}") {
                log::warn!("the watchdog of a download was ended: {error}");
            }
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It was reaped already, if this fails.
        let _ = self.0.wait();
    }
}

/// The watchdog itself.
pub struct WatchdogProcess {
    cookies: PathBuf,
}

impl WatchdogProcess {
    /// Reads the arguments `download-watchdog FILE`. Gives `None` for any others.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        arguments.next().filter(|first| first == ARGUMENT)?;
        Some(Self { cookies: PathBuf::from(arguments.next()?) })
    }

    /// Waits for the download to end, ends its process group and removes its cookie file.
    #[must_use]
    pub fn watch(self) -> ExitCode {
        // Without its folders no download was started.
        if let Ok(dirs) = Dirs::of_environment() {
            log_file::begin(&dirs, "download");
        }
        // A signal that is sent to the download and all its children must not end the watchdog.
        if let Err(error) = nix::sys::signal::SigSet::all().thread_block() {
            log::warn!("a download's watchdog may be ended by a signal: {error}");
        }
        let mut group = None;
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            group = ProcessGroup::numbered(&line);
        }
        if let Some(group) = group {
            // It has no output, and the download that would tell is gone.
            let _ = group.end(EndSignal::Interrupt, grace::DOWNLOAD);
        }
        // A download that ends by itself has removed it.
        remove_or_empty(&self.cookies);
        ExitCode::SUCCESS
    }
}
