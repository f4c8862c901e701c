//! Runs programs that the configuration names, with a time limit.
//!
//! Each runs in a process group of its own. What it prints is kept, and is shown only with its secrets masked.

mod ask;
mod error;
mod output;
mod running;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

pub use ask::{Answer, ask};
pub use error::SubprocessError;
pub use running::end_running;

use crate::process_group::ProcessGroup;
use output::{end_of, kept, last_line, shown, unnamed_file};
use potbridge_protocol::masking::masked;
use running::{Ended, Waiter};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;
use zeroize::Zeroizing;

/// What a program printed, once it is known.
type Printed = Receiver<Zeroizing<Vec<u8>>>;

/// How long the last line of a program that ended may take to be read.
const LAST_LINE: Duration = Duration::from_secs(2);

/// The longest that a program is called by in a message, in characters.
const LONGEST_NAME: usize = 80;

/// What becomes of a running program when potbridge ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// It goes on, and nobody learns how it ended.
    ///
    /// What it prints goes to a file without a name, or to memory, so it must not be given secrets.
    GoesOn,
    /// [`end_running`] ends it.
    Ends,
}

/// A program to run: a list of its name and arguments, or a text for the shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Subprocess {
    /// For `/bin/sh -c`, on Windows `cmd /C`.
    Shell(String),
    /// The program and its arguments, as they are.
    Program(Vec<String>),
}

impl Subprocess {
    /// Whether there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Shell(text) => text.trim().is_empty(),
            Self::Program(words) => words.first().is_none_or(String::is_empty),
        }
    }

    /// In one line, shortened.
    fn in_short(&self) -> String {
        let text = self.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= LONGEST_NAME {
            text
        } else {
            text.chars().take(LONGEST_NAME).chain(['…']).collect()
        }
    }

    /// Starts it and does not wait for it.
    ///
    /// # Errors
    /// [`SubprocessError::NotStarted`].
    pub fn launch(&self) -> Result<(), SubprocessError> {
        self.start(Stdio::null(), [Stdio::null(), Stdio::null()]).map(drop)
    }

    /// Runs it with `input` on its standard input, and ends it and its children after `limit`.
    ///
    /// # Errors
    /// [`SubprocessError`]. In it `secrets`, and all else that could be one, are masked.
    pub fn run(
        &self,
        input: &[u8],
        secrets: &[&str],
        limit: Duration,
        afterwards: Afterwards,
    ) -> Result<(), SubprocessError> {
        self.run_and_tell(input, secrets, limit, afterwards, || ())
    }

    /// The same. Calls `started` as soon as it runs.
    ///
    /// # Errors
    /// As of [`Self::run`].
    pub fn run_and_tell(
        &self,
        input: &[u8],
        secrets: &[&str],
        limit: Duration,
        afterwards: Afterwards,
        started: impl FnOnce(),
    ) -> Result<(), SubprocessError> {
        let program = self.in_short();
        let file = (afterwards == Afterwards::GoesOn).then(unnamed_file).flatten();
        let to = || match (&file, afterwards) {
            (Some(file), _) => file.try_clone().map_or_else(|_| Stdio::null(), Stdio::from),
            (None, Afterwards::GoesOn) => Stdio::null(),
            (None, Afterwards::Ends) => Stdio::piped(),
        };
        let not_started = |source| SubprocessError::NotStarted { program: program.clone(), source };
        let waiter = Waiter::new().map_err(not_started)?;
        let (mut child, group) = self.start(Stdio::piped(), [to(), to()])?;
        let pipes = serve(&mut child, input).map_err(|error| {
            if let Err(why) = group.kill() {
                log::warn!("a program {why}");
            }
            // It was killed.
            let _ = child.wait();
            not_started(error)
        })?;
        started();
        match waiter.wait(child, group, limit, afterwards) {
            Ok(Ended::ByItself(how)) if how.success() => Ok(()),
            Ok(Ended::ByItself(how)) => {
                // What it left running may hold its output open.
                let piped = pipes.into_iter().flatten().filter_map(|text| text.recv_timeout(LAST_LINE).ok());
                let said = piped
                    .chain(file.map(end_of))
                    .filter_map(|text| last_line(&text))
                    .last()
                    .map_or_else(String::new, |line| {
                        format!("; it said: {}", shown(&masked(&line, secrets)))
                    });
                Err(SubprocessError::Failed { program, how, said })
            }
            Ok(Ended::TooSlow(ended)) => Err(SubprocessError::TooSlow { program, limit, left: ended.err() }),
            Err(source) => Err(SubprocessError::NotStarted { program, source }),
        }
    }

    /// Starts it in a group of its own. So it outlives a host that its browser kills, and is ended with its children.
    fn start(&self, input: Stdio, [out, err]: [Stdio; 2]) -> Result<(Child, ProcessGroup), SubprocessError> {
        let mut command = match self {
            Self::Shell(text) => {
                let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("/bin/sh", "-c") };
                let mut command = Command::new(shell);
                command.args([option, text]);
                command
            }
            Self::Program(words) => {
                let mut command = Command::new(words.first().map_or("", String::as_str));
                command.args(words.iter().skip(1));
                command
            }
        };
        command.stdin(input).stdout(out).stderr(err);
        ProcessGroup::start(&mut command)
            .map_err(|source| SubprocessError::NotStarted { program: self.in_short(), source })
    }
}

/// Gives a program its input, and reads what it prints, in threads. Gives what it printed in the end.
fn serve(child: &mut Child, input: &[u8]) -> io::Result<[Option<Printed>; 2]> {
    let printed = [child.stdout.take().map(kept).transpose()?, child.stderr.take().map(kept).transpose()?];
    if let Some(mut stdin) = child.stdin.take()
        && !input.is_empty()
    {
        let input = Zeroizing::new(input.to_vec());
        // If it does not read, its exit status says whether that matters.
        thread::Builder::new().spawn(move || stdin.write_all(&input))?;
    }
    Ok(printed)
}

impl fmt::Display for Subprocess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shell(text) => f.write_str(text),
            Self::Program(words) => f.write_str(&words.join(" ")),
        }
    }
}
