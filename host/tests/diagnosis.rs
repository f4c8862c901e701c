//! The message `diagnose`: what `potbridge-setup doctor` says, or what the host knows without it.

use crate::sandbox::{Browser, Sandbox, VIDEO, captured, hello, now, token};
use potbridge_test_support::deadline::wait_until;
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A host in a folder of its own, which is the home folder too, with a doctor that is this script.
fn host(sandbox: &Sandbox, doctor: Option<&str>) -> Browser {
    let program = sandbox.path("bin/potbridge");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    executable::copy(Path::new(env!("CARGO_BIN_EXE_potbridge")), &program);
    if let Some(script) = doctor {
        executable::write(sandbox.path("bin/potbridge-setup"), format!("#!/bin/sh\n{script}\n"));
    }
    let mut command = Command::new(program);
    command.args(["/m/dev.potbridge.host.json", "potbridge@potbridge.dev"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("HOME", sandbox.path("").to_str().unwrap().trim_end_matches('/'));
    command.env("POTBRIDGE_CONFIG", sandbox.path("config.toml"));
    command.env("POTBRIDGE_STATE_DIR", sandbox.path("state"));
    command.env("POTBRIDGE_RUNTIME_DIR", sandbox.path("run"));
    command.env("HTTPS_PROXY", "http://me:hunter2@proxy:1").env("LD_BIND_NOW", "1");
    let mut browser = Browser::new(command);
    browser.ask(&hello());
    browser
}

fn diagnose(browser: &mut Browser) -> Value {
    browser.send(&json!({"type": "diagnose", "id": "d"}));
    let answer = browser.receive_type("diagnosis");
    assert_eq!(answer["id"], json!("d"));
    answer
}

/// What the doctor prints with `--json`.
fn prints(text: &str) -> String {
    let report = json!({"ok": true, "text": text, "rows": [
        {"part": "yt-dlp", "name": "yt-dlp", "state": "ok", "code": null, "message": text, "hint": null},
    ]});
    format!("cat <<'END'\n{report}\nEND")
}

#[test]
fn the_report_is_the_doctors_without_the_home_folder_and_secrets() {
    let sandbox = Sandbox::new();
    let token = token();
    let home = sandbox.path("app");
    let text = format!("{}/.env\nredis://me:hunter2@host/0 {}\n", home.display(), token.expose());
    let answer = diagnose(&mut host(&sandbox, Some(&prints(&text))));
    assert_eq!(answer["text"], json!("~/app/.env\nredis://…@host/0 …\n"));
    assert_eq!(answer["rows"][0]["message"], answer["text"]);
    assert_eq!(answer.get("problem"), None, "{answer}");
}

#[test]
fn the_doctor_gets_its_arguments_a_clean_environment_and_a_process_group_of_its_own() {
    let sandbox = Sandbox::new();
    let (seen, group) = (sandbox.path("seen"), sandbox.path("group"));
    let script = format!(
        "{{ echo \"$@\"; env; }} > '{}'; ps -o pgid= -p $$ | tr -d ' ' > '{}'; echo $$ >> '{}'; exit 1",
        seen.display(),
        group.display(),
        group.display()
    );
    let answer = diagnose(&mut host(&sandbox, Some(&script)));
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.starts_with("doctor --json\n") && seen.contains("\nPOTBRIDGE_CONFIG="), "{seen}");
    assert!(!seen.contains("hunter2") && !seen.contains("LD_BIND_NOW"), "{seen}");
    let group = fs::read_to_string(group).unwrap();
    let (group, process) = group.trim().split_once('\n').unwrap();
    assert_eq!(group, process);
    // It printed no report, and the host says what it knows.
    assert_eq!(answer["problem"]["code"], json!("command-failed"), "{answer}");
    assert!(answer["text"].as_str().unwrap().contains("ended with exit status: 1"), "{answer}");
}

#[test]
fn no_token_waits_for_the_doctor_and_the_end_of_the_connection_ends_it() {
    let sandbox = Sandbox::new();
    let pid = sandbox.path("pid");
    let script = format!("echo $$ > '{0}.new'; mv '{0}.new' '{0}'; exec sleep 600", pid.display());
    let mut browser = host(&sandbox, Some(&script));
    browser.send(&json!({"type": "diagnose", "id": "d"}));
    wait_until("the doctor runs", || pid.exists());
    let token = token();
    let stored = browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!(stored["type"], json!("stored"), "{stored}");
    assert!(sandbox.env_text().contains(token.expose()));
    let process = format!("/proc/{}", fs::read_to_string(pid).unwrap().trim());
    assert!(Path::new(&process).exists());
    assert_eq!(browser.close().0, Some(0));
    wait_until("the doctor has ended", || !Path::new(&process).exists());
}

#[test]
fn without_potbridge_setup_the_host_says_so_and_what_it_knows() {
    let sandbox = Sandbox::new();
    let mut browser = host(&sandbox, None);
    let token = token();
    browser.ask(&captured("1", &token, VIDEO, now()));
    sandbox.configure(
        "[[sink]]\nkind = \"env-file\"\npath = \"~/missing/.env\"\n[[sink]]\nkind = \"redis\"\nurl = \"redis://me:hunter2@localhost:1/0\"\n",
    );
    browser.ask(&json!({"type": "status"}));
    browser.ask(&captured("2", &token, VIDEO, now()));
    let answer = diagnose(&mut browser);
    assert_eq!(answer["problem"]["code"], json!("part-missing"), "{answer}");
    assert_eq!(answer["rows"], json!([]));
    let text = answer["text"].as_str().unwrap();
    for words in [
        "✗ potbridge-setup: ",
        "configuration: ~/config.toml\n",
        "✗ env-file ~/missing/.env: ",
        " (folder-missing)",
        "✓ firefox is connected, version 0.1.0\n",
    ] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    for secret in [token.expose(), "hunter2", VIDEO, sandbox.path("").to_str().unwrap()] {
        assert!(!answer.to_string().contains(secret), "{secret} is in {text}");
    }
}
