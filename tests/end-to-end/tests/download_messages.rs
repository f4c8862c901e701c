//! Downloads by the messages of a browser's extension, with real yt-dlp.

use potbridge_end_to_end::connection::Connection;
use potbridge_end_to_end::downloads::{Downloads, random_token};
use potbridge_end_to_end::process::kill;
use potbridge_end_to_end::streams::has_formats;
use potbridge_end_to_end::trial::LIMIT;
use potbridge_end_to_end::watch;
use potbridge_stand_in::DownloadRules;
use potbridge_test_support::browser::TOKEN_REQUEST;
use potbridge_test_support::executable;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn slow() -> DownloadRules {
    DownloadRules { bytes_per_second: Some(300_000), ..DownloadRules::default() }
}

/// A download that loads, and the browser that started it.
fn under_way() -> (Downloads, Connection, String) {
    let downloads = Downloads::with(slow());
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let id = browser.start(&video);
    browser.wait_for(has_progress);
    (downloads, browser, id)
}

#[test]
fn a_download_outlives_its_browser_and_the_next_one_sees_it() {
    let downloads = Downloads::with(slow());
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut browser = Connection::open(&downloads, "p");
    assert_eq!(browser.list()["downloads"], json!([]));
    let id = browser.start(&video);
    browser.wait_for(|message| message["download"]["id"] == *id && has_progress(message));
    let _ = browser.close();

    let mut next = Connection::open(&downloads, "p");
    let listed = next.list()["downloads"][0].clone();
    assert_eq!((&listed["id"], &listed["video_id"]), (&json!(id), &json!(video)));
    assert!(["downloading", "processing", "done"].contains(&listed["state"].as_str().unwrap()), "{listed}");
    let done = next.wait_for_state(&id, "done");
    assert!(has_formats(Path::new(done["file"].as_str().unwrap()), &downloads.stand_in, &video, &[137, 140]));
}

#[test]
fn a_download_is_cancelled_retried_and_forgotten() {
    let (downloads, mut browser, id) = under_way();
    browser.act("f", &id, "forget");
    let error = browser.wait_for(|message| message["type"] == "error");
    assert_eq!((&error["id"], &error["code"]), (&json!("f"), &json!("download-running")));
    browser.act("c", &id, "cancel");
    browser.wait_for_state(&id, "cancelled");
    downloads.stand_in.set_rules(DownloadRules::default());
    let before = downloads.granted().len();
    browser.act("r", &id, "retry");
    browser.wait_for_state(&id, "done");
    assert!(downloads.granted()[before].download.unwrap().range.unwrap().0 > 0, "it did not resume");
    browser.act("g", &id, "forget");
    let list = browser.wait_for(|message| message["type"] == "downloads");
    assert_eq!(list["downloads"], json!([]));
}

#[test]
fn a_missing_token_is_requested_from_the_downloads_profile() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let mut other = Connection::open(&downloads, "other");
    let mut browser = Connection::open(&downloads, "p");
    other.list();
    browser.list();
    let id = browser.start(&video);
    let request = browser.wait_for(|message| message["type"] == TOKEN_REQUEST);
    assert_eq!((&request["video_id"], &request["music"]), (&json!(video), &json!(false)));
    assert_eq!(
        (&request["container"], &request["client"]),
        (&json!("firefox-container-1"), &json!("download"))
    );
    let token = random_token();
    downloads.stand_in.accept_token(&token, &video);
    browser.capture(&video, &token);
    browser.wait_for_state(&id, "done");
    assert!(downloads.granted().iter().all(|request| request.po_token.as_deref() == Some(&token)));
    let seen = other.close();
    assert!(seen.iter().all(|message| message["type"] != TOKEN_REQUEST), "both were asked");
}

#[test]
fn a_token_refused_half_way_is_replaced() {
    let downloads =
        Downloads::with(DownloadRules { refuse_token_after: Some(700_000), ..DownloadRules::default() });
    let video = downloads.video(0);
    let first = downloads.put_right(&video);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let id = browser.start(&video);
    let request = browser.wait_for(|message| message["type"] == TOKEN_REQUEST);
    assert_eq!(request["bypass_cache"], json!(true), "{request}");
    let second = random_token();
    downloads.stand_in.accept_token(&second, &video);
    browser.capture(&video, &second);
    let done = browser.wait_for_state(&id, "done");
    let notices: Vec<_> = done["notices"].as_array().unwrap().iter().map(|notice| &notice["code"]).collect();
    assert_eq!(notices, ["token-refused", "token-renewed"]);
    let file = done["file"].as_str().unwrap();
    assert!(has_formats(file.as_ref(), &downloads.stand_in, &video, &[137, 140]));
    let granted = downloads.granted();
    let (before, after): (Vec<_>, Vec<_>) =
        granted.iter().partition(|request| request.po_token.as_deref() == Some(&first));
    assert!(!before.is_empty() && after.iter().all(|request| request.po_token.as_deref() == Some(&second)));
    let resumed = after.first().unwrap().download.unwrap().range.unwrap().0;
    assert!(resumed > 0, "it did not resume");
}

