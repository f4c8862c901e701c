//! A terminal, with somebody who types.

use super::end_with_descendants;
use crate::deadline::{LIMIT, wait_until};
use crate::sandbox::Sandbox;
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{tcgetpgrp, tcgetsid};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Instant;

pub const CTRL_C: &str = "\x03";
pub const CTRL_BACKSLASH: &str = "\x1c";
pub const CTRL_D: &str = "\x04";
pub const CTRL_Z: &str = "\x1a";

/// A terminal whose session a program leads.
pub struct Terminal {
    // `None` once the terminal is closed.
    keyboard: Option<File>,
    screen: Receiver<Vec<u8>>,
    shown: String,
    leader: Child,
    groups: Vec<Pid>,
}

impl Terminal {
    /// With a shell that does job control, shows nothing of what is typed, and has `$POTBRIDGE`.
    pub fn with_shell(sandbox: &Sandbox) -> Self {
        let mut terminal =
            Self::with(sandbox, &["bash", "--noprofile", "--norc", "--noediting", "-i"].map(str::to_owned));
        terminal.type_line("stty -echo; PS1=; echo rea''dy");
        terminal.shows("ready\r\n");
        terminal
    }

    /// With any program.
    pub fn with(sandbox: &Sandbox, program: &[String]) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        #[cfg(target_os = "linux")]
        let flags = flags | OpenptFlags::CLOEXEC;
        let ours = openpt(flags).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let theirs = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(name.to_str().unwrap())
            .unwrap();
        let stream = || Stdio::from(theirs.try_clone().unwrap());
        // It gets the variables of the sandbox.
        let environment = sandbox.potbridge(&[]);
        let mut leader = Command::new("setsid");
        for (name, value) in environment.get_envs() {
            leader.env(name, value.unwrap());
        }
        leader
            .args(["--ctty", "--wait"])
            .args(program)
            .env("POTBRIDGE", environment.get_program())
            .env("PS1", "")
            .env("TERM", "dumb")
            // anstream colours on a dumb terminal too, if `CI` is set.
            .env("NO_COLOR", "1")
            .stdin(stream())
            .stdout(stream())
            .stderr(stream());
        super::ignore_no_signal();
        let leader = leader.spawn().unwrap();
        let keyboard = File::from(ours);
        let screen = reader(keyboard.try_clone().unwrap());
        Self { keyboard: Some(keyboard), screen, shown: String::new(), leader, groups: Vec::new() }
    }

    pub fn type_(&mut self, keys: &str) {
        self.keyboard.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
    }

    pub fn type_line(&mut self, line: &str) {
        self.type_(&format!("{line}\n"));
    }

    /// Waits until a text is shown; gives what was shown before it since the last.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            if let Some((before, after)) = self.shown.split_once(text) {
                let before = before.to_owned();
                self.shown = after.to_owned();
                return before;
            }
            match self.screen.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.shown += &String::from_utf8_lossy(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("{text:?} is not shown, only {:?}", self.shown),
                Err(RecvTimeoutError::Disconnected) => panic!("{text:?} was never shown: {:?}", self.shown),
            }
        }
    }

    /// The process that follows a text.
    #[track_caller]
    pub fn shows_pid(&mut self, text: &str) -> Pid {
        self.shows(text);
        let digits = self.shows("\r\n");
        let pid = digits.trim().parse().ok().and_then(Pid::from_raw).unwrap_or_else(|| panic!("{digits:?}"));
        self.groups.push(pid);
        pid
    }

    /// Waits until the shell has it again. What is typed while a Ctrl-C is acted on may be lost, as by a person.
    #[track_caller]
    pub fn is_the_shells_again(&self) {
        wait_until("the shell has the terminal", || self.is_the_shells());
    }

    /// Waits until the shell has given it to a job.
    #[track_caller]
    pub fn is_a_jobs(&self) {
        wait_until("a job has the terminal", || !self.is_the_shells());
    }

    fn is_the_shells(&self) -> bool {
        let keyboard = self.keyboard.as_ref().unwrap();
        tcgetpgrp(keyboard).unwrap() == tcgetsid(keyboard).unwrap()
    }

    /// Waits until the shell knows of a job that is stopped.
    #[track_caller]
    pub fn has_a_stopped_job(&mut self) {
        wait_until("a job is stopped", || {
            self.type_line("jobs -s; echo as''ked");
            self.shows("asked\r\n").contains("Stopped")
        });
    }

    /// Closes the window.
    pub fn close(&mut self) {
        // The reader has a descriptor of the terminal too. It ends with the session, which gets SIGHUP, as from a window.
        let session = tcgetsid(self.keyboard.as_ref().unwrap()).unwrap();
        kill_process(session, Signal::HUP).unwrap();
        self.keyboard = None;
    }

    /// Waits for the end of the program that it was opened for.
    pub fn ends(&mut self) -> Option<i32> {
        wait_until("the program ends", || self.leader.try_wait().unwrap().is_some());
        self.leader.wait().unwrap().code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if thread::panicking() {
            for group in &self.groups {
                let _ = kill_process_group(*group, Signal::KILL);
            }
        }
        end_with_descendants(Pid::from_child(&self.leader));
        let _ = self.leader.wait();
    }
}

fn reader(mut from: File) -> Receiver<Vec<u8>> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if tell.send(bytes[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    told
}
