//! Tokens whose video is not known yet: they wait for it, and not for long.

use crate::deadline::wait_until;
use crate::sandbox::{Browser, Sandbox, VIDEO, captured, hello, media, now, playing, token};
use potbridge_protocol::PoToken;
use serde_json::json;
use std::time::{Duration, Instant};

const CPN: &str = "G3iep-t_Rs_pkoUQ";

/// How long a token may wait for its video.
const WAIT: Duration = Duration::from_secs(2);

fn lines(token: &PoToken, video: &str) -> String {
    format!("FOR={video}\nPO={}\n", token.expose())
}

/// A browser that has said hello, and brought a token with a video a minute ago.
fn with_older_token(sandbox: &Sandbox) -> (Browser, PoToken) {
    sandbox.configure_with_video("");
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let older = token();
    browser.ask(&captured("0", &older, "aaaaaaaaaaa", now() - 60_000));
    (browser, older)
}

#[test]
fn the_newest_token_is_delivered_without_its_video_after_two_seconds_and_not_before() {
    let sandbox = Sandbox::new();
    let (mut browser, older) = with_older_token(&sandbox);
    let newer = token();
    let (began, at) = (Instant::now(), now());
    let stored = browser.ask(&media("1", &newer, CPN, at));
    assert_eq!(stored["sinks"][0]["outcome"], json!("unchanged"));
    assert_eq!(sandbox.env_text(), lines(&older, "aaaaaaaaaaa"));
    assert_eq!(sandbox.run(&["get"], "").stdout().trim_end(), older.expose());

    let report = browser.delivered("env-file");
    assert_eq!(report["outcome"], json!("written"));
    assert!(began.elapsed() >= WAIT, "{:?}", began.elapsed());
    assert!(report["at"].as_u64().unwrap() < at + 3000);
    assert_eq!(sandbox.env_text(), lines(&newer, ""));
    assert_eq!(sandbox.run(&["get"], "").stdout().trim_end(), newer.expose());
}

#[test]
fn the_wait_is_counted_from_the_request_on() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_older_token(&sandbox);
    let newer = token();
    browser.ask(&media("1", &newer, CPN, now() - 1700));
    let began = Instant::now();
    browser.delivered("env-file");
    assert!(began.elapsed() < WAIT, "{:?}", began.elapsed());
    assert_eq!(sandbox.env_text(), lines(&newer, ""));
    // What was under way for longer does not wait at all.
    let late = token();
    let stored = browser.ask(&media("2", &late, "late-t_Rs_pkoUQ0", now() - 1600));
    assert_eq!(stored["type"], "stored");
    browser.delivered("env-file");
    let latest = token();
    browser.ask(&playing("3", "late-t_Rs_pkoUQ0", VIDEO, "probable"));
    browser.ask(&media("4", &latest, "late-t_Rs_pkoUQ0", now()));
    assert_eq!(sandbox.env_text(), lines(&latest, VIDEO));
}

#[test]
fn a_wait_that_ends_during_the_delivery_is_not_missed() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_older_token(&sandbox);
    for late in 0..24 {
        // The wait ends while the host answers: before, during or after the delivery.
        let (token, under_way) = (token(), 2000 - 2 * late);
        browser.ask(&media(
            &format!("{late}"),
            &token,
            &format!("G3iep-t_Rs_pko{late:02}"),
            now() - under_way,
        ));
        wait_until("the token is in the file", || sandbox.env_text() == lines(&token, ""));
    }
}

#[test]
fn a_token_with_its_video_is_delivered_at_once_and_a_surer_video_replaces_it() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_older_token(&sandbox);
    let newer = token();
    browser.ask(&media("1", &newer, CPN, now()));
    assert_eq!(browser.ask(&playing("2", CPN, VIDEO, "probable"))["type"], "noted");
    assert_eq!(sandbox.env_text(), lines(&newer, VIDEO));

    assert_eq!(browser.ask(&playing("3", CPN, "bbbbbbbbbbb", "certain"))["type"], "noted");
    assert_eq!(sandbox.env_text(), lines(&newer, "bbbbbbbbbbb"));
    browser.ask(&playing("4", CPN, VIDEO, "probable"));
    assert_eq!(sandbox.env_text(), lines(&newer, "bbbbbbbbbbb"));
    let found = sandbox.run(&["get", "--video", "bbbbbbbbbbb", "--json"], "").ends_with(0).json();
    assert_eq!(found["certainty"], json!("certain"));
}

