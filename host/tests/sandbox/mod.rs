//! A potbridge for one test: a folder with all of its files, the program, and a browser that talks to it.

mod messages;
#[cfg(unix)]
pub mod on_demand;

pub use messages::{media, playing, private};
pub use potbridge_test_support::browser::{Browser, captured, hello, token};

use crate::deadline;
#[cfg(unix)]
use potbridge_protocol::PoToken;
#[cfg(unix)]
use potbridge_test_support::executable;
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub const VIDEO: &str = "dQw4w9WgXcQ";

pub struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// With one sink: `.env` in its own folder.
    pub fn new() -> Self {
        let sandbox = Self { folder: TempDir::new().unwrap() };
        sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", sandbox.env()));
        sandbox
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn env(&self) -> PathBuf {
        self.path(".env")
    }

    pub fn env_text(&self) -> String {
        fs::read_to_string(self.env()).unwrap_or_default()
    }

    pub fn configure(&self, text: &str) {
        fs::write(self.path("config.toml"), text).unwrap();
    }

    /// One sink, a `.env` with the token and its video. `more` follows in the configuration.
    pub fn configure_with_video(&self, more: &str) {
        self.configure(&format!(
            "[[sink]]\nkind = \"env-file\"\npath = {:?}\nvars = {{ PO = \"{{token}}\", FOR = \"{{video_id}}\" }}\n{more}",
            self.env()
        ));
    }

    /// One sink, and a yt-dlp that is this script of the shell.
    #[cfg(unix)]
    pub fn configure_with_yt_dlp(&self, script: &str) {
        let program = self.path("yt-dlp");
        executable::write(&program, format!("#!/bin/sh\n{script}\n"));
        let text = fs::read_to_string(self.path("config.toml")).unwrap_or_default();
        self.configure(&format!("{text}\n[download]\nyt_dlp = {program:?}\n"));
    }

    pub fn potbridge(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_potbridge"));
        command
            .args(arguments)
            .env("POTBRIDGE_CONFIG", self.path("config.toml"))
            .env("POTBRIDGE_STATE_DIR", self.path("state"))
            .env("POTBRIDGE_RUNTIME_DIR", self.path("run"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Ran {
        self.run_command(self.potbridge(arguments), stdin)
    }

    /// Runs a command with a changed environment to its end.
    pub fn run_command(&self, mut command: Command, stdin: impl AsRef<[u8]>) -> Ran {
        let mut child = command.spawn().unwrap();
        // A command that does not read may have ended by now.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
        Ran(deadline::output(child))
    }

    /// What a command printed and its exit code, for a snapshot. The sandbox's folder is shown as `SANDBOX`.
    pub fn transcript(&self, arguments: &[&str], stdin: &str) -> String {
        let ran = self.run(arguments, stdin);
        let mut text = format!("$ potbridge {}\n", arguments.join(" "));
        for (name, printed) in [("stdout", ran.stdout()), ("stderr", ran.stderr())] {
            if !printed.is_empty() {
                text += &format!("[{name}]\n{printed}");
            }
        }
        text += &format!("[exit code {}]\n", ran.0.status.code().unwrap());
        text.replace(self.folder.path().to_str().unwrap(), "SANDBOX")
    }

    /// The host as Firefox starts it.
    pub fn firefox(&self) -> Browser {
        self.browser(&FIREFOX)
    }

    /// The host as Firefox starts it, with a changed environment.
    pub fn firefox_with(&self, change: impl FnOnce(&mut Command)) -> Browser {
        let mut host = self.potbridge(&FIREFOX);
        change(&mut host);
        Browser::new(host)
    }

    /// The host as Firefox starts it through another program, which is given the host's command line.
    #[cfg(unix)]
    pub fn firefox_through(&self, mut other: Command) -> Browser {
        let host = self.potbridge(&FIREFOX);
        other.arg(host.get_program()).args(host.get_args());
        other.envs(host.get_envs().filter_map(|(name, value)| Some((name, value?))));
        other.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Browser::new(other)
    }

    /// A copy of the program, as Firefox starts it.
    pub fn firefox_with_program(&self, program: &Path) -> Browser {
        let original = self.potbridge(&FIREFOX);
        let mut host = Command::new(program);
        host.args(original.get_args()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        host.envs(original.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Browser::new(host)
    }

    /// The host as a browser with these arguments starts it.
    pub fn browser(&self, arguments: &[&str]) -> Browser {
        Browser::new(self.potbridge(arguments))
    }
}

const FIREFOX: [&str; 2] = ["/m/dev.potbridge.host.json", "potbridge@potbridge.dev"];

/// A command that has ended.
pub struct Ran(pub Output);

impl Ran {
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(code), "{}{}", self.stdout(), self.stderr());
        self
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout()).unwrap()
    }
}

/// Pastes a random token.
#[cfg(unix)]
#[track_caller]
pub fn put(sandbox: &Sandbox) -> PoToken {
    let token = token();
    sandbox.run(&["put"], token.expose()).ends_with(0);
    token
}

/// The newest token.
#[cfg(unix)]
#[track_caller]
pub fn newest(sandbox: &Sandbox) -> String {
    sandbox.run(&["get"], "").ends_with(0).stdout().trim().to_owned()
}

pub fn now() -> u64 {
    potbridge_system::clock::now_ms()
}
