//! A browser's process, and all that it starts.

#[cfg_attr(unix, path = "process/group.rs")]
#[cfg_attr(windows, path = "process/job.rs")]
mod members;

use crate::error::{Error, Result};
use fs_err::{self as fs, File};
use members::Members;
use potbridge_system::process_group::grace;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const TAIL_LINES: usize = 15;

type OnExit = Box<dyn FnOnce() + Send>;

/// A running browser with its output in a log file. It is ended when it is dropped.
pub(crate) struct Process {
    id: u32,
    /// Waits for its end. `None`: it has ended with all that it started.
    waiter: Option<JoinHandle<Child>>,
    members: Members,
    log: PathBuf,
    exit: Arc<Exit>,
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
    /// Starts `command` without stdin. Its stdout and stderr go to `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self> {
        let out = File::create(log)?.into_file();
        let err = out.try_clone()?;
        let (child, members) = Members::start(command.stdin(Stdio::null()).stdout(out).stderr(err))
            .map_err(|source| Error::Run { program: command.get_program().into(), source })?;
        let id = child.id();
        let exit = Arc::new(Exit::default());
        let seen = Arc::clone(&exit);
        let waiter = thread::spawn(move || {
            let child = members::ended(child);
            let mut state = seen.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.happened = true;
            let callbacks = std::mem::take(&mut state.callbacks);
            drop(state);
            seen.changed.notify_all();
            callbacks.into_iter().for_each(|callback| callback());
            child
        });
        Ok(Self { id, waiter: Some(waiter), members, log: log.to_owned(), exit })
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn is_running(&self) -> bool {
        !self.wait(Duration::ZERO)
    }

    /// Waits at most `limit` for it to end. Returns whether it has ended.
    pub(crate) fn wait(&self, limit: Duration) -> bool {
        let state = self.exit.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.exit
            .changed
            .wait_timeout_while(state, limit, |state| !state.happened)
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .happened
    }

    /// Runs `callback` when it ends. If it has ended, runs it at once.
    pub(crate) fn on_exit(&self, callback: OnExit) {
        let mut state = self.exit.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.happened {
            drop(state);
            callback();
        } else {
            state.callbacks.push(callback);
        }
    }

    /// The last lines of the log.
    pub(crate) fn log_tail(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty() && !is_noise(line)).collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }

    /// Waits for it to end by itself, then ends it with all that it started: with SIGTERM, where there are signals, and by force.
    pub(crate) fn end(&mut self) {
        let Some(waiter) = self.waiter.take() else {
            return;
        };
        if !self.wait(grace::BROWSER) && self.members.ask_to_end() {
            self.wait(grace::BROWSER);
        }
        self.members.kill();
        if let Ok(mut child) = waiter.join() {
            let _status = child.wait();
        }
        // A killed process may still write into the profile, which is removed next.
        self.members.wait(grace::KILLED);
    }
}

/// Chromium logs this on every machine without D-Bus. It is harmless.
fn is_noise(line: &str) -> bool {
    line.contains(":ERROR:dbus/")
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
