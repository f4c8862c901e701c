//! The browser's end of native messaging, without a browser.

use crate::downloads::Downloads;
use crate::process::wait;
use crate::trial::LIMIT;
use potbridge_protocol::frame;
use potbridge_protocol::identifiers::FIREFOX_ID;
use potbridge_protocol::messages::PROTOCOL_VERSION;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A browser's end of a native connection. The host ends when this is dropped.
pub struct Connection {
    host: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came before the answer to [`Connection::capture`], the oldest first.
    passed: VecDeque<Value>,
}

impl Connection {
    /// Starts the host as Firefox does, says `hello`, and accepts token requests.
    #[must_use]
    pub fn open(downloads: &Downloads, profile: &str) -> Self {
        let path = std::env::var("PATH").unwrap();
        let mut host = downloads
            .command(&["/m/dev.potbridge.host.json", FIREFOX_ID])
            .env("PATH", format!("{}:{path}", downloads.path("bin").display()))
            // Without the file manager of the person who runs the tests.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = host.stdout.take().unwrap();
        let (tell, messages) = mpsc::channel();
        thread::spawn(move || {
            while let Ok(Some(bytes)) = frame::read(&mut output, frame::MAX_FROM_HOST) {
                if tell.send(serde_json::from_slice(&bytes).unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut connection = Self { input: host.stdin.take(), host, messages, passed: VecDeque::new() };
        connection.send(
            &json!({"type": "hello", "protocol": PROTOCOL_VERSION, "version": "0.1.0", "browser": "firefox", "profile": profile}),
        );
        connection.wait_for(|message| message["type"] == "hello");
        connection.send(&json!({"type": "accept-token-requests", "accept": true}));
        connection
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        frame::write(self.input.as_mut().unwrap(), message).unwrap();
    }

    /// Asks for the list. From then on the host sends every change of a download.
    pub fn list(&mut self) -> Value {
        self.send(&json!({"type": "list-downloads"}));
        self.wait_for(|message| message["type"] == "downloads")
    }

    /// Starts a download and returns its id.
    pub fn start(&mut self, video: &str) -> String {
        let session = json!({"profile": "p", "container": "firefox-container-1"});
        let request = json!({"video_id": video, "session": session});
        self.send(&json!({"type": "start-download", "id": "1", "request": request}));
        let answer = self.wait_for(|message| message["id"] == "1");
        answer["download_id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// Sends an action on a download. `id` names the message.
    pub fn act(&mut self, id: &str, download_id: &str, action: &str) {
        self.send(
            &json!({"type": "download-action", "id": id, "download_id": download_id, "action": action}),
        );
    }

    /// Sends a token of a video and waits until it is stored.
    ///
    /// What comes before that is kept: a program may have been given the token already, and may ask for another one.
    pub fn capture(&mut self, video: &str, token: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        self.send(&json!({"type": "captured", "id": "t", "capture": {
            "token": token, "context": "gvs", "host": "www.youtube.com", "source": "sabr",
            "client": {"name": "WEB", "version": "2.20260911.01.00"},
            "binding": {"video_id": video, "certainty": "certain"},
            "session": {"profile": "p"}, "captured_at": u64::try_from(now).unwrap(),
        }}));
        let end = Instant::now() + LIMIT;
        loop {
            let message = self.next(end).expect("the token is stored");
            if message["id"] == "t" && message["type"] == "stored" {
                return;
            }
            self.passed.push_back(message);
        }
    }

    /// The next new message, if one comes in time.
    fn next(&self, end: Instant) -> Option<Value> {
        self.messages.recv_timeout(end.saturating_duration_since(Instant::now())).ok()
    }

    /// The first wanted message.
    ///
    /// # Panics
    /// If it does not come.
    #[track_caller]
    pub fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let (end, mut last) = (Instant::now() + LIMIT, Value::Null);
        while let Some(message) = self.passed.pop_front().or_else(|| self.next(end)) {
            if wanted(&message) {
                return message;
            }
            last = message;
        }
        panic!("it did not come within {LIMIT:?}; the last was {last}")
    }

    /// Waits until a download is in a state, and returns the download.
    #[track_caller]
    pub fn wait_for_state(&mut self, id: &str, state: &str) -> Value {
        let is = |message: &Value| message["download"]["id"] == *id && message["download"]["state"] == *state;
        self.wait_for(is)["download"].take()
    }

    /// Closes the connection as a browser does, and returns the unread messages.
    #[must_use]
    pub fn close(mut self) -> Vec<Value> {
        drop(self.input.take());
        wait(&mut self.host);
        // The stream ends with the host.
        self.passed.drain(..).chain(self.messages.iter()).collect()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        drop(self.input.take());
        wait(&mut self.host);
    }
}
