//! The real browsers, each with a tiny extension.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use potbridge_setup::browsers::{self, Family};
use potbridge_setup::error::Error;
use potbridge_setup::launch::{Browser, LaunchOptions};
use potbridge_setup::manifest;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_secs(60);

struct Place {
    folder: TempDir,
    family: Family,
}

impl Place {
    fn new(family: Family) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let extension = folder.path().join("extension");
        fs::create_dir(&extension).unwrap();
        fs::create_dir(folder.path().join("profile")).unwrap();
        let common = json!({
            "manifest_version": 3,
            "name": "tiny",
            "version": "0",
            "background": { "service_worker": "b.js", "scripts": ["b.js"], "type": "module" },
            "browser_specific_settings": { "gecko": { "id": "tiny@potbridge.dev" } },
        });
        fs::write(extension.join(manifest::FILE), manifest::for_family(common, family, "1.0").to_string())
            .unwrap();
        fs::write(
            extension.join("b.js"),
            "const api = globalThis.browser ?? chrome;
             api.runtime.onMessage.addListener((m, s, answer) => { answer(m + '!'); });",
        )
        .unwrap();
        fs::write(extension.join("page.html"), "<!doctype html><title>tiny</title>").unwrap();
        Self { folder, family }
    }

    fn options(&self) -> LaunchOptions {
        let id = self.family.name();
        let found =
            browsers::by_id(id).unwrap().find().unwrap_or_else(|| panic!("{id} is needed for this test"));
        LaunchOptions {
            program: found.program,
            profile: self.path("profile"),
            extension: self.path("extension"),
            headless: true,
            route: None,
            env: vec![("HOME".into(), self.folder.path().into())],
            extra_prefs: Vec::new(),
            extra_args: Vec::new(),
            log: self.path("log"),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn launch(&self) -> Browser {
        Browser::launch(self.family, &self.options()).unwrap()
    }
}

fn a_page_can_be_opened_and_asked(family: Family) {
    let place = Place::new(family);
    let browser = place.launch();
    let first = browser.open("data:text/html,<title>one</title><script>var n = 20</script>").unwrap();
    let second = browser.open("data:text/html,<title>two</title>").unwrap();
    assert_ne!(first, second);
    assert_eq!(browser.evaluate(&first, "document.title").unwrap(), "one");
    assert_eq!(browser.evaluate(&first, "Promise.resolve(n + 1)").unwrap(), 21);
    assert_eq!(browser.evaluate(&second, "document.title").unwrap(), "two");
    let error = browser.evaluate(&second, "nothing.there").unwrap_err();
    assert!(matches!(&error, Error::Script(text) if text.contains("nothing")), "{error}");
    browser.close_page(&second).unwrap();
    assert!(browser.evaluate(&second, "1").is_err());
    assert_eq!(browser.evaluate(&first, "1").unwrap(), 1);
}

fn the_background_answers_as_soon_as_the_browser_is_open(family: Family) {
    let place = Place::new(family);
    let browser = place.launch();
    let page = browser.open(&browser.extension_url("page.html")).unwrap();
    let answer =
        browser.evaluate(&page, "(globalThis.browser ?? chrome).runtime.sendMessage('hello')").unwrap();
    assert_eq!(answer, "hello!");
}

fn a_dropped_browser_is_gone_with_all_it_started(family: Family) {
    let place = Place::new(family);
    let browser = place.launch();
    let (closed, is_closed) = mpsc::channel();
    browser.on_closed(move || closed.send(()).unwrap());
    let group = browser.process_id();
    assert!(browser.is_running());
    assert!(members(group) > 1, "a browser is more than one process");
    drop(browser);
    is_closed.recv_timeout(LIMIT).unwrap();
    // Where nobody reaps orphans, they are shown for ever: only zombies may be left.
    assert_eq!(members(group), 0);
}

/// Living processes of a group, as /proc has them.
fn members(group: u32) -> usize {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok())
        .filter(|stat| {
            // After the name in parentheses: state, parent, group.
            let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
            fields[2] == group.to_string() && fields[0] != "Z" && fields[0] != "X"
        })
        .count()
}

fn an_extension_that_cannot_be_loaded_is_named(family: Family) {
    let place = Place::new(family);
    fs::remove_file(place.path("extension").join("b.js")).unwrap();
    let file = place.path("extension").join(manifest::FILE);
    fs::write(&file, "{").unwrap();
    let Err(error) = Browser::launch(family, &place.options()) else {
        panic!("it took an extension without a manifest");
    };
    assert!(error.to_string().contains(manifest::FILE), "{error}");
}

fn a_program_that_is_no_browser_is_reported_with_what_it_said(family: Family) {
    let place = Place::new(family);
    let script = place.path("not-a-browser");
    fs::write(&script, "#!/bin/sh\necho no display for you >&2\nexit 3\n").unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let options = LaunchOptions { program: script, ..place.options() };
    let Err(error) = Browser::launch(family, &options) else {
        panic!("it took a shell script for a browser");
    };
    assert!(error.to_string().contains("no display for you"), "{error}");
}

macro_rules! on_both {
    ($($test:ident)*) => {
        mod chromium {
            $(#[test] fn $test() { super::$test(super::Family::Chromium); })*
        }
        mod firefox {
            $(#[test] fn $test() { super::$test(super::Family::Firefox); })*
        }
    };
}

on_both! {
    a_page_can_be_opened_and_asked
    the_background_answers_as_soon_as_the_browser_is_open
    a_dropped_browser_is_gone_with_all_it_started
    an_extension_that_cannot_be_loaded_is_named
    a_program_that_is_no_browser_is_reported_with_what_it_said
}
