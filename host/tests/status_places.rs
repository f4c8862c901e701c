//! What `potbridge status` says of what each place holds at this moment.

use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use potbridge_protocol::PoToken;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_system::clock;
use serde_json::{Value, json};
use std::fs;

/// A sandbox with a token in its store and its `.env`.
fn with_token() -> (Sandbox, PoToken) {
    let (sandbox, token) = (Sandbox::new(), token());
    put(&sandbox, &token);
    (sandbox, token)
}

fn put(sandbox: &Sandbox, token: &PoToken) {
    sandbox.run(&["put", "--video", VIDEO], token.expose()).ends_with(0);
}

fn write(sandbox: &Sandbox, value: &str) {
    fs::write(sandbox.env(), format!("YT_DLP_PO_TOKEN={value}\n")).unwrap();
}

/// What is said of the sink: the code of its problem, what it holds, and the lines about it.
fn told(sandbox: &Sandbox) -> (Value, Value, String) {
    let status = sandbox.run(&["status", "--json"], "").json();
    let sink = &status["sinks"][0];
    let text = sandbox.run(&["status"], "").stdout();
    let place: Vec<_> = text.lines().filter(|line| line.contains(" Place     ")).collect();
    (sink["problem"]["code"].clone(), sink["now"].clone(), place.join("\n"))
}

#[track_caller]
fn expect(sandbox: &Sandbox, code: Option<&str>, holds: &str, said: &str) {
    let (problem, now, lines) = told(sandbox);
    assert_eq!((&problem, &now["holds"]), (&json!(code), &json!(holds)), "{lines}");
    assert!(lines.contains(said), "{lines}");
    assert_eq!(lines.starts_with('✗'), code.is_some(), "{lines}");
}

#[test]
fn a_file_that_somebody_changed_is_told_as_it_is_now() {
    let (sandbox, token) = with_token();
    let lacks = Some("sink-lacks-token");
    expect(&sandbox, None, "newest", "  saved ");
    fs::remove_file(sandbox.env()).unwrap();
    expect(&sandbox, lacks, "gone", "  is gone; saved ");
    fs::write(sandbox.env(), "OTHER=1\n").unwrap();
    expect(&sandbox, lacks, "empty", "  is empty; saved ");
    write(&sandbox, "");
    expect(&sandbox, lacks, "empty", "  is empty; saved ");
    write(&sandbox, "mine");
    expect(&sandbox, lacks, "other", "  holds another value; saved ");
    // Not potbridge's, although it is one.
    write(&sandbox, crate::sandbox::token().expose());
    expect(&sandbox, lacks, "other", "  holds another value");
    write(&sandbox, token.expose());
    expect(&sandbox, None, "newest", "  saved ");
}

#[test]
fn an_older_file_that_somebody_restored_is_told() {
    let (sandbox, old) = (Sandbox::new(), token());
    sandbox.run(&["put", "--video", "jNQXAC9IVRw"], old.expose()).ends_with(0);
    put(&sandbox, &token());
    write(&sandbox, old.expose());
    expect(&sandbox, Some("sink-lacks-token"), "older", "  holds an older token; saved ");
}

#[test]
fn a_refused_token_in_a_file_is_told_also_if_somebody_put_it_back() {
    let (sandbox, refused) = with_token();
    let refuse = ["get", "--video", VIDEO, "--refused"];
    sandbox.run(&refuse, refused.expose()).ends_with(3);
    expect(&sandbox, Some("token-refused"), "refused", "  holds a token that YouTube refused; saved ");
    put(&sandbox, &token());
    expect(&sandbox, None, "newest", "  saved ");
    write(&sandbox, &format!("web+{}", refused.expose()));
    expect(&sandbox, Some("sink-lacks-token"), "refused", "  holds a token that YouTube refused");
}

