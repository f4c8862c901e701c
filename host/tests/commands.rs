//! The commands as a person meets them.

use crate::sandbox::{Sandbox, VIDEO, token};
use serde_json::json;
use std::fs;

#[test]
fn put_takes_a_pasted_token_as_if_it_had_been_captured() {
    let sandbox = Sandbox::new();
    let token = token();
    let ran = sandbox.run(&["put", "--video", VIDEO], &format!("  'web.gvs+{}' # mine\n", token.expose()));
    let said = ran.ends_with(0).stdout();
    assert!(said.contains(&format!("understood {}", token.fingerprint())), "{said}");
    assert!(said.contains("a gvs token, of the client web, for dQw4w9WgXcQ"), "{said}");
    assert!(!said.contains(token.expose()));
    assert_eq!(sandbox.env_text(), format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
    assert_eq!(sandbox.run(&["get", "--video", VIDEO], "").ends_with(0).stdout().trim_end(), token.expose());
}

#[test]
fn put_refuses_what_is_no_token_with_the_reason_and_changes_nothing() {
    let sandbox = Sandbox::new();
    for (pasted, why) in [
        ("", "nothing is there"),
        ("your_token_here", "not a PO token"),
        ("IgisnKyexBvmZg==", "cold_start"),
        (&token().expose()[..80], "cut short"),
    ] {
        let ran = sandbox.run(&["put"], pasted).ends_with(1);
        assert!(ran.stderr().contains(why), "{}", ran.stderr());
    }
    assert!(!sandbox.env().exists());
    sandbox.run(&["get"], "").ends_with(3);
}

#[test]
fn get_tells_what_is_missing_when_there_is_nothing_to_give() {
    let sandbox = Sandbox::new();
    let ran = sandbox
        .run(&["get", "--video", "https://youtu.be/dQw4w9WgXcQ", "--context", "subs"], "")
        .ends_with(3);
    assert!(ran.stderr().contains("for the video dQw4w9WgXcQ, for subs requests"), "{}", ran.stderr());
    assert_eq!(ran.stdout(), "");
}

#[test]
fn get_json_says_all_that_is_known() {
    let sandbox = Sandbox::new();
    let token = token();
    sandbox
        .run(&["put", "--video", VIDEO, "--context", "player", "--client", "web"], token.expose())
        .ends_with(0);
    let found = sandbox.run(&["get", "--json"], "").ends_with(0).json();
    assert_eq!(found["token"], json!(token.expose()));
    assert_eq!(found["context"], json!("player"));
    assert_eq!(found["source"], json!("pasted"));
    let age = found["expires_at"].as_u64().unwrap() - found["captured_at"].as_u64().unwrap();
    assert_eq!(age, 12 * 60 * 60 * 1000);
}

#[test]
fn clear_empties_every_sink_and_the_shelf_and_leaves_the_rest_of_the_file() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.env(), "PORT=3000 # http\n").unwrap();
    sandbox.run(&["put"], token().expose()).ends_with(0);
    sandbox.run(&["clear"], "").ends_with(0);
    assert_eq!(sandbox.env_text(), "PORT=3000 # http\nYT_DLP_PO_TOKEN=\n");
    sandbox.run(&["get"], "").ends_with(3);
}

#[test]
fn a_file_that_git_tracks_ends_a_command_as_refused() {
    let sandbox = Sandbox::new();
    let git = |arguments: &[&str]| {
        let ran = std::process::Command::new("git")
            .arg("-C")
            .arg(sandbox.path(""))
            .args(arguments)
            .output()
            .unwrap();
        assert!(ran.status.success());
    };
    fs::write(sandbox.env(), "PORT=3000\n").unwrap();
    git(&["init", "--quiet"]);
    git(&["add", "--force", ".env"]);
    let ran = sandbox.run(&["put"], token().expose()).ends_with(4);
    assert!(ran.stderr().contains(".env") && ran.stderr().contains("allow_tracked"), "{}", ran.stderr());
    assert_eq!(sandbox.env_text(), "PORT=3000\n");
}

#[test]
fn status_speaks_to_people_and_to_programs() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["status"], "").ends_with(0).stdout();
    assert!(ran.contains("Tokens: none") && ran.contains("nothing written yet"), "{ran}");
    let token = token();
    sandbox.run(&["put", "--video", VIDEO], token.expose()).ends_with(0);
    let ran = sandbox.run(&["status"], "").ends_with(0).stdout();
    assert!(ran.contains(&token.fingerprint()) && ran.contains("for dQw4w9WgXcQ (guess)"), "{ran}");
    assert!(ran.contains("written at") && !ran.contains(token.expose()), "{ran}");
    let status = sandbox.run(&["status", "--json"], "").ends_with(0).json();
    assert_eq!(status["tokens"][0]["video_id"], json!(VIDEO));
}

#[test]
fn config_set_changes_one_value_and_refuses_what_makes_no_sense() {
    let sandbox = Sandbox::new();
    let path = sandbox.run(&["config", "path"], "").ends_with(0).stdout();
    assert_eq!(path.trim_end(), sandbox.path("config.toml").to_str().unwrap());
    sandbox.run(&["config", "set", "sink.0.vars.PO_TOKEN", "web+{token}"], "").ends_with(0);
    let shown = sandbox.run(&["config", "show"], "").ends_with(0).stdout();
    assert!(shown.contains("PO_TOKEN = \"web+{token}\""), "{shown}");
    let ran = sandbox.run(&["config", "set", "sink.0.path", "relative/.env"], "").ends_with(1);
    assert!(ran.stderr().contains("not absolute"), "{}", ran.stderr());
    assert_eq!(sandbox.run(&["config", "show"], "").stdout(), shown);
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

#[test]
fn a_wrong_command_line_ends_with_2() {
    let sandbox = Sandbox::new();
    sandbox.run(&["get", "--video", "--exec=sh"], "").ends_with(2);
    sandbox.run(&["put", "--context", "media"], "").ends_with(2);
    sandbox.run(&["fetch"], "").ends_with(2);
}

#[test]
fn get_prints_a_token_in_the_form_that_is_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!(
        "[[sink]]\nkind = \"env-file\"\npath = {:?}\nvars = {{ A = \"{{token}}\", B = \"{{token}};x {{video_id}}\" }}\n",
        sandbox.env()
    ));
    let token = token();
    let token = token.expose();
    sandbox.run(&["put", "--video", VIDEO], token);
    let got = |format| sandbox.run(&["get", "--format", format], "").ends_with(0).stdout();
    assert_eq!(got("raw"), format!("{token}\n"));
    assert_eq!(got("env"), format!("A={token}\nB='{token};x {VIDEO}'\n"));
    assert_eq!(
        got("extractor-args"),
        format!(
            "youtube:player_client=default,mweb;\
             po_token=mweb.gvs+{token},web.gvs+{token},mweb.subs+{token},web.subs+{token}\n"
        )
    );
    assert_eq!(got("json"), sandbox.run(&["get", "--json"], "").stdout());
    sandbox.configure("[[sink]]\nkind = \"command\"\ncommand = \"cat\"\nvars = { A = \"{token}\\n\" }\n");
    sandbox.run(&["get", "--format", "env"], "").ends_with(4);
}
