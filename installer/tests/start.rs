//! `start`, up to the browser. The programs that it runs are shell scripts.
//!
//! The end-to-end tests run it with real browsers.

use crate::home::Home;
use std::fs;

/// Adds an apt-get that records its arguments and makes the browser.
fn with_apt(home: &Home) {
    let bin = home.path("bin");
    let bin = bin.display();
    home.program("bin/env", "exec /usr/bin/env \"$@\"");
    home.program("bin/sudo", "exec \"$@\"");
    home.program("bin/apt-cache", "exit 100");
    let browser = "printf '#!/bin/sh\\necho no screen here >&2\\nexit 9\\n'";
    home.program(
        "bin/apt-get",
        &format!(
            "echo \"$DEBIAN_FRONTEND $*\" >> {bin}/asked\n\
             if [ \"$1\" = install ]; then {browser} > {bin}/chromium; /bin/chmod 755 {bin}/chromium; fi"
        ),
    );
}

fn with_stand_in(home: &Home) {
    home.program(
        "archive/potbridge-stand-in",
        "echo '{\"address\":\"127.0.0.1:9\",\"spki_sha256\":\"x\",\"start_url\":\"https://www.youtube.com/\"}'\n\
         read line",
    );
}

#[test]
fn a_package_is_named_and_not_installed_unasked() {
    let home = Home::new(&[]);
    with_apt(&home);
    let shown = home.run(&["start"]).failure(1);
    assert!(shown.contains("Debian has Chromium as the package chromium"), "{shown}");
    assert!(shown.contains("hint: install Debian's package chromium"), "{shown}");
    assert!(!home.path("bin/asked").exists());
    let shown = home.run(&["start", "--browser", "firefox"]).failure(1);
    assert!(shown.contains("Debian has Firefox as the package firefox-esr"), "{shown}");
}

#[test]
fn a_browser_without_a_package_is_not_installed() {
    let home = Home::new(&["chromium"]);
    with_apt(&home);
    let shown = home.run(&["start", "--browser", "chrome", "--yes"]).failure(1);
    assert!(shown.contains("error: Google Chrome is not installed"), "{shown}");
    assert!(shown.contains("from its maker"), "{shown}");
    assert!(!home.path("bin/asked").exists());
}

#[test]
fn with_yes_the_package_is_installed_and_started() {
    let home = Home::new(&[]);
    with_apt(&home);
    with_stand_in(&home);
    let shown = home.run(&["start", "--yes", "--once"]).failure(1);
    assert_eq!(
        fs::read_to_string(home.path("bin/asked")).unwrap(),
        "noninteractive update\nnoninteractive install --yes --no-install-recommends chromium\n"
    );
    assert!(shown.contains("this machine has no screen"), "{shown}");
    assert!(shown.contains("error: Chromium did not start"), "{shown}");
    assert!(shown.contains("no screen here"), "{shown}");
    let left: Vec<_> = fs::read_dir(home.path("tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!home.path(".env").exists());
}

#[test]
fn rehearse_is_another_name_for_demo() {
    let home = Home::new(&["chromium"]);
    let [demo, rehearse] =
        ["--demo", "--rehearse"].map(|flag| home.run(&["start", flag, "--once"]).failure(1));
    assert!(demo.contains("the stand-in for YouTube"), "{demo}");
    assert_eq!(demo, rehearse);
}
