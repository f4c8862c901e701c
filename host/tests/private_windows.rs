//! Tokens of private windows: kept apart, and gone with the last such window.

use crate::deadline::wait_until;
use crate::sandbox::{Browser, Sandbox, VIDEO, captured, hello, media, now, playing, private, token};
use serde_json::{Value, json};
use std::fs;

const DELIVER: &str = "[private_windows]\ndeliver = true\n";

fn ask_status(browser: &mut Browser) -> Value {
    browser.send(&json!({"type": "status"}));
    browser.receive_type("status")
}

/// The tokens of the store, by whether they are of a private window.
fn private_flags(browser: &mut Browser) -> Vec<bool> {
    let status = ask_status(browser);
    status["tokens"].as_array().unwrap().iter().map(|token| token["private"].as_bool().unwrap()).collect()
}

#[test]
fn a_private_token_goes_to_no_place_and_is_listed_as_private() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let token = token();
    let stored = browser.ask(&private(captured("1", &token, VIDEO, now())));
    assert_eq!((&stored["type"], &stored["token"]["private"]), (&json!("stored"), &json!(true)));
    assert_eq!(stored["sinks"], json!([]));
    assert_eq!(sandbox.env_text(), "");
    for arguments in [
        &["get"][..],
        &["get", "--video", VIDEO],
        &["get", "--video", VIDEO, "--context", "player"],
        &["get", "--video", VIDEO, "--wait", "1"],
    ] {
        sandbox.run(arguments, "").ends_with(3);
    }
    let said = sandbox.run(&["get"], "").stderr();
    let set = "config set private_windows.deliver true";
    assert!(said.contains(set) && !said.contains(token.expose()), "{said}");
    let ran = sandbox.run(&["status", "--json"], "").ends_with(0);
    assert_eq!(ran.json()["tokens"][0]["private"], json!(true));
    let said = sandbox.run(&["status"], "").ends_with(0).stdout();
    let line = said.lines().find(|line| line.contains(&token.fingerprint())).unwrap();
    assert!(line.contains("private window"), "{line}");
}

#[test]
fn a_private_token_takes_no_place_of_the_profiles_own() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video("");
    sandbox.run(&["config", "set", "private_windows.deliver", "true"], "").ends_with(0);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let (of_private, own) = (token(), token());
    browser.ask(&private(captured("1", &of_private, "aaaaaaaaaaa", now())));
    assert_eq!(sandbox.env_text(), format!("FOR=aaaaaaaaaaa\nPO={}\n", of_private.expose()));
    assert_eq!(sandbox.run(&["get"], "").ends_with(0).stdout().trim_end(), of_private.expose());
    browser.ask(&captured("2", &own, VIDEO, now() - 60_000));
    assert_eq!(sandbox.env_text(), format!("FOR={VIDEO}\nPO={}\n", own.expose()));
    browser.ask(&private(captured("3", &token(), VIDEO, now())));
    assert_eq!(sandbox.env_text(), format!("FOR={VIDEO}\nPO={}\n", own.expose()));
    assert_eq!(sandbox.run(&["get", "--video", VIDEO], "").stdout().trim_end(), own.expose());
}

#[test]
fn a_private_playback_names_no_token_of_the_profile() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video("");
    let mut browser = sandbox.firefox();
    let own = token();
    let cpn = "G3iep-t_Rs_pkoUQ";
    browser.ask(&media("1", &own, cpn, now() - 5000));
    browser.ask(&private(playing("2", cpn, VIDEO, "certain")));
    assert_eq!(sandbox.env_text(), format!("FOR=\nPO={}\n", own.expose()));
}

#[test]
fn the_last_private_window_takes_its_tokens_with_it() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video(DELIVER);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let of_private = token();
    browser.ask(&private(captured("1", &of_private, VIDEO, now())));
    assert_eq!(private_flags(&mut browser), [true]);
    browser.send(&json!({"type": "private-windows-closed", "profile": "another"}));
    assert_eq!(private_flags(&mut browser), [true]);
    browser.send(&json!({"type": "private-windows-closed", "profile": "p"}));
    assert_eq!(browser.receive_type("delivered")["sink"]["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), "FOR=\nPO=\n");
    assert!(private_flags(&mut browser).is_empty());
    let databases = fs::read_dir(sandbox.path("state")).unwrap().flatten();
    for file in databases.filter(|file| file.file_name().to_string_lossy().starts_with("tokens.db")) {
        let (bytes, secret) = (fs::read(file.path()).unwrap(), of_private.expose().as_bytes());
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{:?}", file.path());
    }
}

#[test]
fn a_place_gets_the_newest_that_remains() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video(DELIVER);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let (first, second) = (token(), token());
    let mut other = private(captured("1", &first, VIDEO, now() - 1000));
    other["capture"]["session"]["profile"] = json!("other");
    browser.ask(&other);
    browser.ask(&private(captured("2", &second, VIDEO, now())));
    assert_eq!(sandbox.env_text(), format!("FOR={VIDEO}\nPO={}\n", second.expose()));
    browser.send(&json!({"type": "private-windows-closed", "profile": "p"}));
    browser.receive_type("delivered");
    assert_eq!(sandbox.env_text(), format!("FOR={VIDEO}\nPO={}\n", first.expose()));
}

#[test]
fn a_connection_that_ends_leaves_no_private_token() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video(DELIVER);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.ask(&private(captured("1", &token(), VIDEO, now())));
    browser.close();
    assert_eq!(sandbox.env_text(), "FOR=\nPO=\n");
    assert_eq!(sandbox.run(&["status", "--json"], "").json()["tokens"], json!([]));
}

#[test]
fn what_a_killed_host_left_of_private_windows_is_removed_by_the_next_one() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video(DELIVER);
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    browser.ask(&private(captured("1", &token(), VIDEO, now())));
    browser.host.kill().unwrap();
    browser.host.wait().unwrap();
    assert_ne!(sandbox.env_text(), "FOR=\nPO=\n");
    let mut next = sandbox.firefox();
    next.ask(&hello());
    assert!(private_flags(&mut next).is_empty());
    wait_until("the place is emptied", || sandbox.env_text() == "FOR=\nPO=\n");
}
