//! Programs that wait for a browser, and who is asked when.

#[cfg(target_os = "linux")]
use crate::deadline::wait_until;
use crate::sandbox::on_demand::{
    TOKEN_REQUEST, accepting, accepts, bring, ended, fails, get, is_asked, pause, starting, token_request,
    unattended,
};
use crate::sandbox::{Sandbox, VIDEO, token};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A `get` that waits for no browser, unless one is coming.
fn impatient(sandbox: &Sandbox) -> Child {
    let get = ["get", "--video", VIDEO, "--wait", "60", "--wait-for-browser", "0"];
    sandbox.potbridge(&get).spawn().unwrap()
}

#[test]
fn a_browser_that_comes_later_is_waited_for_and_asked() {
    let sandbox = Sandbox::new();
    let mut get = get(&sandbox, VIDEO);
    sleep(Duration::from_secs(1));
    assert!(get.try_wait().unwrap().is_none(), "it does not wait");
    let mut browser = starting(&sandbox, "p");
    let request = is_asked(&mut browser);
    // It has the time that is left.
    let left = request["timeout_ms"].as_u64().unwrap();
    assert!(left > 0 && left < 60_000, "{request}");
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn a_browser_that_has_not_said_yet_that_it_may_be_asked_is_waited_for() {
    let sandbox = Sandbox::new();
    let mut browser = starting(&sandbox, "p");
    let mut get = impatient(&sandbox);
    sleep(Duration::from_millis(500));
    assert!(get.try_wait().unwrap().is_none(), "it does not wait");
    is_asked(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn a_browser_that_starts_is_waited_for_though_another_one_says_no() {
    let sandbox = Sandbox::new();
    let mut off = accepting(&sandbox, "off");
    accepts(&mut off, false);
    let mut browser = starting(&sandbox, "p");
    let get = get(&sandbox, VIDEO);
    sleep(Duration::from_millis(300));
    is_asked(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn a_browser_that_says_no_is_not_waited_for() {
    let sandbox = Sandbox::new();
    let mut off = accepting(&sandbox, "off");
    accepts(&mut off, false);
    let began = Instant::now();
    let ran = ended(get(&sandbox, VIDEO)).ends_with(3);
    assert!(ran.stderr().contains("turned off"), "{}", ran.stderr());
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn a_browser_that_never_says_that_it_may_be_asked_is_named() {
    let sandbox = Sandbox::new();
    let _browser = starting(&sandbox, "p");
    let ran = sandbox.run(&["get", "--video", VIDEO, "--wait", "1", "--json"], "").ends_with(3).json();
    assert_eq!(ran["code"], "no-browser");
    let message = ran["message"].as_str().unwrap();
    assert!(
        message.ends_with("the extension in firefox did not say within 1 s that it may be asked"),
        "{message}"
    );
}

#[test]
fn after_a_browser_was_closed_the_next_one_is_asked() {
    let sandbox = Sandbox::new();
    let mut closes = accepting(&sandbox, "p");
    let get = get(&sandbox, VIDEO);
    token_request(&mut closes);
    closes.close();
    let mut browser = starting(&sandbox, "p");
    is_asked(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn the_own_browser_is_asked_after_those_of_people() {
    let sandbox = Sandbox::new();
    let (mut person, mut own) = (accepting(&sandbox, "p"), unattended(&sandbox));
    accepts(&mut own, true);
    // It was active last.
    bring(&mut own, &token(), "aaaaaaaaaaa");
    for code in ["tab-closed", "page-hidden", "too-many", "cannot-open"] {
        let get = get(&sandbox, "bbbbbbbbbbb");
        let request = token_request(&mut person);
        fails(&mut person, &request, code);
        let request = token_request(&mut own);
        fails(&mut own, &request, "not-playable");
        let ran = ended(get).ends_with(3);
        assert!(ran.stderr().ends_with(": it does not\n"), "{}", ran.stderr());
    }
    pause(&mut person, true);
    let get = get(&sandbox, VIDEO);
    token_request(&mut own);
    let token = token();
    bring(&mut own, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn the_own_browser_is_not_asked_for_what_it_cannot_have_either() {
    let sandbox = Sandbox::new();
    let (mut person, mut own) = (accepting(&sandbox, "p"), unattended(&sandbox));
    accepts(&mut own, true);
    for code in ["login-needed", "not-playable", "no-token"] {
        let get = get(&sandbox, VIDEO);
        let request = token_request(&mut person);
        fails(&mut person, &request, code);
        ended(get).ends_with(3);
    }
    let (_, said) = own.close();
    assert!(!said.contains(TOKEN_REQUEST), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn who_waits_does_not_spin() {
    let sandbox = Sandbox::new();
    let mut for_browser = get(&sandbox, VIDEO);
    let began = Instant::now();
    wait_until("it has waited for two seconds", || began.elapsed() > Duration::from_secs(2));
    let spent = processor_time(&for_browser);
    assert!(spent < Duration::from_millis(200), "{spent:?} in {:?}", began.elapsed());
    for_browser.kill().unwrap();
    for_browser.wait().unwrap();

    let mut browser = accepting(&sandbox, "p");
    let mut for_token = get(&sandbox, VIDEO);
    token_request(&mut browser);
    let before = processor_time(&for_token);
    sleep(Duration::from_secs(1));
    let spent = processor_time(&for_token) - before;
    assert!(spent < Duration::from_millis(50), "{spent:?} in a second");
    for_token.kill().unwrap();
    for_token.wait().unwrap();
}

/// How long a process has kept a processor busy.
#[cfg(target_os = "linux")]
fn processor_time(process: &Child) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // `utime` and `stime`, the 14th and the 15th field, in hundredths of a second.
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}
