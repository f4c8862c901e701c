//! The programs that run, and how one is waited for.

use super::Afterwards;
use crate::process_group::{EndSignal, NotEnded, ProcessGroup, grace};
use std::io;
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
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

/// A thread that waits for a program which is not started yet. Without a thread to be had none is started.
pub(super) struct Waiter {
    child: Sender<Child>,
    ended: Receiver<io::Result<ExitStatus>>,
}

impl Waiter {
    pub(super) fn new() -> io::Result<Self> {
        let (child, handed) = mpsc::channel::<Child>();
        let (end, ended) = mpsc::channel();
        thread::Builder::new().spawn(move || {
            // None comes if the program cannot be started.
            if let Ok(mut child) = handed.recv() {
                // Nobody waits for one that is too slow.
                let _ = end.send(child.wait());
            }
        })?;
        Ok(Self { child, ended })
    }

    /// Waits for a program to end, and ends it and its children after `limit`.
    pub(super) fn wait(
        self,
        child: Child,
        group: ProcessGroup,
        limit: Duration,
        afterwards: Afterwards,
    ) -> io::Result<Ended> {
        if afterwards == Afterwards::Ends {
            running().push(group);
        }
        // The thread waits for it.
        let _ = self.child.send(child);
        let how = self.ended.recv_timeout(limit);
        running().retain(|other| *other != group);
        if let Ok(how) = how {
            return how.map(Ended::ByItself);
        }
        Ok(Ended::TooSlow(group.end(EndSignal::Terminate, grace::COMMAND)))
    }
}
