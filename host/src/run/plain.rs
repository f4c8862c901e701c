//! A command where there are no process groups, signals and job control: it is started, ended and waited for.

use super::values::Values;
use std::ffi::OsString;
use std::io;
use std::process::{Child, Command};
use std::time::Duration;

/// The command of `run`, whichever start of it.
pub(super) struct Job {
    child: Option<Child>,
    code: Option<u8>,
}

/// There are none.
#[derive(Clone, Copy)]
pub(super) enum Signal {}

/// Tells of no signal, since there are none.
pub(super) fn listen(_tell: impl Fn(Signal) -> bool + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Of no signal.
pub(super) fn exit_code(signal: Signal) -> u8 {
    match signal {}
}

impl Job {
    /// How long it may be left alone: nothing tells of its end.
    pub(super) const UNLOOKED: Duration = Duration::from_millis(100);

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

    pub(super) fn look(&mut self) {
        if let Some(child) = &mut self.child
            && let Ok(Some(status)) = child.try_wait()
        {
            self.code = Some(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1));
        }
    }

    pub(super) fn take(&mut self, signal: Signal) -> bool {
        match signal {}
    }

    pub(super) fn exit_code(&self) -> Option<u8> {
        self.code
    }

    pub(super) fn ended_from_terminal(&self) -> bool {
        false
    }

    pub(super) fn is_gone(&self) -> bool {
        self.child.is_none() || self.code.is_some()
    }

    pub(super) fn ask_to_end(&mut self) {
        self.kill();
    }

    pub(super) fn kill(&mut self) {
        if let Some(child) = &mut self.child {
            // It fails where it has ended.
            let _ = child.kill();
        }
    }
}
