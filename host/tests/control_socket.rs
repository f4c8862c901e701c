//! How much a control socket takes at once.

use crate::sandbox::on_demand::{accepting, bring, ended, get, sockets, token_request};
use crate::sandbox::{Sandbox, VIDEO, token};
use potbridge_protocol::frame;
use potbridge_protocol::messages::ipc::IPC_VERSION;
use serde_json::{Value, json};
use std::os::unix::net::UnixStream;

fn read(socket: &mut UnixStream) -> Value {
    serde_json::from_slice(&frame::read(socket, 65536).unwrap().unwrap()).unwrap()
}

/// A connection of a program that has said hello, with the host's answer.
fn greeted(sandbox: &Sandbox) -> (UnixStream, Value) {
    let mut socket = UnixStream::connect(&sockets(sandbox)[0]).unwrap();
    // A host that is full has answered, and closed, before.
    let _ = frame::write(&mut socket, &json!({"type": "hello", "ipc": IPC_VERSION, "version": "0.1.0"}));
    let answer = read(&mut socket);
    (socket, answer)
}

#[test]
fn whoever_comes_when_all_places_are_taken_is_told_so_and_tries_again() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let mut idle: Vec<_> = (0..64).map(|_| greeted(&sandbox)).collect();
    assert!(idle.iter().all(|(_, answer)| answer["type"] == "hello"));
    let (_, answer) = greeted(&sandbox);
    assert_eq!((&answer["type"], &answer["code"]), (&json!("failed"), &json!("busy")), "{answer}");
    let ran = sandbox.run(&["get", "--video", VIDEO, "--wait", "1"], "");
    assert!(
        ran.stderr().contains(
            ": more programs ask than the browser's host takes, since 1 s
"
        ),
        "{}",
        ran.stderr()
    );
    let get = get(&sandbox, VIDEO);
    idle.pop();
    token_request(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn serve_leaves_half_of_the_places_to_others() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let ask = |number: u32| {
        let (mut socket, _) = greeted(&sandbox);
        let request = json!({"type": "token-request", "video_id": format!("video{number:06}"), "client": "serve", "timeout_ms": 60_000});
        frame::write(&mut socket, &request).unwrap();
        socket
    };
    let asking: Vec<_> = (0..32).map(ask).collect();
    for _ in &asking {
        token_request(&mut browser);
    }
    let answer = read(&mut ask(32));
    assert_eq!((&answer["type"], &answer["code"]), (&json!("failed"), &json!("busy")), "{answer}");
    let get = get(&sandbox, VIDEO);
    assert_eq!(token_request(&mut browser)["client"], "get");
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
    // A program that hangs up gives its place back, and its request is withdrawn.
    drop(asking);
    for _ in 0..32 {
        browser.receive_type("token-request-withdrawn");
    }
    let _socket = ask(33);
    assert_eq!(token_request(&mut browser)["video_id"], "video000033");
}
