//! What somebody did with a sink while the browser was closed: the newest token is put back.

use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use potbridge_protocol::PoToken;
use potbridge_test_support::{PrivateBus, RedisServer};
use serde_json::json;
use std::fs;

fn line(token: &PoToken) -> String {
    format!("YT_DLP_PO_TOKEN={}\n", token.expose())
}

/// A browser says hello, and the `.env` is written without another token.
#[track_caller]
fn hello_puts_back(sandbox: &Sandbox, expected: &str) {
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    assert_eq!(browser.delivered("env-file")["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), expected);
    assert_eq!(browser.close().0, Some(0));
}

#[test]
fn a_removed_file_is_written_again() {
    let sandbox = Sandbox::new();
    let token = token();
    sandbox.run(&["put"], token.expose()).ends_with(0);
    fs::remove_file(sandbox.env()).unwrap();
    hello_puts_back(&sandbox, &line(&token));
}

#[test]
fn a_file_that_was_restored_or_emptied_gets_the_newest_token() {
    let sandbox = Sandbox::new();
    let (older, newer) = (token(), token());
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &older, VIDEO, now() - 1000));
    let backup = sandbox.env_text() + "PORT=80\n";
    browser.ask(&captured("2", &newer, VIDEO, now()));
    browser.close();
    for text in [backup.as_str(), "YT_DLP_PO_TOKEN=\nPORT=80\n", "PORT=80\n"] {
        fs::write(sandbox.env(), text).unwrap();
        let mut browser = sandbox.firefox();
        browser.ask(&hello());
        assert_eq!(browser.delivered("env-file")["outcome"], json!("written"), "{text}");
        browser.close();
        let found = sandbox.env_text();
        assert!(found.contains(&line(&newer)) && found.contains("PORT=80\n"), "{text}");
        assert!(!found.contains(older.expose()));
    }
}

#[test]
fn what_clear_removed_does_not_come_back() {
    let sandbox = Sandbox::new();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    sandbox.run(&["clear"], "").ends_with(0);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let status = browser.ask(&json!({"type": "status"}));
    assert_eq!(status["tokens"], json!([]));
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
    fs::remove_file(sandbox.env()).unwrap();
    assert_eq!(browser.close().0, Some(0));
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.ask(&json!({"type": "status"}));
    assert!(!sandbox.env().exists());
}

#[test]
fn a_key_that_was_deleted_from_redis_is_set_again() {
    let server = RedisServer::new();
    let sandbox = Sandbox::new();
    sandbox.configure(&format!("[[sink]]\nkind = \"redis\"\nurl = \"{}\"\n", server.url()));
    let token = token();
    sandbox.run(&["put"], token.expose()).ends_with(0);
    for change in [&["DEL", "potbridge:YT_DLP_PO_TOKEN"][..], &["SET", "potbridge:YT_DLP_PO_TOKEN", "old"]] {
        server.ask::<()>(change);
        let mut browser = sandbox.firefox();
        browser.ask(&hello());
        assert_eq!(browser.delivered("redis")["outcome"], json!("written"), "{change:?}");
        let value: String = server.ask(&["GET", "potbridge:YT_DLP_PO_TOKEN"]);
        assert!(value == token.expose());
        browser.close();
    }
}

/// The host, with the session bus of a keyring.
fn on_bus(bus: &PrivateBus) -> impl Fn(&mut std::process::Command) + '_ {
    move |command| {
        for (name, value) in bus.command("potbridge").get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }
}

#[test]
fn an_entry_that_was_removed_from_the_keyring_is_written_again_and_nobody_is_asked_to_unlock_it() {
    let mut bus = PrivateBus::new();
    let sandbox = Sandbox::new();
    sandbox.configure("[[sink]]\nkind = \"keyring\"\n");
    let token = token();
    let mut browser = sandbox.firefox_with(on_bus(&bus));
    browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!(browser.delivered("keyring")["outcome"], json!("written"));
    browser.close();
    bus.secret_tool(&["clear", "service", "potbridge", "username", "YT_DLP_PO_TOKEN"], "");
    assert_eq!(bus.looked_up("YT_DLP_PO_TOKEN"), None);
    let mut browser = sandbox.firefox_with(on_bus(&bus));
    browser.ask(&hello());
    assert_eq!(browser.delivered("keyring")["outcome"], json!("written"));
    assert!(bus.looked_up("YT_DLP_PO_TOKEN").as_deref() == Some(token.expose()));
    browser.close();

    let status = || sandbox.run(&["status", "--json"], "").json()["sinks"][0]["last"].clone();
    let before = status();
    bus.lock_with_prompter(true);
    let mut browser = sandbox.firefox_with(on_bus(&bus));
    browser.ask(&hello());
    let answer = browser.ask(&json!({"type": "status"}));
    assert_eq!(answer["type"], json!("status"));
    assert_eq!(browser.close().0, Some(0));
    assert_eq!(status(), before, "it was left alone");
}
