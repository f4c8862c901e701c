//! Slow sinks, and commands that run after a change.

use crate::deadline::wait_until;
use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// A sink that runs a text for the shell.
fn command(text: &str) -> String {
    format!("[[sink]]\nkind = \"command\"\ncommand = {text:?}\n")
}

fn env_file(sandbox: &Sandbox, more: &str) -> String {
    format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n{more}\n", sandbox.env())
}

/// A part of a script that waits for a file. It ends if the sandbox is removed.
fn waits_for(gate: &Path) -> String {
    let folder = gate.parent().unwrap().display();
    format!("while test -d '{folder}' && ! test -e '{}'; do sleep 0.02; done", gate.display())
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).unwrap_or_default().lines().count()
}

#[test]
fn a_slow_sink_is_pending_first_and_reports_later() {
    let sandbox = Sandbox::new();
    sandbox.configure(&command(&format!("cat > '{}'", sandbox.path("got").display())));
    let mut browser = sandbox.firefox();
    let token = token();
    let answer = browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!(answer["sinks"][0]["outcome"], json!("pending"));
    let report = browser.delivered("command");
    assert_eq!(report["outcome"], json!("written"));
    let got: Value = serde_json::from_slice(&fs::read(sandbox.path("got")).unwrap()).unwrap();
    assert_eq!(got, json!({"YT_DLP_PO_TOKEN": token.expose()}));
    let status = browser.ask(&json!({"type": "status"}));
    assert_eq!(status["sinks"][0]["last"], report);
}

#[test]
fn a_command_that_hangs_keeps_no_other_sink_waiting() {
    let sandbox = Sandbox::new();
    let pid = sandbox.path("pid");
    let hang = format!("cat >/dev/null; echo $$ > '{}'; exec sleep 600", pid.display());
    sandbox.configure(&(command(&hang) + &env_file(&sandbox, "")));
    let mut browser = sandbox.firefox();
    for id in ["1", "2"] {
        let token = token();
        let answer = browser.ask(&captured(id, &token, VIDEO, now()));
        assert_eq!(answer["sinks"][0]["outcome"], json!("pending"));
        assert_eq!(answer["sinks"][1]["outcome"], json!("written"));
        assert!(sandbox.env_text().contains(token.expose()));
    }
    let began = Instant::now();
    assert_eq!(browser.close().0, Some(0));
    assert!(began.elapsed() < Duration::from_secs(30), "the host outlived its browser");
    let process = format!("/proc/{}", fs::read_to_string(pid).unwrap().trim());
    wait_until("the command has ended", || !Path::new(&process).exists());
}

#[test]
fn a_command_is_run_for_new_values_alone() {
    let sandbox = Sandbox::new();
    sandbox.configure(&command(&format!("cat >> '{}'", sandbox.path("got").display())));
    let mut browser = sandbox.firefox();
    let token = token();
    for (id, outcome) in [("1", "written"), ("2", "unchanged")] {
        browser.ask(&captured(id, &token, VIDEO, now()));
        assert_eq!(browser.delivered("command")["outcome"], json!(outcome));
    }
    assert_eq!(lines(&sandbox.path("got")), 1);
}

#[test]
fn a_command_that_fails_says_why_and_shows_no_token() {
    let sandbox = Sandbox::new();
    sandbox.configure(&command("cat >&2; echo ' no such vault' >&2; cat >&2; exit 7"));
    let mut browser = sandbox.firefox();
    let token = token();
    browser.ask(&captured("1", &token, VIDEO, now()));
    let report = browser.delivered("command");
    assert_eq!((&report["outcome"], &report["code"]), (&json!("failed"), &json!("command-failed")));
    assert!(report["message"].as_str().unwrap().ends_with("exit status: 7; it said: no such vault"));
    let ran = sandbox.run(&["put"], token.expose()).ends_with(1);
    assert!(ran.stderr().contains("no such vault"), "{}", ran.stderr());
    assert!(!(ran.stdout() + &ran.stderr()).contains(&token.expose()[..12]));
}

#[test]
fn an_undelivered_token_is_delivered_by_the_next_connection() {
    let sandbox = Sandbox::new();
    let (open, got) = (sandbox.path("open"), sandbox.path("got"));
    let text = format!("test -e '{}' && cat > '{}'", open.display(), got.display());
    sandbox.configure(&command(&text));
    let token = token();
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!(browser.delivered("command")["outcome"], json!("failed"));
    browser.close();
    fs::write(open, "").unwrap();
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    assert_eq!(browser.delivered("command")["outcome"], json!("written"));
    assert!(fs::read_to_string(got).unwrap().contains(token.expose()));
}

