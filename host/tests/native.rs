//! The host that a browser starts: each message and its answer.

use crate::sandbox::{Sandbox, VIDEO, captured, hello, now, token};
use potbridge_protocol::PROTOCOL_VERSION;
use serde_json::json;
use std::fs;

#[test]
fn hello_is_answered_with_the_hosts_version() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    let answer = browser.ask(&hello());
    assert_eq!(
        answer,
        json!({"type": "hello", "protocol": PROTOCOL_VERSION, "version": env!("CARGO_PKG_VERSION"), "unattended": false, "temporary": false})
    );
    assert_eq!(browser.close(), (Some(0), String::new()));
}

#[test]
fn a_browser_that_is_removed_when_it_is_closed_hears_so() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox_with(|host| {
        host.env("POTBRIDGE_TEMPORARY", "1");
    });
    assert_eq!(browser.ask(&hello())["temporary"], json!(true));
}

#[test]
fn a_token_is_in_the_env_file_before_it_is_answered() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    let token = token();
    let answer = browser.ask(&captured("7", &token, VIDEO, now()));
    assert_eq!(sandbox.env_text(), format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
    assert_eq!((&answer["type"], &answer["id"]), (&json!("stored"), &json!("7")));
    assert_eq!(answer["token"]["fingerprint"], json!(token.fingerprint()));
    assert_eq!(answer["token"]["video_id"], json!(VIDEO));
    assert_eq!(answer["sinks"][0]["outcome"], json!("written"));
    assert_eq!(answer["sinks"][0]["place"], json!(sandbox.env()));
    assert!(!answer.to_string().contains(token.expose()));
}

#[test]
fn an_older_token_does_not_replace_a_newer_one() {
    let sandbox = Sandbox::new();
    let (older, newer) = (token(), token());
    let mut first = sandbox.firefox();
    let mut second = sandbox.firefox();
    let now = now();
    first.ask(&captured("1", &newer, "aaaaaaaaaaa", now - 1000));
    let answer = second.ask(&captured("2", &older, "bbbbbbbbbbb", now - 2000));
    assert_eq!(answer["sinks"][0]["outcome"], json!("unchanged"));
    assert_eq!(sandbox.env_text(), format!("YT_DLP_PO_TOKEN={}\n", newer.expose()));
}

#[test]
fn only_known_and_configured_extensions_are_let_in() {
    let sandbox = Sandbox::new();
    let stranger = ["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"];
    let mut browser = sandbox.browser(&stranger);
    assert_eq!(browser.receive()["code"], json!("extension-not-allowed"));
    assert_eq!(browser.close().0, Some(4));
    assert!(!sandbox.env().exists());

    sandbox.configure("extension_ids = [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]\n");
    assert_eq!(sandbox.browser(&stranger).ask(&hello())["type"], json!("hello"));
}

#[test]
fn a_neighbouring_protocol_version_is_understood() {
    let sandbox = Sandbox::new();
    for protocol in [PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1] {
        let mut browser = sandbox.firefox();
        let mut hello = hello();
        hello["protocol"] = json!(protocol);
        let answer = browser.ask(&hello);
        assert_eq!((&answer["type"], &answer["protocol"]), (&json!("hello"), &json!(PROTOCOL_VERSION)));
        let token = token();
        browser.send(&captured(&format!("m{protocol}"), &token, VIDEO, now()));
        assert_eq!(browser.receive_type("stored")["token"]["video_id"], VIDEO);
        browser.close();
    }
}

