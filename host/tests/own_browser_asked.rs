//! Commands that have potbridge's own browser started, with a script in its place. No host ever connects.

use crate::deadline::{self, wait_until};
use crate::fake_browser::{FakeBrowser, ON_INT};
use crate::runner::{has_members, state_and_parent};
use crate::sandbox::{Ran, VIDEO};
use potbridge::own_browser::{self, InUse};
use potbridge_system::dirs::Dirs;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::fs;
use std::process::Child;

fn ask(fake: &FakeBrowser, seconds: &str) -> Child {
    fake.potbridge(&["get", "--json", "--video", VIDEO, "--wait", seconds]).spawn().unwrap()
}

/// What is said to one that asks in vain.
#[track_caller]
fn in_vain(asked: Child) -> String {
    let ran = Ran(deadline::output(asked)).ends_with(1);
    assert_eq!(ran.json()["code"], json!("own-browser-failed"), "{}", ran.stdout());
    ran.stdout()
}

/// What a host does while a request waits in it.
fn in_use(fake: &FakeBrowser) -> InUse {
    let path = |name| fake.sandbox.path(name);
    own_browser::in_use(&Dirs { config: path("config.toml"), state: path("state"), runtime: path("run") })
        .unwrap()
}

fn watchdog(fake: &FakeBrowser) -> Pid {
    let status = fake.sandbox.run(&["browser", "status", "--json"], "").ends_with(0).json();
    assert_eq!(status["role"], json!("watchdog"));
    Pid::from_raw(i32::try_from(status["watchdog_pid"].as_i64().unwrap()).unwrap()).unwrap()
}

/// The watchdogs of this test that run.
fn watchdogs(fake: &FakeBrowser) -> usize {
    let state = format!("POTBRIDGE_STATE_DIR={}", fake.sandbox.path("state").display());
    let processes = fs::read_dir("/proc").unwrap().flatten().filter(|process| {
        let read = |name: &str| fs::read_to_string(process.path().join(name)).unwrap_or_default();
        read("cmdline").contains("own-browser-watchdog") && read("environ").contains(&state)
    });
    processes.count()
}

#[test]
fn a_hundred_that_ask_at_once_have_one_browser_started() {
    let fake = FakeBrowser::new(ON_INT);
    let asked: Vec<_> = (0..100).map(|_| ask(&fake, "3")).collect();
    let pid = fake.starts();
    assert_eq!(watchdogs(&fake), 1);
    for asked in asked {
        let said = in_vain(asked);
        assert!(said.contains("did not come within 3 s"), "{said}");
    }
    assert_eq!(fake.notes("starts").len(), 1);
    assert!(has_members(pid), "it goes on without them");
    fake.sandbox.run(&["browser", "end"], "").ends_with(0);
    wait_until("the watchdog has ended", || watchdogs(&fake) == 0);
    assert!(!has_members(pid));
}

#[test]
fn it_ends_after_the_last_use_and_the_next_that_asks_has_it_started_again() {
    let fake = FakeBrowser::new(ON_INT);
    fake.configure("sandbox = false\nidle = \"1s\"");
    let asked = ask(&fake, "1");
    let first = fake.starts();
    let guard = in_use(&fake);
    in_vain(asked);
    assert!(has_members(first), "somebody waits in it");
    drop(guard);
    wait_until("it ends for idleness", || watchdogs(&fake) == 0);
    assert!(!has_members(first));
    assert_eq!(fake.notes("ends"), ["INT"]);
    let asked = ask(&fake, "1");
    fake.starts();
    in_vain(asked);
}

#[test]
fn who_asks_while_it_ends_gets_it_started_again() {
    let fake = FakeBrowser::new(
        "trap 'note ends INT; while [ ! -e \"$NOTES/may-end\" ]; do sleep 0.02; done; exit 0' INT; started
        while :; do sleep 0.05; done",
    );
    fake.configure("sandbox = false\nidle = \"1s\"");
    let asked = ask(&fake, "1");
    fake.starts();
    drop(in_use(&fake));
    in_vain(asked);
    let before = watchdog(&fake);
    wait_until("it is about to end", || !fake.notes("ends").is_empty());
    let asked = ask(&fake, "2");
    // It has said that it wants the browser when it waits for it.
    in_vain(asked);
    fake.note("may-end");
    fake.starts();
    assert_eq!(watchdog(&fake), before, "the same watchdog");
}

#[test]
fn whatever_is_killed_the_next_that_asks_has_it_started_again() {
    let fake = FakeBrowser::new(ON_INT);
    for (browser, watched) in [(true, false), (false, true), (true, true)] {
        let asked = ask(&fake, "1");
        let pid = fake.starts();
        in_vain(asked);
        let by = watchdog(&fake);
        if watched {
            kill_process(by, Signal::KILL).unwrap();
        }
        if browser {
            kill_process(pid, Signal::KILL).unwrap();
        }
        if !watched {
            // The watchdog has it started again by itself.
            let next = fake.starts();
            kill_process(by, Signal::KILL).unwrap();
            wait_until("it ends with its watchdog", || !has_members(next));
        }
        let gone = |process| state_and_parent(process).is_none_or(|(state, _)| state == 'Z');
        wait_until("all are gone", || gone(pid) && gone(by));
    }
    let asked = ask(&fake, "1");
    let last = fake.starts();
    in_vain(asked);
    assert!(has_members(last));
}

#[test]
fn why_it_does_not_run_is_told_to_who_asks() {
    let fake = FakeBrowser::new("echo no library >&2; exit 7");
    let said = in_vain(ask(&fake, "60"));
    assert!(said.contains("4 times within an hour") && said.contains("no library"), "{said}");
    assert_eq!(fake.notes("starts").len(), 4);
    let said = in_vain(ask(&fake, "60"));
    assert!(said.contains("4 times within an hour"), "{said}");
    assert_eq!(fake.notes("starts").len(), 4);

    fake.configure("sandbox = false\nextension = \"/nowhere\"");
    let said = in_vain(ask(&fake, "60"));
    assert!(said.contains("extension for Chromium"), "{said}");
}

#[test]
fn nothing_is_started_unless_the_configuration_says_so() {
    let fake = FakeBrowser::new(ON_INT);
    fake.sandbox.configure("[browser]\nown = false\n");
    let ran = Ran(deadline::output(ask(&fake, "1"))).ends_with(3);
    assert_eq!(ran.json()["code"], json!("no-browser"), "{}", ran.stdout());
    assert!(!fake.sandbox.path("state/browser").exists());
}
