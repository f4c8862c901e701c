//! `potbridge config`.

use crate::sandbox::Sandbox;
use serde_json::json;
use snapbox::{assert_data_eq, file};
use std::fs;
#[cfg(unix)]
use std::process::{Command, Stdio};

#[test]
fn config_set_changes_one_value() {
    let sandbox = Sandbox::new();
    let before = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    let set = ["config", "set", "sink.0.vars.PO_TOKEN", "web+{token}"];
    assert_eq!(sandbox.run(&set, "").ends_with(0).stdout(), "");
    let after = format!("{before}\n[sink.vars]\nPO_TOKEN = \"web+{{token}}\"\n");
    assert_eq!(sandbox.run(&["config", "show"], "").ends_with(0).stdout(), after);
    let path = sandbox.run(&["config", "path"], "").ends_with(0).stdout();
    assert_eq!(path.trim_end(), sandbox.path("config.toml").to_str().unwrap());
}

#[test]
fn config_prints_json_when_asked() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("config.toml");
    let located = json!({"ok": true, "path": path});
    assert_eq!(sandbox.run(&["config", "path", "--json"], "").ends_with(0).json(), located);
    let set = ["config", "--json", "set", "serve.secret", "true"];
    assert_eq!(sandbox.run(&set, "").ends_with(0).json(), located);
    let config = json!({"sink": [{"kind": "env-file", "path": sandbox.env()}], "serve": {"secret": true}});
    let shown = sandbox.run(&["config", "show", "--json"], "").ends_with(0).json();
    assert_eq!(shown, json!({"ok": true, "path": path, "config": config}));
    sandbox.configure("");
    let shown = sandbox.run(&["config", "show", "--json"], "").ends_with(0).json();
    assert_eq!(shown["config"], json!({"sink": []}));
}

#[test]
fn config_shows_no_password_of_a_proxy() {
    let sandbox = Sandbox::new();
    for proxy in ["http://me:s3cr3t@h:3128", "http://me:a s3cr3t@h:3128", "me:a/s3cr3t@h"] {
        let text = format!("[download]\nextra_options = [\"--proxy\", \"{proxy}\"] # mine\n");
        sandbox.configure(&text);
        let shown = sandbox.run(&["config", "show"], "").ends_with(0).stdout();
        assert!(
            shown.contains("…@h") && shown.ends_with("] # mine\n") && !shown.contains("s3cr3t"),
            "{shown}"
        );
        let json = sandbox.run(&["config", "show", "--json"], "").ends_with(0).json();
        let shown = json["config"]["download"]["extra_options"][1].as_str().unwrap();
        assert!(shown.contains("…@h") && !shown.contains("s3cr3t"), "{shown}");
        assert_eq!(fs::read_to_string(sandbox.path("config.toml")).unwrap().matches(proxy).count(), 1);
    }
}

#[test]
fn options_that_are_not_allowed_stop_downloads_alone() {
    let token = crate::sandbox::token();
    for option in ["--no-part", "--frobnicate"] {
        let sandbox = Sandbox::new();
        let sink = format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", sandbox.env());
        sandbox.configure(&format!("[download]\nextra_options = [{option:?}]\n{sink}"));
        sandbox.run(&["put", "--video", "dQw4w9WgXcQ"], token.expose()).ends_with(0);
        assert!(fs::read_to_string(sandbox.env()).unwrap().contains(token.expose()));
        sandbox.run(&["get", "--video", "dQw4w9WgXcQ"], "").ends_with(0);
        sandbox.run(&["config", "show"], "").ends_with(0);
        sandbox.run(&["config", "set", "store.path", ":memory:"], "").ends_with(0);
        let refused = sandbox.run(&["download", "--json", "dQw4w9WgXcQ"], "").ends_with(1).json();
        assert_eq!(refused["code"], "config-invalid", "{refused}");
        assert!(refused["message"].as_str().unwrap().contains(option), "{refused}");
        let status = sandbox.run(&["status", "--json"], "").json();
        assert_eq!(status["problems"][0]["code"], "config-invalid", "{status}");
        let set = ["config", "set", "download.extra_options"];
        sandbox.run(&[&set[..], &["[\"--exec\", \"x\"]"]].concat(), "").ends_with(1);
        sandbox.run(&[&set[..], &["[\"-v\"]"]].concat(), "").ends_with(0);
    }
}

