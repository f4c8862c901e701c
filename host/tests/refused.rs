//! Tokens that YouTube refused: whoever names one is given another, and nobody is given it again.

use crate::deadline::wait_until;
use crate::sandbox::on_demand::{TOKEN_REQUEST, accepting, bring, ended, fails};
use crate::sandbox::{Browser, Sandbox, VIDEO, captured, now, token};
use crate::yt_dlp::python;
use potbridge::yt_dlp::options::{Call, Options, Subtitles};
use potbridge::yt_dlp::plugin::Plugin;
use potbridge_protocol::{PoToken, Preset};
use potbridge_system::dirs::Dirs;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Child;
use std::thread::{self, JoinHandle};

/// The next request for a token. What is delivered after a refusal may come before it.
fn token_request(browser: &mut Browser) -> Value {
    browser.receive_type(TOKEN_REQUEST)
}

/// A `get` whose tokens were refused, which it names.
fn refusing(sandbox: &Sandbox, tokens: &[&PoToken]) -> Child {
    let arguments = ["get", "--video", VIDEO, "--wait", "60", "--bypass-cache", "--refused"];
    let mut child = sandbox.potbridge(&arguments).spawn().unwrap();
    let lines: String = tokens.iter().map(|token| format!("{}\n", token.expose())).collect();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child
}

#[test]
fn three_refusals_at_once_are_three_requests_and_three_new_tokens_and_then_an_honest_no() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let mut tokens = vec![token()];
    bring(&mut browser, &tokens[0], VIDEO);
    for _ in 0..3 {
        let get = refusing(&sandbox, &[tokens.last().unwrap()]);
        assert_eq!(token_request(&mut browser)["bypass_cache"], true);
        // The player uses the refused one once more: this does not answer the request, and nobody takes it for stored.
        browser.send(&captured("again", tokens.last().unwrap(), VIDEO, now()));
        let answer = browser.receive();
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("again")));
        assert_eq!(answer["code"], json!("token-refused"));
        let new = token();
        bring(&mut browser, &new, VIDEO);
        assert!(ended(get).ends_with(0).stdout().trim() == new.expose());
        tokens.push(new);
    }
    let said = ended(refusing(&sandbox, &[&tokens[3]])).ends_with(3).stderr();
    assert!(said.contains("may not be asked so often") && said.contains("hint: ask again in "), "{said}");
    // Nobody else is given one of them, not by the store either.
    for arguments in
        [&["get"][..], &["get", "--video", VIDEO], &["get", "--video", VIDEO, "--context", "gvs"]]
    {
        sandbox.run(arguments, "").ends_with(3);
    }
    let (_, said) = browser.close();
    assert!(!said.contains(TOKEN_REQUEST), "{said}");
}

/// What a real yt-dlp gets by our plugin that asks so often, each time past its cache or not. `call` is how it is called.
fn asking(sandbox: &Sandbox, (arguments, config): Call, bypass: &[bool]) -> JoinHandle<Vec<Option<String>>> {
    let potbridge = sandbox.potbridge(&[]);
    let text = |text: &OsStr| text.to_str().unwrap().to_owned();
    let environment: HashMap<String, String> =
        potbridge.get_envs().map(|(name, value)| (text(name), text(value.unwrap()))).collect();
    let said = json!({
        "environment": environment, "arguments": arguments, "config": *config, "video": VIDEO, "bypass": bypass,
    });
    let file = sandbox.path("asking.json");
    fs::write(&file, said.to_string()).unwrap();
    let arguments = [file.display().to_string()];
    thread::spawn(move || {
        serde_json::from_str(&python(include_str!("yt_dlp/refuses.py"), &arguments, "")).unwrap()
    })
}

/// Brings a new token for each of so many requests. `first_bypasses` says whether the first is for another token already.
fn bring_new_ones(browser: &mut Browser, count: usize, first_bypasses: bool) -> Vec<Option<String>> {
    let requests = (0..count).map(|asked| {
        assert_eq!(token_request(browser)["bypass_cache"], asked > 0 || first_bypasses);
        let new = token();
        bring(browser, &new, VIDEO);
        Some(new.expose().to_owned())
    });
    requests.collect()
}

