//! The message `test-sink`: a browser has one place tried.

use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use serde_json::{Value, json};
use std::fs;

fn test(id: &str, kind: &str, place: &str) -> Value {
    json!({"type": "test-sink", "id": id, "kind": kind, "place": place})
}

#[test]
fn a_place_that_status_lists_gets_the_newest_token_and_others_are_left_alone() {
    let sandbox = Sandbox::new();
    let other = sandbox.path("other.env");
    let text = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    sandbox.configure(&format!("{text}[[sink]]\nkind = \"env-file\"\npath = {other:?}\n"));
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let token = token();
    browser.ask(&captured("1", &token, VIDEO, now()));
    for file in [&sandbox.env(), &other] {
        fs::write(file, "MINE=1\n").unwrap();
    }
    let status = browser.ask(&json!({"type": "status"}));
    let listed = &status["sinks"][0];
    let answer = browser.ask(&test("t", listed["kind"].as_str().unwrap(), listed["place"].as_str().unwrap()));
    assert_eq!((&answer["type"], &answer["id"]), (&json!("sink-tested"), &json!("t")), "{answer}");
    assert_eq!(answer["sink"]["outcome"], json!("written"));
    assert!(sandbox.env_text().contains(token.expose()) && sandbox.env_text().starts_with("MINE=1\n"));
    assert_eq!(fs::read_to_string(other).unwrap(), "MINE=1\n");
    assert!(!answer.to_string().contains(token.expose()));
}

#[test]
fn a_place_that_is_not_in_the_configuration_is_neither_tried_nor_made() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.ask(&captured("1", &token(), VIDEO, now()));
    let theirs = sandbox.path("theirs.env");
    let path = theirs.to_str().unwrap();
    let around = format!("{}/../{}", sandbox.path("").display(), sandbox.env().display());
    let command = format!("touch {path}");
    let own = sandbox.env();
    for (kind, place) in [
        ("env-file", path),
        ("env-file", around.as_str()),
        ("env-file", ".env"),
        ("env-file", ""),
        ("command", command.as_str()),
        // A kind alone means no place, as it does on the command line.
        ("env-file", "env-file"),
        ("redis", own.to_str().unwrap()),
    ] {
        let answer = browser.ask(&test("t", kind, place));
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("t")), "{answer}");
        assert_eq!(answer["code"], json!("sink-unknown"), "{place}");
    }
    assert!(!theirs.exists());
}

#[test]
fn without_a_token_a_place_is_looked_at() {
    let sandbox = Sandbox::new();
    let file = sandbox.path("missing/.env");
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {file:?}\n"));
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let place = file.to_str().unwrap();
    let answer = browser.ask(&test("1", "env-file", place));
    assert_eq!(answer["sink"]["outcome"], json!("failed"), "{answer}");
    assert_eq!(answer["sink"]["code"], json!("folder-missing"));
    fs::create_dir(file.parent().unwrap()).unwrap();
    let answer = browser.ask(&test("2", "env-file", place));
    assert_eq!(answer["sink"]["outcome"], json!("unchanged"), "{answer}");
    assert!(!file.exists());
}

#[cfg(unix)]
#[test]
fn a_slow_place_keeps_no_token_waiting_and_too_many_tests_are_refused() {
    let sandbox = Sandbox::new();
    let gate = sandbox.path("gate");
    let command = format!("cat >/dev/null; until test -e '{}'; do sleep 0.02; done", gate.display());
    let text = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    sandbox.configure(&format!("{text}[[sink]]\nkind = \"command\"\ncommand = {command:?}\n"));
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    sandbox.run(&["clear"], "");
    browser.ask(&captured("1", &token(), VIDEO, now()));
    // Beyond four, none is begun.
    for id in ["a", "b", "c", "d", "e"] {
        browser.send(&test(id, "command", &command));
    }
    let refused = browser.receive();
    assert_eq!((&refused["id"], &refused["code"]), (&json!("e"), &json!("busy")), "{refused}");
    let token = token();
    let stored = browser.ask(&captured("2", &token, VIDEO, now()));
    assert_eq!((&stored["type"], &stored["id"]), (&json!("stored"), &json!("2")));
    assert!(sandbox.env_text().contains(token.expose()));
    fs::write(gate, "").unwrap();
    for _ in 0..4 {
        assert_eq!(browser.receive_type("sink-tested")["sink"]["kind"], json!("command"));
    }
}
