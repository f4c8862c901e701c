//! `potbridge status`.

use crate::sandbox::{Sandbox, VIDEO, token};
use potbridge_system::clock;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};

#[cfg(unix)]
#[test]
fn status_of_a_new_installation() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_yt_dlp("echo 2999.01.01");
    let shown = [&["status"][..], &["status", "--json"]].map(|arguments| sandbox.transcript(arguments, ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/status-new.txt"].raw());
}

#[test]
fn status_tells_what_is_wrong_with_the_configuration() {
    let sandbox = Sandbox::new();
    sandbox.configure("[store]\nwings = 2\n");
    let unknown = sandbox.transcript(&["status"], "");
    sandbox.configure("sink = 3\n");
    let shown = [unknown, sandbox.transcript(&["status"], ""), sandbox.transcript(&["status", "--json"], "")];
    assert_data_eq!(shown.join("\n"), file!["snapshots/status-problems.txt"].raw());
}

#[test]
fn status_shows_each_token_and_sink_without_the_secret() {
    let sandbox = Sandbox::new();
    let token = token();
    sandbox.run(&["put", "--video", VIDEO], token.expose()).ends_with(0);
    let status = sandbox.run(&["status", "--json"], "").ends_with(0).json();
    let info = &status["tokens"][0];
    let [captured_at, fresh_until, expires_at] =
        ["captured_at", "fresh_until", "expires_at"].map(|key| info[key].as_u64().unwrap());
    assert_eq!(
        (&info["fingerprint"], &info["video_id"], &info["certainty"]),
        (&json!(token.fingerprint()), &json!(VIDEO), &json!("guess"))
    );
    assert_eq!(info["expires_at_iso"], json!(clock::iso(expires_at)));
    assert_eq!(status["sinks"][0]["last"]["outcome"], json!("written"));
    assert_eq!(
        (&status["ok"], &status["connected"], &status["problems"]),
        (&json!(true), &json!([]), &json!([]))
    );
    assert!(!status.to_string().contains(token.expose()));

    let said = sandbox.run(&["status"], "").ends_with(0).stdout();
    let until = |ms| clock::local(ms, captured_at);
    let token_line = format!(
        "● Tokens    1 fresh · newest {} perhaps for {VIDEO} (media), pasted just now, until {}",
        token.fingerprint(),
        until(fresh_until)
    );
    assert!(said.lines().any(|line| line == token_line), "{said}");
    let written_at = |status: &Value| status["sinks"][0]["last"]["at"].as_u64().unwrap();
    let sink_line = format!("● Place     {}  saved {}", sandbox.env().display(), until(written_at(&status)));
    assert!(said.lines().any(|line| line == sink_line), "{said}");
    assert!(!said.contains(token.expose()));
}