#[test]
fn the_plugin_in_a_yt_dlp_that_is_refused_gives_a_new_token_each_time_and_then_none() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    // yt-dlp wants the parent of the plugin's folder.
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().display().to_string();
    let program = format!("youtubepot-potbridge:program={}", env!("CARGO_BIN_EXE_potbridge"));
    let arguments = ["--plugin-dirs", &plugins, "--extractor-args", &program].map(str::to_owned).to_vec();
    let bypass: Vec<bool> = (0..9).map(|asked| asked > 0).collect();
    let given = asking(&sandbox, (arguments, String::new().into()), &bypass);
    let brought = bring_new_ones(&mut browser, 4, false);
    let none = [const { None }; 5];
    // In words only: a token is in it.
    assert!(
        given.join().unwrap() == brought.into_iter().chain(none).collect::<Vec<_>>(),
        "it is given others"
    );
    let (_, said) = browser.close();
    assert!(!said.contains(TOKEN_REQUEST), "{said}");
}

#[test]
fn a_download_of_ours_renews_the_token_that_it_began_with_by_our_own_plugin() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let first = token();
    bring(&mut browser, &first, VIDEO);
    let newest = sandbox.run(&["get", "--format", "extractor-args"], "").ends_with(0).stdout();
    let at = |name| sandbox.path(name);
    let dirs = Dirs { config: at("config.toml"), state: at("state"), runtime: at("run") };
    let plugin = Plugin::place(Path::new(env!("CARGO_BIN_EXE_potbridge")), &dirs).unwrap();
    let call = Options {
        page: "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        preset: Preset::Best,
        subtitles: Subtitles::AsConfigured,
        present: &[],
        dir: &sandbox.path("videos"),
        extractor_args: newest.trim(),
        cookies: None,
        plugin: Some(&plugin),
        helpers: &[],
        extra: &[],
    }
    .build();
    let given = asking(&sandbox, call, &[true; 5]);
    let brought = bring_new_ones(&mut browser, 3, true);
    assert!(given.join().unwrap() == [&brought[..], &[None, None]].concat(), "it is given others");
    for used in brought.into_iter().flatten().chain([first.expose().to_owned()]) {
        assert!(sandbox.run(&["get"], "").stdout().trim() != used, "a refused token is given");
    }
}

#[test]
fn a_newer_token_than_the_refused_one_is_given_without_an_opening() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let (refused, newer) = (token(), token());
    bring(&mut browser, &refused, VIDEO);
    let mut subtitles = captured("s", &newer, VIDEO, now() + 1);
    subtitles["capture"]["context"] = json!("subs");
    browser.ask(&subtitles);
    assert!(ended(refusing(&sandbox, &[&refused])).ends_with(0).stdout().trim() == newer.expose());
    // An older one is not: it is of the session that was refused.
    let get = refusing(&sandbox, &[&newer]);
    token_request(&mut browser);
    let last = token();
    bring(&mut browser, &last, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == last.expose());
}

#[test]
fn a_refused_token_that_nobody_stored_leads_to_the_newest() {
    let sandbox = Sandbox::new();
    let mut browser = accepting(&sandbox, "p");
    let known = token();
    bring(&mut browser, &known, VIDEO);
    assert!(ended(refusing(&sandbox, &[&token()])).ends_with(0).stdout().trim() == known.expose());
    let (_, said) = browser.close();
    assert!(!said.contains(TOKEN_REQUEST), "{said}");
}

#[test]
fn a_store_in_the_hosts_memory_learns_what_was_refused() {
    let sandbox = Sandbox::new();
    sandbox.configure("[store]\npath = \":memory:\"\n");
    let mut browser = accepting(&sandbox, "p");
    let (refused, new) = (token(), token());
    bring(&mut browser, &refused, VIDEO);
    let get = refusing(&sandbox, &[&refused]);
    token_request(&mut browser);
    bring(&mut browser, &new, VIDEO);
    assert!(ended(get).ends_with(0).stdout().trim() == new.expose());
    let again = sandbox.run(&["get", "--video", VIDEO, "--wait", "5"], "").ends_with(0);
    assert!(again.stdout().trim() == new.expose());
}

