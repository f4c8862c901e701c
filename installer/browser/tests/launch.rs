//! Real browsers, each with a tiny extension.

use potbridge_browser::{Browser, Error, Family, LaunchOptions};
use potbridge_test_support::executable;
use serde_json::json;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const MANIFEST: &str = "manifest.json";
const LIMIT: Duration = Duration::from_secs(60);

fn program(family: Family) -> PathBuf {
    let names = match family {
        Family::Chromium => ["chromium", "chromium-browser"],
        Family::Firefox => ["firefox", "firefox-esr"],
    };
    let found = names.iter().find_map(|name| which::which(name).ok());
    found.unwrap_or_else(|| panic!("{} is not installed: run ./tests/run", family.name()))
}

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
        let background = match family {
            Family::Chromium => json!({ "service_worker": "b.js", "type": "module" }),
            Family::Firefox => json!({ "scripts": ["b.js"], "type": "module" }),
        };
        let manifest = json!({
            "manifest_version": 3,
            "name": "tiny",
            "version": "1.0",
            "background": background,
            "browser_specific_settings": { "gecko": { "id": "tiny@potbridge.dev" } },
        });
        fs::write(extension.join(MANIFEST), manifest.to_string()).unwrap();
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
        LaunchOptions {
            program: program(self.family),
            profile: self.path("profile"),
            extension: self.path("extension"),
            extensions_before: Vec::new(),
            in_private_windows: false,
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

    /// A folder with another tiny extension, which writes the page's title.
    fn other_extension(&self) -> PathBuf {
        let folder = self.path("other");
        fs::create_dir(&folder).unwrap();
        let manifest = json!({
            "manifest_version": 3,
            "name": "other",
            "version": "1.0",
            "content_scripts": [{ "matches": ["<all_urls>"], "js": ["c.js"], "run_at": "document_end" }],
            "browser_specific_settings": { "gecko": { "id": "other@potbridge.dev" } },
        });
        fs::write(folder.join(MANIFEST), manifest.to_string()).unwrap();
        fs::write(folder.join("c.js"), "document.title += ', other';").unwrap();
        folder
    }

    fn launch(&self) -> Browser {
        Browser::launch(self.family, &self.options()).unwrap()
    }
}

/// The address of a page over HTTP: extensions do not see others.
fn local_page() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // A browser that opened the connection in advance sends nothing.
            if stream.read(&mut [0; 4096]).unwrap_or(0) > 0 {
                let page = "<!doctype html><title>local</title>";
                let length = page.len();
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}").unwrap();
            }
        }
    });
    format!("http://{address}/")
}

fn a_page_can_be_opened_and_evaluated(family: Family) {
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

fn the_background_answers_once_the_browser_is_open(family: Family) {
    let place = Place::new(family);
    let browser = place.launch();
    let page = browser.open(&browser.extension_url("page.html")).unwrap();
    let answer =
        browser.evaluate(&page, "(globalThis.browser ?? chrome).runtime.sendMessage('hello')").unwrap();
    assert_eq!(answer, "hello!");
}

fn the_background_sees_pages_of_private_windows(family: Family) {
    let place = Place::new(family);
    let options = LaunchOptions { in_private_windows: true, ..place.options() };
    let browser = Browser::launch(family, &options).unwrap();
    let page = browser.open(&browser.extension_url("page.html")).unwrap();
    let private = browser.open_private("data:text/html,<title>private</title>").unwrap();
    assert_eq!(browser.evaluate(&private, "document.title").unwrap(), "private");
    let tabs = "(globalThis.browser ?? chrome).tabs.query({})
        .then((tabs) => tabs.map((tab) => tab.incognito).filter(Boolean).length)";
    assert_eq!(browser.evaluate(&page, tabs).unwrap(), 1);
    browser.close_page(&private).unwrap();
    // The browser says that a page is closed before its tab is gone.
    let none_left = format!(
        "new Promise((resolve) => {{
            const look = async () => ((await {tabs}) === 0 ? resolve(true) : setTimeout(look, 20));
            void look();
        }})"
    );
    assert_eq!(browser.evaluate(&page, &none_left).unwrap(), true);
}

fn another_extension_can_be_loaded_before_or_after(family: Family) {
    let place = Place::new(family);
    let other = place.other_extension();
    let options = LaunchOptions { extensions_before: vec![other.clone()], ..place.options() };
    for before in [true, false] {
        fs::remove_dir_all(&options.profile).unwrap();
        fs::create_dir(&options.profile).unwrap();
        let browser = if before { Browser::launch(family, &options).unwrap() } else { place.launch() };
        if !before {
            browser.load_extension(&other).unwrap();
        }
        let page = browser.open(&local_page()).unwrap();
        let title = "new Promise((done) => {
            const look = () => document.title === 'local, other' ? done(true) : setTimeout(look, 20);
            look();
        })";
        assert_eq!(browser.evaluate(&page, title).unwrap(), true);
    }
}

fn a_dropped_browser_ends_with_all_its_processes(family: Family) {
    let place = Place::new(family);
    let browser = place.launch();
    let (closed, is_closed) = mpsc::channel();
    browser.on_closed(move || closed.send(()).unwrap());
    let group = browser.process_id();
    assert!(browser.is_running());
    assert!(members(group) > 1, "a browser is more than one process");
    drop(browser);
    is_closed.recv_timeout(LIMIT).unwrap();
    // A container's first process may never reap zombies, so they do not count.
    assert_eq!(members(group), 0);
}

/// The number of living processes of a group, by /proc.
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
    let file = place.path("extension").join(MANIFEST);
    fs::write(&file, "{").unwrap();
    let Err(error) = Browser::launch(family, &place.options()) else {
        panic!("it took an extension without a manifest");
    };
    assert!(error.to_string().contains(MANIFEST), "{error}");
}

fn the_log_of_a_program_that_is_no_browser_is_shown(family: Family) {
    let place = Place::new(family);
    let script = place.path("not-a-browser");
    executable::write(&script, "#!/bin/sh\necho no display for you >&2\nexit 3\n");
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
    a_page_can_be_opened_and_evaluated
    the_background_answers_once_the_browser_is_open
    the_background_sees_pages_of_private_windows
    another_extension_can_be_loaded_before_or_after
    a_dropped_browser_ends_with_all_its_processes
    an_extension_that_cannot_be_loaded_is_named
    the_log_of_a_program_that_is_no_browser_is_shown
}