#[test]
fn a_failed_token_request_ends_the_download_with_its_message() {
    let downloads = Downloads::with(DownloadRules::only_with_token());
    let video = downloads.video(0);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let id = browser.start(&video);
    let request = browser.wait_for(|message| message["type"] == TOKEN_REQUEST);
    browser.send(
        &json!({"type": "token-request-failed", "id": request["id"], "code": "tab-closed", "message": "The tab was closed."}),
    );
    let failed = browser.wait_for_state(&id, "failed");
    assert_eq!(failed["error"]["code"], "no-token");
    let message = failed["error"]["message"].as_str().unwrap();
    assert!(message.contains("The tab was closed.") && message.contains(&video), "{message}");
}

#[test]
fn a_killed_download_is_interrupted_and_can_be_retried() {
    let (downloads, mut browser, id) = under_way();
    let process = downloads.processes().into_iter().find(|pid| {
        fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains("--from-host"))
    });
    kill(process.unwrap());
    let failed = browser.wait_for_state(&id, "failed");
    assert_eq!(failed["error"]["code"], "interrupted");
    downloads.stand_in.set_rules(DownloadRules::default());
    browser.act("r", &id, "retry");
    browser.wait_for_state(&id, "done");
}

#[test]
fn only_a_downloads_own_file_is_opened_and_shown() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let bin = downloads.path("bin");
    fs::create_dir(&bin).unwrap();
    let (opener, opened) = (bin.join("xdg-open"), downloads.path("opened"));
    executable::write(&opener, format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{}'\n", opened.display()));
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let id = browser.start(&video);
    let done = browser.wait_for_state(&id, "done");
    let file = done["file"].as_str().unwrap().to_owned();
    for (action, expected) in [("open", file.clone()), ("show", downloads.dir().display().to_string())] {
        fs::write(&opened, "").unwrap();
        browser.act(action, &id, action);
        let was_opened = || (fs::read_to_string(&opened).unwrap() == format!("{expected}\n")).then_some(());
        watch::wait_in(opened.parent().unwrap(), LIMIT, was_opened).unwrap();
    }
    fs::remove_file(&file).unwrap();
    browser.act("missing", &id, "open");
    let error = browser.wait_for(|message| message["id"] == "missing");
    assert!(error["message"].as_str().unwrap().contains(&file), "{error}");
    for strange in ["../../../etc/passwd", "/etc/passwd", "", "--x"] {
        browser.act(strange, strange, "open");
        let error = browser.wait_for(|message| message["id"] == strange);
        assert_eq!(error["code"], "malformed-message", "{error}");
    }
}

#[test]
fn a_browser_cannot_name_paths_options_or_foreign_cookies() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    let cookie = json!({"name": "a", "value": "b", "domain": ".example.net", "path": "/"});
    for (key, value) in [
        ("video_id", json!("--exec=touch x")),
        ("video_id", json!("../../../../x")),
        ("list_id", json!("--exec")),
        ("preset", json!("best --exec x")),
        ("cookies", json!([cookie])),
    ] {
        let mut request = json!({"video_id": video});
        request[key] = value;
        browser.send(&json!({"type": "start-download", "id": "1", "request": request}));
        let error = browser.wait_for(|message| message["id"] == "1");
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("malformed-message")), "{key}");
    }
    let harmless = json!({"video_id": video, "dir": "/nowhere/x", "extra_options": ["--exec", "x"]});
    browser.send(&json!({"type": "start-download", "id": "2", "request": harmless}));
    browser.wait_for(|message| message["id"] == "2" && message["type"] == "download-started");
}

#[test]
fn a_download_gets_tokens_that_the_host_keeps_in_memory() {
    let downloads = Downloads::new();
    downloads.configure("[store]\npath = \":memory:\"", &[]);
    let video = downloads.video(0);
    let token = random_token();
    downloads.stand_in.accept_token(&token, &video);
    let mut browser = Connection::open(&downloads, "p");
    browser.list();
    browser.capture(&video, &token);
    let id = browser.start(&video);
    browser.wait_for_state(&id, "done");
}

#[test]
fn the_list_says_why_no_download_can_be_started() {
    let downloads = Downloads::new();
    downloads.configure("yt_dlp = \"/nowhere/yt-dlp\"", &[]);
    let mut browser = Connection::open(&downloads, "p");
    assert_eq!(browser.list()["problem"]["code"], "yt-dlp-missing");
    browser.send(&json!({"type": "start-download", "id": "1", "request": {"video_id": downloads.video(0)}}));
    let error = browser.wait_for(|message| message["id"] == "1");
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("yt-dlp-missing")));
}

fn has_progress(message: &Value) -> bool {
    message["download"]["progress"]["permille"].as_u64() > Some(50)
}
