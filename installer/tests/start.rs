//! `start`, up to the browser: with the real program, and shell scripts for all that it runs. The way of a token
//! through real browsers is the end-to-end tests' matter.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod home;

use home::Home;
use std::fs;

/// A machine that can install packages: apt-get writes down what it was asked, and makes the browser.
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
fn where_no_browser_is_found_its_package_is_named_and_nothing_is_installed_unasked() {
    let home = Home::new(&[]);
    with_apt(&home);
    let said = home.run(&["start"]).failure(1);
    assert!(said.contains("Debian has Chromium as the package chromium"), "{said}");
    assert!(said.contains("hint: install Debian's package chromium"), "{said}");
    assert!(!home.path("bin/asked").exists());
    let said = home.run(&["start", "--browser", "firefox"]).failure(1);
    assert!(said.contains("Debian has Firefox as the package firefox-esr"), "{said}");
}

#[test]
fn a_browser_that_debian_has_not_is_left_to_its_maker() {
    let home = Home::new(&["chromium"]);
    with_apt(&home);
    let said = home.run(&["start", "--browser", "chrome", "--yes"]).failure(1);
    assert!(said.contains("error: Google Chrome is not installed"), "{said}");
    assert!(said.contains("from its maker"), "{said}");
    assert!(!home.path("bin/asked").exists());
}

#[test]
fn with_yes_the_package_is_installed_and_a_browser_that_does_not_start_is_reported_in_its_own_words() {
    let home = Home::new(&[]);
    with_apt(&home);
    with_stand_in(&home);
    let said = home.run(&["start", "--yes", "--once"]).failure(1);
    assert_eq!(
        fs::read_to_string(home.path("bin/asked")).unwrap(),
        "noninteractive update\nnoninteractive install --yes --no-install-recommends chromium\n"
    );
    assert!(said.contains("this machine has no screen"), "{said}");
    assert!(said.contains("error: Chromium did not start"), "{said}");
    assert!(said.contains("no screen here"), "{said}");
    let left: Vec<_> = fs::read_dir(home.path("tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!home.path(".env").exists());
}

#[test]
fn a_rehearsal_without_the_stand_in_says_where_to_find_it() {
    let home = Home::new(&["chromium"]);
    let said = home.run(&["start", "--rehearse", "--once"]).failure(1);
    assert!(said.contains("the stand-in for YouTube"), "{said}");
    assert!(said.contains("hint: run `cargo start --rehearse`"), "{said}");
}

#[test]
fn wrong_arguments_end_with_2_and_a_wrong_place_with_1() {
    let home = Home::new(&["chromium"]);
    assert!(home.run(&["start", "--browser", "netscape"]).failure(2).contains("known: "));
    assert!(home.run(&["begin"]).failure(2).contains("begin"));
    let said = home.run(&["start", "--env-file", "nowhere/.env"]).failure(1);
    assert!(said.contains("nowhere"), "{said}");
}
