//! `potbridge put`.

use crate::sandbox::{Sandbox, VIDEO, token};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};
use std::fs;
use std::process::Command;

#[test]
fn put_stores_a_pasted_token_and_writes_it_to_every_sink() {
    let sandbox = Sandbox::new();
    let token = token();
    let ran = sandbox.run(&["put", "--video", VIDEO], &format!("  'web.gvs+{}' # mine\n", token.expose()));
    assert_eq!(
        ran.ends_with(0).stdout(),
        format!(
            "stored {}, a gvs token, of the client web, for {VIDEO}\nwritten to {}\n",
            token.fingerprint(),
            sandbox.env().display()
        )
    );
    assert_eq!(sandbox.env_text(), format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
    assert_eq!(sandbox.run(&["get", "--video", VIDEO], "").ends_with(0).stdout().trim_end(), token.expose());
}

#[test]
fn put_refuses_what_is_no_token_and_changes_nothing() {
    let sandbox = Sandbox::new();
    let token = token();
    let pasted = ["", "your_token_here", "IgisnKyexBvmZg==", &token.expose()[..80]];
    let mut shown: Vec<_> = pasted.iter().map(|pasted| sandbox.transcript(&["put"], pasted)).collect();
    shown.push(sandbox.transcript(&["put", "--json"], ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/put.txt"].raw());
    assert!(!sandbox.env().exists());
    sandbox.run(&["get"], "").ends_with(3);
}

#[test]
fn put_json_tells_what_was_stored_and_what_each_sink_did() {
    let sandbox = Sandbox::new();
    sandbox.configure(&two_sinks(&sandbox));
    let token = token();
    let done = sandbox.run(&["put", "--json", "--video", VIDEO], token.expose()).ends_with(1).json();
    let fields: Vec<_> = done.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["code", "hint", "message", "ok", "sinks", "tokens"]);
    assert_eq!((&done["ok"], &done["code"]), (&json!(false), &json!("folder-missing")));
    assert_eq!(done["tokens"][0]["fingerprint"], json!(token.fingerprint()));
    assert_eq!(done["tokens"][0]["video_id"], json!(VIDEO));
    let outcomes: Vec<_> = done["sinks"].as_array().unwrap().iter().map(|sink| &sink["outcome"]).collect();
    assert_eq!(outcomes, [&json!("failed"), &json!("written")]);
    assert_eq!(done["sinks"][1]["warnings"], json!([]));

    fs::create_dir(sandbox.path("missing")).unwrap();
    let done = sandbox.run(&["put", "--json"], token.expose()).ends_with(0).json();
    assert_eq!((&done["ok"], &done["code"]), (&json!(true), &Value::Null));
}

#[test]
fn each_sink_that_failed_is_an_error_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.configure(&(two_sinks(&sandbox) + "[[sink]]\nkind = \"command\"\ncommand = \"exit 3\"\n"));
    let token = token();
    let shown = sandbox.transcript(&["put"], token.expose()).replace(&token.fingerprint(), "FINGERPRINT");
    assert_data_eq!(shown, file!["snapshots/put-failed-sinks.txt"].raw());
}

#[test]
fn a_file_that_git_tracks_is_refused_as_unsafe() {
    let sandbox = Sandbox::new();
    let git = |arguments: &[&str]| {
        let ran = Command::new("git").arg("-C").arg(sandbox.path("")).args(arguments).output().unwrap();
        assert!(ran.status.success());
    };
    fs::write(sandbox.env(), "PORT=3000\n").unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "--force", ".env"]);
    let token = token();
    let shown = sandbox.transcript(&["put"], token.expose()).replace(&token.fingerprint(), "FINGERPRINT");
    assert_data_eq!(shown, file!["snapshots/put-tracked-by-git.txt"].raw());
    let done = sandbox.run(&["put", "--json"], token.expose()).ends_with(4).json();
    assert_eq!((&done["ok"], &done["code"]), (&json!(false), &json!("tracked-by-git")));
    assert_eq!(sandbox.env_text(), "PORT=3000\n");
}

/// The first sink fails while the folder `missing` does not exist.
fn two_sinks(sandbox: &Sandbox) -> String {
    let sink = |path| format!("[[sink]]\nkind = \"env-file\"\npath = {path:?}\n");
    sink(sandbox.path("missing/.env")) + &sink(sandbox.env())
}