#[test]
fn a_burst_of_changes_runs_the_command_once() {
    let sandbox = Sandbox::new();
    let runs = sandbox.path("runs");
    sandbox.configure(&env_file(&sandbox, &format!("on_update = \"echo >> '{}'\"", runs.display())));
    let mut browser = sandbox.firefox();
    let tokens = [token(), token(), token()];
    for token in &tokens {
        let answer = browser.ask(&captured("1", token, VIDEO, now()));
        assert_eq!(answer["sinks"][0]["outcome"], json!("written"));
    }
    let report = browser.delivered("env-file");
    assert_eq!(report["warnings"], json!([]));
    assert_eq!(lines(&runs), 1);
    let answer = browser.ask(&captured("1", &tokens[2], VIDEO, now()));
    assert_eq!(answer["sinks"][0]["outcome"], json!("unchanged"));
    browser.close();
    assert_eq!(lines(&runs), 1);
}

#[test]
fn a_failed_command_after_a_change_is_a_warning() {
    let sandbox = Sandbox::new();
    sandbox.configure(&env_file(&sandbox, "on_update = [\"/nowhere/docker\", \"compose\", \"up\"]"));
    let token = token();
    let ran = sandbox.run(&["put", "--json"], token.expose()).ends_with(0);
    let sink = &ran.json()["sinks"][0];
    assert_eq!(sink["outcome"], json!("written"));
    assert_eq!(sink["warnings"][0]["code"], json!("update-failed"));
    let message = sink["warnings"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("has the new values, but /nowhere/docker compose up cannot be started"),
        "{message}"
    );
    let hint = sink["warnings"][0]["hint"].as_str().unwrap();
    assert!(hint.contains("whole path"), "{hint}");
    assert!(sandbox.env_text().contains(token.expose()));
}

#[test]
fn a_due_command_runs_although_the_browser_closes() {
    let sandbox = Sandbox::new();
    let (gate, runs) = (sandbox.path("gate"), sandbox.path("runs"));
    let text = format!("{}; echo >> '{}'", waits_for(&gate), runs.display());
    sandbox.configure(&env_file(&sandbox, &format!("on_update = {text:?}")));
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token(), VIDEO, now()));
    assert_eq!(browser.close().0, Some(0));
    assert_eq!(lines(&runs), 0);
    fs::write(gate, "").unwrap();
    wait_until("the command has run", || lines(&runs) == 1);
}

#[test]
fn a_running_command_outlives_the_browser_and_may_print() {
    let sandbox = Sandbox::new();
    let [begun, gate, runs] = ["begun", "gate", "runs"].map(|name| sandbox.path(name));
    let text = format!(
        "echo > '{}'; {}; echo printed; echo printed >&2; echo >> '{}'",
        begun.display(),
        waits_for(&gate),
        runs.display()
    );
    sandbox.configure(&env_file(&sandbox, &format!("on_update = {text:?}")));
    let mut browser = sandbox.firefox();
    browser.ask(&captured("1", &token(), VIDEO, now()));
    wait_until("the command has begun", || begun.exists());
    assert_eq!(browser.close().0, Some(0));
    assert_eq!(lines(&runs), 0);
    fs::write(gate, "").unwrap();
    wait_until("the command has ended", || lines(&runs) == 1);
}

#[test]
fn clear_gives_a_command_empty_values() {
    let sandbox = Sandbox::new();
    let got = sandbox.path("got");
    let text = format!("cat > '{}'", got.display());
    sandbox.configure(&command(&text));
    sandbox.run(&["put"], token().expose()).ends_with(0);
    let ran = sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(ran.stdout(), format!("the store is empty\nemptied in `{text}`\n"));
    assert_eq!(fs::read_to_string(got).unwrap(), "{\"YT_DLP_PO_TOKEN\":\"\"}\n");
}

#[test]
fn slow_sinks_are_written_in_parallel_and_told_in_order() {
    let sandbox = Sandbox::new();
    let (first, second) = (sandbox.path("first"), sandbox.path("second"));
    // Each waits for the other.
    let text = |own: &Path, other: &Path| {
        format!("cat >/dev/null; echo > '{}'; {}", own.display(), waits_for(other))
    };
    sandbox.configure(&(command(&text(&first, &second)) + &command(&text(&second, &first))));
    let ran = sandbox.run(&["put", "--json"], token().expose()).ends_with(0);
    let sinks = ran.json()["sinks"].as_array().unwrap().clone();
    let places: Vec<_> = sinks.iter().map(|sink| sink["place"].as_str().unwrap().to_owned()).collect();
    assert_eq!(places, [text(&first, &second), text(&second, &first)]);
    assert!(sinks.iter().all(|sink| sink["outcome"] == json!("written")));
}
