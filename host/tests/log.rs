//! The log in the state folder.

use crate::sandbox::{Browser, Sandbox, VIDEO, captured, hello, now, playing, private, token};
use serde_json::json;
use std::fs;

fn log(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap_or_default()
}

/// A browser whose host is asked for this level.
fn browser(sandbox: &Sandbox, level: &str) -> Browser {
    sandbox.firefox_with(|host| {
        host.env("POTBRIDGE_LOG", level);
    })
}

/// A browser that has sent a token, and has closed the connection.
fn capture_once(sandbox: &Sandbox, mut browser: Browser) -> potbridge_protocol::PoToken {
    let token = token();
    assert_eq!(browser.ask(&hello())["type"], json!("hello"));
    browser.send(&captured("1", &token, VIDEO, now()));
    browser.receive_type("stored");
    assert_eq!(browser.close().0, Some(0));
    assert!(sandbox.env_text().contains(token.expose()));
    token
}

#[test]
fn nothing_is_logged_if_all_goes_well() {
    let sandbox = Sandbox::new();
    capture_once(&sandbox, sandbox.firefox());
    assert_eq!(log(&sandbox), "");
}

#[test]
fn the_configuration_can_ask_for_a_full_log_without_secrets() {
    let sandbox = Sandbox::new();
    let sink = format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", sandbox.env());
    sandbox.configure(&format!("{sink}[log]\nlevel = \"debug\"\n"));
    let token = capture_once(&sandbox, sandbox.firefox());
    let log = log(&sandbox);
    assert!(log.contains("from the extension: captured 1"), "no message is logged");
    assert!(log.contains(&token.fingerprint()), "no token is named");
    // No part of the token but its fingerprint.
    let parts = token.expose().as_bytes().windows(8).map(|part| std::str::from_utf8(part).unwrap());
    assert!(parts.into_iter().all(|part| !log.contains(part)), "a part of a token is logged");
}

#[test]
fn nothing_of_what_a_private_window_plays_is_logged() {
    let sandbox = Sandbox::new();
    let mut browser = browser(&sandbox, "debug");
    let token = token();
    browser.ask(&hello());
    browser.ask(&private(captured("1", &token, VIDEO, now())));
    browser.ask(&private(playing("2", "G3iep-t_Rs_pkoUQ", VIDEO, "certain")));
    browser.close();
    let log = log(&sandbox);
    assert!(
        log.contains("captured 1, private") && log.contains("playing 2, private"),
        "no message is logged"
    );
    for secret in [VIDEO, "G3iep-t_Rs_pkoUQ", &token.fingerprint()] {
        assert!(!log.contains(secret), "{secret} is logged");
    }
}

#[test]
fn a_failed_delivery_is_always_logged_with_its_code() {
    let sandbox = Sandbox::new();
    let file = sandbox.path("missing/.env");
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {file:?}\n"));
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.send(&captured("1", &token(), VIDEO, now()));
    browser.receive_type("stored");
    let log = log(&sandbox);
    assert!(log.contains("WARN") && log.contains("folder-missing") && log.contains("missing/.env"), "{log}");
}

#[test]
fn the_environment_asks_for_more_or_less_than_the_configuration() {
    let sandbox = Sandbox::new();
    capture_once(&sandbox, browser(&sandbox, "debug"));
    assert!(log(&sandbox).contains("from the extension: captured 1"), "{}", log(&sandbox));

    let sandbox = Sandbox::new();
    let sink = format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", sandbox.env());
    sandbox.configure(&format!("{sink}[log]\nlevel = \"debug\"\n"));
    capture_once(&sandbox, browser(&sandbox, "off"));
    assert_eq!(log(&sandbox), "");
}

#[test]
fn an_unknown_level_is_named_in_the_log() {
    let sandbox = Sandbox::new();
    let output = sandbox.potbridge(&["status"]).env("POTBRIDGE_LOG", "loud").output().unwrap();
    assert!(output.status.success());
    assert!(log(&sandbox).contains("POTBRIDGE_LOG=loud is no level"), "{}", log(&sandbox));
}

#[test]
fn an_argument_of_a_failed_command_is_not_logged() {
    let sandbox = Sandbox::new();
    sandbox.configure("[[sink]]\nkind = \"command\"\ncommand = [\"false\", \"--password\", \"s3cr3t\"]\n");
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.send(&captured("1", &token(), VIDEO, now()));
    browser.receive_type("stored");
    let report = browser.delivered("command");
    assert_eq!(report["code"], json!("command-failed"));
    let log = log(&sandbox);
    assert!(log.contains("command-failed") && !log.contains("s3cr3t"), "{log}");
}
