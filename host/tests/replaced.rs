//! A host whose program is replaced ends itself, so that the extension starts the new one.

use crate::deadline::{output, wait_until};
use crate::sandbox::on_demand::TOKEN_REQUEST;
use crate::sandbox::{Browser, Ran, Sandbox, VIDEO, captured, hello, media, now, token};
use potbridge_test_support::executable;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longer than the host's interval between two looks at its program.
const LONGER_THAN_INTERVAL: Duration = Duration::from_millis(3500);

fn program(sandbox: &Sandbox, name: &str) -> PathBuf {
    let path = sandbox.path(name);
    executable::copy(env!("CARGO_BIN_EXE_potbridge"), &path);
    path
}

/// A connection to a copy of the program that has looked at its file.
fn connected(sandbox: &Sandbox, program: &Path) -> Browser {
    let mut browser = sandbox.firefox_with_program(program);
    browser.ask(&hello());
    browser
}

#[test]
fn a_host_whose_program_was_replaced_ends_itself() {
    let sandbox = Sandbox::new();
    let old = program(&sandbox, "potbridge");
    let mut browser = connected(&sandbox, &old);
    let token = token();
    browser.ask(&captured("1", &token, VIDEO, now()));
    fs::rename(program(&sandbox, "new"), &old).unwrap();
    wait_until("the host ends", || browser.has_ended());
    assert!(browser.host.wait().unwrap().success());
    assert!(sandbox.env_text().contains(token.expose()));
    assert_eq!(connected(&sandbox, &old).close().0, Some(0), "the new one starts");
}

#[test]
fn a_host_whose_program_was_removed_ends_itself() {
    let sandbox = Sandbox::new();
    let old = program(&sandbox, "potbridge");
    let mut browser = connected(&sandbox, &old);
    fs::remove_file(&old).unwrap();
    wait_until("the host ends", || browser.has_ended());
    assert!(browser.host.wait().unwrap().success());
}

#[test]
fn a_host_whose_program_stays_stays() {
    let sandbox = Sandbox::new();
    let mut browser = connected(&sandbox, &program(&sandbox, "potbridge"));
    program(&sandbox, "another");
    std::thread::sleep(LONGER_THAN_INTERVAL);
    assert!(!browser.has_ended() && !browser.has_ended());
}

#[test]
fn what_is_under_way_is_finished_first() {
    let sandbox = Sandbox::new();
    let old = program(&sandbox, "potbridge");
    let mut browser = connected(&sandbox, &old);
    browser.send(&json!({"type": "accept-token-requests", "accept": true}));
    browser.ask(&captured("0", &token(), "aaaaaaaaaaa", now() - 60_000));
    let get = sandbox.potbridge(&["get", "--video", VIDEO, "--wait", "60"]).spawn().unwrap();
    browser.receive_type(TOKEN_REQUEST);
    fs::rename(program(&sandbox, "new"), &old).unwrap();
    std::thread::sleep(LONGER_THAN_INTERVAL);
    assert!(!browser.has_ended() && !browser.has_ended(), "a request waits for its token");

    let (wanted, unnamed) = (token(), token());
    browser.ask(&media("1", &unnamed, "G3iep-t_Rs_pkoUQ", now()));
    browser.ask(&captured("2", &wanted, VIDEO, now() - 5000));
    assert!(!sandbox.env_text().contains(unnamed.expose()), "a token waits for its video");
    let ran = Ran(output(get)).ends_with(0);
    assert!(ran.stdout().trim() == wanted.expose());
    browser.receive_type("delivered");
    assert!(sandbox.env_text().contains(unnamed.expose()));
    wait_until("the host ends", || browser.has_ended());
}
