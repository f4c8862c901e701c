//! The command of `run` without process groups, signals and job control: it is started, killed and waited for.

use super::signals::Signal;
use super::values::Values;
use potbridge_system::process_group::NotEnded;
use std::ffi::OsString;
use std::io;
use std::process::{Child, Command};
use std::time::Duration;

/// What a signal that `run` got is for it. There are none.
pub(super) struct Taken {
    pub(super) asks_to_end: bool,
    pub(super) passed_on: Result<(), NotEnded>,
}

/// The command of `run`, over all its starts.
pub(super) struct RunningCommand {
    child: Option<Child>,
    code: Option<u8>,
}

impl RunningCommand {
    /// How often to check on it: no event comes at its end.
    pub(super) const POLL: Duration = Duration::from_millis(100);

    pub(super) fn new() -> Self {
        Self { child: None, code: None }
    }

    pub(super) fn start(&mut self, command: &[OsString], values: Option<&Values>) -> io::Result<()> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut process = Command::new(program);
        process.args(arguments);
        for (name, value) in values.into_iter().flat_map(Values::variables) {
            process.env(name, value.as_str());
        }
        (self.child, self.code) = (Some(process.spawn()?), None);
        Ok(())
    }

    pub(super) fn check(&mut self) {
        if let Some(child) = &mut self.child
            && let Ok(Some(status)) = child.try_wait()
        {
            self.code = Some(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1));
        }
    }

    pub(super) fn take(&mut self, signal: Signal) -> Taken {
        match signal {}
    }

    pub(super) fn was_started(&self) -> bool {
        self.child.is_some()
    }

    pub(super) fn is_in_terminal(&self) -> bool {
        false
    }

    pub(super) fn restart_begins(&self) {}

    pub(super) fn restart_is_off(&self) {}

    pub(super) fn tell_last_words(&self) {}

    pub(super) fn why_left(&self) -> NotEnded {
        NotEnded::StillThere
    }

    pub(super) fn exit_code(&self) -> Option<u8> {
        self.code
    }

    pub(super) fn ended_from_terminal(&self) -> bool {
        false
    }

    pub(super) fn has_ended_whole(&self) -> bool {
        self.child.is_none() || self.code.is_some()
    }

    pub(super) fn ask_to_end(&mut self) -> Result<(), NotEnded> {
        self.kill()
    }

    pub(super) fn kill(&mut self) -> Result<(), NotEnded> {
        if let Some(child) = &mut self.child {
            // It fails if it has ended.
            let _ = child.kill();
        }
        Ok(())
    }
}
