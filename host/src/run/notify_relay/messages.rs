//! Which messages of the command are for the service manager, before, in and after a restart.

use super::super::say::say;
use rustix::process::Pid;
use std::mem;
use std::time::Instant;

/// What is known of the command, and of its restart.
#[derive(Default)]
pub(super) struct Messages {
    pub(super) command: Option<Pid>,
    /// The command has said that it is ready.
    pub(super) was_ready: bool,
    pub(super) restart: Option<Restart>,
    /// That files cannot be kept was said.
    told_of_files: bool,
}

/// A restart, until the new command says something.
#[derive(Clone, Copy)]
pub(super) enum Restart {
    /// The old one is being ended. That it stops is not the end of the service.
    Ends { was_ready: bool },
    /// The old one cannot be ended. A new one is started once it has ended by itself.
    Due,
    /// The new one was started.
    Starts { until: Instant },
}

impl Messages {
    /// Whether `run` answers the watchdog for the command now.
    pub(super) fn answers_watchdog(&self) -> bool {
        match self.restart {
            Some(Restart::Ends { .. }) => true,
            Some(Restart::Starts { until }) => Instant::now() < until,
            Some(Restart::Due) | None => false,
        }
    }

    /// What of a message is passed on.
    pub(super) fn take(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        let lines = || message.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let says = |what: &[u8]| lines().any(|line| line == what);
        if says(b"FDSTORE=1") {
            if !mem::replace(&mut self.told_of_files, true) {
                say(
                    "warning: the command has files for the service manager to keep, which cannot be passed on",
                );
            }
            return None;
        }
        let has_restarted = matches!(self.restart, Some(Restart::Starts { .. }));
        let is_ready = says(b"READY=1");
        if has_restarted && (is_ready || says(b"WATCHDOG=1")) {
            self.restart = None;
        }
        self.was_ready |= is_ready && !matches!(self.restart, Some(Restart::Ends { .. }));
        let is_passed_on = |line: &&[u8]| {
            // The main process is, and stays, `run`. And a command that is restarted stops, but the service does not.
            let is_of_main = line.starts_with(b"MAINPID=") || line.starts_with(b"MAINPIDFDID=");
            let is_of_restart = match self.restart {
                Some(Restart::Ends { .. }) => [&b"STOPPING=1"[..], b"READY=1"].contains(line),
                Some(Restart::Due) => *line == b"STOPPING=1",
                _ => false,
            };
            !is_of_main && !is_of_restart && *line != b"BARRIER=1"
        };
        let passed_on: Vec<_> = lines().filter(is_passed_on).collect();
        (!passed_on.is_empty()).then(|| passed_on.join(&b'\n'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed_on(state: &mut Messages, message: &str) -> String {
        state.take(message.as_bytes()).map(|message| String::from_utf8(message).unwrap()).unwrap_or_default()
    }

    #[test]
    fn what_names_another_main_process_or_has_files_is_kept_back() {
        let mut state = Messages::default();
        for (said, heard) in [
            ("READY=1\nSTATUS=up\nMAINPID=7\n", "READY=1\nSTATUS=up"),
            ("MAINPID=7", ""),
            ("BARRIER=1", ""),
            ("FDSTORE=1\nFDNAME=a", ""),
            ("STOPPING=1\nX_OWN=a=b", "STOPPING=1\nX_OWN=a=b"),
            ("", ""),
        ] {
            assert_eq!(passed_on(&mut state, said), heard, "{said:?}");
        }
        assert!(state.was_ready);
    }

    #[test]
    fn a_restart_is_no_stop() {
        let mut state = Messages { restart: Some(Restart::Ends { was_ready: true }), ..Messages::default() };
        assert_eq!(passed_on(&mut state, "STOPPING=1\nSTATUS=bye"), "STATUS=bye");
        state.restart = Some(Restart::Starts { until: Instant::now() });
        assert_eq!(passed_on(&mut state, "STATUS=loading"), "STATUS=loading");
        assert!(state.restart.is_some());
        assert_eq!(passed_on(&mut state, "READY=1"), "READY=1");
        assert!(state.restart.is_none() && state.was_ready);
        assert_eq!(passed_on(&mut state, "STOPPING=1"), "STOPPING=1");
    }
}
