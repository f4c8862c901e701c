//! A browser's process and all that it started, ended by the number of their own group.

use crate::error::{Error, Named, Result};
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process_group, test_kill_process_group, waitid,
};
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a browser may take to end by itself, and again after SIGTERM, before SIGKILL.
const GRACE: Duration = Duration::from_secs(5);
/// How long killed processes may take to be gone.
const ORPHANS_LIMIT: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(5);
const TAIL_LINES: usize = 15;

type OnExit = Box<dyn FnOnce() + Send>;

/// A running browser in a process group of its own, its output in a log file. Dropped, it is ended.
pub struct Process {
    child: Child,
    group: Pid,
    log: PathBuf,
    exit: Arc<Exit>,
    reaped: bool,
}

#[derive(Default)]
struct Exit {
    state: Mutex<ExitState>,
    changed: Condvar,
}

#[derive(Default)]
struct ExitState {
    happened: bool,
    callbacks: Vec<OnExit>,
}

impl Process {
    /// Starts `command` with nothing on stdin, and stdout and stderr in `log`.
    pub(super) fn start(mut command: Command, log: &Path) -> Result<Self> {
        let out = File::create(log).named("make", log)?;
        let err = out.try_clone().named("write", log)?;
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0).spawn().map_err(
            |source| Error::Run { program: command.get_program().to_string_lossy().into_owned(), source },
        )?;
        let group = Pid::from_child(&child);
        let exit = Arc::new(Exit::default());
        let seen = Arc::clone(&exit);
        std::thread::spawn(move || {
            // NOWAIT leaves it unreaped, so its number stays its own until the group is ended.
            while let Err(rustix::io::Errno::INTR) =
                waitid(WaitId::Pid(group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
            {}
            let mut state = seen.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.happened = true;
            let callbacks = std::mem::take(&mut state.callbacks);
            drop(state);
            seen.changed.notify_all();
            callbacks.into_iter().for_each(|callback| callback());
        });
        Ok(Self { child, group, log: log.to_owned(), exit, reaped: false })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn is_running(&self) -> bool {
        !self.wait(Duration::ZERO)
    }

    /// Waits until it has ended, at most `limit`; says whether it has.
    pub(super) fn wait(&self, limit: Duration) -> bool {
        let state = self.exit.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.exit
            .changed
            .wait_timeout_while(state, limit, |state| !state.happened)
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .happened
    }

    pub(super) fn wait_without_limit(&self) {
        let state = self.exit.state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(
            self.exit
                .changed
                .wait_while(state, |state| !state.happened)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Runs `callback` once it has ended: at once, where it has.
    pub(super) fn on_exit(&self, callback: OnExit) {
        let mut state = self.exit.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.happened {
            drop(state);
            callback();
        } else {
            state.callbacks.push(callback);
        }
    }

    /// The last lines of the log.
    pub(super) fn log_tail(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty() && !is_noise(line)).collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    /// Waits for it to end by itself, then makes it, and all of its group.
    pub(super) fn end(&mut self) {
        if self.reaped {
            return;
        }
        if !self.wait(GRACE) {
            let _gone_already = kill_process_group(self.group, Signal::TERM);
            self.wait(GRACE);
        }
        let _gone_already = kill_process_group(self.group, Signal::KILL);
        let _status = self.child.wait();
        self.reaped = true;
        self.wait_for_the_group();
    }
}

impl Process {
    /// A killed process may write into the profile until it is gone, which nothing tells of those that are not
    /// our own children. Where nobody reaps orphans, they stay in the group as zombies: hence the limit.
    fn wait_for_the_group(&self) {
        let end = Instant::now() + ORPHANS_LIMIT;
        while test_kill_process_group(self.group).is_ok() && Instant::now() < end {
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

/// What Chromium says on every machine without a desktop's message bus, and without harm.
fn is_noise(line: &str) -> bool {
    line.contains(":ERROR:dbus/")
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
