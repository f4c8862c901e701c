//! Many programs that ask one browser, and programs that go away.

use crate::sandbox::on_demand::{TOKEN_REQUEST, accepting, bring, ended, fails, get, token_request};
use crate::sandbox::{Sandbox, VIDEO, captured, now, token};
use crate::server::Client;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::process::{Child, Command};

const WITHDRAWN: &str = "token-request-withdrawn";

fn bypassing(sandbox: &Sandbox) -> Child {
    bypassing_for(sandbox, "get").spawn().unwrap()
}

fn bypassing_for(sandbox: &Sandbox, client: &str) -> Command {
    sandbox.potbridge(&["get", "--video", VIDEO, "--wait", "60", "--bypass-cache", "--client", client])
}

#[test]
fn a_request_is_withdrawn_when_the_program_that_asked_is_killed() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let (mut killed, stays) = (get(&sandbox, VIDEO), get(&sandbox, "aaaaaaaaaaa"));
    let mut requests = [token_request(&mut browser), token_request(&mut browser)];
    requests.sort_by_key(|request| request["video_id"] != VIDEO);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let withdrawn = browser.receive();
    assert_eq!(withdrawn, json!({"type": WITHDRAWN, "id": requests[0]["id"]}));
    // The other one still waits.
    let token = token();
    bring(&mut browser, &token, "aaaaaaaaaaa");
    assert!(ended(stays).ends_with(0).stdout().trim() == token.expose());
    let (_, said) = browser.close();
    assert!(!said.contains(WITHDRAWN), "an answered request is not withdrawn: {said}");
}

#[test]
fn a_request_is_withdrawn_when_its_time_is_over() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let get = sandbox.potbridge(&["get", "--video", VIDEO, "--wait", "1"]).spawn().unwrap();
    let request = token_request(&mut browser);
    assert_eq!(browser.receive(), json!({"type": WITHDRAWN, "id": request["id"]}));
    ended(get).ends_with(3);
}

#[test]
fn a_client_of_serve_that_hangs_up_withdraws_its_request() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let mut serve = sandbox.potbridge(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let log = crate::deadline::lines(serve.stderr.take().unwrap());
    let ready = log.recv_timeout(crate::deadline::LIMIT).unwrap();
    let address = ready.split("http://").nth(1).unwrap().trim().parse().unwrap();
    // More than the threads of `serve`: each is freed.
    for _ in 0..70 {
        let mut client = Client::connect(address);
        client.send("POST", "/get_pot", &[], &json!({ "content_binding": VIDEO }).to_string());
        let request = token_request(&mut browser);
        assert_eq!(request["client"], "serve");
        drop(client);
        assert_eq!(browser.receive(), json!({"type": WITHDRAWN, "id": request["id"]}));
    }
    let mut client = Client::connect(address);
    client.send("POST", "/get_pot", &[], &json!({ "content_binding": VIDEO }).to_string());
    token_request(&mut browser);
    let token = token();
    bring(&mut browser, &token, VIDEO);
    assert!(client.reply().unwrap().json()["poToken"] == token.expose());
    serve.kill().unwrap();
    serve.wait().unwrap();
}

#[test]
fn a_client_of_serve_that_asks_past_the_cache_is_given_no_token_twice() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let known = token();
    bring(&mut browser, &known, VIDEO);
    let mut serve = sandbox.potbridge(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let log = crate::deadline::lines(serve.stderr.take().unwrap());
    let ready = log.recv_timeout(crate::deadline::LIMIT).unwrap();
    let address = ready.split("http://").nth(1).unwrap().trim().parse().unwrap();
    let ask = |bypass: bool| {
        let mut client = Client::connect(address);
        let body = json!({ "content_binding": VIDEO, "bypass_cache": bypass }).to_string();
        client.send("POST", "/get_pot", &[], &body);
        client
    };
    assert!(ask(false).reply().unwrap().json()["poToken"] == known.expose());
    let mut client = ask(true);
    token_request(&mut browser);
    let new = token();
    bring(&mut browser, &new, VIDEO);
    assert!(client.reply().unwrap().json()["poToken"] == new.expose());
    for _ in 0..4 {
        let error = ask(true).reply().unwrap().error();
        assert!(error.contains("ask again in "), "{error}");
    }
    // Nobody says that it was refused.
    assert!(ask(false).reply().unwrap().json()["poToken"] == new.expose());
    let mut other = bypassing_for(&sandbox, "other");
    assert!(ended(other.spawn().unwrap()).ends_with(0).stdout().trim() == new.expose());
    serve.kill().unwrap();
    serve.wait().unwrap();
}

