//! Wrong command lines: the error is compared whole, for people and for programs.

use crate::sandbox::{Sandbox, VIDEO};
use snapbox::{assert_data_eq, file};

#[test]
fn wrong_arguments_are_an_error_with_a_hint() {
    let sandbox = Sandbox::new();
    let shown = [
        &[][..],
        &["fetch"],
        &["get", "--video", "--exec=sh"],
        &["get", "--video", "https://example.com/watch?v=dQw4w9WgXcQ"],
        &["get", "--wait", "5"],
        &["get", "--video", VIDEO, "--wait", "0"],
        &["get", "--format", "yaml"],
        &["get", "--bypass-cach"],
        &["put", "--context", "media"],
        &["put", "--client", ""],
        &["run"],
        &["run", "echo", "ran"],
        &["run", "--var", "A={tokken}", "--", "echo", "ran"],
        &["run", "--var", "A B={token}", "--", "echo", "ran"],
        &["run", "--var", "A", "--", "echo", "ran"],
        &["download"],
        &["download", VIDEO, "--preset", "8k"],
        &["serve", "--listen", "everywhere"],
        &["serve", "--report-version", "latest"],
        &["serve", "--json"],
        &["config"],
        &["config", "set", "store.path"],
    ]
    .map(|arguments| sandbox.transcript(arguments, ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/wrong-arguments.txt"].raw());
}

#[test]
fn wrong_arguments_are_an_object_if_json_is_asked_for() {
    let sandbox = Sandbox::new();
    let shown = [
        &["get", "--json", "--video", "x"][..],
        &["get", "--format", "json", "--context", "media"],
        &["get", "--format=json", "--wait", "5"],
        &["put", "--json", "--context", "media"],
        &["status", "--json", "--verbose"],
        &["clear", "--json", "now"],
        &["download", "--json"],
        &["serve", "--json", "--listen", "everywhere"],
        &["config", "--json", "get"],
        &["config", "--json"],
        &["browser", "status", "--json", "now"],
        // What follows `--` is another program's.
        &["run", "--grace", "x", "--", "jq", "--json"],
    ]
    .map(|arguments| sandbox.transcript(arguments, ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/wrong-arguments-json.txt"].raw());
}
