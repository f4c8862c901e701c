//! Downloads as a browser's extension asks the host for them, with real yt-dlp.

#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(target_os = "linux")]

use potbridge_end_to_end::downloads::{Downloads, holds, random_token};
use potbridge_end_to_end::trial::LIMIT;
use potbridge_end_to_end::watch;
use potbridge_protocol::frame;
use potbridge_protocol::names::FIREFOX_ID;
use potbridge_stand_in::Conduct;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn slow() -> Conduct {
    Conduct { bytes_per_second: Some(300_000), ..Conduct::default() }
}

#[test]
fn a_download_goes_on_when_the_browser_closes_and_the_next_one_is_told_of_it() {
    let downloads = Downloads::with(slow());
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut browser = Browser::open(&downloads, "p");
    assert_eq!(browser.list()["downloads"], json!([]));
    let job = browser.start(&video);
    browser.wait_for(|message| {
        message["download"]["job"] == *job && message["download"]["progress"]["permille"].as_u64() > Some(50)
    });
    browser.close();

    let mut next = Browser::open(&downloads, "p");
    let listed = next.list()["downloads"][0].clone();
    assert_eq!((&listed["job"], &listed["video_id"]), (&json!(job), &json!(video)));
    assert!(["downloading", "processing", "done"].contains(&listed["state"].as_str().unwrap()), "{listed}");
    let done = next.wait_for_state(&job, "done");
    assert!(holds(Path::new(done["file"].as_str().unwrap()), &downloads.stand_in, &video, &[137, 140]));
}

#[test]
fn it_is_cancelled_retried_and_taken_out_of_the_list() {
    let downloads = Downloads::with(slow());
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut browser = Browser::open(&downloads, "p");
    browser.list();
    let job = browser.start(&video);
    browser.wait_for(|message| message["download"]["progress"]["permille"].as_u64() > Some(50));
    browser.send(&json!({"type": "job", "id": "f", "job": job, "act": "forget"}));
    let error = browser.wait_for(|message| message["type"] == "error");
    assert_eq!((&error["id"], &error["code"]), (&json!("f"), &json!("download-failed")));
    browser.send(&json!({"type": "job", "id": "c", "job": job, "act": "cancel"}));
    browser.wait_for_state(&job, "cancelled");
    downloads.stand_in.set(Conduct::default());
    let before = downloads.given().len();
    browser.send(&json!({"type": "job", "id": "r", "job": job, "act": "retry"}));
    browser.wait_for_state(&job, "done");
    assert!(downloads.given()[before].download.unwrap().range.unwrap().0 > 0, "it began anew");
    browser.send(&json!({"type": "job", "id": "g", "job": job, "act": "forget"}));
    let list = browser.wait_for(|message| message["type"] == "downloads");
    assert_eq!(list["downloads"], json!([]));
}

#[test]
fn a_token_that_is_missing_is_wanted_of_the_browser_of_that_profile_and_the_download_goes_on_with_it() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let mut other = Browser::open(&downloads, "other");
    let mut browser = Browser::open(&downloads, "p");
    other.list();
    browser.list();
    let job = browser.start(&video);
    let wanted = browser.wait_for(|message| message["type"] == "wanted");
    assert_eq!((&wanted["video_id"], &wanted["music"]), (&json!(video), &json!(false)));
    assert_eq!((&wanted["container"], &wanted["asker"]), (&json!("firefox-container-1"), &json!("download")));
    let token = random_token();
    downloads.stand_in.accept(&token, &video);
    browser.capture(&video, &token);
    browser.wait_for_state(&job, "done");
    assert!(downloads.given().iter().all(|request| request.po_token.as_deref() == Some(&token)));
    let seen = other.close();
    assert!(seen.iter().all(|message| message["type"] != "wanted"), "both were asked");
}

#[test]
fn a_token_that_is_refused_half_way_is_replaced_and_the_download_goes_on_from_there() {
    let downloads = Downloads::with(Conduct { refuse_token_after: Some(700_000), ..Conduct::default() });
    let video = downloads.video(0);
    let first = downloads.put_right(&video);
    let mut browser = Browser::open(&downloads, "p");
    browser.list();
    let job = browser.start(&video);
    let wanted = browser.wait_for(|message| message["type"] == "wanted");
    assert_eq!(wanted["anew"], json!(true), "{wanted}");
    let second = random_token();
    downloads.stand_in.accept(&second, &video);
    browser.capture(&video, &second);
    let done = browser.wait_for_state(&job, "done");
    let notices: Vec<_> = done["notices"].as_array().unwrap().iter().map(|notice| &notice["code"]).collect();
    assert_eq!(notices, ["token-refused", "token-renewed"]);
    let file = done["file"].as_str().unwrap();
    assert!(holds(file.as_ref(), &downloads.stand_in, &video, &[137, 140]));
    let given = downloads.given();
    let (before, after): (Vec<_>, Vec<_>) =
        given.iter().partition(|request| request.po_token.as_deref() == Some(&first));
    assert!(!before.is_empty() && after.iter().all(|request| request.po_token.as_deref() == Some(&second)));
    let resumed = after.first().unwrap().download.unwrap().range.unwrap().0;
    assert!(resumed > 0, "it began anew");
}

