//! Values whose token has expired: kept, or emptied if the configuration says so.

use crate::deadline::wait_until;
use crate::sandbox::{Browser, Sandbox, VIDEO, captured, hello, now, token};
use potbridge_protocol::PoToken;
use potbridge_protocol::lifetime::EXPIRES_MS;
use serde_json::json;
use std::fs;

fn configure(sandbox: &Sandbox, more: &str) {
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n{more}", sandbox.env()));
}

/// A browser that brings a token that expires in so many milliseconds. Gives the time at which it does.
fn bring(browser: &mut Browser, token: &PoToken, in_ms: u64) -> u64 {
    let at = now() + in_ms - EXPIRES_MS;
    browser.send(&captured("1", token, VIDEO, at));
    browser.receive_type("stored");
    at + EXPIRES_MS
}

fn line(token: &PoToken) -> String {
    format!("YT_DLP_PO_TOKEN={}\n", token.expose())
}

/// A sandbox whose `.env` holds a token that has expired while no browser was open.
fn with_an_expired_token(more: &str) -> (Sandbox, PoToken) {
    let sandbox = Sandbox::new();
    configure(&sandbox, more);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let token = token();
    let expires = bring(&mut browser, &token, 1500);
    assert_eq!(sandbox.env_text(), line(&token));
    browser.close();
    assert_eq!(sandbox.env_text(), line(&token));
    wait_until("it has expired", || now() > expires);
    (sandbox, token)
}

#[test]
fn a_host_empties_a_value_when_its_token_expires() {
    let sandbox = Sandbox::new();
    let runs = sandbox.path("runs");
    configure(&sandbox, &format!("on_expire = \"empty\"\non_update = \"echo >> '{}'\"\n", runs.display()));
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let token = token();
    let expires = bring(&mut browser, &token, 2500);
    assert_eq!(sandbox.env_text(), line(&token));
    wait_until("the value is empty", || sandbox.env_text() == "YT_DLP_PO_TOKEN=\n");
    assert!(now() >= expires);
    // Those who read it are told as of any change.
    wait_until("the command has run", || runs.exists());
}

#[test]
fn the_next_host_empties_what_expired_while_no_browser_was_open() {
    let (sandbox, _) = with_an_expired_token("on_expire = \"empty\"\n");
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    assert_eq!(browser.delivered("env-file")["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
}

#[test]
fn a_value_that_somebody_else_put_there_is_not_emptied() {
    let (sandbox, _) = with_an_expired_token("on_expire = \"empty\"\n");
    let theirs = line(&token());
    fs::write(sandbox.env(), &theirs).unwrap();
    for _ in 0..2 {
        let mut browser = sandbox.firefox();
        browser.ask(&hello());
        browser.ask(&json!({"type": "status"}));
        assert_eq!(browser.close().0, Some(0));
        assert_eq!(sandbox.env_text(), theirs);
    }
}

#[test]
fn an_expired_value_stays_unless_the_configuration_says_otherwise() {
    for more in ["", "on_expire = \"keep\"\n"] {
        let (sandbox, token) = with_an_expired_token(more);
        let mut browser = sandbox.firefox();
        browser.ask(&hello());
        browser.ask(&json!({"type": "status"}));
        assert_eq!(browser.close().0, Some(0));
        assert_eq!(sandbox.env_text(), line(&token));
    }
}

#[test]
fn a_program_is_given_empty_values_once_when_the_token_expires() {
    let sandbox = Sandbox::new();
    let got = sandbox.path("got");
    let sink = format!("cat >> '{}'", got.display());
    sandbox.configure(&format!("[[sink]]\nkind = \"command\"\ncommand = {sink:?}\non_expire = \"empty\"\n"));
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let token = token();
    bring(&mut browser, &token, 2500);
    let expected = format!("{{\"YT_DLP_PO_TOKEN\":\"{}\"}}\n{{\"YT_DLP_PO_TOKEN\":\"\"}}\n", token.expose());
    wait_until("the program has run", || fs::read_to_string(&got).is_ok_and(|text| text == expected));
    browser.close();
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.ask(&json!({"type": "status"}));
    browser.close();
    assert!(fs::read_to_string(got).unwrap() == expected);
}

#[test]
fn a_newer_token_is_written_and_not_an_empty_value() {
    let (sandbox, _) = with_an_expired_token("on_expire = \"empty\"\n");
    let newer = token();
    sandbox.run(&["put"], newer.expose()).ends_with(0);
    assert_eq!(sandbox.env_text(), line(&newer));
}

#[test]
fn another_word_is_refused() {
    let sandbox = Sandbox::new();
    configure(&sandbox, "");
    sandbox.run(&["config", "set", "sink.0.on_expire", "empty"], "").ends_with(0);
    assert!(sandbox.run(&["config", "show"], "").stdout().contains("on_expire = \"empty\""));
    let ran = sandbox.run(&["config", "set", "sink.0.on_expire", "delete"], "").ends_with(1);
    assert!(ran.stderr().contains("`keep` or `empty`"), "{}", ran.stderr());
}
