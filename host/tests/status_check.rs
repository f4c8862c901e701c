//! `potbridge status --check`, for cron and health checks; and what `status` tells although a part of it fails.

use crate::sandbox::{Ran, Sandbox, VIDEO, captured, hello, media, now, private, token};
use potbridge_protocol::lifetime::FRESH_MS;
use serde_json::{Value, json};
use std::fs;

fn with_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["put", "--video", VIDEO], token().expose()).ends_with(0);
    sandbox
}

fn check(sandbox: &Sandbox) -> Ran {
    sandbox.run(&["status", "--check"], "")
}

/// What `status` prints, without how old yt-dlp is: a check asks no other program.
fn shown(sandbox: &Sandbox) -> String {
    let stdout = sandbox.run(&["status"], "").stdout();
    stdout.lines().filter(|line| !line.contains(" yt-dlp    ")).map(|line| format!("{line}\n")).collect()
}

/// A check ends with this code and names this fault, also as JSON. Standard output is that of `status`.
#[track_caller]
fn ends_with(sandbox: &Sandbox, exit: i32, code: &str, said: &str) {
    let ran = check(sandbox).ends_with(exit);
    assert!(ran.stderr().starts_with("error: ") && ran.stderr().contains(said), "{}", ran.stderr());
    assert_eq!(ran.stdout(), shown(sandbox));
    let json = sandbox.run(&["status", "--check", "--json"], "").ends_with(exit);
    assert_eq!(json.stderr(), "");
    let json = json.json();
    assert_eq!((&json["ok"], &json["code"]), (&json!(false), &json!(code)), "{json}");
    assert!(json["sinks"].is_array() && json["tokens"].is_array() && json["message"].is_string(), "{json}");
}

#[test]
fn all_is_well_if_each_place_has_the_newest_token() {
    let sandbox = with_token();
    let ran = check(&sandbox).ends_with(0);
    assert_eq!((ran.stdout(), ran.stderr()), (shown(&sandbox), String::new()));
    sandbox.run(&["status"], "").ends_with(0);
    let json = sandbox.run(&["status", "--check", "--json"], "").ends_with(0).json();
    assert_eq!(json, sandbox.run(&["status", "--json"], "").ends_with(0).json());
    assert_eq!((&json["ok"], &json["unknown"]), (&json!(true), &json!([])));
}

#[test]
fn without_a_fresh_token_it_ends_with_3() {
    let sandbox = Sandbox::new();
    ends_with(&sandbox, 3, "no-token", "there is no fresh token\nhint: ");
    let mut browser = sandbox.firefox();
    browser.send(&hello());
    browser.send(&captured("1", &token(), VIDEO, now() - FRESH_MS - 60_000));
    browser.receive_type("stored");
    ends_with(&sandbox, 3, "no-token", "there is no fresh token");
    // Nobody is given one of a private window.
    browser.send(&private(captured("2", &token(), VIDEO, now())));
    browser.receive_type("stored");
    ends_with(&sandbox, 3, "no-token", "there is no fresh token");
    browser.close();
}

#[test]
fn an_invalid_configuration_is_a_fault_and_hides_nothing_that_is_known() {
    let sandbox = with_token();
    let sink = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    sandbox.configure(&format!("frob = 1\n{sink}"));
    ends_with(&sandbox, 1, "config-invalid", "unknown key `frob`");
    let said = sandbox.run(&["status"], "").ends_with(1).stdout();
    assert!(said.contains("for dQw4w9WgXcQ") && said.contains(".env  saved "), "{said}");
    // One sink of two.
    sandbox.configure(&format!("{sink}[[sink]]\nkind = \"keyrnig\"\n"));
    let said = sandbox.run(&["status"], "").ends_with(1).stdout();
    assert!(
        said.contains("○ Place     those that can be told:\n") && said.contains(".env  saved "),
        "{said}"
    );
    // Where the store is cannot be told, and no other is taken for it.
    sandbox.configure(&format!("[store]\npaht = \"/t.db\"\n{sink}"));
    let said = sandbox.run(&["status"], "").ends_with(1).stdout();
    assert!(said.contains("○ Tokens    unknown\n") && said.contains(".env  "), "{said}");
    sandbox.configure("[[sink]\n");
    let said = sandbox.run(&["status"], "").ends_with(1).stdout();
    assert!(said.contains("○ Place     unknown\n") && said.contains("○ Tokens    unknown\n"), "{said}");
    let json = sandbox.run(&["status", "--json"], "").ends_with(1).json();
    assert_eq!((&json["ok"], &json["unknown"]), (&json!(false), &json!(["sinks", "tokens"])));
}

#[test]
fn a_configuration_that_is_a_folder_is_a_fault() {
    let sandbox = with_token();
    fs::remove_file(sandbox.path("config.toml")).unwrap();
    fs::create_dir(sandbox.path("config.toml")).unwrap();
    ends_with(&sandbox, 1, "config-invalid", "cannot be read");
}

#[test]
fn a_store_that_cannot_be_used_hides_no_place() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("state"), "no folder").unwrap();
    fs::write(sandbox.env(), "YT_DLP_PO_TOKEN=\n").unwrap();
    let json = sandbox.run(&["status", "--json"], "").ends_with(1).json();
    assert_eq!(json["sinks"][0]["now"], json!({"holds": "empty"}), "{json}");
    check(&sandbox).ends_with(1);
}

