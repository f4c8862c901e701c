//! `potbridge clear`.

use crate::sandbox::{Sandbox, hello, token};
#[cfg(target_os = "linux")]
use potbridge_test_support::namespace::{may_mount, small_disk};
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

#[test]
fn clear_removes_the_store_of_a_newer_potbridge_too() {
    let sandbox = Sandbox::new();
    let (newers, own) = (token(), token());
    sandbox.run(&["put"], newers.expose()).ends_with(0);
    let database = sandbox.path("state/tokens.db");
    rusqlite::Connection::open(&database).unwrap().pragma_update(None, "user_version", 9999).unwrap();
    sandbox.run(&["put"], own.expose()).ends_with(0);
    sandbox.run(&["clear"], "").ends_with(0);
    for file in fs::read_dir(sandbox.path("state")).unwrap().map(|entry| entry.unwrap().path()) {
        let bytes = if file.is_file() { fs::read(&file).unwrap() } else { Vec::new() };
        for token in [&newers, &own] {
            let token = token.expose().as_bytes();
            assert!(!bytes.windows(token.len()).any(|window| window == token), "{}", file.display());
        }
    }
    sandbox.run(&["get"], "").ends_with(3);
}

/// `status` says that it is in the way.
#[test]
fn a_folder_in_place_of_the_store_holds_no_token() {
    for name in ["tokens.db", "tokens.db-wal"] {
        let sandbox = Sandbox::new();
        sandbox.run(&["put"], token().expose()).ends_with(0);
        let _ = fs::remove_file(sandbox.path("state").join(name));
        fs::create_dir(sandbox.path("state").join(name)).unwrap();
        sandbox.run(&["clear"], "").ends_with(0);
        assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n", "{name}");
    }
}

/// What is valid of it is emptied, and the mistake is told.
#[test]
fn clear_goes_as_far_as_the_configuration_is_valid() {
    for mistake in ["frob = 1\n", "[[sink]]\nkind = \"env-flie\"\npath = \"/x\"\n", "[serve]\nport = \"x\"\n"]
    {
        for json in [false, true] {
            let sandbox = Sandbox::new();
            sandbox.run(&["put"], token().expose()).ends_with(0);
            let valid = fs::read_to_string(sandbox.path("config.toml")).unwrap();
            let both =
                if mistake.starts_with('[') { valid.clone() + mistake } else { mistake.to_owned() + &valid };
            sandbox.configure(&both);
            if json {
                let said = sandbox.run(&["clear", "--json"], "").ends_with(1).json();
                assert_eq!((&said["ok"], &said["code"]), (&json!(false), &json!("config-invalid")), "{said}");
            } else {
                let ran = sandbox.run(&["clear"], "").ends_with(1);
                assert!(ran.stdout().contains("the store is empty"), "{}", ran.stdout());
                assert!(ran.stderr().contains("config.toml"), "{}", ran.stderr());
            }
            assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n", "{mistake}");
            sandbox.configure(&valid);
            sandbox.run(&["get"], "").ends_with(3);
        }
    }
    // Nothing is known of the sinks, and the store is at its default place.
    let sandbox = Sandbox::new();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    sandbox.configure("[[sink");
    sandbox.run(&["clear"], "").ends_with(1);
    sandbox.configure("");
    sandbox.run(&["get"], "").ends_with(3);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_no_token() {
    if !may_mount(module_path!(), "a_full_disk_keeps_no_token") {
        return;
    }
    // The disk of the file alone, and that of the journal too.
    for all in [false, true] {
        let sandbox = Sandbox::new();
        let (project, state) = (sandbox.path("project"), sandbox.path("state"));
        let env = project.join(".env");
        sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {env:?}\n"));
        for folder in [&project, &state] {
            fs::create_dir_all(folder).unwrap();
            small_disk("512k", folder);
        }
        fs::write(&env, "PORT=3000\n").unwrap();
        sandbox.run(&["put"], token().expose()).ends_with(0);
        for folder in [&project, &state].into_iter().take(if all { 2 } else { 1 }) {
            let mut file = fs::File::create(folder.join("filler")).unwrap();
            while std::io::Write::write_all(&mut file, &[0; 512]).is_ok() {}
        }
        let said = sandbox.run(&["clear"], "").ends_with(0).stdout();
        assert_eq!(said, format!("the store is empty\nemptied in {}\n", env.display()));
        assert_eq!(fs::read_to_string(&env).unwrap(), "PORT=3000\nYT_DLP_PO_TOKEN=\n");
        let is_journal = |name: &std::ffi::OsStr| name.to_string_lossy().contains("journal-");
        for folder in [&project, &state] {
            let names = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().file_name());
            assert_eq!(names.filter(|name| is_journal(name)).count(), 0, "{}", folder.display());
        }
    }
}

/// A sandbox whose `.env` could not be emptied by `clear`, and can be now.
fn with_a_cleared_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    let aside = sandbox.path("aside");
    fs::rename(sandbox.env(), &aside).unwrap();
    fs::create_dir(sandbox.env()).unwrap();
    sandbox.run(&["clear"], "").ends_with(1);
    fs::remove_dir(sandbox.env()).unwrap();
    fs::rename(aside, sandbox.env()).unwrap();
    sandbox
}

#[test]
fn what_could_not_be_emptied_is_emptied_by_the_next_host() {
    let sandbox = with_a_cleared_token();
    let status = sandbox.run(&["status", "--json"], "").json();
    assert_eq!(status["sinks"][0]["now"], json!({"holds": "cleared"}), "{status}");
    let said = sandbox.run(&["status"], "").stdout();
    assert!(said.contains("still holds a token that was cleared"), "{said}");
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    assert_eq!(browser.delivered("env-file")["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
    assert_eq!(browser.close().0, Some(0));
    let status = sandbox.run(&["status", "--json"], "").json();
    assert_eq!(status["sinks"][0]["now"], json!({"holds": "empty"}), "{status}");
}

#[test]
fn what_could_not_be_emptied_is_emptied_by_clear_and_overwritten_by_put() {
    let sandbox = with_a_cleared_token();
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(sandbox.env_text(), "YT_DLP_PO_TOKEN=\n");
    let sandbox = with_a_cleared_token();
    let newer = token();
    sandbox.run(&["put"], newer.expose()).ends_with(0);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    assert_eq!(browser.close().0, Some(0));
    assert_eq!(sandbox.env_text(), format!("YT_DLP_PO_TOKEN={}\n", newer.expose()));
}

#[test]
fn what_somebody_else_wrote_since_is_not_emptied() {
    let sandbox = with_a_cleared_token();
    let theirs = format!("YT_DLP_PO_TOKEN={}\n", token().expose());
    fs::write(sandbox.env(), &theirs).unwrap();
    for _ in 0..2 {
        let mut browser = sandbox.firefox();
        browser.ask(&hello());
        assert_eq!(browser.close().0, Some(0));
        assert_eq!(sandbox.env_text(), theirs);
    }
}
