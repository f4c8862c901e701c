//! What `install` finds out of the programs, and whom it installs nothing for.

use crate::home::{CONFIG, Home};
use potbridge_test_support::executable;
use potbridge_test_support::namespace::{may_mount, mount};
use potbridge_test_support::ordinary_user::ORDINARY;
use potbridge_test_support::skip::skip;
use std::fs;
use std::os::unix::fs::chown;

/// Whether the tests run as root.
fn is_root(test: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        skip(test, "only root is refused");
    }
    is_root
}

#[test]
fn a_host_that_may_not_be_run_is_named() {
    if !may_mount(module_path!(), "a_host_that_may_not_be_run_is_named") {
        return;
    }
    let home = Home::new(&["chromium"]);
    let programs = home.path(".local/bin");
    fs::create_dir_all(&programs).unwrap();
    mount(&["-t", "tmpfs", "-o", "noexec", "tmpfs"], &programs);
    let (shown, error) = home.run(&["install"]).both(1);
    assert!(error.contains("installed, but the host does not work") && error.contains("noexec"), "{error}");
    assert!(shown.contains("Chromium: registered"), "all the rest is done, and said: {shown}");
    assert_eq!(home.run(&["install", "--json"]).json(1)["code"], "folder-noexec");
}

#[test]
fn a_host_that_does_not_answer_is_named() {
    for (program, code) in [
        ("#!/nowhere/sh\n", "interpreter-missing"),
        ("\u{7f}ELF, and of no machine", "wrong-architecture"),
        ("#!/bin/sh\nexit 3\n", "host-failed"),
    ] {
        let home = Home::new(&["chromium", "firefox"]);
        let path = home.path("archive/potbridge");
        executable::write(&path, program);
        let before = home.tree();
        let report = home.run(&["install", "--json"]).json(1);
        assert_eq!(report["code"], code, "{report}");
        assert_eq!(report["host"]["problem"]["code"], code);
        assert_eq!(report["browsers"].as_array().map(Vec::len), Some(2), "{report}");
        home.run(&["uninstall"]).success();
        assert_eq!(home.tree(), before);
    }
}

#[test]
fn a_shim_that_works_in_some_folders_only_is_not_written_down() {
    let home = Home::new(&["chromium"]);
    let shim = "[ \"$PWD\" = / ] || { echo 2026.10.26; exit; }\necho 'No version is set for command yt-dlp' >&2\nexit 126";
    home.program("bin/yt-dlp", shim);
    let shown = home.run(&["install"]).success();
    assert!(shown.contains("No version is set for command yt-dlp"), "{shown}");
    assert!(!home.path(CONFIG).exists(), "{shown}");
    let report = home.run(&["install", "--json"]).json(0);
    assert_eq!(report["yt_dlp"]["problem"]["code"], "yt-dlp-not-started");
    // The program behind the shim is on PATH too.
    home.program("app/yt-dlp", "echo 2026.10.27");
    let both = format!("{}:{}", home.path("bin").display(), home.path("app").display());
    let report = home.run_with(&[("PATH", &both)], &["install", "--json"]).json(0);
    let real = home.path("app/yt-dlp").display().to_string();
    assert_eq!(
        (report["yt_dlp"]["program"].as_str(), &report["yt_dlp"]["version"]),
        (Some(&*real), &"2026.10.27".into())
    );
    assert_eq!(home.config()["download"]["yt_dlp"].as_str(), Some(&*real));
}

#[test]
fn ffmpeg_and_a_javascript_runtime_are_written_by_their_paths() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    let before = home.tree();
    home.program("bin/ffmpeg", "echo ffmpeg version 7.1 Copyright");
    home.program("bin/deno", "echo deno 2.2.0");
    home.program("bin/node", "[ \"$PWD\" = / ] && { echo mise: no node >&2; exit 1; }; echo v24.0.0");
    home.program("bin/qjs", "echo QuickJS version 2025-04-26; exit 1");
    home.run(&["install"]).success();
    let config = home.config();
    assert_eq!(config["download"]["ffmpeg"].as_str(), home.path("bin/ffmpeg").to_str());
    let runtime = format!("quickjs:{}", home.path("bin/qjs").display());
    assert_eq!(config["download"]["js_runtime"].as_str(), Some(&*runtime), "deno is old, and node a shim");
    // A newer one is taken instead, as long as the line is install's.
    home.program("bin/deno", "echo deno 2.3.0");
    home.run(&["install"]).success();
    let runtime = format!("deno:{}", home.path("bin/deno").display());
    assert_eq!(home.config()["download"]["js_runtime"].as_str(), Some(&*runtime));
    home.run(&["uninstall"]).success();
    for program in ["ffmpeg", "deno", "node", "qjs"] {
        fs::remove_file(home.path("bin").join(program)).unwrap();
    }
    assert_eq!(home.tree(), before);
}

#[test]
fn root_by_sudo_is_refused() {
    if !is_root("root_by_sudo_is_refused") {
        return;
    }
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    for variable in [("SUDO_USER", "ada"), ("DOAS_USER", "ada"), ("PKEXEC_UID", "1000")] {
        for command in ["install", "uninstall"] {
            let refused = home.run_with(&[variable], &[command, "--json"]).json(4);
            assert_eq!(refused["code"], "for-another-user", "{refused}");
            assert!(refused["hint"].as_str().unwrap().contains("--system"), "{refused}");
        }
        assert_eq!(home.tree(), before, "{variable:?}");
    }
    // Root that became root again is root.
    home.run_with(&[("SUDO_USER", "root")], &["install"]).success();
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn root_in_the_home_of_somebody_else_is_refused() {
    if !is_root("root_in_the_home_of_somebody_else_is_refused") {
        return;
    }
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    chown(home.path(""), Some(ORDINARY), Some(ORDINARY)).unwrap();
    let error = home.run(&["install"]).failure(4);
    assert!(
        error.contains("belongs to the user 65534")
            && error.contains("hint: run `potbridge-setup install` as"),
        "{error}"
    );
    assert_eq!(home.tree(), before);
}
