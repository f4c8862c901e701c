//! The command of `run`, as a shell runs one: it gets the terminal, and is stopped and continued together with `run`.

use super::command_group::{self, CommandGroup};
use super::launch::Start;
#[cfg(target_os = "linux")]
use super::notify_relay::NotifyRelay;
use super::signals::{self, Signal};
use super::terminal::{self, Terminal};
use super::values::Values;
use potbridge_system::process_group::NotEnded;
use rustix::process::{getpgrp, kill_current_process_group};
use std::ffi::OsString;
use std::io;
#[cfg(target_os = "linux")]
use std::sync::Arc;
use std::time::Duration;

/// What a terminal sends for Ctrl-C, Ctrl-\ and when it is closed.
const FROM_TERMINAL: [Signal; 3] = [Signal::INT, Signal::QUIT, Signal::HUP];

/// The command of `run`, over all its starts.
pub(super) struct RunningCommand {
    group: Option<CommandGroup>,
    terminal: Option<Terminal>,
    /// Whether the command gets the terminal whenever `run` has it. In a pipeline it must ask for it first.
    wants_terminal: bool,
    stopped_by: Option<Signal>,
    told_to_end: bool,
    /// What the command tells the service manager goes through this.
    #[cfg(target_os = "linux")]
    manager: Option<Arc<NotifyRelay>>,
}

/// What a signal that `run` got is for it.
pub(super) struct Taken {
    /// Whether it asks to end.
    pub(super) asks_to_end: bool,
    /// Whether the command could be given it.
    pub(super) passed_on: Result<(), NotEnded>,
}

impl RunningCommand {
    /// How often to check on it: its end comes as a signal.
    pub(super) const POLL: Duration = Duration::MAX;

    pub(super) fn new() -> Self {
        Self {
            group: None,
            terminal: Terminal::of_process(),
            wants_terminal: !terminal::in_pipeline(),
            stopped_by: None,
            told_to_end: false,
            #[cfg(target_os = "linux")]
            manager: None,
        }
    }

    /// Starts the command. Nothing of an earlier start may be left.
    pub(super) fn start(&mut self, command: &[OsString], values: Option<&Values>) -> io::Result<()> {
        let start = if self.group.is_some() { Start::Again } else { Start::First };
        if start == Start::First {
            command_group::adopt_orphans();
            #[cfg(target_os = "linux")]
            {
                self.manager = NotifyRelay::begin();
            }
        }
        #[cfg(target_os = "linux")]
        let socket = self.manager.as_ref().map(|manager| manager.address());
        #[cfg(not(target_os = "linux"))]
        let socket = None;
        let group = CommandGroup::start(command, values, socket, start)?;
        #[cfg(target_os = "linux")]
        if let Some(manager) = &self.manager {
            manager.started(group.leader());
        }
        self.group = Some(group);
        (self.stopped_by, self.told_to_end) = (None, false);
        Ok(())
    }

    /// Tells the service manager that the command is about to be restarted.
    pub(super) fn restart_begins(&self) {
        #[cfg(target_os = "linux")]
        if let Some(manager) = &self.manager {
            manager.restart_begins();
        }
    }

    /// Tells the service manager that the command is not restarted.
    pub(super) fn restart_is_off(&self) {
        #[cfg(target_os = "linux")]
        if let Some(manager) = &self.manager {
            manager.restart_is_off(self.exit_code().is_none());
        }
    }

    /// Passes on what the command has told the service manager until now.
    pub(super) fn tell_last_words(&self) {
        #[cfg(target_os = "linux")]
        if let Some(manager) = &self.manager {
            manager.pass_on_last();
        }
    }

    /// Finds out what ended and what was stopped.
    pub(super) fn check(&mut self) {
        let Some(group) = &mut self.group else {
            command_group::reap_orphans();
            return;
        };
        let had_ended = group.end.is_some();
        let stopped = group.reap();
        if let (Some(end), false) = (group.end, had_ended) {
            self.stopped_by = None;
            if let Some(terminal) = &self.terminal
                && terminal.hand_over(group.leader(), getpgrp())
                && (end.signal.is_some() || self.told_to_end)
            {
                terminal.restore_modes();
            }
        } else if let Some(signal) = stopped {
            self.stopped_by = Some(signal);
            self.was_stopped(signal);
        }
    }