#[test]
fn a_token_that_no_browser_can_bring_ends_the_download_with_the_browsers_own_words() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let mut browser = Browser::open(&downloads, "p");
    browser.list();
    let job = browser.start(&video);
    let wanted = browser.wait_for(|message| message["type"] == "wanted");
    browser.send(&json!({"type": "unobtainable", "id": wanted["id"], "code": "tab-closed", "message": "The tab was closed."}));
    let failed = browser.wait_for_state(&job, "failed");
    assert_eq!(failed["error"]["code"], "no-token");
    let message = failed["error"]["message"].as_str().unwrap();
    assert!(message.contains("The tab was closed.") && message.contains(&video), "{message}");
}

#[test]
fn one_whose_process_was_killed_is_told_as_broken_off_and_goes_on_when_it_is_retried() {
    let downloads = Downloads::with(slow());
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let mut browser = Browser::open(&downloads, "p");
    browser.list();
    let job = browser.start(&video);
    browser.wait_for(|message| message["download"]["progress"]["permille"].as_u64() > Some(50));
    let process = downloads.processes().into_iter().find(|pid| {
        fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains("--from-host"))
    });
    let pid = rustix::process::Pid::from_raw(process.unwrap().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let failed = browser.wait_for_state(&job, "failed");
    assert_eq!(failed["error"]["code"], "interrupted");
    downloads.stand_in.set(Conduct::default());
    browser.send(&json!({"type": "job", "id": "r", "job": job, "act": "retry"}));
    browser.wait_for_state(&job, "done");
}

#[test]
fn a_file_is_opened_and_shown_by_the_host_and_only_a_downloads_own() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let _token = downloads.put_right(&video);
    let bin = downloads.path("bin");
    fs::create_dir(&bin).unwrap();
    let (opener, opened) = (bin.join("xdg-open"), downloads.path("opened"));
    fs::write(&opener, format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{}'\n", opened.display())).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let mut browser = Browser::open(&downloads, "p");
    browser.list();
    let job = browser.start(&video);
    let done = browser.wait_for_state(&job, "done");
    let file = done["file"].as_str().unwrap().to_owned();
    for (act, expected) in [("open", file.clone()), ("show", downloads.dir().display().to_string())] {
        fs::write(&opened, "").unwrap();
        browser.send(&json!({"type": "job", "id": act, "job": job, "act": act}));
        let was_opened = || (fs::read_to_string(&opened).unwrap() == format!("{expected}\n")).then_some(());
        watch::wait_in(opened.parent().unwrap(), LIMIT, was_opened).unwrap();
    }
    fs::remove_file(&file).unwrap();
    browser.send(&json!({"type": "job", "id": "gone", "job": job, "act": "open"}));
    let error = browser.wait_for(|message| message["id"] == "gone");
    assert!(error["message"].as_str().unwrap().contains(&file), "{error}");
    for strange in ["../../../etc/passwd", "/etc/passwd", "", "--x"] {
        browser.send(&json!({"type": "job", "id": strange, "job": strange, "act": "open"}));
        let error = browser.wait_for(|message| message["id"] == strange);
        assert_eq!(error["code"], "malformed-message", "{error}");
    }
}

#[test]
fn a_browser_names_neither_paths_nor_options_nor_other_sites_cookies() {
    let downloads = Downloads::new();
    let video = downloads.video(0);
    let mut browser = Browser::open(&downloads, "p");
    browser.list();
    let cookie = json!({"name": "a", "value": "b", "domain": ".example.net", "path": "/"});
    for (key, value) in [
        ("video_id", json!("--exec=touch x")),
        ("video_id", json!("../../../../x")),
        ("list_id", json!("--exec")),
        ("preset", json!("best --exec x")),
        ("cookies", json!([cookie])),
    ] {
        let mut ask = json!({"video_id": video});
        ask[key] = value;
        browser.send(&json!({"type": "download", "id": "1", "ask": ask}));
        let error = browser.wait_for(|message| message["id"] == "1");
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("malformed-message")), "{key}");
    }
    let harmless = json!({"video_id": video, "dir": "/nowhere/x", "extra_options": ["--exec", "x"]});
    browser.send(&json!({"type": "download", "id": "2", "ask": harmless}));
    browser.wait_for(|message| message["id"] == "2" && message["type"] == "started");
}

