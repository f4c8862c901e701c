//! Whether programs may have videos opened: what the configuration says of it, and what browsers are asked then.

use crate::deadline::{LIMIT, lines};
use crate::fake_browser::{FakeBrowser, ON_INT};
use crate::runner::terminal::Terminal;
use crate::sandbox::on_demand::{
    accepting, accepts, bring, ended, fails, get, is_asked, token_request, unattended, undecided,
};
use crate::sandbox::{Sandbox, VIDEO, token};
use serde_json::json;
use std::fs;
use std::process::Command;

const ALLOWED: &str = "[on_demand]\nallow = true\n";
const REFUSED: &str = "[on_demand]\nallow = false # mine\n";

/// What `serve` says once it listens, until it answers its first request.
fn serve_says(sandbox: &Sandbox) -> String {
    said_by(sandbox.potbridge(&["serve", "--listen", "127.0.0.1:0"]))
}

fn said_by(mut serve: Command) -> String {
    let mut serve = serve.spawn().unwrap();
    let log = lines(serve.stderr.take().unwrap());
    let ready = log.recv_timeout(LIMIT).unwrap();
    let address = ready.split("http://").nth(1).unwrap().trim().parse().unwrap();
    let mut client = crate::server::Client::connect(address);
    client.send("GET", "/ping", &[], "");
    client.reply().unwrap();
    serve.kill().unwrap();
    serve.wait().unwrap();
    log.iter().filter(|line| !line.contains("GET")).collect::<Vec<_>>().join("\n")
}

fn config(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("config.toml")).unwrap_or_default()
}

#[test]
fn the_browser_is_told_what_the_configuration_says_at_that_moment() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let mut allowed = |text: &str| {
        sandbox.configure(text);
        let get = get(&sandbox, VIDEO);
        let request = token_request(&mut browser);
        fails(&mut browser, &request, "consent-needed");
        ended(get).ends_with(3);
        request["allowed"].clone()
    };
    assert_eq!(allowed(""), json!(false));
    assert_eq!(allowed(ALLOWED), json!(true));
    assert_eq!(allowed("[on_demand]\n"), json!(false));
}

#[test]
fn who_waits_at_a_terminal_learns_where_the_question_is_and_a_program_gets_no_words_for_people() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    undecided(&mut browser);
    let script = format!("\"$POTBRIDGE\" get --video {VIDEO} --wait 60");
    let mut terminal = Terminal::with(&sandbox, &["bash", "-c", &script].map(str::to_owned));
    terminal.shows("note: the browser asks whether programs may have videos opened: answer there");
    let request = token_request(&mut browser);
    fails(&mut browser, &request, "consent-needed");
    terminal.shows("error: ");
    let get = get(&sandbox, VIDEO);
    let request = token_request(&mut browser);
    fails(&mut browser, &request, "consent-needed");
    assert!(!ended(get).ends_with(3).stderr().contains("note: "));
}

#[test]
fn a_refusal_in_the_configuration_counts_for_every_browser_of_a_person() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    sandbox.configure(REFUSED);
    let ran = ended(get(&sandbox, VIDEO)).ends_with(3);
    let file = sandbox.path("config.toml");
    assert!(
        ran.stderr().contains(&format!("`allow = false` in [on_demand] of {}", file.display())),
        "{}",
        ran.stderr()
    );
    assert!(ran.stderr().ends_with("hint: potbridge config set on_demand.allow true\n"), "{}", ran.stderr());
    // What the hint names is the way out of it, and a token that is known is given all the same.
    sandbox.run(&["config", "set", "on_demand.allow", "true"], "").ends_with(0);
    assert_eq!(config(&sandbox), "[on_demand]\nallow = true # mine\n");
    let waits = get(&sandbox, VIDEO);
    token_request(&mut browser);
    sandbox.configure(REFUSED);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    for get in [waits, get(&sandbox, VIDEO)] {
        assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
    }
}

#[test]
fn nobodys_consent_is_needed_for_potbridges_own_browser() {
    let sandbox = Sandbox::new();
    sandbox.configure(REFUSED);
    let mut own = unattended(&sandbox);
    let get = get(&sandbox, VIDEO);
    is_asked(&mut own);
    let token = token();
    bring(&mut own, &token, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == token.expose());
}