#[test]
fn a_token_that_has_expired_is_told_with_its_time() {
    let (sandbox, old) = (Sandbox::new(), token());
    let expired = now() - EXPIRES_MS - 60_000;
    let mut browser = sandbox.firefox();
    browser.send(&hello());
    browser.send(&captured("1", &old, VIDEO, expired));
    browser.receive_type("stored");
    browser.close();
    write(&sandbox, old.expose());
    let at = expired + EXPIRES_MS;
    let said = format!("  holds a token that expired at {}", clock::local(at, now()));
    expect(&sandbox, None, "expired", &said);
    let (_, now, _) = told(&sandbox);
    assert_eq!((&now["expires_at"], &now["expires_at_iso"]), (&json!(at), &json!(clock::iso(at))));
    put(&sandbox, &token());
    write(&sandbox, old.expose());
    expect(&sandbox, Some("sink-lacks-token"), "expired", &said);
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_the_reason() {
    let (sandbox, _) = with_token();
    fs::write(sandbox.env(), b"\xff\xfeA\0").unwrap();
    expect(&sandbox, Some("not-text"), "unreadable", "; ");
    fs::remove_file(sandbox.env()).unwrap();
    fs::create_dir(sandbox.env()).unwrap();
    expect(&sandbox, Some("not-a-regular-file"), "unreadable", "is a folder, not a file");
}

#[test]
fn a_place_that_nothing_was_written_to_is_compared_too() {
    let (sandbox, _) = with_token();
    let other = sandbox.path("other.env");
    fs::write(&other, "YT_DLP_PO_TOKEN=mine\n").unwrap();
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {other:?}\n"));
    expect(&sandbox, Some("sink-lacks-token"), "other", "  holds another value");
    let sandbox = Sandbox::new();
    write(&sandbox, "mine");
    expect(&sandbox, None, "other", "  holds another value");
}

#[test]
fn a_value_beside_the_token_counts_too() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video("");
    let token = token();
    put(&sandbox, &token);
    expect(&sandbox, None, "newest", "  saved ");
    fs::write(sandbox.env(), format!("PO={}\nFOR=jNQXAC9IVRw\n", token.expose())).unwrap();
    expect(&sandbox, Some("sink-lacks-token"), "other", "  holds another value");
}

#[test]
fn the_popup_is_told_at_once_that_the_file_is_gone() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser.send(&hello());
    browser.send(&captured("1", &token(), VIDEO, now()));
    browser.receive_type("stored");
    let holds = |browser: &mut crate::sandbox::Browser| {
        browser.send(&json!({"type": "status"}));
        let status = browser.receive_type("status");
        (status["sinks"][0]["now"]["holds"].clone(), status["sinks"][0]["problem"]["code"].clone())
    };
    assert_eq!(holds(&mut browser), (json!("newest"), Value::Null));
    fs::remove_file(sandbox.env()).unwrap();
    assert_eq!(holds(&mut browser), (json!("gone"), json!("sink-lacks-token")));
}

#[cfg(unix)]
#[test]
fn a_server_is_asked_by_the_command_and_not_by_the_host() {
    use potbridge_test_support::RedisServer;
    let (sandbox, mut server) = (Sandbox::new(), RedisServer::new());
    sandbox.configure(&format!("[[sink]]\nkind = \"redis\"\nurl = \"redis://127.0.0.1:{}\"\n", server.port));
    let token = token();
    put(&sandbox, &token);
    let sink = |sandbox: &Sandbox| sandbox.run(&["status", "--json"], "").json()["sinks"][0].clone();
    assert_eq!((&sink(&sandbox)["now"]["holds"], sink(&sandbox).get("problem")), (&json!("newest"), None));
    server.stop();
    let away = sink(&sandbox);
    assert_eq!(
        (&away["now"]["holds"], &away["problem"]["code"]),
        (&json!("unreadable"), &json!("redis-away"))
    );
    server.start();
    let emptied = sink(&sandbox);
    assert_eq!(
        (&emptied["now"]["holds"], &emptied["problem"]["code"]),
        (&json!("empty"), &json!("sink-lacks-token"))
    );
    let mut browser = sandbox.firefox();
    browser.send(&json!({"type": "status"}));
    let status = browser.receive_type("status");
    assert_eq!(status["sinks"][0].get("now"), None);
}
