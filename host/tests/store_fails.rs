//! A store that takes nothing more: each sink is written all the same, and its command is run.

use crate::deadline::wait_until;
use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use potbridge_test_support::namespace::{may_mount, read_only, small_disk};
use serde_json::json;
use std::fs;

/// Two files, and a command after a change of the second.
fn with_two_sinks() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!(
        "[[sink]]\nkind = \"env-file\"\npath = {:?}\n[[sink]]\nkind = \"env-file\"\npath = {:?}\non_update = \"echo >> '{}'\"\n",
        sandbox.env(),
        sandbox.path("other.env"),
        sandbox.path("runs").display(),
    ));
    fs::create_dir(sandbox.path("state")).unwrap();
    sandbox
}

/// A browser brings a token: both files have it, and the command runs.
#[track_caller]
fn both_are_written(sandbox: &Sandbox) {
    let runs = sandbox.path("runs");
    let _ = fs::remove_file(&runs);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let token = token();
    browser.send(&captured("1", &token, VIDEO, now()));
    let answer = loop {
        let message = browser.receive();
        if message["type"] != json!("delivered") {
            break message;
        }
    };
    assert_eq!(answer["type"], json!("stored"), "{answer}");
    let outcomes = [&answer["sinks"][0]["outcome"], &answer["sinks"][1]["outcome"]];
    assert_eq!(outcomes, [&json!("written"); 2], "{answer}");
    let line = format!("YT_DLP_PO_TOKEN={}\n", token.expose());
    assert_eq!(sandbox.env_text(), line);
    assert_eq!(fs::read_to_string(sandbox.path("other.env")).unwrap(), line);
    wait_until("the command has run", || runs.exists());
    assert_eq!(browser.close().0, Some(0));
}

#[test]
fn a_full_disk_of_the_state_keeps_no_sink_waiting() {
    if !may_mount(module_path!(), "a_full_disk_of_the_state_keeps_no_sink_waiting") {
        return;
    }
    let sandbox = with_two_sinks();
    let state = sandbox.path("state");
    small_disk("256k", &state);
    let fill = || {
        let mut file = fs::File::options().append(true).create(true).open(state.join("full")).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 512]).is_ok() {}
    };
    both_are_written(&sandbox);
    fill();
    both_are_written(&sandbox);
}

#[test]
fn a_read_only_state_keeps_no_sink_waiting() {
    if !may_mount(module_path!(), "a_read_only_state_keeps_no_sink_waiting") {
        return;
    }
    let sandbox = with_two_sinks();
    both_are_written(&sandbox);
    read_only(&sandbox.path("state"));
    both_are_written(&sandbox);
}
