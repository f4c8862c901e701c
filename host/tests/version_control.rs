//! A `.env` that version control keeps, or may keep.

use crate::sandbox::{Sandbox, token};
use serde_json::json;
use std::fs;
use std::process::Command;

fn git(sandbox: &Sandbox, arguments: &[&str]) {
    let ran = Command::new("git").arg("-C").arg(sandbox.path("")).args(arguments).output().unwrap();
    assert!(ran.status.success());
}

#[test]
fn clear_takes_a_token_out_of_a_file_that_git_tracks_by_now() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.env(), "PORT=3000\n").unwrap();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    git(&sandbox, &["init", "--quiet"]);
    git(&sandbox, &["add", "--force", ".env"]);
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(sandbox.env_text(), "PORT=3000\nYT_DLP_PO_TOKEN=\n");
}

#[test]
fn a_repository_that_cannot_be_read_is_refused_as_unsafe_and_cleared_nonetheless() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.env(), "YT_DLP_PO_TOKEN=Mold\n").unwrap();
    git(&sandbox, &["init", "--quiet"]);
    fs::remove_file(sandbox.path(".git/HEAD")).unwrap();
    let done = sandbox.run(&["put", "--json"], token().expose()).ends_with(4).json();
    assert_eq!((&done["ok"], &done["code"]), (&json!(false), &json!("git-unreadable")));
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=Mold\n");
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
}

#[test]
fn what_is_known_of_another_system_is_told() {
    let sandbox = Sandbox::new();
    for (mark, code) in [(".hg", "ignore-unknown"), (".jj", "not-ignored-by-jj")] {
        fs::create_dir(sandbox.path(mark)).unwrap();
        let done = sandbox.run(&["put", "--json"], token().expose()).ends_with(0).json();
        assert_eq!(done["sinks"][0]["warnings"][0]["code"], json!(code));
        fs::remove_dir(sandbox.path(mark)).unwrap();
    }
}
