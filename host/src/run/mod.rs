//! Runs a command with the token in its environment, and again when the token changes: a process's environment is
//! fixed when it starts.

mod from_sinks;
mod from_store;
mod runner;
mod source;
mod values;
mod variables;
mod watch;

#[cfg(unix)]
mod group;
#[cfg(unix)]
mod job;
#[cfg(unix)]
pub mod launch;
#[cfg(not(unix))]
mod plain;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod terminal;

pub use from_sinks::FromSinks;
pub use from_store::FromStore;
pub use source::{FirstOf, Source, Wake};
pub use values::Values;
pub use variables::variable;

use crate::error::Error;
#[cfg(not(unix))]
use plain::listen;
use runner::{Event, Runner};
#[cfg(unix)]
use signals::listen;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write as _};
use std::sync::mpsc;
use std::time::Duration;
use watch::{Answer, Asked};

/// What is to be run, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Restart it when the values change.
    pub watch: bool,
    /// Wait for the first token.
    pub wait: Wait,
    /// The least time between two starts.
    pub min_interval: Duration,
    /// How long it may take to end when it is asked to, before it is killed.
    pub grace: Duration,
}

/// How long the first token is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// No longer than this.
    AtMost(Duration),
    /// Until it comes.
    ForEver,
}

/// Runs the command to its end, and gives its exit code: 128 + n where signal n ended it, 127 where there is no such
/// command, 126 where it cannot be executed.
///
/// Must be called from the first thread of a process that has no other.
///
/// # Errors
/// [`Error::NothingToRunWith`], [`Error::TimedOut`], and what keeps the values from being read or the command from
/// being started.
pub fn run(plan: &Plan, source: Box<dyn Source>) -> Result<u8, Error> {
    let cannot = |source| Error::Io { what: "run cannot begin".to_owned(), source };
    let (happens, happened) = mpsc::channel();
    let tell = happens.clone();
    listen(move |signal| tell.send(Event::Signal(signal)).is_ok()).map_err(cannot)?;
    let source = Asked::new(source);
    let found = match source.ask().found {
        // A server that is away may be back before the first token is.
        Err(error @ Error::Sinks(_)) if plan.watch || plan.wait != Wait::No => {
            say(format_args!("warning: {error}"));
            None
        }
        found => found?,
    };
    let waits = found.is_none() && plan.wait != Wait::No;
    if found.is_none() && !waits && !plan.watch {
        return Err(Error::NothingToRunWith);
    }
    if plan.watch || waits {
        let (tell, watch) = (happens.clone(), plan.watch);
        let watching = move |answer: Answer| {
            let goes_on = watch || !matches!(answer.found, Ok(Some(_)));
            tell.send(Event::Answered(answer)).is_ok() && goes_on
        };
        source.watch(watching).map_err(cannot)?;
    }
    Runner::new(plan, source, found, (happens, happened)).run()
}

/// Says something to who started `run`. It never holds a value.
fn say(line: impl fmt::Display) {
    // Nobody may be there to read it.
    let _ = writeln!(io::stderr(), "potbridge: {line}");
}
