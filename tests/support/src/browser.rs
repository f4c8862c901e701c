//! The browser's end of a connection to the host.

use crate::deadline::{self, LIMIT};
use potbridge_protocol::{PROTOCOL_VERSION, PoToken, frame};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

/// More than any message of the host.
const MAX_MESSAGE: usize = 1024 * 1024;

/// The type of the message that asks the extension for a token.
pub const TOKEN_REQUEST: &str = "token-request";

/// A browser that has started a host.
pub struct Browser {
    /// The host.
    pub host: Child,
    /// What the host says. What is no message is the text of the error.
    messages: Receiver<Value>,
    /// The requests for tokens that came while another message was waited for, the oldest first.
    passed: VecDeque<Value>,
}

impl Browser {
    /// Starts the host. Its three streams have to be pipes.
    #[must_use]
    pub fn new(mut host: Command) -> Self {
        let mut host = host.spawn().unwrap();
        let mut stdout = host.stdout.take().unwrap();
        let (send, messages) = mpsc::channel();
        thread::spawn(move || {
            loop {
                let message = match frame::read(&mut stdout, MAX_MESSAGE) {
                    Ok(None) => return,
                    Ok(Some(bytes)) => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
                    Err(error) => Err(error.to_string()),
                };
                let is_last = message.is_err();
                if send.send(message.unwrap_or_else(Value::String)).is_err() || is_last {
                    return;
                }
            }
        });
        Self { host, messages, passed: VecDeque::new() }
    }

    /// Sends a frame with these bytes.
    pub fn send_bytes(&mut self, body: &[u8]) {
        let stdin = self.host.stdin.as_mut().unwrap();
        stdin.write_all(&u32::try_from(body.len()).unwrap().to_ne_bytes()).unwrap();
        stdin.write_all(body).unwrap();
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        self.send_bytes(message.to_string().as_bytes());
    }

    /// The next message of the host.
    #[track_caller]
    pub fn receive(&mut self) -> Value {
        self.passed.pop_front().unwrap_or_else(|| self.receive_new())
    }

    #[track_caller]
    fn receive_new(&mut self) -> Value {
        self.messages.recv_timeout(LIMIT).expect("the host says something")
    }

    /// Sends a message, and gives the next message of the host.
    #[track_caller]
    pub fn ask(&mut self, message: &Value) -> Value {
        self.send(message);
        self.receive()
    }

    /// The next message of this type. Those before it are skipped, but requests for tokens are kept for the next call, since
    /// a program may ask again before the message comes.
    #[track_caller]
    pub fn receive_type(&mut self, kind: &str) -> Value {
        if kind == TOKEN_REQUEST
            && let Some(passed) = self.passed.pop_front()
        {
            return passed;
        }
        let end = Instant::now() + LIMIT;
        loop {
            let message = self.receive_new();
            if message["type"] == kind {
                return message;
            }
            if message["type"] == TOKEN_REQUEST {
                self.passed.push_back(message);
            }
            assert!(Instant::now() < end, "no message {kind:?} comes");
        }
    }

    /// The next report of a sink of this kind. Only `delivered` messages may come before it.
    #[track_caller]
    pub fn delivered(&mut self, kind: &str) -> Value {
        let end = Instant::now() + LIMIT;
        loop {
            let mut message = self.receive();
            assert_eq!(message["type"], json!("delivered"), "{message}");
            if message["sink"]["kind"] == json!(kind) {
                return message["sink"].take();
            }
            assert!(Instant::now() < end, "no report of {kind:?} comes");
        }
    }

    /// Whether the host has ended by itself. Sends a message to find out.
    pub fn has_ended(&mut self) -> bool {
        let body = br#"{"type":"status"}"#;
        let stdin = self.host.stdin.as_mut().unwrap();
        let length = u32::try_from(body.len()).unwrap().to_ne_bytes();
        // It fails if the host has ended.
        let _ = stdin.write_all(&[&length[..], body].concat());
        while let Ok(message) = self.messages.recv_timeout(LIMIT) {
            if message["type"] == "status" {
                return false;
            }
        }
        true
    }

    /// Closes the connection. Gives the exit code, and all that the host still said.
    #[track_caller]
    pub fn close(mut self) -> (Option<i32>, String) {
        drop(self.host.stdin.take());
        let mut rest: String = self.passed.iter().map(Value::to_string).collect();
        loop {
            match self.messages.recv_timeout(LIMIT) {
                Ok(message) => rest += &message.to_string(),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("the host does not end: {rest}"),
            }
        }
        let output = deadline::output(self.host);
        (output.status.code(), rest + &String::from_utf8(output.stderr).unwrap())
    }
}

/// The first message of an extension.
#[must_use]
pub fn hello() -> Value {
    json!({"type": "hello", "protocol": PROTOCOL_VERSION, "version": "0.1.0", "browser": "firefox", "profile": "p"})
}

/// The message that carries the token of a player's request.
#[must_use]
pub fn captured(id: &str, token: &PoToken, video: &str, at: u64) -> Value {
    json!({"type": "captured", "id": id, "capture": {
        "token": token.expose(), "context": "player", "host": "www.youtube.com", "source": "player-request",
        "client": {"name": "WEB", "version": "2.20260911.01.00"},
        "binding": {"video_id": video, "certainty": "certain"},
        "session": {"profile": "p"}, "captured_at": at,
    }})
}

/// A random token in the right shape.
#[must_use]
pub fn token() -> PoToken {
    let mut bytes = vec![0x32, 83];
    let mut random = [0; 83];
    std::fs::File::open("/dev/urandom").unwrap().read_exact(&mut random).unwrap();
    bytes.extend(random);
    PoToken::from_bytes(&bytes).unwrap()
}
