//! The two pipes of `--remote-debugging-pipe`.

use std::io::{self, PipeReader, PipeWriter};
use std::process::Command;

#[cfg(unix)]
pub(crate) use of_unix::ForBrowser;
#[cfg(windows)]
pub(crate) use of_windows::ForBrowser;

#[cfg(unix)]
mod of_unix {
    use super::{Command, PipeReader, PipeWriter, io};
    use command_fds::{CommandFdExt as _, FdMapping};

    /// Chromium reads commands from this file descriptor and answers on the next one.
    const COMMANDS_FD: i32 = 3;
    const ANSWERS_FD: i32 = 4;

    /// The browser's ends.
    pub(crate) struct ForBrowser {
        commands: PipeReader,
        answers: PipeWriter,
    }

    /// The command has the ends.
    pub(crate) struct Given;

    impl ForBrowser {
        /// Makes the pipes: the browser's ends, and who writes to it and reads from it.
        pub(crate) fn new() -> io::Result<(Self, PipeWriter, PipeReader)> {
            let (commands, to_browser) = io::pipe()?;
            let (from_browser, answers) = io::pipe()?;
            Ok((Self { commands, answers }, to_browser, from_browser))
        }

        /// Has a command get them.
        pub(crate) fn give(self, command: &mut Command) -> io::Result<Given> {
            command
                .fd_mappings(vec![
                    FdMapping { parent_fd: self.commands.into(), child_fd: COMMANDS_FD },
                    FdMapping { parent_fd: self.answers.into(), child_fd: ANSWERS_FD },
                ])
                .map(|_| Given)
                .map_err(io::Error::other)
        }
    }
}

#[cfg(windows)]
mod of_windows {
    use super::{Command, PipeReader, PipeWriter, io};
    use interprocess::os::windows::unnamed_pipe::CreationOptions;
    use std::os::windows::io::{AsRawHandle as _, OwnedHandle};

    /// The browser's ends, which every process that is started meanwhile inherits.
    pub(crate) struct ForBrowser {
        commands: OwnedHandle,
        answers: OwnedHandle,
    }

    impl ForBrowser {
        /// Makes the pipes: the browser's ends, and who writes to it and reads from it.
        pub(crate) fn new() -> io::Result<(Self, PipeWriter, PipeReader)> {
            let (to_browser, commands) = pipe()?;
            let (answers, from_browser) = pipe()?;
            // A duplicate is not inherited. So the browser reads to the end when this program ends.
            let ours = (to_browser.try_clone()?.into(), from_browser.try_clone()?.into());
            Ok((Self { commands, answers }, ours.0, ours.1))
        }

        /// Has a command get them, if it is started while what this returns is kept.
        #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
        pub(crate) fn give(self, command: &mut Command) -> io::Result<Self> {
            // Two handles as unsigned numbers (Chromium, devtools_pipe_handler.cc).
            let (commands, answers) = (self.commands.as_raw_handle(), self.answers.as_raw_handle());
            let numbers = format!("{},{}", commands.addr(), answers.addr());
            command.arg(format!("--remote-debugging-io-pipes={numbers}"));
            Ok(self)
        }
    }

    /// The writing and the reading end.
    fn pipe() -> io::Result<(OwnedHandle, OwnedHandle)> {
        let (sender, receiver) = CreationOptions::new().inheritable(true).create()?;
        Ok((sender.into(), receiver.into()))
    }
}
