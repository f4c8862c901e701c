//! Locks of others: no answer waits for one, and nothing is lost where there are none.

use crate::deadline::{LIMIT, wait_until};
use crate::sandbox::on_demand::TOKEN_REQUEST;
use crate::sandbox::{Browser, Sandbox, VIDEO, captured, hello, media, now, playing, token};
use potbridge_protocol::PoToken;
use potbridge_test_support::refused_calls::{Call, with_refused_calls};
use rustix::io::Errno;
use serde_json::json;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// An answer that waits for a lock takes 10 seconds or for ever. One that does not takes milliseconds.
const AT_ONCE: Duration = Duration::from_secs(8);

/// The folder of the `.env`, locked as `flock -n` of a cron job locks it.
fn folder_locked(sandbox: &Sandbox) -> File {
    locked(sandbox.env().parent().unwrap().to_owned())
}

fn locked(path: PathBuf) -> File {
    let file = File::open(path).unwrap();
    file.lock().unwrap();
    file
}

/// The lock files of the sinks: of deliveries, or of commands after a change.
fn lock_files(sandbox: &Sandbox, prefix: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(sandbox.path("state/locks")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix)).collect()
}

/// A browser that has said hello and brought a token, so that the sink has a lock file.
fn with_a_token(sandbox: &Sandbox) -> (Browser, PoToken) {
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let token = token();
    assert_eq!(browser.ask(&captured("0", &token, VIDEO, now()))["sinks"][0]["outcome"], json!("written"));
    (browser, token)
}

/// Asks for the status, and gives the last outcome of the only sink. The answer comes at once.
#[track_caller]
fn last_outcome(browser: &mut Browser) -> serde_json::Value {
    let began = Instant::now();
    browser.send(&json!({"type": "status"}));
    let mut status = browser.receive_type("status");
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    status["sinks"][0]["last"]["outcome"].take()
}

fn holds(sandbox: &Sandbox, token: &PoToken) -> bool {
    sandbox.env_text() == format!("YT_DLP_PO_TOKEN={}\n", token.expose())
}

#[test]
fn another_programs_lock_on_the_folder_keeps_no_answer_waiting() {
    let sandbox = Sandbox::new();
    let (mut browser, older) = with_a_token(&sandbox);
    let lock = folder_locked(&sandbox);
    let (newer, began) = (token(), Instant::now());
    let answer = browser.ask(&captured("1", &newer, VIDEO, now()));
    assert_eq!((&answer["type"], &answer["sinks"][0]["outcome"]), (&json!("stored"), &json!("pending")));
    assert_eq!(last_outcome(&mut browser), json!("pending"));
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    assert!(holds(&sandbox, &older));
    drop(lock);
    assert_eq!(browser.delivered("env-file")["outcome"], json!("written"));
    assert!(holds(&sandbox, &newer));
    assert_eq!(last_outcome(&mut browser), json!("written"));
}

#[test]
fn another_processs_lock_on_the_sink_keeps_no_answer_waiting() {
    let sandbox = Sandbox::new();
    let (mut browser, older) = with_a_token(&sandbox);
    let lock = locked(lock_files(&sandbox, "sink-").pop().unwrap());
    let newer = token();
    let answer = browser.ask(&captured("1", &newer, VIDEO, now()));
    assert_eq!(answer["sinks"][0]["outcome"], json!("pending"));
    assert_eq!(last_outcome(&mut browser), json!("pending"));
    assert!(holds(&sandbox, &older));
    // The next one neither.
    let newest = token();
    let answer = browser.ask(&captured("2", &newest, VIDEO, now()));
    assert_eq!(answer["sinks"][0]["outcome"], json!("pending"));
    drop(lock);
    assert_eq!(browser.delivered("env-file")["outcome"], json!("written"));
    assert!(holds(&sandbox, &newest));
}