    /// Acts on a signal that `run` got.
    pub(super) fn take(&mut self, signal: Signal) -> Taken {
        let mut passed_on = Ok(());
        match (signal, &self.group) {
            (Signal::CHILD, _) => {}
            (Signal::CONT, _) => self.resume(),
            (Signal::TSTP, None) => drop(signals::stop()),
            (Signal::TSTP, Some(_)) if self.stopped_by.is_some() => self.stop_too(),
            // Whoever has the terminal was told by it.
            (Signal::WINCH, Some(group)) => drop(group.signal(signal)),
            (_, Some(group)) => passed_on = group.signal(signal),
            (_, None) => {}
        }
        Taken { asks_to_end: signals::asks_to_end(signal), passed_on }
    }

    /// Whether it was started before.
    pub(super) fn was_started(&self) -> bool {
        self.group.is_some()
    }

    /// Whether `run` was started in a terminal.
    pub(super) fn is_in_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// The command's exit code, once it has ended. What it started may still be there.
    pub(super) fn exit_code(&self) -> Option<u8> {
        Some(self.group.as_ref()?.end?.code)
    }

    /// Whether somebody at the terminal ended it. `run` itself gets no signal of a Ctrl-C then.
    pub(super) fn ended_from_terminal(&self) -> bool {
        let signal = self.group.as_ref().and_then(|group| group.end?.signal);
        signal.is_some_and(|signal| FROM_TERMINAL.iter().any(|from| from.as_raw() == signal))
    }

    /// Whether nothing is left of it.
    pub(super) fn has_ended_whole(&self) -> bool {
        self.group.as_ref().is_none_or(CommandGroup::has_ended)
    }

    /// Asks the whole group to end.
    pub(super) fn ask_to_end(&mut self) -> Result<(), NotEnded> {
        self.told_to_end = true;
        let Some(group) = &self.group else { return Ok(()) };
        let asked = group.signal(Signal::TERM);
        // A stopped process takes no signal before it goes on.
        self.go_on();
        asked
    }

    /// Kills the whole group.
    pub(super) fn kill(&mut self) -> Result<(), NotEnded> {
        self.group.as_ref().map_or(Ok(()), |group| group.signal(Signal::KILL))
    }

    /// Why something is left of it, although those that may be signalled were killed.
    pub(super) fn why_left(&self) -> NotEnded {
        self.group.as_ref().map_or(NotEnded::StillThere, CommandGroup::why_left)
    }

    fn go_on(&self) {
        // SIGTERM before it, or the next signal, tells that it may not be signalled.
        let _ = self.group.as_ref().map(|group| group.signal(Signal::CONT));
    }

    fn was_stopped(&mut self, by: Signal) {
        if self.terminal.is_none() || self.told_to_end || self.gets_terminal() {
            return;
        }
        // Whoever stops the command that has the terminal wants the terminal back.
        if by == Signal::TSTP || asks_for_terminal(by) || by == Signal::STOP && self.has_terminal() {
            // The rest of a pipeline or a script gets it too, as it gets a Ctrl-Z. `run` gets it as an event, and stops.
            let _ = kill_current_process_group(Signal::TSTP);
        }
    }

    fn stop_too(&mut self) {
        // The terminal may have become `run`'s since.
        if self.gets_terminal() {
            return;
        }
        let was_stopped = signals::stop();
        // Without a shell `run` was not stopped. Then the command goes on as if there had been no Ctrl-Z, as it would
        // without `run`. But a command that waits for the terminal would ask again and again.
        if was_stopped || self.stopped_by == Some(Signal::TSTP) {
            self.resume();
        }
    }

    /// Gives the terminal to a command that asked for it, if `run` has it. Says whether it did.
    fn gets_terminal(&mut self) -> bool {
        let (Some(terminal), Some(group)) = (&self.terminal, &self.group) else { return false };
        let gets =
            self.stopped_by.is_some_and(asks_for_terminal) && terminal.hand_over(getpgrp(), group.leader());
        if gets {
            self.wants_terminal = true;
            self.resume();
        }
        gets
    }

    fn has_terminal(&self) -> bool {
        let (Some(terminal), Some(group)) = (&self.terminal, &self.group) else { return false };
        terminal.belongs_to(group.leader())
    }

    fn resume(&mut self) {
        let Some(group) = &self.group else { return };
        if let (Some(terminal), true) = (&self.terminal, self.wants_terminal) {
            terminal.hand_over(getpgrp(), group.leader());
        }
        self.stopped_by = None;
        self.go_on();
    }
}

fn asks_for_terminal(signal: Signal) -> bool {
    [Signal::TTIN, Signal::TTOU].contains(&signal)
}
