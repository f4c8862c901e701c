//! The programs that run, and how one is waited for.

use super::Afterwards;
use crate::process_group::{EndSignal, NotEnded, ProcessGroup, grace};
use std::io;
use std::process::{Child, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// Those that end with potbridge.
static RUNNING: Mutex<Vec<ProcessGroup>> = Mutex::new(Vec::new());

/// Asks the programs that are to end with potbridge to end, with SIGTERM. On Windows it kills them.
pub fn end_running() {
    for group in running().drain(..) {
        #[cfg(unix)]
        let asked = group.signal(crate::process_group::Signal::TERM);
        #[cfg(not(unix))]
        let asked = group.kill();
        if let Err(why) = asked {
            log::warn!("a sink's program {why}");
        }
    }
}

fn running() -> MutexGuard<'static, Vec<ProcessGroup>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a program ended.
pub(super) enum Ended {
    /// By itself.
    ByItself(ExitStatus),
    /// It had to be ended, if it could be.
    TooSlow(Result<(), NotEnded>),
}

/// Waits for a program to end, and ends it and its children after `limit`.
pub(super) fn wait(
    mut child: Child,
    group: ProcessGroup,
    limit: Duration,
    afterwards: Afterwards,
) -> io::Result<Ended> {
    if afterwards == Afterwards::Ends {
        running().push(group);
    }
    let (end, ended) = mpsc::channel();
    thread::spawn(move || end.send(child.wait()));
    let how = ended.recv_timeout(limit);
    running().retain(|other| *other != group);
    if let Ok(how) = how {
        return how.map(Ended::ByItself);
    }
    Ok(Ended::TooSlow(group.end(EndSignal::Terminate, grace::COMMAND)))
}
