//! Runs a command with the token in its environment.
//!
//! A process's environment is fixed when it starts. So with `--watch` the command is started again if the token changes.
//! Without it, `run` becomes the command once it has the values.

mod from_sinks;
mod from_store;
mod identity;
mod options;
mod runner;
mod say;
mod shared_source;
mod source;
mod values;
mod variables;
mod watched_folders;

#[cfg(unix)]
mod become_command;
#[cfg(unix)]
mod command;
#[cfg(not(unix))]
#[path = "command_not_unix.rs"]
mod command;
#[cfg(unix)]
mod command_group;
#[cfg(unix)]
pub mod launch;
#[cfg(target_os = "linux")]
mod notify_relay;
#[cfg(unix)]
mod signals;
#[cfg(not(unix))]
#[path = "signals_not_unix.rs"]
mod signals;
#[cfg(unix)]
mod terminal;

pub use from_sinks::FromSinks;
pub use from_store::FromStore;
pub use options::{RunOptions, Wait};
pub use source::{FirstOf, Source, Wake};
pub use values::Values;
pub use variables::variable;

use crate::error::Error;
use runner::{RunEvent, Runner};
use say::warn;
use shared_source::{Reading, SharedSource};
use signals::Role;
use std::sync::mpsc;

/// Runs the command to its end, and gives its exit code; without `watch` this process becomes the command (Unix).
///
/// The code is 128 + n if signal n ended it, 127 if there is no such command, 126 if it cannot be executed. Must be
/// called from the first thread of a process that has no other.
///
/// # Errors
/// [`Error::NothingToRunWith`], [`Error::TimedOut`], and whatever keeps the values from being read or the command from
/// being started.
pub fn run(options: &RunOptions, source: Box<dyn Source>) -> Result<u8, Error> {
    let cannot = |source| Error::Io { what: "run cannot begin".to_owned(), source };
    let (sender, events) = mpsc::channel();
    let send = sender.clone();
    let tell = move |signal| send.send(RunEvent::Signal(signal)).is_ok();
    let is_parent = options.watch || cfg!(not(unix));
    if is_parent {
        signals::listen(Role::Parent, tell.clone()).map_err(cannot)?;
    }
    let source = SharedSource::new(source);
    let found = match source.read().found {
        // A server that is away may be back before the first token is.
        Err(error @ Error::Sinks(_)) if options.watch || options.wait != Wait::No => {
            warn(&error);
            None
        }
        found => found?,
    };
    let waits = found.is_none() && options.wait != Wait::No;
    #[cfg(unix)]
    if waits && !is_parent {
        signals::listen(Role::Command, tell).map_err(cannot)?;
    }
    if found.is_none() && !waits && !options.watch {
        return Err(Error::NothingToRunWith);
    }
    if options.watch || waits {
        let (send, watch) = (sender.clone(), options.watch);
        let on_reading = move |reading: Reading| {
            let goes_on = watch || !matches!(reading.found, Ok(Some(_)));
            send.send(RunEvent::Read(reading)).is_ok() && goes_on
        };
        source.watch(on_reading).map_err(cannot)?;
    }
    Runner::new(options, source, found, (sender, events)).run()
}
