//! `potbridge sink` and `potbridge config edit`.

use crate::sandbox::{Sandbox, VIDEO, token};
use serde_json::json;
use std::fs;

fn config(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("config.toml")).unwrap()
}

#[test]
fn a_place_is_added_listed_and_removed_and_comments_stay() {
    let sandbox = Sandbox::new();
    let before = format!("# mine\n\n{}\n# Logs.\n[log]\nlevel = \"info\"\n", config(&sandbox));
    sandbox.configure(&before);
    let other = sandbox.path("other.env");
    let add =
        ["sink", "add", "env-file", other.to_str().unwrap(), "--var", "PO={token}", "--on-update", "true"];
    let said = sandbox.run(&add, "").ends_with(0).stdout();
    assert!(said.starts_with("added to ") && said.contains("other.env  PO, then runs `true`\n"), "{said}");
    let table = format!(
        "\n[[sink]]\nkind = \"env-file\"\npath = {other:?}\non_update = \"true\"\n\n[sink.vars]\nPO = \"{{token}}\"\n"
    );
    assert_eq!(config(&sandbox), before.replace("\n# Logs.", &format!("{table}\n# Logs.")));
    let listed = sandbox.run(&["sink", "list", "--json"], "").ends_with(0).json();
    assert_eq!((listed["ok"].clone(), listed["sinks"].as_array().unwrap().len()), (json!(true), 2));
    let second = json!({"kind": "env-file", "place": other, "vars": ["PO"], "on_update": "true"});
    assert_eq!(listed["sinks"][1], second);
    // A second time it is no place of its own.
    let again = sandbox.run(&add, "").ends_with(2).stderr();
    assert!(again.starts_with("error: the place was not added: two sinks write to "), "{again}");
    let removed = sandbox.run(&["sink", "remove", other.to_str().unwrap(), "--json"], "").ends_with(0).json();
    assert_eq!(removed["sink"], second);
    assert_eq!(config(&sandbox), before);
    let none = sandbox.run(&["sink", "remove", "nowhere", "--json"], "").ends_with(2).json();
    assert_eq!((&none["ok"], &none["code"]), (&json!(false), &json!("usage")));
}

#[test]
fn a_file_is_named_by_a_path_from_here() {
    let sandbox = Sandbox::new();
    sandbox.configure("");
    let mut add = sandbox.potbridge(&["sink", "add", "env-file", "here.env"]);
    add.current_dir(sandbox.path(""));
    sandbox.run_command(add, "").ends_with(0);
    let listed = sandbox.run(&["sink", "list"], "").ends_with(0).stdout();
    assert!(
        listed.starts_with("env-file  /") && listed.ends_with("/here.env  YT_DLP_PO_TOKEN\n"),
        "{listed}"
    );
}

#[test]
fn what_would_make_the_configuration_invalid_is_refused_with_the_nearest_key() {
    let sandbox = Sandbox::new();
    let before = config(&sandbox);
    let refused = |arguments: &[&str]| {
        let arguments = [&["sink", "add"], arguments].concat();
        let said = sandbox.run(&arguments, "").ends_with(2).stderr();
        assert_eq!(config(&sandbox), before, "{arguments:?}");
        said
    };
    let said = refused(&["redis", "redis://localhost/0", "--set", "chanel=x"]);
    assert_eq!(said, "error: the place was not added: unknown key `chanel`\nhint: did you mean `channel`?\n");
    assert!(refused(&["env-file"]).contains("error: which file?\n"));
    assert!(refused(&["keyring", "a", "b"]).contains("error: one service is needed, and no more\n"));
    assert!(
        refused(&["env-file", "/x/.env", "--var", "A={tokken}"]).contains("there is no placeholder {tokken}")
    );
    let said = refused(&["redis", "redis://me:s3cr3t@localhost/0"]);
    assert!(said.contains("a password on the command line") && !said.contains("s3cr3t"), "{said}");
}

#[test]
fn a_test_writes_the_newest_token_or_looks_whether_it_could() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["sink", "test"], "").ends_with(0).stdout();
    assert_eq!(said, format!("unchanged: {}\n", sandbox.env().display()));
    let missing = sandbox.path("missing/.env");
    sandbox.run(&["sink", "add", "env-file", missing.to_str().unwrap()], "").ends_with(0);
    let said = sandbox.run(&["sink", "test", missing.to_str().unwrap()], "").ends_with(1).stderr();
    assert!(said.contains("missing is missing\nhint: create it"), "{said}");
    let token = token();
    sandbox.run(&["put", "--video", VIDEO], token.expose()).ends_with(1);
    fs::remove_file(sandbox.env()).unwrap();
    let env = sandbox.env();
    let tested = sandbox.run(&["sink", "test", env.to_str().unwrap(), "--json"], "").ends_with(0).json();
    assert_eq!(tested["sinks"][0]["outcome"], "written");
    assert!(sandbox.env_text().contains(token.expose()) && !tested.to_string().contains(token.expose()));
    assert_eq!(sandbox.run(&["sink", "test", "--json"], "").ends_with(1).json()["code"], "folder-missing");
}

/// Runs `config edit` with an editor that is a script.
#[cfg(unix)]
fn edit(sandbox: &Sandbox, script: &str) -> crate::sandbox::Ran {
    let editor = sandbox.path("editor");
    potbridge_test_support::executable::write(&editor, format!("#!/bin/sh\n{script}\n"));
    let mut command = sandbox.potbridge(&["config", "edit"]);
    // Words for a shell.
    command.env("VISUAL", format!("{} --wait", editor.display())).env("EDITOR", "false");
    sandbox.run_command(command, "")
}

#[cfg(unix)]
#[test]
fn an_edited_configuration_is_taken_if_it_is_valid_and_is_kept_beside_if_not() {
    let sandbox = Sandbox::new();
    let before = config(&sandbox);
    assert!(edit(&sandbox, ":").ends_with(0).stdout().contains("unchanged"));
    edit(&sandbox, "[ \"$1\" = --wait ] && echo '# mine' >> \"$2\"").ends_with(0);
    assert_eq!(config(&sandbox), format!("{before}# mine\n"));
    // An editor may replace the file.
    edit(&sandbox, "cp \"$2\" \"$2.new\"; echo '# too' >> \"$2.new\"; mv \"$2.new\" \"$2\"").ends_with(0);
    let after = format!("{before}# mine\n# too\n");
    assert_eq!(config(&sandbox), after);
    let said = edit(&sandbox, "echo 'paht = 1' > \"$2\"").ends_with(1).stderr();
    assert!(
        said.contains("line 1: unknown key `paht`") && said.contains("hint: your text is kept in "),
        "{said}"
    );
    let kept = said.split("your text is kept in ").nth(1).unwrap().split(", and ").next().unwrap();
    assert_eq!(fs::read_to_string(kept).unwrap(), "paht = 1\n");
    assert_eq!(config(&sandbox), after);
    assert!(edit(&sandbox, "exit 3").ends_with(1).stderr().contains("error: the editor "));
    let left = fs::read_dir(sandbox.path("")).unwrap().filter_map(Result::ok);
    let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with("config-edited-")).count();
    assert_eq!((left, config(&sandbox)), (1, after), "only the refused text is left");
}