#[test]
fn a_version_further_away_is_told_which_side_to_update() {
    let sandbox = Sandbox::new();
    for (protocol, code, hint) in [
        (PROTOCOL_VERSION - 2, "update-extension", "page of extensions"),
        (PROTOCOL_VERSION + 2, "update-host", "`potbridge-setup install` of the newer potbridge"),
    ] {
        let mut browser = sandbox.firefox();
        let mut hello = hello();
        hello["protocol"] = json!(protocol);
        hello["version"] = json!("7.8.9");
        let answer = browser.ask(&hello);
        assert_eq!(
            (&answer["code"], &answer["host_version"]),
            (&json!(code), &json!(env!("CARGO_PKG_VERSION")))
        );
        assert!(answer["hint"].as_str().unwrap().contains(hint), "{answer}");
        // Commands know it too, once it is listed.
        browser.ask(&json!({"type": "status"}));
        let status = sandbox.run(&["status", "--json"], "").ends_with(1).json();
        assert_eq!((&status["code"], &status["connected"][0]["version"]), (&json!(code), &json!("7.8.9")));
        assert!(status["message"].as_str().unwrap().contains("7.8.9"), "{status}");
        let get = sandbox.run(&["get", "--video", VIDEO, "--wait", "1", "--json"], "").json();
        assert_eq!(get["code"], "no-browser", "{get}");
        assert!(get["message"].as_str().unwrap().contains("7.8.9"), "{get}");
        browser.close();
    }
}

#[test]
fn types_and_fields_of_a_later_version_are_skipped() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser.send(&json!({"type": "of-a-later-version", "video_id": VIDEO}));
    let mut hello = hello();
    hello["favourite_colour"] = json!("green");
    assert_eq!(browser.ask(&hello)["type"], json!("hello"));
}

#[test]
fn after_a_malformed_message_the_next_one_is_answered() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser.send_bytes(b"{\"type\":");
    assert_eq!(browser.receive()["code"], json!("malformed-message"));
    browser.send_bytes(&vec![b' '; 1024 * 1024 + 1]);
    assert_eq!(browser.receive()["code"], json!("message-too-large"));

    let mut steering = hello();
    steering["profile"] = json!("\u{1b}[2J");
    assert_eq!(browser.ask(&steering)["code"], json!("malformed-message"));

    let mut half = captured("9", &token(), VIDEO, now());
    let secret = token().expose()[..60].to_owned();
    half["capture"]["token"] = json!(secret);
    let answer = browser.ask(&half);
    assert_eq!((&answer["code"], &answer["id"]), (&json!("malformed-message"), &json!("9")));
    assert!(!answer.to_string().contains(&secret[..8]));

    assert_eq!(browser.ask(&hello())["type"], json!("hello"));
    let (code, rest) = browser.close();
    assert_eq!(code, Some(0));
    assert!(!rest.contains(&secret[..8]));
    assert!(!sandbox.env().exists());
}

