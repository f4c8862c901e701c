//! `potbridge get`, with what the store has.

use crate::sandbox::{Sandbox, VIDEO, token};
use potbridge_system::clock;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};
use std::process::Stdio;

#[cfg(target_os = "linux")]
#[test]
fn without_a_thread_to_be_had_get_ends_as_without_a_browser() {
    use crate::sandbox::on_demand::{accepting, ended};
    use potbridge_test_support::refused_calls::{Call, with_refused_calls};

    let sandbox = Sandbox::new();
    let browser = accepting(&sandbox, "p");
    let refused = [(Call::Clone3, libc::ENOSYS), (Call::Thread, libc::EAGAIN)];
    let get = ["get", "--video", VIDEO, "--wait", "1"];
    let get = with_refused_calls(&refused, || sandbox.potbridge(&get).spawn().unwrap());
    assert!(ended(get).ends_with(3).stderr().contains("no browser"));
    browser.close();
}

#[test]
fn get_tells_what_is_missing() {
    let sandbox = Sandbox::new();
    let shown = [
        &["get"][..],
        &["get", "--json"],
        &["get", "--video", "https://youtu.be/dQw4w9WgXcQ", "--context", "subs"],
        &["get", "--video", VIDEO, "--fresh", "--format", "json"],
        &["get", "--video", VIDEO, "--wait", "1"],
        &["get", "--video", VIDEO, "--wait", "5", "--wait-for-browser", "0", "--bypass-cache", "--json"],
        &["get", "--content-binding", "visitor-id"],
        &["get", "--content-binding", "data-sync-id", "--json"],
    ]
    .map(|arguments| sandbox.transcript(arguments, "AAAAAAAAAAA"));
    assert_data_eq!(shown.join("\n"), file!["snapshots/get.txt"].raw());
}

#[test]
fn get_tells_why_the_store_cannot_be_used() {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!("[store]\npath = {:?}\n", sandbox.path("config.toml/tokens.db")));
    let shown = [&["get"][..], &["get", "--json"]].map(|arguments| sandbox.transcript(arguments, ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/get-no-store.txt"].raw());
}

/// SQLite answers "database is locked" at once if two processes make a new database at the same moment.
#[test]
fn many_that_begin_the_store_at_once_all_have_it() {
    for _ in 0..5 {
        let sandbox = Sandbox::new();
        let start = |_| {
            let mut get = sandbox.potbridge(&["get", "--json"]);
            get.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
        };
        let started: Vec<_> = (0..60).map(start).collect();
        for get in started {
            let said: Value = serde_json::from_slice(&get.wait_with_output().unwrap().stdout).unwrap();
            assert_eq!(said["code"], "no-token", "{said}");
        }
    }
}

#[test]
fn get_json_tells_all_that_is_known() {
    let sandbox = Sandbox::new();
    let token = token();
    sandbox
        .run(&["put", "--video", VIDEO, "--context", "player", "--client", "web"], token.expose())
        .ends_with(0);
    let mut found = sandbox.run(&["get", "--json"], "").ends_with(0).json();
    let captured_at = found["captured_at"].as_u64().unwrap();
    let [fresh_until, expires_at] = [6, 12].map(|hours| captured_at + hours * 3_600_000);
    // Compared without being shown.
    assert!(found["token"].take() == json!(token.expose()));
    assert_eq!(
        found,
        json!({
            "ok": true, "token": null, "fingerprint": token.fingerprint(), "context": "player", "client": "web",
            "video_id": VIDEO, "certainty": "guess", "visitor_data": null, "content_bound": null,
            "source": "pasted", "private": false, "session": {"profile": ""}, "page_hooked": false,
            "captured_at": captured_at, "captured_at_iso": clock::iso(captured_at),
            "fresh_until": fresh_until, "fresh_until_iso": clock::iso(fresh_until),
            "expires_at": expires_at, "expires_at_iso": clock::iso(expires_at),
        })
    );
}

#[test]
fn get_prints_a_token_in_each_format() {
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

#[test]
fn a_videos_id_may_begin_with_a_hyphen() {
    let sandbox = Sandbox::new();
    let video = "-OLD7eVkgWU";
    let token = token();
    sandbox.run(&["put", "--video", video], token.expose()).ends_with(0);
    for arguments in [&["get", "--video", video][..], &["get", "--video=-OLD7eVkgWU"]] {
        assert_eq!(sandbox.run(arguments, "").ends_with(0).stdout().trim_end(), token.expose());
    }
    // Another option in its place is none.
    sandbox.run(&["get", "--video", "--json"], "").ends_with(2);
}

/// As `download` takes them: with the signs of a sentence around them, without a scheme, escaped, wrapped.
#[test]
fn put_and_get_take_every_way_to_name_a_video() {
    let sandbox = Sandbox::new();
    let ways = [
        "youtu.be/ID",
        "www.youtube.com/watch?v=ID?si=abc",
        "<https://youtu.be/ID&t=42>.",
        r"https://www.youtube.com/watch\?v\=ID",
        "https://m.youtube.com/#/watch?v=ID",
        "https://www.youtube.com/attribution_link?a=x&u=%2Fwatch%3Fv%3DID",
    ];
    for id in [VIDEO, "-AbC_d3fGh1"] {
        for way in ways.map(|way| way.replace("ID", id)) {
            let token = token();
            sandbox.run(&["put", "--video", &way], token.expose()).ends_with(0);
            assert_eq!(
                sandbox.run(&["get", "--video", id], "").ends_with(0).stdout().trim_end(),
                token.expose()
            );
            assert_eq!(
                sandbox.run(&["get", "--video", &way], "").ends_with(0).stdout().trim_end(),
                token.expose()
            );
        }
    }
    for none in
        ["https://youtu.be.evil.example/dQw4w9WgXcQ", "youtu.be/dQw4w9WgXcQQ", "www.youtube.com/@name"]
    {
        sandbox.run(&["put", "--video", none], token().expose()).ends_with(2);
        sandbox.run(&["get", "--video", none], "").ends_with(2);
    }
}