#[test]
fn a_lock_keeps_what_tells_the_video_and_a_hello_waiting_neither() {
    let sandbox = Sandbox::new();
    sandbox.configure_with_video("");
    let mut browser = sandbox.firefox();
    browser.ask(&hello());
    let (token, cpn) = (token(), "G3iep-t_Rs_pkoUQ");
    browser.ask(&media("1", &token, cpn, now() - 10_000));
    let lock = folder_locked(&sandbox);
    let began = Instant::now();
    assert_eq!(browser.ask(&playing("2", cpn, VIDEO, "certain")), json!({"type": "noted", "id": "2"}));
    let mut other = sandbox.firefox();
    other.ask(&hello());
    assert_eq!(last_outcome(&mut other), json!("pending"));
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    drop(lock);
    assert_eq!(browser.delivered("env-file")["outcome"], json!("written"));
    assert_eq!(sandbox.env_text(), format!("FOR={VIDEO}\nPO={}\n", token.expose()));
}

#[test]
fn a_host_ends_with_its_browser_although_the_sink_is_locked_and_the_next_one_writes() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_a_token(&sandbox);
    let lock = folder_locked(&sandbox);
    let newer = token();
    browser.ask(&captured("1", &newer, VIDEO, now()));
    let began = Instant::now();
    assert_eq!(browser.close().0, Some(0));
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    drop(lock);
    let mut next = sandbox.firefox();
    next.ask(&hello());
    assert_eq!(next.delivered("env-file")["outcome"], json!("written"));
    assert!(holds(&sandbox, &newer));
}

#[test]
fn the_newest_of_two_hosts_tokens_ends_in_the_file_whoever_gets_the_lock_first() {
    let sandbox = Sandbox::new();
    let (mut first, _) = with_a_token(&sandbox);
    let mut second = sandbox.firefox();
    second.ask(&hello());
    for turn in 0..4 {
        let lock = locked(lock_files(&sandbox, "sink-").pop().unwrap());
        let (older, newer) = (token(), token());
        let at = now();
        // The newer one comes first, or last.
        let say = |browser: &mut Browser, token: &PoToken, at| {
            browser.send(&captured("1", token, VIDEO, at));
            assert_eq!(browser.receive_type("stored")["sinks"][0]["outcome"], json!("pending"));
        };
        if turn % 2 == 0 {
            say(&mut first, &older, at);
            say(&mut second, &newer, at + 1);
        } else {
            say(&mut second, &newer, at + 1);
            say(&mut first, &older, at);
        }
        drop(lock);
        for browser in [&mut first, &mut second] {
            browser.receive_type("delivered");
        }
        assert!(holds(&sandbox, &newer), "turn {turn}");
    }
}

#[test]
fn a_command_waits_for_a_lock_and_names_it_when_it_gives_up() {
    let sandbox = Sandbox::new();
    let other = sandbox.path("other.env");
    let sink = |path: &PathBuf| format!("[[sink]]\nkind = \"env-file\"\npath = {path:?}\n");
    sandbox.configure(&sink(&sandbox.env()));
    sandbox.run(&["put"], token().expose()).ends_with(0);
    let path = lock_files(&sandbox, "sink-").pop().unwrap();
    sandbox.configure(&(sink(&sandbox.env()) + &sink(&other)));
    let lock = locked(path.clone());
    let newer = token();
    let ran = sandbox.run(&["put", "--json"], newer.expose()).ends_with(1);
    let report = ran.json();
    assert_eq!(report["code"], json!("busy"), "{report}");
    assert!(report["message"].as_str().unwrap().contains(path.to_str().unwrap()), "{report}");
    // The other sink has it.
    assert_eq!(fs::read_to_string(&other).unwrap(), format!("YT_DLP_PO_TOKEN={}\n", newer.expose()));
    // One that is let go meanwhile is taken.
    let waiting = std::thread::scope(|scope| {
        let put = scope.spawn(|| sandbox.run(&["put"], token().expose()));
        drop(lock);
        put.join().unwrap()
    });
    waiting.ends_with(0);
}

