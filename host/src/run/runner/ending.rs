//! How the command is ended, and what becomes of what cannot be ended.

use super::{Phase, Runner};
use crate::error::Error;
use crate::run::say::say;
use crate::run::signals::exit_code;
use potbridge_system::process_group::{NotEnded, grace};
use std::time::Instant;

impl Runner<'_> {
    /// Begins to end the command, and to restart it afterwards.
    pub(super) fn end(&mut self, restart: bool, now: Instant) {
        if restart {
            self.command.restart_begins();
        }
        let asked = self.command.ask_to_end();
        // One that may not be signalled is given its time if `run` ends: it may end by itself.
        let until = if restart && asked.is_err() { now } else { now + self.options.grace };
        self.phase = Phase::Ending { restart, until, killed: false };
    }

    /// Does what is due while the command is being ended.
    pub(super) fn step_of_end(
        &mut self,
        restart: bool,
        killed: bool,
        is_over: bool,
        now: Instant,
    ) -> Result<Option<u8>, Error> {
        if self.command.has_ended_whole() {
            if !restart || self.asked.is_some() || self.command.ended_from_terminal() {
                return Ok(Some(self.code_at_end()));
            }
            return self.start();
        }
        // What is left may all be of another user.
        let why = killed.then(|| self.command.why_left());
        if let Some(why) = why.filter(|why| is_over || *why == NotEnded::NotAllowed) {
            return self.give_up(restart, why);
        }
        if is_over && let Err(why) = self.command.kill() {
            return self.give_up(restart, why);
        } else if is_over {
            let grace = self.options.grace.as_secs();
            say(format_args!("{} did not end within {grace} s: killing it", self.name()));
            self.phase = Phase::Ending { restart, until: now + grace::RUN_KILLED, killed: true };
        }
        Ok(None)
    }

    /// Goes on although something of the command is left: without it, if that is the end, and never beside it.
    fn give_up(&mut self, restart: bool, why: NotEnded) -> Result<Option<u8>, Error> {
        let name = self.name();
        if !restart || self.asked.is_some() {
            say(format_args!("{name} {why}"));
            return Ok(Some(self.code_at_end()));
        }
        // What was killed does nothing any more, if the command itself has ended.
        if why == NotEnded::StillThere && self.command.exit_code().is_some() {
            say(format_args!("{name} {why}"));
            return self.start();
        }
        say(format_args!(
            "{name} {why}: it is not started a second time, but once it has ended; it is tried again with the next token"
        ));
        self.command.restart_is_off();
        self.phase = Phase::Held { wanted: self.wanted() };
        Ok(None)
    }

    /// The exit code of a command that has ended, or that `run` leaves alone.
    pub(super) fn code_at_end(&self) -> u8 {
        let of_signal = self.asked.map(|asked| exit_code(asked.signal));
        self.command.exit_code().or(of_signal).unwrap_or(1)
    }
}
