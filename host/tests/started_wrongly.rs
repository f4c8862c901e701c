//! Browsers that start the host through a script that forgets their arguments, and people who do not.

use crate::runner::terminal::Terminal;
use crate::sandbox::{Ran, Sandbox, hello};
use potbridge_protocol::frame;
use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID};
use potbridge_test_support::deadline::output;
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The one frame on the standard output.
#[track_caller]
fn frame_of(ran: &Ran) -> Value {
    let mut stdout = &*ran.0.stdout;
    let bytes = frame::read(&mut stdout, 1 << 20).unwrap().unwrap_or_default();
    assert!(stdout.is_empty(), "nothing but the frame: {stdout:?}");
    serde_json::from_slice(&bytes).unwrap()
}

/// What the host says to a browser's first message. The browser leaves its end open.
#[track_caller]
fn says(mut host: Command, first: &[u8]) -> Ran {
    let mut host = host.spawn().unwrap();
    let mut stdin = host.stdin.take().unwrap();
    let (head, rest) = first.split_at(3);
    stdin.write_all(head).unwrap();
    stdin.write_all(rest).unwrap();
    let ran = Ran(output(host));
    drop(stdin);
    ran
}

fn first_message(more: usize) -> Vec<u8> {
    let mut hello = hello();
    hello["version"] = json!("0".repeat(more));
    let text = hello.to_string();
    [&u32::try_from(text.len()).unwrap().to_ne_bytes()[..], text.as_bytes()].concat()
}

#[track_caller]
fn is_told(ran: &Ran) {
    let said = frame_of(ran);
    assert_eq!((&said["type"], &said["code"]), (&json!("error"), &json!("started-wrongly")), "{said}");
    let message = said["message"].as_str().unwrap();
    assert!(message.contains("arguments") && message.contains("program that starts potbridge"), "{message}");
    let hint = said["hint"].as_str().unwrap();
    assert!(hint.contains("script") && hint.contains("\"$@\"") && hint.contains("potbridge'"), "{hint}");
    assert_ne!(ran.0.status.code(), Some(0));
}

#[test]
fn a_browser_is_told_that_its_arguments_are_missing_or_changed() {
    let sandbox = Sandbox::new();
    let origin = format!("chrome-extension://{CHROMIUM_ID}/");
    for arguments in [
        &[][..],
        &["/m/dev.potbridge.host.json"],
        &[FIREFOX_ID],
        &[CHROMIUM_ID],
        &[""],
        &["", "get"],
        &["--parent-window=0"],
        &["--parent-window", "0"],
        &[&format!("'{origin}'")],
        &[&format!("\"{origin}\"")],
        &[&format!("{origin} --parent-window=0")],
        &[&format!("/m/dev.potbridge.host.json {FIREFOX_ID}")],
        &[&format!("strange-extension://{CHROMIUM_ID}/")],
    ] {
        let ran = says(sandbox.potbridge(arguments), &first_message(1));
        is_told(&ran);
        let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
        assert!(log.contains("started-wrongly"), "{log}");
    }
    is_told(&says(sandbox.potbridge(&[]), &first_message(500_000)));
}

#[test]
fn a_script_that_forgets_the_arguments_is_named() {
    let sandbox = Sandbox::new();
    let script = sandbox.path("wrapper");
    for line in
        ["exec \"$POTBRIDGE\"", "\"$POTBRIDGE\"", "exec \"$POTBRIDGE\" $1", "exec \"$POTBRIDGE\" \"$*\""]
    {
        executable::write(&script, format!("#!/bin/sh\n{line}\n"));
        let mut wrapper = Command::new(&script);
        let host = sandbox.potbridge(&[]);
        wrapper.args(["/m/dev.potbridge.host.json", FIREFOX_ID]).env("POTBRIDGE", host.get_program());
        wrapper.envs(host.get_envs().filter_map(|(name, value)| Some((name, value?))));
        wrapper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        is_told(&says(wrapper, &first_message(1)));
    }
}

/// Not only those that know what a frame is.
#[test]
fn everybody_else_gets_the_help_at_once() {
    let sandbox = Sandbox::new();
    let help = |ran: &Ran| {
        assert_eq!(ran.0.status.code(), Some(2));
        assert!(ran.stderr().contains("Usage: potbridge") && ran.stdout().is_empty(), "{}", ran.stderr());
    };
    for text in ["", "get\n", "{\"type\":\"hello\"}", "aaaa{", "\0\0\0\0{}"] {
        help(&sandbox.run(&[], text));
    }
    let began = Instant::now();
    // It says nothing, and stays open.
    let silent = sandbox.potbridge(&[]).stdout(Stdio::piped()).spawn().unwrap();
    let mut silent = silent;
    let stdin = silent.stdin.take();
    help(&Ran(output(silent)));
    assert!(began.elapsed() < Duration::from_secs(10));
    drop(stdin);
    let nothing = sandbox.potbridge(&[]).stdin(Stdio::null()).spawn().unwrap();
    help(&Ran(output(nothing)));
    let frame = sandbox.path("frame");
    fs::write(&frame, first_message(1)).unwrap();
    let file = sandbox.potbridge(&[]).stdin(fs::File::open(frame).unwrap()).spawn().unwrap();
    help(&Ran(output(file)));
}

#[test]
fn a_person_at_a_terminal_gets_the_help() {
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::with_shell(&sandbox);
    terminal.type_line("\"$POTBRIDGE\"; echo ended=$?");
    terminal.shows("Usage: potbridge");
    terminal.shows("ended=2");
}

/// Not even a frame makes a command another one.
#[test]
fn a_command_stays_a_command() {
    let sandbox = Sandbox::new();
    sandbox.run(&["status"], first_message(1)).ends_with(0);
    let ran = sandbox.run(&["fetch"], first_message(1)).ends_with(2);
    assert!(ran.stderr().contains("unrecognized"), "{}", ran.stderr());
}
