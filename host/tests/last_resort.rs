//! potbridge's own browser, which is started if no browser of a person brings the token. The browser is a script; the test
//! is its extension.

use crate::deadline::{LIMIT, lines, wait_until};
use crate::fake_browser::{FakeBrowser, ON_INT};
use crate::runner::{has_members, ignore_no_signal};
use crate::sandbox::on_demand::{
    TOKEN_REQUEST, accepting, bring, ended, fails, is_asked, pause, sockets, starting, token_request,
    unattended,
};
use crate::sandbox::{Browser, VIDEO, captured, now, token};
use crate::server::Client;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

fn get(fake: &FakeBrowser, video: &str) -> Child {
    ignore_no_signal();
    fake.potbridge(&["get", "--video", video, "--wait", "60", "--wait-for-browser", "0"]).spawn().unwrap()
}

/// Brings a token when it is asked for one, and checks that it is given.
fn answers(mut browser: Browser, get: Child) {
    is_asked(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn it_is_started_if_no_browser_is_open() {
    let fake = FakeBrowser::new(ON_INT);
    let get = get(&fake, VIDEO);
    fake.starts();
    answers(unattended(&fake.sandbox), get);
    assert_eq!(fake.notes("starts").len(), 1);
}

#[test]
fn a_client_of_serve_has_it_started_and_gets_its_token() {
    let fake = FakeBrowser::new(ON_INT);
    ignore_no_signal();
    let mut serve = fake.potbridge(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let log = lines(serve.stderr.take().unwrap());
    let ready = log.recv_timeout(LIMIT).unwrap();
    let mut client = Client::connect(ready.split("http://").nth(1).unwrap().trim().parse().unwrap());
    client.send("POST", "/get_pot", &[], &json!({ "content_binding": VIDEO }).to_string());
    fake.starts();
    let mut own = unattended(&fake.sandbox);
    // What is left of its time is enough for a cold start.
    assert!(is_asked(&mut own)["timeout_ms"].as_u64().unwrap() > 5000);
    let token = token();
    bring(&mut own, &token, VIDEO);
    assert!(client.reply().unwrap().json()["poToken"] == token.expose());
    serve.kill().unwrap();
    serve.wait().unwrap();
}

#[test]
fn it_is_started_beside_a_browser_that_says_no_or_cannot_open_the_video() {
    let fake = FakeBrowser::new(ON_INT);
    let mut person = accepting(&fake.sandbox, "p");
    pause(&mut person, true);
    let paused = get(&fake, VIDEO);
    fake.starts();
    let mut own = unattended(&fake.sandbox);
    is_asked(&mut own);
    let token = token();
    bring(&mut own, &token, VIDEO);
    assert!(ended(paused).ends_with(0).stdout().trim() == token.expose());
    // The next one finds it running.
    pause(&mut person, false);
    let hidden = get(&fake, "aaaaaaaaaaa");
    let request = token_request(&mut person);
    fails(&mut person, &request, "page-hidden");
    token_request(&mut own);
    bring(&mut own, &token, "aaaaaaaaaaa");
    ended(hidden).ends_with(0);
    assert_eq!(fake.notes("starts").len(), 1);
}

#[test]
fn it_is_not_started_if_a_browser_of_a_person_answers_or_is_about_to() {
    let fake = FakeBrowser::new(ON_INT);
    let mut person = starting(&fake.sandbox, "p");
    for code in ["login-needed", "not-playable"] {
        let get = get(&fake, VIDEO);
        sleep(Duration::from_millis(300));
        person.send(&json!({"type": "accept-token-requests", "accept": true}));
        let request = token_request(&mut person);
        fails(&mut person, &request, code);
        ended(get).ends_with(3);
    }
    assert_eq!(fake.notes("starts"), [""; 0]);
}

#[test]
fn it_is_named_and_nobody_is_told_to_play_a_video_in_it() {
    let fake = FakeBrowser::new(ON_INT);
    ignore_no_signal();
    let get = fake.potbridge(&["get", "--video", VIDEO, "--wait", "6"]).spawn().unwrap();
    fake.starts();
    let mut own = unattended(&fake.sandbox);
    is_asked(&mut own);
    let status = fake.sandbox.run(&["status"], "");
    assert!(status.stdout().contains("potbridge's own Firefox"), "{}", status.stdout());
    let ran = ended(get).ends_with(3);
    assert!(ran.stderr().contains("`potbridge browser login`"), "{}", ran.stderr());
}

#[test]
fn why_it_cannot_be_started_is_the_error() {
    let fake = FakeBrowser::new("echo no library >&2; exit 7");
    let began = Instant::now();
    let ran = ended(get(&fake, VIDEO)).ends_with(1);
    assert!(ran.stderr().contains("no library"), "{}", ran.stderr());

    fake.configure("sandbox = false\nprogram = \"/nowhere/chromium\"");
    fake.sandbox.run(&["browser", "end"], "");
    let mut person = accepting(&fake.sandbox, "p");
    pause(&mut person, true);
    let ran = ended(get(&fake, VIDEO)).ends_with(1);
    let said = ran.stderr();
    assert!(said.contains("there is no browser /nowhere/chromium"), "{said}");
    assert!(said.contains("and the browser that is open: potbridge is paused in that browser"), "{said}");
    // Nothing was waited for in vain.
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
}

#[test]
fn a_request_outlives_the_browser_and_its_watchdog() {
    let fake = FakeBrowser::new(ON_INT);
    let get = get(&fake, VIDEO);
    for (kill_browser, kill_watchdog) in [(true, false), (false, true), (true, true)] {
        let pid = fake.starts();
        let mut own = unattended(&fake.sandbox);
        is_asked(&mut own);
        let status = fake.sandbox.run(&["browser", "status", "--json"], "").ends_with(0).json();
        let watchdog = i32::try_from(status["watchdog_pid"].as_i64().unwrap()).unwrap();
        if kill_watchdog {
            kill_process(Pid::from_raw(watchdog).unwrap(), Signal::KILL).unwrap();
        }
        if kill_browser {
            kill_process(pid, Signal::KILL).unwrap();
        }
        // The host ends with its browser.
        own.host.kill().unwrap();
        own.host.wait().unwrap();
    }
    fake.starts();
    answers(unattended(&fake.sandbox), get);
}

#[test]
fn it_is_not_idle_while_a_request_waits() {
    let fake = FakeBrowser::new(ON_INT);
    fake.configure("sandbox = false\nidle = \"1s\"");
    let get = get(&fake, VIDEO);
    let pid = fake.starts();
    let mut own = unattended(&fake.sandbox);
    is_asked(&mut own);
    sleep(Duration::from_secs(3));
    assert!(has_members(pid), "it was ended");
    let token = token();
    bring(&mut own, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
    wait_until("it ends", || !has_members(pid));
}

#[test]
fn a_hundred_programs_start_one_browser_and_are_all_answered() {
    let fake = FakeBrowser::new(ON_INT);
    let tokens: HashMap<String, _> = (0..100).map(|number| (format!("video{number:06}"), token())).collect();
    let gets: Vec<_> = tokens.keys().map(|video| (video, get(&fake, video))).collect();
    fake.starts();
    assert!(sockets(&fake.sandbox).is_empty());
    let mut own = unattended(&fake.sandbox);
    own.send(&json!({"type": "accept-token-requests", "accept": true}));
    let mut asked = 0;
    while asked < tokens.len() {
        let message: Value = own.receive();
        if message["type"] == TOKEN_REQUEST {
            let video = message["video_id"].as_str().unwrap();
            own.send(&captured("c", &tokens[video], video, now()));
            asked += 1;
        }
    }
    for (video, get) in gets {
        assert!(ended(get).ends_with(0).stdout().trim() == tokens[video].expose(), "{video}");
    }
    assert_eq!(fake.notes("starts").len(), 1);
}