#[test]
fn tokens_that_are_kept_inside_the_host_reach_the_download() {
    let downloads = Downloads::new();
    downloads.configure("[shelf]\npath = \":memory:\"", &[]);
    let video = downloads.video(0);
    let token = random_token();
    downloads.stand_in.accept(&token, &video);
    let mut browser = Browser::open(&downloads, "p");
    browser.list();
    browser.capture(&video, &token);
    let job = browser.start(&video);
    browser.wait_for_state(&job, "done");
}

#[test]
fn why_no_download_can_be_started_is_said_with_the_list() {
    let downloads = Downloads::new();
    downloads.configure("yt_dlp = \"/nowhere/yt-dlp\"", &[]);
    let mut browser = Browser::open(&downloads, "p");
    assert_eq!(browser.list()["problem"]["code"], "yt-dlp-missing");
    browser.send(&json!({"type": "download", "id": "1", "ask": {"video_id": downloads.video(0)}}));
    let error = browser.wait_for(|message| message["id"] == "1");
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("yt-dlp-missing")));
}

/// A browser's end of a session.
struct Browser {
    host: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
}

impl Browser {
    fn open(downloads: &Downloads, profile: &str) -> Self {
        let path = std::env::var("PATH").unwrap();
        let mut host = downloads
            .command(&["/m/dev.potbridge.host.json", FIREFOX_ID])
            .env("PATH", format!("{}:{path}", downloads.path("bin").display()))
            // No file manager of whoever runs the tests.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = host.stdout.take().unwrap();
        let (tell, messages) = mpsc::channel();
        thread::spawn(move || {
            while let Ok(Some(bytes)) = frame::read(&mut output, frame::MAX_FROM_HOST) {
                if tell.send(serde_json::from_slice(&bytes).unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self { input: host.stdin.take(), host, messages };
        browser.send(
            &json!({"type": "hello", "protocol": 1, "version": "0.1.0", "browser": "firefox", "profile": profile}),
        );
        browser.wait_for(|message| message["type"] == "hello");
        browser.send(&json!({"type": "wishes", "on": true}));
        browser
    }

    fn send(&mut self, message: &Value) {
        frame::write(self.input.as_mut().unwrap(), message).unwrap();
    }

    /// Asks for the list, upon which the session follows the downloads.
    fn list(&mut self) -> Value {
        self.send(&json!({"type": "downloads"}));
        self.wait_for(|message| message["type"] == "downloads")
    }

    fn start(&mut self, video: &str) -> String {
        let session = json!({"profile": "p", "container": "firefox-container-1"});
        self.send(&json!({"type": "download", "id": "1", "ask": {"video_id": video, "session": session}}));
        let answer = self.wait_for(|message| message["id"] == "1");
        answer["job"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn capture(&mut self, video: &str, token: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        self.send(&json!({"type": "captured", "id": "t", "capture": {
            "token": token, "context": "gvs", "host": "www.youtube.com", "source": "sabr",
            "client": {"name": "WEB", "version": "2.20260911.01.00"},
            "binding": {"video_id": video, "certainty": "certain"},
            "session": {"profile": "p"}, "captured_at": u64::try_from(now).unwrap(),
        }}));
        self.wait_for(|message| message["id"] == "t" && message["type"] == "stored");
    }

    #[track_caller]
    fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        while let Ok(message) = self.messages.recv_timeout(LIMIT) {
            if wanted(&message) {
                return message;
            }
            last = message;
        }
        panic!("that never came; the last was {last}")
    }

    #[track_caller]
    fn wait_for_state(&mut self, job: &str, state: &str) -> Value {
        let is =
            |message: &Value| message["download"]["job"] == *job && message["download"]["state"] == *state;
        self.wait_for(is)["download"].take()
    }

    /// Closes the connection as a browser does, and gives what the host had still said.
    fn close(mut self) -> Vec<Value> {
        drop(self.input.take());
        self.host.wait().unwrap();
        let mut rest = Vec::new();
        while let Ok(message) = self.messages.recv_timeout(Duration::from_secs(5)) {
            rest.push(message);
        }
        rest
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.input.take());
        // It is gone already where the test closed it.
        let _ = self.host.wait();
    }
}
