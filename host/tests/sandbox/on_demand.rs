//! Browsers that programs ask for tokens.

use super::{Browser, Ran, Sandbox, captured, hello, now};
use crate::deadline::{output, wait_until};
use potbridge_protocol::PoToken;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Child;

pub use potbridge_test_support::browser::TOKEN_REQUEST;

/// A browser whose extension accepts token requests.
pub fn accepting(sandbox: &Sandbox, profile: &str) -> Browser {
    let before = sockets(sandbox).len();
    let mut browser = connected(sandbox.firefox(), profile);
    accepts(&mut browser, true);
    assert_eq!(sockets(sandbox).len(), before + 1);
    browser
}

/// potbridge's own browser, which nobody looks at. Its extension has not said yet whether it may be asked.
pub fn unattended(sandbox: &Sandbox) -> Browser {
    let host = sandbox.firefox_with(|host| {
        host.env("POTBRIDGE_UNATTENDED", "1");
    });
    connected(host, "own")
}

/// A browser whose extension has said hello, and not yet whether it may be asked. It is listed as connected.
pub fn starting(sandbox: &Sandbox, profile: &str) -> Browser {
    let before = connections(sandbox);
    let browser = connected(sandbox.firefox(), profile);
    wait_until("it is listed as connected", || connections(sandbox) > before);
    browser
}

fn connections(sandbox: &Sandbox) -> usize {
    let entries = fs::read_dir(sandbox.path("run")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "connection")).count()
}

fn connected(mut browser: Browser, profile: &str) -> Browser {
    let mut hello = hello();
    hello["profile"] = json!(profile);
    browser.ask(&hello);
    browser
}

pub fn accepts(browser: &mut Browser, accept: bool) {
    browser.send(&json!({"type": "accept-token-requests", "accept": accept}));
    // It is answered after the socket is open or closed.
    browser.send(&json!({"type": "status"}));
    browser.receive_type("status");
}

/// Its user has not answered whether programs may ask.
pub fn undecided(browser: &mut Browser) {
    browser.send(&json!({"type": "accept-token-requests", "accept": true, "undecided": true}));
    // It is answered after that is noted.
    browser.send(&json!({"type": "status"}));
    browser.receive_type("status");
}

/// Lets a program ask that waits already, and gives its request.
#[track_caller]
pub fn is_asked(browser: &mut Browser) -> Value {
    browser.send(&json!({"type": "accept-token-requests", "accept": true}));
    token_request(browser)
}

pub fn pause(browser: &mut Browser, paused: bool) {
    browser.send(&json!({"type": "capture-paused", "paused": paused}));
    // It is answered after the pause is noted.
    browser.send(&json!({"type": "status"}));
    let status = browser.receive_type("status");
    assert!(
        status["connected"].as_array().unwrap().iter().any(|browser| browser["paused"] == paused),
        "{status}"
    );
}

pub fn sockets(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.path("run/ipc")).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

pub fn get(sandbox: &Sandbox, video: &str) -> Child {
    sandbox.potbridge(&["get", "--video", video, "--wait", "60"]).spawn().unwrap()
}

#[track_caller]
pub fn ended(get: Child) -> Ran {
    Ran(output(get))
}

#[track_caller]
pub fn token_request(browser: &mut Browser) -> Value {
    let request = browser.receive();
    assert_eq!(request["type"], TOKEN_REQUEST, "{request}");
    request
}

/// What the extension says if it can bring no token.
pub fn fails(browser: &mut Browser, request: &Value, code: &str) {
    browser.send(
        &json!({"type": "token-request-failed", "id": request["id"], "code": code, "message": "it does not"}),
    );
}

pub fn bring(browser: &mut Browser, token: &PoToken, video: &str) {
    browser.send(&captured("c", token, video, now()));
    browser.receive_type("stored");
}