#[test]
fn who_has_agreed_is_asked_before_who_has_not_answered() {
    let sandbox = Sandbox::new();
    let (mut first, mut second) = (accepting(&sandbox, "first"), accepting(&sandbox, "second"));
    bring(&mut first, &token(), "aaaaaaaaaaa");
    undecided(&mut first);
    let agreed = get(&sandbox, VIDEO);
    let request = token_request(&mut second);
    fails(&mut second, &request, "too-many");
    let request = token_request(&mut first);
    fails(&mut first, &request, "consent-needed");
    // It says the least of the two.
    assert!(ended(agreed).ends_with(3).stderr().contains("it does not"));
    // By the configuration both have.
    sandbox.configure(ALLOWED);
    let allowed = get(&sandbox, VIDEO);
    token_request(&mut first);
    let token = token();
    bring(&mut first, &token, VIDEO);
    ended(allowed).ends_with(0);
}

#[test]
fn nobody_is_asked_for_what_potbridges_own_browser_does() {
    let fake = FakeBrowser::new(ON_INT);
    crate::runner::ignore_no_signal();
    let mut person = accepting(&fake.sandbox, "p");
    undecided(&mut person);
    let get = fake.potbridge(&["get", "--video", VIDEO, "--wait", "60", "--wait-for-browser", "0"]);
    let get = { get }.spawn().unwrap();
    fake.starts();
    let mut own = unattended(&fake.sandbox);
    let request = is_asked(&mut own);
    // It is asked once that has answered.
    fails(&mut own, &request, "no-token");
    let request = token_request(&mut person);
    fails(&mut person, &request, "consent-needed");
    ended(get).ends_with(3);
}

#[test]
fn status_says_whether_the_configuration_allows_it() {
    let sandbox = Sandbox::new();
    let mut browser = sandbox.firefox();
    for (text, consent, said) in [
        ("", "unset", "each browser asks its own user"),
        (ALLOWED, "given", "programs may have videos opened"),
        (REFUSED, "refused", "potbridge config set on_demand.allow true"),
        ("[on_demand]\nallow = 1\n", "unknown", ""),
    ] {
        sandbox.configure(text);
        browser.send(&json!({"type": "status"}));
        assert_eq!(browser.receive_type("status")["consent"], consent);
        assert_eq!(sandbox.run(&["status", "--json"], "").json()["consent"], consent);
        let shown = sandbox.run(&["status"], "").stdout();
        assert!(shown.contains(said) && shown.contains("On demand") != said.is_empty(), "{shown}");
    }
}

#[test]
fn whoever_starts_serve_lets_programs_ask_and_is_told_so_once() {
    let sandbox = Sandbox::new();
    sandbox.configure("# mine\n[serve] # too\nhosts = []\n");
    let before = config(&sandbox);
    sandbox.run(&["serve", "--print-url"], "").ends_with(0);
    assert_eq!(config(&sandbox), before, "it does not serve");
    let said = serve_says(&sandbox);
    assert_eq!(config(&sandbox), format!("{before}\n{ALLOWED}"));
    let file = sandbox.path("config.toml").display().to_string();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(&file) && said.contains("`potbridge config set on_demand.allow false`"), "{said}");
    assert_eq!(serve_says(&sandbox), "");

    // A browser that is open hears of it with the next request.
    let mut browser = accepting(&sandbox, "p");
    accepts(&mut browser, true);
    let get = get(&sandbox, VIDEO);
    let request = token_request(&mut browser);
    assert_eq!(request["allowed"], json!(true));
    fails(&mut browser, &request, "no-token");
    ended(get).ends_with(3);
}

#[test]
fn serve_changes_no_answer_and_needs_none_with_potbridges_own_browser() {
    let sandbox = Sandbox::new();
    sandbox.configure(REFUSED);
    let said = serve_says(&sandbox);
    assert!(said.contains("`allow = false`") && said.lines().count() == 1, "{said}");
    assert_eq!(config(&sandbox), REFUSED);
    let own = "[browser]\nown = true\n";
    sandbox.configure(own);
    assert_eq!((serve_says(&sandbox), config(&sandbox)), (String::new(), own.to_owned()));
}

#[test]
fn serve_goes_on_if_it_cannot_write_it_down() {
    let sandbox = Sandbox::new();
    std::os::unix::fs::symlink(sandbox.path("not-mounted"), sandbox.path("folder")).unwrap();
    let mut serve = sandbox.potbridge(&["serve", "--listen", "127.0.0.1:0"]);
    serve.env("POTBRIDGE_CONFIG", sandbox.path("folder/config.toml"));
    let said = said_by(serve);
    assert!(said.contains("cannot be written down") && said.contains("the browser asks you"), "{said}");
    assert!(said.contains("not-mounted") && said.lines().count() == 1, "{said}");
}