#[test]
fn config_set_names_the_programs_of_yt_dlp() {
    let sandbox = Sandbox::new();
    let set = |key: &str, value: &str| sandbox.run(&["config", "set", key, value], "");
    set("download.ffmpeg", "/opt/ffmpeg/bin").ends_with(0);
    set("download.js_runtime", "node:/opt/node/bin/node").ends_with(0);
    let before = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    let table = "[download]\nffmpeg = \"/opt/ffmpeg/bin\"\njs_runtime = \"node:/opt/node/bin/node\"\n";
    assert!(before.ends_with(table), "{before}");
    set("download.ffmpeg", "ffmpeg").ends_with(1);
    set("download.js_runtime", "/opt/node/bin/node").ends_with(1);
    assert_eq!(fs::read_to_string(sandbox.path("config.toml")).unwrap(), before);
}

#[test]
fn config_set_refuses_what_would_make_it_invalid() {
    let sandbox = Sandbox::new();
    let before = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    let shown = [
        ("sink.0.path", "relative/.env"),
        ("sink.1.path", "/srv/.env"),
        ("sink", "1"),
        ("store..path", "x"),
        ("store.paht", "/x"),
    ]
    .map(|(key, value)| sandbox.transcript(&["config", "set", key, value], ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/config-set.txt"].raw());
    assert_eq!(fs::read_to_string(sandbox.path("config.toml")).unwrap(), before);
}

#[test]
fn an_invalid_configuration_fails_every_command() {
    let sandbox = Sandbox::new();
    sandbox.configure("[[sink]]\nkind = \"env-file\"\n");
    let commands: [&[&str]; 8] = [
        &["get"],
        &["get", "--json"],
        &["put"],
        &["clear"],
        &["run", "--", "true"],
        &["download", "dQw4w9WgXcQ"],
        &["serve"],
        &["config", "show"],
    ];
    let token = crate::sandbox::token();
    let shown = commands.map(|arguments| sandbox.transcript(arguments, token.expose()));
    assert_data_eq!(shown.join("\n"), file!["snapshots/invalid-configuration.txt"].raw());
}

#[cfg(unix)]
#[test]
fn no_command_waits_for_a_configuration_that_is_a_pipe() {
    let sandbox = Sandbox::new();
    sandbox.configure("");
    let config = sandbox.path("config.toml");
    fs::remove_file(&config).unwrap();
    assert!(Command::new("mkfifo").arg(&config).status().unwrap().success());
    for arguments in
        [&["get"][..], &["status"], &["config", "show"], &["config", "set", "log.level", "debug"]]
    {
        // `timeout` kills it.
        let host = sandbox.potbridge(arguments);
        let mut killed = Command::new("timeout");
        killed.args(["-s", "KILL", "60"]).arg(host.get_program()).args(host.get_args());
        killed.envs(host.get_envs().filter_map(|(name, value)| Some((name, value?))));
        killed.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ran = sandbox.run_command(killed, "").ends_with(1);
        let said = ran.stdout() + &ran.stderr();
        let is_told = said.contains("it is no regular file") || said.contains("is a FIFO, not a file");
        assert!(is_told, "{arguments:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn config_set_follows_a_link_and_keeps_the_mode() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let sandbox = Sandbox::new();
    let (link, real) = (sandbox.path("config.toml"), sandbox.path("dotfiles/potbridge.toml"));
    fs::create_dir(sandbox.path("dotfiles")).unwrap();
    fs::rename(&link, &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("dotfiles/potbridge.toml", &link).unwrap();
    let set = ["config", "set", "sink.0.vars.PO_TOKEN", "web+{token}"];
    sandbox.run(&set, "").ends_with(0);
    assert!(link.is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("PO_TOKEN = \"web+{token}\""));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o7777, 0o640);
    assert_eq!(fs::read_dir(sandbox.path("dotfiles")).unwrap().count(), 1);
    // A link to a file that does not exist yet.
    fs::remove_file(&real).unwrap();
    sandbox.run(&["config", "set", "store.path", ":memory:"], "").ends_with(0);
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "[store]\npath = \":memory:\"\n");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o7777, 0o600);
}
