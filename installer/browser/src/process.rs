//! A browser's process group.

use crate::error::{Error, Result};
use fs_err::{self as fs, File};
use potbridge_system::process_group::{ProcessGroup, Signal, grace};
use rustix::process::{WaitId, WaitIdOptions, waitid};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

const TAIL_LINES: usize = 15;

type OnExit = Box<dyn FnOnce() + Send>;

/// A running browser in its own process group, with its output in a log file. It is ended when it is dropped.
pub(crate) struct Process {
    child: Child,
    group: ProcessGroup,
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
    /// Starts `command` without stdin. Its stdout and stderr go to `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self> {
        let out = File::create(log)?.into_file();
        let err = out.try_clone()?;
        let (child, group) = ProcessGroup::start(command.stdin(Stdio::null()).stdout(out).stderr(err))
            .map_err(|source| Error::Run { program: command.get_program().into(), source })?;
        let exit = Arc::new(Exit::default());
        let seen = Arc::clone(&exit);
        std::thread::spawn(move || {
            // NOWAIT does not reap it. So no other process gets its id before the group is ended.
            while let Err(rustix::io::Errno::INTR) =
                waitid(WaitId::Pid(group.leader()), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
            {
            }
            let mut state = seen.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.happened = true;
            let callbacks = std::mem::take(&mut state.callbacks);
            drop(state);
            seen.changed.notify_all();
            callbacks.into_iter().for_each(|callback| callback());
        });
        Ok(Self { child, group, log: log.to_owned(), exit, reaped: false })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
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

    /// Waits for it to end by itself, then ends its whole group with SIGTERM and SIGKILL.
    pub(crate) fn end(&mut self) {
        if self.reaped {
            return;
        }
        if !self.wait(grace::BROWSER) {
            // It belongs to this user.
            let _ = self.group.signal(Signal::TERM);
            self.wait(grace::BROWSER);
        }
        let _ = self.group.kill();
        let _status = self.child.wait();
        self.reaped = true;
        // A killed process may still write into the profile, which is removed next.
        self.group.ends_within(grace::KILLED);
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