#[test]
fn each_sink_reports_its_own_outcome() {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!(
        "[[sink]]\nkind = \"env-file\"\npath = {:?}\n[[sink]]\nkind = \"env-file\"\npath = {:?}\n[sink.vars]\nPO = \"web+{{token}}\"\nFOR = \"{{video_id}}\"\n",
        sandbox.path("missing/.env"),
        sandbox.env()
    ));
    let mut browser = sandbox.firefox();
    let token = token();
    let answer = browser.ask(&captured("1", &token, VIDEO, now()));
    let failed = &answer["sinks"][0];
    assert_eq!((&failed["outcome"], &failed["code"]), (&json!("failed"), &json!("folder-missing")));
    let message = format!("the folder {} does not exist", sandbox.path("missing").display());
    assert_eq!(failed["message"], json!(message));
    assert_eq!(answer["sinks"][1]["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), format!("FOR={VIDEO}\nPO=web+{}\n", token.expose()));
}

#[test]
fn a_corrected_configuration_is_used_at_once() {
    let sandbox = Sandbox::new();
    let right = fs::read_to_string(sandbox.path("config.toml")).unwrap();
    sandbox.configure("sink = 3");
    let mut browser = sandbox.firefox();
    let token = token();
    let message = captured("1", &token, VIDEO, now());
    let answer = browser.ask(&message);
    assert_eq!((&answer["code"], &answer["id"]), (&json!("config-invalid"), &json!("1")));
    let config = sandbox.path("config.toml");
    let begin = format!("the configuration {} is not valid: line 1: ", config.display());
    assert!(answer["message"].as_str().unwrap().starts_with(&begin), "{answer}");

    sandbox.configure(&right);
    assert_eq!(browser.ask(&message)["type"], json!("stored"));
    assert_eq!(sandbox.env_text(), format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
}

#[test]
fn status_holds_no_token() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    let mut hello = hello();
    hello["product"] = json!("Firefox/140.5.0");
    browser.ask(&hello);
    let token = token();
    browser.ask(&captured("1", &token, VIDEO, now()));
    let status = browser.ask(&json!({"type": "status"}));
    assert_eq!(status["tokens"][0]["fingerprint"], json!(token.fingerprint()));
    assert_eq!(status["sinks"][0]["last"]["outcome"], json!("written"));
    assert_eq!(status["connected"][0]["browser"], json!("firefox"));
    assert!(!status.to_string().contains(token.expose()));
    let shown = sandbox.run(&["status"], "").ends_with(0).stdout();
    assert!(shown.contains("● Browser   Firefox 140.5.0, extension 0.1.0, since "), "{shown}");
}

#[test]
fn a_store_in_memory_leaves_no_database_on_the_disk() {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!(
        "[store]\npath = \":memory:\"\n[[sink]]\nkind = \"env-file\"\npath = {:?}\n",
        sandbox.env()
    ));
    let mut browser = sandbox.firefox();
    let token = token();
    assert_eq!(browser.ask(&captured("1", &token, VIDEO, now()))["type"], json!("stored"));
    assert_eq!(sandbox.env_text(), format!("YT_DLP_PO_TOKEN={}\n", token.expose()));
    let databases = fs::read_dir(sandbox.path("state")).into_iter().flatten().flatten();
    let databases: Vec<_> =
        databases.filter(|entry| entry.path().extension().is_some_and(|end| end == "db")).collect();
    assert!(databases.is_empty(), "{databases:?}");
    let status = browser.ask(&json!({"type": "status"}));
    assert_eq!(status["tokens"][0]["fingerprint"], json!(token.fingerprint()));
}

#[test]
fn a_media_token_gets_its_video_from_playing() {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!(
        "[[sink]]\nkind = \"env-file\"\npath = {:?}\n[sink.vars]\nPO = \"{{token}}\"\nFOR = \"{{video_id}}\"\n",
        sandbox.env()
    ));
    let mut browser = sandbox.firefox();
    let token = token();
    let mut media = captured("1", &token, VIDEO, now());
    media["capture"]["context"] = json!("gvs");
    media["capture"]["cpn"] = json!("G3iep-t_Rs_pkoUQ");
    media["capture"]["binding"] = json!({"certainty": "guess"});
    browser.ask(&media);
    assert_eq!(sandbox.env_text(), format!("FOR=\nPO={}\n", token.expose()));

    let playing = json!({"type": "playing", "id": "2", "playing": {
        "cpn": "G3iep-t_Rs_pkoUQ", "video_id": VIDEO, "session": {"profile": "p"}, "at": now(),
    }});
    assert_eq!(browser.ask(&playing), json!({"type": "noted", "id": "2"}));
    assert_eq!(sandbox.env_text(), format!("FOR={VIDEO}\nPO={}\n", token.expose()));
}

#[test]
fn counters_are_shown_in_the_status() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser
        .send(&json!({"type": "counters", "profile": "p", "counters": {"cold_start": 2, "unreadable": 1}}));
    let status = browser.ask(&json!({"type": "status"}));
    assert_eq!(status["counters"], json!({"cold_start": 2, "fallback": 0, "malformed": 0, "unreadable": 1}));
    let said = sandbox.run(&["status"], "").ends_with(0).stdout();
    let counted = "○ Not used  2 temporary tokens, 0 tokens that YouTube does not accept, 0 malformed ones, 1 unreadable requests";
    assert!(said.lines().any(|line| line == counted), "{said}");
}

#[test]
fn a_host_that_is_killed_after_its_answer_loses_nothing() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    let token = token();
    browser.ask(&captured("1", &token, VIDEO, now()));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    assert_eq!(sandbox.run(&["get"], "").ends_with(0).stdout().trim_end(), token.expose());
    let status = sandbox.run(&["status", "--json"], "").ends_with(0).json();
    assert_eq!(status["connected"], json!([]));
}
