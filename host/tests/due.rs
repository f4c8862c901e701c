//! Commands after a change: each is due until it was started.

use crate::deadline::wait_until;
use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use potbridge_test_support::executable;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// A sandbox whose `.env` has a program as its `on_update`, and the file that the program adds a line to.
fn with_update() -> (Sandbox, PathBuf, PathBuf) {
    let sandbox = Sandbox::new();
    let (program, runs) = (sandbox.path("update"), sandbox.path("runs"));
    sandbox.configure(&format!(
        "[[sink]]\nkind = \"env-file\"\npath = {:?}\non_update = [{program:?}]\n",
        sandbox.env()
    ));
    (sandbox, program, runs)
}

/// Puts the program there, whole at once.
fn install(program: &Path, runs: &Path, mode: u32) {
    let new = program.with_extension("new");
    executable::write(&new, format!("#!/bin/sh\necho >> '{}'\n", runs.display()));
    fs::set_permissions(&new, fs::Permissions::from_mode(mode)).unwrap();
    fs::rename(new, program).unwrap();
}

/// Whether the store has the command as one to be started.
fn is_due(sandbox: &Sandbox) -> bool {
    let database = Connection::open(sandbox.path("state/tokens.db")).unwrap();
    database.query_row("SELECT update_due FROM delivery", [], |row| row.get(0)).unwrap()
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).unwrap_or_default().lines().count()
}

fn warnings(sandbox: &Sandbox) -> Value {
    sandbox.run(&["status", "--json"], "").json()["sinks"][0]["last"]["warnings"].clone()
}

#[test]
fn a_command_that_could_not_be_started_is_run_by_the_next_one() {
    for hindrance in ["missing", "not executable"] {
        let (sandbox, program, runs) = with_update();
        if hindrance == "not executable" {
            install(&program, &runs, 0o600);
        }
        let token = token();
        let ran = sandbox.run(&["put", "--json"], token.expose()).ends_with(0).json();
        let warning = &ran["sinks"][0]["warnings"][0];
        assert_eq!(warning["code"], json!("update-failed"));
        assert!(warning["message"].as_str().unwrap().contains("tried again"), "{warning}");
        install(&program, &runs, 0o700);
        // The file is as it should be, so the command alone is left to do.
        let ran = sandbox.run(&["put", "--json"], token.expose()).ends_with(0).json();
        assert_eq!(ran["sinks"][0]["outcome"], json!("unchanged"));
        assert_eq!((lines(&runs), warnings(&sandbox)), (1, json!([])), "{hindrance}");
        sandbox.run(&["put"], token.expose()).ends_with(0);
        assert_eq!(lines(&runs), 1);
    }
}

#[test]
fn a_command_that_could_not_be_started_is_run_by_the_next_connection() {
    let (sandbox, program, runs) = with_update();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    install(&program, &runs, 0o700);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    wait_until("the command has run", || lines(&runs) == 1);
    assert_eq!(browser.delivered("env-file")["warnings"], json!([]));
    assert_eq!(warnings(&sandbox), json!([]));
}

#[test]
fn a_host_tries_again_to_start_a_command_while_its_browser_is_open() {
    let (sandbox, program, runs) = with_update();
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token(), VIDEO, now()));
    assert_eq!(browser.delivered("env-file")["warnings"][0]["code"], json!("update-failed"));
    install(&program, &runs, 0o700);
    // What fails again in between is not told again.
    assert_eq!(browser.delivered("env-file")["warnings"], json!([]));
    assert_eq!(lines(&runs), 1);
}

#[test]
fn a_command_is_run_although_its_host_was_killed_before_it_could() {
    let (sandbox, program, runs) = with_update();
    install(&program, &runs, 0o700);
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token(), VIDEO, now()));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    assert_eq!(lines(&runs), 0, "it is run two seconds after the change");
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    wait_until("the command has run", || lines(&runs) == 1);
}

#[test]
fn a_command_that_was_started_is_not_run_twice_whether_it_fails_or_its_host_is_killed() {
    let (sandbox, program, runs) = with_update();
    let gate = sandbox.path("gate");
    let folder = gate.parent().unwrap().display();
    let waits = format!("while test -d '{folder}' && ! test -e '{}'; do sleep 0.02; done", gate.display());
    executable::write(&program, format!("#!/bin/sh\necho >> '{}'\n{waits}\nexit 3\n", runs.display()));
    let token = token();
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token, VIDEO, now()));
    wait_until("the command runs", || lines(&runs) == 1);
    // A host that is killed before leaves the command due.
    wait_until("its start is noted", || !is_due(&sandbox));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    fs::write(gate, "").unwrap();
    sandbox.run(&["put"], token.expose()).ends_with(0);
    assert_eq!(lines(&runs), 1);
    // A change runs it, and its failure is told once.
    let newer = crate::sandbox::token();
    let ran = sandbox.run(&["put", "--json"], newer.expose()).ends_with(0).json();
    assert!(ran["sinks"][0]["warnings"][0]["message"].as_str().unwrap().contains("exit status: 3"));
    sandbox.run(&["put"], newer.expose()).ends_with(0);
    assert_eq!(lines(&runs), 2);
}
