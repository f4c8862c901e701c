//! A script in the place of potbridge's own browser, which notes what happens to it.

use crate::deadline::wait_until;
use crate::sandbox::Sandbox;
use potbridge_test_support::executable;
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Ends on SIGINT, and would note SIGTERM.
pub const ON_INT: &str = "trap 'note ends INT; exit 0' INT; trap 'note ends TERM; exit 0' TERM HUP; started
while :; do sleep 0.05; done";

/// What every script begins with.
const BEGINNING: &str = "#!/bin/sh
note() { echo \"$2\" >> \"$NOTES/$1\"; }
echo \"$*\" > \"$NOTES/arguments\"
env > \"$NOTES/environment\"
started() { note started $$; }
note starts $$
";

/// A sandbox whose own browser is a script.
pub struct FakeBrowser {
    pub sandbox: Sandbox,
    seen: AtomicUsize,
}

impl FakeBrowser {
    /// The script calls `started` when it is ready.
    pub fn new(script: &str) -> Self {
        let fake = Self { sandbox: Sandbox::new(), seen: AtomicUsize::new(0) };
        for folder in ["notes", "bin", "extension/chromium"] {
            fs::create_dir_all(fake.sandbox.path(folder)).unwrap();
        }
        fs::write(fake.extension().join("chromium/manifest.json"), "{}").unwrap();
        fs::write(fake.extension().join("firefox.xpi"), "").unwrap();
        executable::write(fake.program(), format!("{BEGINNING}{script}\n"));
        fake.configure("sandbox = false");
        fake
    }

    /// Writes the configuration: `more` is the rest of `[browser]`.
    pub fn configure(&self, more: &str) {
        self.configure_for_path(more, true);
    }

    /// The same; without a program in it, one is looked up on the PATH.
    pub fn configure_for_path(&self, more: &str, with_program: bool) {
        let mut text = format!("[browser]\nown = true\n{more}\n");
        if with_program && !more.contains("program") {
            text += &format!("program = {:?}\n", self.program());
        }
        if !more.contains("extension") {
            text += &format!("extension = {:?}\n", self.extension());
        }
        self.sandbox.configure(&text);
    }

    pub fn program(&self) -> PathBuf {
        self.sandbox.path("bin/chromium")
    }

    pub fn extension(&self) -> PathBuf {
        self.sandbox.path("extension")
    }

    /// A command whose browser notes what happens to it.
    pub fn potbridge(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.potbridge(arguments);
        command.env("NOTES", self.sandbox.path("notes"));
        command
    }

    /// The lines of a kind that the script noted.
    pub fn notes(&self, kind: &str) -> Vec<String> {
        let text = fs::read_to_string(self.sandbox.path("notes").join(kind)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Makes a note that the script may wait for.
    pub fn note(&self, kind: &str) {
        fs::write(self.sandbox.path("notes").join(kind), "").unwrap();
    }

    /// Waits for the next browser that is ready, and gives its process.
    #[track_caller]
    pub fn starts(&self) -> Pid {
        let at = self.seen.fetch_add(1, Ordering::Relaxed);
        wait_until("the browser starts", || self.notes("started").len() > at);
        Pid::from_raw(self.notes("started")[at].parse().unwrap()).unwrap()
    }
}

impl Drop for FakeBrowser {
    fn drop(&mut self) {
        let _ = self.potbridge(&["browser", "end"]).output();
        if std::thread::panicking() {
            for pid in self.notes("starts").iter().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)) {
                let _ = kill_process_group(pid, Signal::KILL);
            }
        }
    }
}