#[test]
fn a_place_that_lacks_the_newest_token_is_a_fault() {
    let sandbox = with_token();
    fs::remove_file(sandbox.env()).unwrap();
    ends_with(&sandbox, 1, "sink-lacks-token", ".env is gone, and the newest token with it\nhint: ");
}

#[test]
fn a_place_that_failed_is_a_fault_until_somebody_repairs_it() {
    let sandbox = Sandbox::new();
    let env = sandbox.path("missing/.env");
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {env:?}\n"));
    let token = token();
    sandbox.run(&["put"], token.expose()).ends_with(1);
    ends_with(&sandbox, 1, "folder-missing", "missing does not exist\nhint: create it");
    fs::create_dir(env.parent().unwrap()).unwrap();
    fs::write(&env, format!("YT_DLP_PO_TOKEN={}\n", token.expose())).unwrap();
    let said = check(&sandbox).ends_with(0).stdout();
    assert!(said.contains("  holds the newest token; failed at "), "{said}");
}

#[test]
fn a_refused_token_is_a_fault() {
    let (sandbox, refused) = (Sandbox::new(), token());
    sandbox.run(&["put", "--video", VIDEO], refused.expose()).ends_with(0);
    sandbox.run(&["get", "--video", VIDEO, "--refused"], refused.expose()).ends_with(3);
    ends_with(&sandbox, 1, "token-refused", "YouTube refused the token that ");
}

#[cfg(unix)]
#[test]
fn a_command_that_failed_after_a_change_is_a_fault_and_what_git_would_publish_is_none() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path(".git")).unwrap();
    for (folder, text) in [("objects", None), ("refs", None), ("HEAD", Some("ref: refs/heads/main\n"))] {
        let path = sandbox.path(".git").join(folder);
        text.map_or_else(|| fs::create_dir(&path).unwrap(), |text| fs::write(&path, text).unwrap());
    }
    sandbox.run(&["put"], token().expose()).ends_with(0);
    let said = check(&sandbox).ends_with(0).stdout();
    assert!(
        said.contains("\n! Place     ") && said.contains("git") && said.contains("1 problem\n"),
        "{said}"
    );
    let sink = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    sandbox.configure(&format!("{sink}on_update = \"exit 7\"\n"));
    sandbox.run(&["put"], token().expose());
    ends_with(&sandbox, 1, "update-failed", "has the new values, but ");
}

#[test]
fn tokens_in_the_memory_of_a_host_cannot_be_told() {
    let sandbox = Sandbox::new();
    let sink = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    sandbox.configure(&format!("[store]\npath = \":memory:\"\n{sink}"));
    let said = sandbox.run(&["status"], "").ends_with(0).stdout();
    assert!(said.contains("○ Tokens    in the memory of the browser's host"), "{said}");
    ends_with(&sandbox, 1, "store-in-memory", "no command can read them\nhint: ");
    let mut browser = sandbox.firefox();
    browser.send(&hello());
    browser.send(&captured("1", &token(), VIDEO, now()));
    browser.receive_type("stored");
    let said: Value = browser.ask(&json!({"type": "status"}));
    assert_eq!((&said["unknown"], &said["sinks"][0]["now"]["holds"]), (&json!([]), &json!("newest")));
}

#[test]
fn a_check_waits_for_a_delivery_that_is_under_way() {
    // Without its video the newest token waits for 2 s, while the place holds the one before.
    let sandbox = with_token();
    let mut browser = sandbox.firefox();
    browser.send(&hello());
    browser.send(&media("1", &token(), "AAAAAAAAAAAAAAAA", now()));
    browser.receive_type("stored");
    check(&sandbox).ends_with(0);
    browser.receive_type("delivered");
    check(&sandbox).ends_with(0);
}

/// The blocks of the recipe in docs/BACKENDS.md.
#[cfg(unix)]
#[test]
fn the_recipe_for_cron_and_health_checks_works() {
    use std::process::{Command, Stdio};
    let page = include_str!("../../docs/BACKENDS.md");
    let section = page.split_once("\n## Whether all is well\n").unwrap().1.split_once("\n## ").unwrap().0;
    let blocks: Vec<_> = section.split("```").skip(1).step_by(2).collect();
    let [cron, health] = blocks[..] else { panic!("{blocks:?}") };
    let cron = cron.trim().strip_prefix("*/10 * * * * ").unwrap();
    let health = health.strip_prefix("sh\n").unwrap();
    let run = |sandbox: &Sandbox, recipe: &str| {
        let potbridge = sandbox.potbridge(&[]);
        let folder = std::path::Path::new(potbridge.get_program()).parent().unwrap();
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", recipe])
            .envs(potbridge.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("PATH", folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ran(crate::deadline::output(shell.spawn().unwrap()))
    };
    let sandbox = Sandbox::new();
    assert!(run(&sandbox, cron).ends_with(3).stderr().starts_with("error: there is no fresh token\n"));
    run(&sandbox, health).ends_with(0);
    sandbox.run(&["put"], token().expose()).ends_with(0);
    for recipe in [cron, health] {
        let ran = run(&sandbox, recipe).ends_with(0);
        assert_eq!((ran.stdout(), ran.stderr()), (String::new(), String::new()));
    }
    sandbox.configure("sink = 3");
    for recipe in [cron, health] {
        assert!(run(&sandbox, recipe).ends_with(1).stderr().contains("a sink is a table"));
    }
}
