//! Signals that ask a command to end, which may live on.

use super::{Asked, Phase, Runner};
use crate::run::say::say;
use crate::run::signals::{self, Signal};
use std::time::Instant;

impl Runner<'_> {
    /// Passes a signal on, and remembers one that asks to end.
    pub(super) fn take_signal(&mut self, signal: Signal) {
        let taken = self.command.take(signal);
        // A command that is being restarted reads everything anew.
        let reloads = signals::may_mean_reload(signal) && !self.command.is_in_terminal();
        let asks_to_end =
            taken.asks_to_end && !(reloads && matches!(self.phase, Phase::Ending { restart: true, .. }));
        let now = Instant::now();
        if let Err(why) = taken.passed_on {
            say(format_args!("{}: {} {why}", signals::name(signal), self.name()));
            if !asks_to_end || reloads {
                return;
            }
            // It may get the same signal from elsewhere, or end by itself.
            self.phase = Phase::Ending { restart: false, until: now + self.options.grace, killed: false };
        }
        if asks_to_end {
            let until = now + signals::time_to_end(signal, self.options.grace);
            self.asked = Some(Asked { signal, until });
        }
    }

    /// Watches on if the command did not end by the signal that asked it to.
    pub(super) fn forget_signal(&mut self, now: Instant) {
        if let Some(asked) = self.asked
            && asked.until <= now
        {
            self.asked = None;
            say(format_args!("{} goes on after {}: watching on", self.name(), signals::name(asked.signal)));
        }
    }
}