#[test]
fn sixty_plays_of_one_video_open_it_once() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let (known, new) = (token(), token());
    bring(&mut browser, &known, VIDEO);
    let first = bypassing(&sandbox);
    assert_eq!(token_request(&mut browser)["bypass_cache"], true);
    bring(&mut browser, &new, VIDEO);
    assert!(ended(first).ends_with(0).stdout().trim() == new.expose());
    for played in 1..60 {
        // Other programs are given the new one as well, and none is given it twice as another one.
        let name = if played % 2 == 0 { format!("player{played}") } else { "get".to_owned() };
        let mut get = bypassing_for(&sandbox, &name);
        if name == "get" {
            let said = ended(get.spawn().unwrap()).ends_with(3).stderr();
            assert!(
                said.contains("the browser was asked for a new one ") && !said.contains(" 0 s ago"),
                "{said}"
            );
            assert!(said.contains("hint: ask again in "), "{said}");
        } else {
            assert!(ended(get.spawn().unwrap()).ends_with(0).stdout().trim() == new.expose());
        }
    }
    let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap();
    let why = "wants a new token for dQw4w9WgXcQ: one was asked for";
    assert_eq!(log.matches(why).count(), 59, "{log}");
    assert_eq!(log.matches("until then the newest that is known is given").count(), 29, "{log}");
    assert_eq!(log.matches("until then none is known that it was not given already").count(), 30, "{log}");
    // Another video has its own.
    let other = sandbox.potbridge(&["get", "--video", "aaaaaaaaaaa", "--wait", "60", "--bypass-cache"]);
    let other = { other }.spawn().unwrap();
    token_request(&mut browser);
    bring(&mut browser, &new, "aaaaaaaaaaa");
    ended(other).ends_with(0);
    let (_, said) = browser.close();
    assert!(!said.contains(TOKEN_REQUEST), "{said}");
}

#[test]
fn whoever_asks_two_browsers_for_another_token_is_given_none_twice() {
    let sandbox = Sandbox::new();
    let mut browsers = [accepting(&sandbox, "p"), accepting(&sandbox, "q")];
    // The one that was active last is asked first.
    bring(&mut browsers[0], &token(), "aaaaaaaaaaa");
    for browser in &mut browsers {
        let get = bypassing(&sandbox);
        token_request(browser);
        let new = token();
        bring(browser, &new, VIDEO);
        assert!(ended(get).ends_with(0).stdout().trim() == new.expose());
    }
    // Neither may be opened, and each knows the token that the other one brought.
    let said = ended(bypassing(&sandbox)).ends_with(3).stderr();
    assert!(said.contains("hint: ask again in "), "{said}");
}

#[test]
fn all_that_want_a_new_token_at_once_get_the_same() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    bring(&mut browser, &token(), VIDEO);
    let gets: Vec<_> = (0..20).map(|_| bypassing(&sandbox)).collect();
    for _ in &gets {
        token_request(&mut browser);
    }
    let new = token();
    bring(&mut browser, &new, VIDEO);
    for get in gets {
        assert!(ended(get).ends_with(0).stdout().trim() == new.expose());
    }
}

#[test]
fn without_a_known_token_who_asks_too_often_is_told_when_to_ask_again() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    // The browser opened nothing that could play: this does not count.
    for code in ["too-many", "page-hidden", "consent-needed"] {
        let get = bypassing(&sandbox);
        let request = token_request(&mut browser);
        fails(&mut browser, &request, code);
        ended(get).ends_with(3);
    }
    let get = bypassing(&sandbox);
    let request = token_request(&mut browser);
    fails(&mut browser, &request, "no-token");
    ended(get).ends_with(3);
    let ran = ended(bypassing(&sandbox)).ends_with(3);
    let said = ran.stderr();
    assert!(
        said.contains("the browser was asked for a new one ") && said.contains("hint: ask again in "),
        "{said}"
    );
}

#[test]
fn a_hundred_programs_at_once_are_all_answered() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let tokens: HashMap<String, _> = (0..100).map(|number| (format!("video{number:06}"), token())).collect();
    let gets: Vec<_> = tokens.keys().map(|video| (video, get(&sandbox, video))).collect();
    let mut asked = 0;
    while asked < tokens.len() {
        let message: Value = browser.receive();
        if message["type"] == TOKEN_REQUEST {
            let video = message["video_id"].as_str().unwrap();
            browser.send(&captured("c", &tokens[video], video, now()));
            asked += 1;
        }
    }
    for (video, get) in gets {
        assert!(ended(get).ends_with(0).stdout().trim() == tokens[video].expose(), "{video}");
    }
}