#[test]
fn without_a_browser_a_refused_token_is_remembered_and_not_given() {
    let sandbox = Sandbox::new();
    let (refused, other) = (token(), token());
    for token in [&other, &refused] {
        sandbox.run(&["put", "--video", VIDEO], token.expose()).ends_with(0);
    }
    let get = ["get", "--video", VIDEO];
    assert!(sandbox.run(&get, "").ends_with(0).stdout().trim() == refused.expose());
    let refuse = ["get", "--video", VIDEO, "--refused"];
    let names = format!("{}\n", refused.expose());
    // The newer one of the two had replaced the other.
    assert_eq!(sandbox.run(&refuse, &names).ends_with(3).stdout(), "");
    sandbox.run(&get, "").ends_with(3);
    let said = sandbox.run(&["put", "--video", VIDEO], refused.expose()).ends_with(1).stderr();
    assert!(said.contains(&format!("YouTube has refused {refused} within")), "{said}");
    sandbox.run(&["put", "--video", VIDEO], other.expose()).ends_with(0);
    assert!(sandbox.run(&refuse, &names).ends_with(0).stdout().trim() == other.expose());
}

#[test]
fn without_a_browser_an_older_token_that_was_not_refused_is_better_than_none() {
    let sandbox = Sandbox::new();
    let (older, refused) = (token(), token());
    for (token, context) in [(&older, "subs"), (&refused, "gvs")] {
        sandbox.run(&["put", "--video", VIDEO, "--context", context], token.expose()).ends_with(0);
    }
    let refuse = ["get", "--video", VIDEO, "--context", "gvs", "--refused"];
    let given = sandbox.run(&refuse, refused.expose()).ends_with(0);
    assert!(given.stdout().trim() == older.expose());
    sandbox.run(&refuse, older.expose()).ends_with(3);
}

#[test]
fn a_sink_that_holds_a_refused_token_gets_the_newest_other_one_and_is_not_emptied() {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", sandbox.env()));
    let mut browser = accepting(&sandbox, "p");
    let (other, refused, last) = (token(), token(), token());
    let holds = |token: &PoToken| fs::read_to_string(sandbox.env()).unwrap().contains(token.expose());
    bring(&mut browser, &other, "aaaaaaaaaaa");
    bring(&mut browser, &refused, VIDEO);
    assert!(holds(&refused));
    let get = refusing(&sandbox, &[&refused]);
    token_request(&mut browser);
    wait_until("the other token is delivered", || holds(&other));
    bring(&mut browser, &last, VIDEO);
    ended(get).ends_with(0);
    assert!(holds(&last));
    // With none left it stays: an empty value helps nobody.
    let get = refusing(&sandbox, &[&last, &other]);
    let request = token_request(&mut browser);
    fails(&mut browser, &request, "no-token");
    ended(get).ends_with(3);
    // The player uses it once more, and the sinks are looked after.
    browser.send(&captured("again", &last, VIDEO, now()));
    browser.receive_type("error");
    assert!(holds(&last));
}

/// A sandbox with a `.env` that holds the second of these, and a store that has both: no browser is connected.
fn without_a_browser(tokens: &[PoToken; 2]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.configure(&format!("[[sink]]\nkind = \"env-file\"\npath = {:?}\n", sandbox.env()));
    for (token, context) in tokens.iter().zip(["subs", "gvs"]) {
        sandbox.run(&["put", "--video", VIDEO, "--context", context], token.expose()).ends_with(0);
    }
    assert!(fs::read_to_string(sandbox.env()).unwrap().contains(tokens[1].expose()));
    sandbox
}

#[test]
fn without_a_browser_a_refused_token_leaves_the_sinks_and_status_names_one_that_is_left() {
    let tokens = [token(), token()];
    let sandbox = without_a_browser(&tokens);
    let holds = |token: &PoToken| fs::read_to_string(sandbox.env()).unwrap().contains(token.expose());
    let refuse = ["get", "--video", VIDEO, "--refused"];
    let problem = || {
        let status = sandbox.run(&["status", "--json"], "").ends_with(0).json();
        status["sinks"][0]["problem"]["code"].clone()
    };
    sandbox.run(&refuse, tokens[1].expose()).ends_with(0);
    assert!(holds(&tokens[0]) && !holds(&tokens[1]));
    assert_eq!(problem(), Value::Null);
    // None is left: it stays, and nobody takes it for a good one.
    sandbox.run(&refuse, tokens[0].expose()).ends_with(3);
    assert!(holds(&tokens[0]));
    assert_eq!(problem(), json!("token-refused"));
    let status = sandbox.run(&["status"], "").ends_with(0).stdout();
    assert!(status.contains("  holds a token that YouTube refused"), "{status}");
    sandbox.run(&["put", "--video", VIDEO], token().expose()).ends_with(0);
    assert_eq!(problem(), Value::Null);
}
