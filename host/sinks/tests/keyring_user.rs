//! A process that uses the keyring as it is told, in a session with a bus of its own.

use potbridge_sinks::keyring::{Keyring, KeyringError};
use potbridge_sinks::{Change, Variable};
use potbridge_test_support::deadline::{LIMIT, lines};
use potbridge_test_support::private_bus::PrivateBus;
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Stands before an answer, which the test program's own words may precede on the line.
const ANSWER: &str = "@@";

/// The process: this test program again.
pub struct User {
    process: Child,
    lines: Receiver<String>,
}

impl User {
    /// A process in a session with this bus.
    pub fn on(bus: &PrivateBus) -> Self {
        Self::with(bus, |_| ())
    }

    /// The same, with the session changed.
    pub fn with(bus: &PrivateBus, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = bus.command(std::env::current_exe().unwrap());
        command.args(["--exact", "keyring_user::uses_the_keyring_as_told", "--ignored", "--nocapture"]);
        change(&mut command);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = lines(process.stdout.take().unwrap());
        Self { process, lines }
    }

    /// Asks it for something. Values go by pipe and are shown nowhere.
    pub fn ask(&mut self, request: &Value) -> Value {
        let end = Instant::now() + 2 * LIMIT;
        writeln!(self.process.stdin.as_mut().unwrap(), "{request}").unwrap();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).expect("the process ended, or does not answer");
            if let Some((_, answer)) = line.split_once(ANSWER) {
                return serde_json::from_str(answer).unwrap();
            }
        }
    }

    pub fn set(&mut self, variables: &[(&str, &str)]) -> Value {
        self.ask(&json!({"set": variables}))
    }

    pub fn clear(&mut self, names: &[&str]) -> Value {
        self.ask(&json!({"clear": names}))
    }

    pub fn get(&mut self, names: &[&str]) -> Value {
        self.ask(&json!({"get": names}))
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "is the process that the tests start, with their bus in its environment"]
fn uses_the_keyring_as_told() {
    let Some(_) = std::env::var_os("XDG_DATA_HOME") else {
        return;
    };
    for line in std::io::stdin().lines() {
        let answer = answer(&serde_json::from_str(&line.unwrap()).unwrap());
        writeln!(std::io::stdout(), "{ANSWER}{answer}").unwrap();
    }
}

fn answer(request: &Value) -> Value {
    let mut keyring = Keyring::new("potbridge");
    assert_eq!(keyring.place(), "potbridge");
    if let Some(seconds) = request["unlock_timeout"].as_u64() {
        keyring.unlock_timeout = Duration::from_secs(seconds);
    }
    let strings = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    if let Some(pairs) = request["set"].as_array() {
        let pairs: Vec<_> = pairs.iter().map(strings).collect();
        let variables: Vec<_> =
            pairs.iter().map(|pair| Variable { name: &pair[0], value: &pair[1] }).collect();
        changed(keyring.set(&variables))
    } else if !request["clear"].is_null() {
        let names = strings(&request["clear"]);
        changed(keyring.clear(&names.iter().map(String::as_str).collect::<Vec<_>>()))
    } else if !request["get"].is_null() {
        let names = strings(&request["get"]);
        match keyring.get(&names.iter().map(String::as_str).collect::<Vec<_>>()) {
            Ok(values) => values.iter().map(|(name, value)| (name.clone(), json!(**value))).collect(),
            Err(error) => refused(&error),
        }
    } else {
        let count = |folder| fs::read_dir(folder).unwrap().count();
        json!({"threads": count("/proc/self/task"), "files": count("/proc/self/fd")})
    }
}

fn changed(result: Result<Change, KeyringError>) -> Value {
    result.map_or_else(|error| refused(&error), |change| json!(format!("{change:?}")))
}

fn refused(error: &KeyringError) -> Value {
    let message = format!("{error}; {}", error.hint().unwrap_or_default());
    json!({"code": error.code(), "message": message})
}
