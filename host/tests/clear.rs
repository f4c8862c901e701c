//! `potbridge clear`.

use crate::sandbox::{Sandbox, token};
use serde_json::json;
use std::fs;

#[test]
fn clear_empties_the_store_and_every_sink_and_nothing_else() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.env(), "PORT=3000 # http\n").unwrap();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    let said = sandbox.run(&["clear"], "").ends_with(0).stdout();
    assert_eq!(said, format!("the store is empty\nemptied in {}\n", sandbox.env().display()));
    assert_eq!(sandbox.env_text(), "PORT=3000 # http\nYT_DLP_PO_TOKEN=\n");
    sandbox.run(&["get"], "").ends_with(3);
}

#[test]
fn clear_json_tells_what_each_sink_did() {
    let sandbox = Sandbox::new();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    let done = sandbox.run(&["clear", "--json"], "").ends_with(0).json();
    assert_eq!((&done["ok"], &done["sinks"][0]["outcome"]), (&json!(true), &json!("written")));
    sandbox.configure("");
    let done = sandbox.run(&["clear", "--json"], "").ends_with(0).json();
    assert_eq!(done, json!({"ok": true, "sinks": []}));
}

/// A backup by hard links, for example, has the same file under another name.
#[cfg(unix)]
#[test]
fn clear_overwrites_no_file_that_has_another_name() {
    for plant in [fs::hard_link, std::os::unix::fs::symlink] {
        for name in ["tokens.db.damaged", "tokens.db.damaged-wal", "tokens.db.schema-5"] {
            let sandbox = Sandbox::new();
            fs::write(sandbox.path("other"), "mine").unwrap();
            sandbox.run(&["put"], token().expose()).ends_with(0);
            let planted = sandbox.path("state").join(name);
            plant(sandbox.path("other"), planted.clone()).unwrap();
            sandbox.run(&["clear"], "").ends_with(0);
            assert_eq!(fs::read_to_string(sandbox.path("other")).unwrap(), "mine", "{name}");
            assert!(planted.symlink_metadata().is_err(), "{name}");
        }
    }
}
