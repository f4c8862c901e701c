//! A potbridge of its own for one test: a folder with everything in it, the program, and a browser's end of it.

use potbridge_protocol::PoToken;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
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
    pub fn run(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut child = self.potbridge(arguments).spawn().unwrap();
        // A command that does not read may be gone by now.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Ran(child.wait_with_output().unwrap())
    }

    /// The host as Firefox starts it.
    pub fn firefox(&self) -> Browser {
        self.browser(&["/m/dev.potbridge.host.json", "potbridge@potbridge.dev"])
    }

    /// The same, with more in its environment.
    pub fn firefox_with(&self, change: impl FnOnce(&mut Command)) -> Browser {
        let mut host = self.potbridge(&["/m/dev.potbridge.host.json", "potbridge@potbridge.dev"]);
        change(&mut host);
        Browser { host: host.spawn().unwrap() }
    }

    pub fn browser(&self, arguments: &[&str]) -> Browser {
        Browser { host: self.potbridge(arguments).spawn().unwrap() }
    }
}

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

/// A browser's end of the connection.
pub struct Browser {
    pub host: Child,
}

impl Browser {
    pub fn send_bytes(&mut self, body: &[u8]) {
        let stdin = self.host.stdin.as_mut().unwrap();
        stdin.write_all(&u32::try_from(body.len()).unwrap().to_ne_bytes()).unwrap();
        stdin.write_all(body).unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        self.send_bytes(message.to_string().as_bytes());
    }

    pub fn receive(&mut self) -> Value {
        let stdout = self.host.stdout.as_mut().unwrap();
        let mut length = [0; 4];
        stdout.read_exact(&mut length).unwrap();
        let mut body = vec![0; u32::from_ne_bytes(length) as usize];
        stdout.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Reads until a sink of a kind was delivered to, and gives its report.
    pub fn delivered(&mut self, kind: &str) -> Value {
        loop {
            let mut message = self.receive();
            assert_eq!(message["type"], json!("delivered"), "{message}");
            if message["sink"]["kind"] == json!(kind) {
                return message["sink"].take();
            }
        }
    }

    pub fn ask(&mut self, message: &Value) -> Value {
        self.send(message);
        self.receive()
    }

    /// Closes the connection; gives the exit code and all that the host still said.
    pub fn close(mut self) -> (Option<i32>, String) {
        drop(self.host.stdin.take());
        let mut rest = String::new();
        self.host.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        self.host.stderr.take().unwrap().read_to_string(&mut rest).unwrap();
        (self.host.wait().unwrap().code(), rest)
    }
}

pub fn hello() -> Value {
    json!({"type": "hello", "protocol": 2, "version": "0.1.0", "browser": "firefox", "profile": "p"})
}

pub fn captured(id: &str, token: &PoToken, video: &str, at: u64) -> Value {
    json!({"type": "captured", "id": id, "capture": {
        "token": token.expose(), "context": "player", "host": "www.youtube.com", "source": "player-request",
        "client": {"name": "WEB", "version": "2.20260911.01.00"},
        "binding": {"video_id": video, "certainty": "certain"},
        "session": {"profile": "p"}, "captured_at": at,
    }})
}

/// A random token in the right shape.
pub fn token() -> PoToken {
    let mut bytes = vec![0x32, 83];
    let mut random = [0; 83];
    fs::File::open("/dev/urandom").unwrap().read_exact(&mut random).unwrap();
    bytes.extend(random);
    PoToken::from_bytes(&bytes).unwrap()
}

pub fn now() -> u64 {
    potbridge_system::clock::now_ms()
}
