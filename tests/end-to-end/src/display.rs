//! A screen of a test's own: Xvfb, with or without a window manager.

use crate::process::{lines, output_of, signal, wait};
use crate::trial::LIMIT;
use rustix::process::Signal;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use tempfile::TempDir;

const SCREEN: &str = "1280x800x24";

/// What manages the windows of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desktop {
    /// Nothing: a new window lies above the others.
    Bare,
    /// Openbox, without a compositor: a new window without the focus lies below the others. Chromium hears if it is
    /// wholly covered, and counts its page as hidden.
    Openbox,
}

/// A running X server, on a free display. It is ended when dropped.
pub struct Display {
    name: String,
    manager: Option<Child>,
    server: Child,
    /// Without the settings of the person who runs the tests.
    home: TempDir,
}

impl Display {
    /// Starts it, and waits until windows can be opened.
    #[must_use]
    pub fn start(desktop: Desktop) -> Self {
        let home = TempDir::new().unwrap();
        let mut server = Command::new("Xvfb");
        // By itself the server begins anew each time that its last client leaves.
        server.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]);
        let (server, number) = start(&mut server);
        let mut display = Self { name: format!(":{number}"), manager: None, server, home };
        if desktop == Desktop::Openbox {
            let mut openbox = display.command("openbox", &["--startup", "echo started"]);
            let (openbox, _started) = start(&mut openbox);
            display.manager = Some(openbox);
        }
        display
    }

    /// What leads a program to this screen, and to no other of this machine.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, &str); 3] {
        [("DISPLAY", &self.name), ("GDK_BACKEND", "x11"), ("MOZ_ENABLE_WAYLAND", "0")]
    }

    /// The window that gets what is typed: X's input focus. None if it is no window's.
    #[must_use]
    pub fn focused_window(&self) -> Option<String> {
        let output = output_of(&mut self.command("xdotool", &["getwindowfocus"]));
        let text = String::from_utf8(output.stdout).unwrap();
        // 0 and 1 are X's words for none and for what lies under the pointer.
        Some(text.trim().to_owned()).filter(|id| output.status.success() && id != "0" && id != "1")
    }

    /// Whether a window has this in its title.
    #[must_use]
    pub fn has_window(&self, title: &str) -> bool {
        // A search by name knows no title with letters beyond ASCII, such as Firefox's.
        let all =
            String::from_utf8(output_of(&mut self.command("xdotool", &["search", "--name", ".*"])).stdout);
        all.unwrap().lines().any(|window| {
            let name = output_of(&mut self.command("xdotool", &["getwindowname", window])).stdout;
            String::from_utf8_lossy(&name).contains(title)
        })
    }

    /// Watches which window the window manager says is active.
    #[must_use]
    pub fn watch_active_window(&self) -> ActiveWindow {
        let mut spy = self.command("xprop", &["-spy", "-root", "_NET_ACTIVE_WINDOW"]);
        let mut process = spy.stdout(Stdio::piped()).spawn().unwrap();
        let changes = lines(process.stdout.take().unwrap());
        let first = changes.recv_timeout(LIMIT).expect("xprop says which window is active");
        ActiveWindow { process, first, changes }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).envs(self.environment());
        command.env("HOME", self.home.path()).env("XDG_CONFIG_HOME", self.home.path());
        command
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // A killed X server leaves its lock and its socket.
        for process in self.manager.iter_mut().chain([&mut self.server]) {
            signal(process, Signal::TERM);
            wait(process);
        }
    }
}

/// Which window is active, from when it began to be watched.
pub struct ActiveWindow {
    process: Child,
    first: String,
    changes: Receiver<String>,
}

impl ActiveWindow {
    /// What became active since, in xprop's words.
    #[must_use]
    pub fn changes(&self) -> Vec<String> {
        self.changes.try_iter().filter(|line| *line != self.first).collect()
    }
}

impl Drop for ActiveWindow {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a program that prints one line once it can be used. Returns the line, too.
fn start(command: &mut Command) -> (Child, String) {
    let name = command.get_program().display().to_string();
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut process = started.unwrap_or_else(|error| panic!("{name}: {error}; run ./tests/run"));
    let line = lines(process.stdout.take().unwrap()).recv_timeout(LIMIT);
    let line = line.unwrap_or_else(|_| panic!("{name} did not start"));
    (process, line)
}
