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
    let ran = sandbox.run(&["put", "--video", VIDEO], format!("  'web.gvs+{}' # mine\n", token.expose()));
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
fn several_tokens_are_named_and_nothing_is_changed() {
    let sandbox = Sandbox::new();
    let (first, second) = (token(), token());
    let pasted = format!("po_token: {}\nold: {}\n", first.expose(), second.expose());
    let ran = sandbox.run(&["put"], &pasted).ends_with(1);
    let named = [
        format!("{} (line 1, column 11)", first.fingerprint()),
        format!("{} (line 2, column 6)", second.fingerprint()),
    ];
    assert_eq!(
        ran.stderr(),
        format!(
            "error: there are 2 different tokens in this text: {}\n\
             hint: paste one of them alone, or the one request that carries it\n",
            named.join(", ")
        )
    );
    let done = sandbox.run(&["put", "--json"], &pasted).ends_with(1).json();
    assert_eq!((&done["ok"], &done["code"]), (&json!(false), &json!("not-a-token")));
    assert!(!sandbox.env().exists());
    sandbox.run(&["get"], "").ends_with(3);
}

#[test]
fn the_visitor_of_a_pasted_text_is_kept_with_its_token() {
    const VISITOR: &str = "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D";
    for reversed in [false, true] {
        let sandbox = Sandbox::new();
        let token = token();
        let mut lines = [format!("po_token: \"{}\"", token.expose()), format!("visitor_data: \"{VISITOR}\"")];
        if reversed {
            lines.reverse();
        }
        sandbox.run(&["put"], lines.join("\n")).ends_with(0);
        let got = sandbox.run(&["get", "--json"], "").ends_with(0).json();
        assert_eq!((&got["token"], &got["visitor_data"]), (&json!(token.expose()), &json!(VISITOR)));
    }
}

#[test]
fn a_text_in_utf_16_is_read() {
    let sandbox = Sandbox::new();
    let token = token();
    let pasted = format!("\u{feff}po_token={}\r\n", token.expose());
    let bytes: Vec<u8> = pasted.encode_utf16().flat_map(u16::to_le_bytes).collect();
    sandbox.run(&["put"], &bytes).ends_with(0);
    assert_eq!(sandbox.run(&["get"], "").ends_with(0).stdout().trim_end(), token.expose());
}

#[test]
fn a_long_text_is_read_to_its_end_and_a_longer_one_is_refused() {
    let sandbox = Sandbox::new();
    let token = token();
    let pasted = format!("{}\npo_token={}\n", "an archive of requests\n".repeat(100_000), token.expose());
    assert!(pasted.len() > 2 * 1024 * 1024);
    sandbox.run(&["put"], &pasted).ends_with(0);
    let pasted = vec![b'\n'; 64 * 1024 * 1024 + 1];
    let said = sandbox.run(&["put"], &pasted).ends_with(1).stderr();
    assert!(said.contains("longer than 64 MiB"), "{said}");
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

#[test]
#[cfg(unix)]
fn on_update_runs_without_a_folder_for_temporary_files() {
    for temporary in ["/no/such/dir", "/proc", "relative"] {
        let sandbox = Sandbox::new();
        let done = sandbox.path("done");
        sandbox.configure(&format!(
            "[[sink]]\nkind = \"env-file\"\npath = {:?}\non_update = {:?}\n",
            sandbox.env(),
            format!("touch '{}'; echo told", done.display())
        ));
        let token = token();
        let mut child = sandbox.potbridge(&["put"]).env("TMPDIR", temporary).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), token.expose().as_bytes()).unwrap();
        let ran = crate::sandbox::Ran(crate::deadline::output(child)).ends_with(0);
        assert!(done.exists() && !ran.stderr().contains("whole path"), "{}", ran.stderr());
        assert!(sandbox.env_text() == format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
    }
}