/// Two hosts, one after the other and at the same time, and a command: the newest token is in the file each time.
fn delivers_without_locks(sandbox: &Sandbox) {
    let mut browsers = [sandbox.firefox(), sandbox.firefox()];
    for browser in &mut browsers {
        browser.ask(&hello());
    }
    for _ in 0..3 {
        let at = now();
        let tokens = [token(), token()];
        for (number, browser) in browsers.iter_mut().enumerate() {
            browser.send(&captured("1", &tokens[number], VIDEO, at + number as u64));
        }
        for browser in &mut browsers {
            let answer = browser.receive_type("stored");
            let mut outcome = answer["sinks"][0]["outcome"].clone();
            // The other one writes, and still has the folder of the file locked for that.
            if outcome == json!("pending") {
                outcome = browser.delivered("env-file")["outcome"].take();
            }
            assert!([json!("written"), json!("unchanged")].contains(&outcome), "{answer}: {outcome}");
        }
        assert!(holds(sandbox, &tokens[1]));
    }
    let put = token();
    sandbox.run(&["put"], put.expose()).ends_with(0);
    assert!(holds(sandbox, &put));
    for browser in browsers {
        assert_eq!(browser.close().0, Some(0));
    }
}

/// How often the log says that sinks are written to without locks: once for each of the two hosts and for the command.
fn said(sandbox: &Sandbox) -> usize {
    let log = fs::read_to_string(sandbox.path("state/potbridge.log")).unwrap_or_default();
    log.matches("without locks").count()
}

#[test]
fn tokens_are_delivered_where_flock_is_not_known() {
    for errno in [Errno::NOSYS, Errno::NOLCK, Errno::OPNOTSUPP] {
        let sandbox = Sandbox::new();
        with_refused_calls(&[(Call::Flock, errno.raw_os_error())], || delivers_without_locks(&sandbox));
        assert_eq!(said(&sandbox), 3, "{errno}");
    }
}

#[test]
fn tokens_are_delivered_where_the_folder_of_the_locks_cannot_be_made() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("state")).unwrap();
    fs::write(sandbox.path("state/locks"), "").unwrap();
    delivers_without_locks(&sandbox);
    assert_eq!(said(&sandbox), 3);
}

#[test]
fn a_token_request_is_answered_although_the_sink_is_locked() {
    let sandbox = Sandbox::new();
    let (mut browser, _) = with_a_token(&sandbox);
    browser.send(&json!({"type": "accept-token-requests", "accept": true}));
    assert_eq!(last_outcome(&mut browser), json!("written"));
    let lock = folder_locked(&sandbox);
    let other = "aaaaaaaaaaa";
    let mut get = sandbox.potbridge(&["get", "--video", other, "--wait", "50"]).spawn().unwrap();
    drop(get.stdin.take());
    let request = browser.receive_type(TOKEN_REQUEST);
    let (token, began) = (token(), Instant::now());
    assert_eq!(request["video_id"], json!(other));
    browser.send(&captured("1", &token, other, now()));
    let got = crate::deadline::output(get);
    assert!(String::from_utf8(got.stdout).unwrap().trim() == token.expose());
    assert!(began.elapsed() < AT_ONCE.min(LIMIT), "{:?}", began.elapsed());
    drop(lock);
    wait_until("the file has it", || holds(&sandbox, &token));
}

#[test]
fn what_clear_removed_is_not_written_afterwards_where_there_are_no_locks() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("state")).unwrap();
    fs::write(sandbox.path("state/locks"), "").unwrap();
    let [began, gate, got] = ["began", "gate", "got"].map(|name| sandbox.path(name));
    // A program that is slow with a token. It ends if the sandbox is removed.
    let script = format!(
        "in=$(cat); case \"$in\" in *:'\"\"'*) ;; *) touch {began:?}; while test -d {:?} && ! test -e {gate:?}; \
         do sleep 0.02; done;; esac; echo \"$in\" > {got:?}",
        sandbox.path("."),
    );
    sandbox.configure(&format!("[[sink]]\nkind = \"command\"\ncommand = {script:?}\n"));
    let (mut browser, token) = (sandbox.firefox(), token());
    browser.ask(&captured("1", &token, VIDEO, now()));
    wait_until("the program has the token", || began.exists());
    let holds = || fs::read_to_string(&got).unwrap();
    sandbox.run(&["clear"], "").ends_with(0);
    assert!(!holds().contains(token.expose()));
    fs::write(&gate, "").unwrap();
    assert_eq!(browser.delivered("command")["outcome"], json!("written"));
    assert!(!holds().contains(token.expose()), "it came back");
    assert_eq!(holds(), "{\"YT_DLP_PO_TOKEN\":\"\"}\n");
}
