//! The way of a token on a system: from the browser into a `.env`, and to a program that asks the browser for one.

use crate::home::{Home, succeeds};
use potbridge_protocol::PROTOCOL_VERSION;
use potbridge_test_support::browser::{TOKEN_REQUEST, captured, hello, token};
use serde_json::{Value, json};
use std::time::SystemTime;

const VIDEO: &str = "dQw4w9WgXcQ";
const OTHER_VIDEO: &str = "aaaaaaaaaaa";

/// A browser connects, brings a token, and is asked for another one.
pub fn leads_to_the_env_file_and_to_programs(home: &Home) {
    home.configure("site.env");
    home.write("site.env", "# mine\nPORT=1\n");
    let mut browser = home.browser();
    let answer = browser.ask(&hello());
    assert_eq!(answer["type"], "hello", "{answer}");
    assert_eq!(
        (&answer["protocol"], &answer["version"]),
        (&json!(PROTOCOL_VERSION), &json!(env!("CARGO_PKG_VERSION")))
    );

    let first = token();
    let answer = browser.ask(&captured("1", &first, VIDEO, now()));
    assert_eq!(
        (&answer["type"], &answer["sinks"][0]["outcome"]),
        (&json!("stored"), &json!("written")),
        "{answer}"
    );
    assert_eq!(answer["sinks"][0]["place"], json!(home.name("site.env")));
    assert_eq!(home.read("site.env"), format!("# mine\nPORT=1\nYT_DLP_PO_TOKEN={}\n", first.expose()));
    assert_eq!(home.run("potbridge", &["get"]).trim(), first.expose());

    browser.send(&json!({"type": "accept-token-requests", "accept": true}));
    // It is answered after the control socket is open.
    browser.send(&json!({"type": "status"}));
    browser.receive_type("status");
    let waiting =
        home.command("potbridge", &["get", "--video", OTHER_VIDEO, "--wait", "60"]).spawn().unwrap();
    let request = browser.receive_type(TOKEN_REQUEST);
    assert_eq!(request["video_id"], OTHER_VIDEO);
    let second = token();
    browser.send(&captured("2", &second, OTHER_VIDEO, now()));
    browser.receive_type("stored");
    assert_eq!(succeeds(waiting).trim(), second.expose());

    let status: Value = serde_json::from_str(&home.run("potbridge", &["status", "--json"])).unwrap();
    assert_eq!(status["problems"], json!([]), "{status}");
    assert_eq!(status["connected"].as_array().map(Vec::len), Some(1), "{status}");
    assert_eq!(status["sinks"][0]["now"]["holds"], "newest", "{status}");
    assert_eq!(browser.close(), (Some(0), String::new()));
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_millis().try_into().unwrap()
}