#[test]
fn a_video_that_comes_after_the_wait_is_written_beside_its_token() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_older_token(&sandbox);
    let newer = token();
    browser.ask(&media("1", &newer, CPN, now() - 1700));
    browser.delivered("env-file");
    assert_eq!(sandbox.env_text(), lines(&newer, ""));
    browser.ask(&playing("2", CPN, VIDEO, "certain"));
    assert_eq!(sandbox.env_text(), lines(&newer, VIDEO));
}

#[test]
fn each_of_several_tokens_waits_for_itself() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_older_token(&sandbox);
    let (first, second) = (token(), token());
    browser.ask(&media("1", &first, CPN, now() - 1700));
    browser.ask(&media("2", &second, "other-t_Rs_pkoUQ", now() - 1000));
    browser.delivered("env-file");
    assert_eq!(sandbox.env_text(), lines(&first, ""));
    browser.delivered("env-file");
    assert_eq!(sandbox.env_text(), lines(&second, ""));
}

#[cfg(unix)]
#[test]
fn slow_sinks_get_it_after_the_wait_too() {
    let sandbox = Sandbox::new();
    let got = sandbox.path("got");
    sandbox.configure(&format!("[[sink]]\nkind = \"command\"\ncommand = \"cat > '{}'\"\n", got.display()));
    let mut browser = sandbox.firefox();
    browser.ask(&captured("0", &token(), VIDEO, now() - 60_000));
    browser.delivered("command");
    let newer = token();
    browser.ask(&media("1", &newer, CPN, now() - 1500));
    assert_eq!(browser.delivered("command")["outcome"], json!("unchanged"));
    assert_eq!(browser.delivered("command")["outcome"], json!("written"));
    assert!(std::fs::read_to_string(got).unwrap().contains(newer.expose()));
}

#[test]
fn a_connection_that_ends_delivers_what_waits() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_older_token(&sandbox);
    let newer = token();
    let began = Instant::now();
    browser.ask(&media("1", &newer, CPN, now()));
    assert_eq!(browser.close().0, Some(0));
    assert_eq!(sandbox.env_text(), lines(&newer, ""));
    assert!(began.elapsed() < WAIT, "{:?}", began.elapsed());
}

#[test]
fn what_a_killed_host_left_waiting_is_delivered_by_the_next_one() {
    let sandbox = Sandbox::new();
    let (mut browser, older) = with_older_token(&sandbox);
    let newer = token();
    browser.ask(&media("1", &newer, CPN, now()));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    assert_eq!(sandbox.env_text(), lines(&older, "aaaaaaaaaaa"));
    let mut next = sandbox.firefox();
    next.ask(&hello());
    assert_eq!(next.delivered("env-file")["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), lines(&newer, ""));
}

#[test]
fn an_env_file_that_could_not_be_written_is_written_by_the_next_connection() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.env()).unwrap();
    let mut browser = sandbox.firefox();
    let token = token();
    let stored = browser.ask(&captured("1", &token, VIDEO, now()));
    assert_eq!(stored["sinks"][0]["outcome"], json!("failed"));
    browser.close();
    std::fs::remove_dir(sandbox.env()).unwrap();
    let mut next = sandbox.firefox();
    next.ask(&hello());
    assert_eq!(next.delivered("env-file")["outcome"], json!("written"));
    assert!(sandbox.env_text().contains(token.expose()));
    // From now on there is nothing to do.
    next.close();
    let mut third = sandbox.firefox();
    third.ask(&hello());
    assert_eq!(third.close(), (Some(0), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn no_thread_is_left_when_none_waits() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_older_token(&sandbox);
    let process = browser.host.id();
    let threads = || std::fs::read_dir(format!("/proc/{process}/task")).unwrap().count();
    let before = threads();
    let newer = token();
    browser.ask(&media("1", &newer, CPN, now() - 1500));
    // Its thread begins after the answer.
    browser.ask(&json!({"type": "status"}));
    assert_eq!(threads(), before + 1);
    browser.delivered("env-file");
    wait_until("the thread ends", || threads() == before);
}
