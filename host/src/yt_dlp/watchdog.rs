//! Sees to it that nothing of a download outlives its process, however that ends.
//!
//! A process that is killed cannot tidy up. So a download starts this program once more, in a process of its own,
//! which waits for the download's end of a pipe to close. Then it ends the process group that it was told of, yt-dlp's
//! and ffmpeg's, and removes the cookie file.

use super::process_group::Group;
use potbridge_system::own_program::own_program;
use std::ffi::OsString;
use std::io::{self, BufRead as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

/// The first argument that asks for it. It is no command: only a download says it, with the cookie file after it.
const WORD: &str = "keep-download";

/// The watchdog of a download, seen from the download.
pub(crate) struct Watchdog(Child);

impl Watchdog {
    /// Starts it, before there is anything to keep.
    pub(crate) fn start(cookies: &Path) -> io::Result<Self> {
        let mut command = Command::new(own_program()?);
        command.arg0("potbridge").arg(WORD).arg(cookies);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Group::set_apart(&mut command);
        Ok(Self(command.spawn()?))
    }

    /// Entrusts it with a process group.
    pub(crate) fn entrust(&mut self, group: Group) {
        self.tell(&group.number().to_string());
    }

    /// Says that no member of the group is left: its number may come to belong to somebody else.
    pub(crate) fn release(&mut self) {
        self.tell("");
    }

    fn tell(&mut self, line: &str) {
        if let Some(pipe) = &mut self.0.stdin {
            // It fails where somebody killed the watchdog.
            let _ = writeln!(pipe, "{line}");
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The watchdog itself.
pub struct WatchdogProcess {
    cookies: PathBuf,
}

impl WatchdogProcess {
    /// What the arguments ask for, where it is this: `keep-download FILE`.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        arguments.next().filter(|first| first == WORD)?;
        Some(Self { cookies: PathBuf::from(arguments.next()?) })
    }

    /// Waits for the download to end, and tidies up.
    #[must_use]
    pub fn keep(self) -> ExitCode {
        // A signal that is meant for the download must not end what tidies up after it.
        let _ = nix::sys::signal::SigSet::all().thread_block();
        let mut group = None;
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            group = Group::numbered(&line);
        }
        if let Some(group) = group {
            group.end();
        }
        // It is gone already where the download ended in good order.
        let _ = std::fs::remove_file(self.cookies);
        ExitCode::SUCCESS
    }
}
