//! Wrong arguments, and machines that lack something: the error is compared whole, and nothing is changed.

use crate::home::{CONFIG, Home};
use snapbox::{assert_data_eq, file};
use std::fs;

const CASES: [&[&str]; 11] = [
    &["begin"],
    &["start", "--browser", "netscape"],
    &["start", "--env-file", "nowhere/.env"],
    &["start", "--env-file", "app"],
    &["start", "--demo", "--once"],
    &["install", "--browser", "netscape"],
    &["install", "--extension-id", "*"],
    &["install", "--manifest-dir", "d", "--browser", "chrome", "--browser", "firefox"],
    &["install", "--env-file", "app"],
    &["install", "--env-file", "nowhere/.env"],
    &["uninstall", "everything"],
];

#[test]
fn wrong_arguments_change_nothing() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    let mut shown = Vec::new();
    for arguments in CASES {
        shown.push(home.transcript(arguments));
        assert_eq!(home.tree(), before, "{arguments:?}");
    }
    assert_data_eq!(shown.join("\n"), file!["snapshots/wrong-arguments.txt"].raw());
}

#[test]
fn an_invalid_configuration_stops_install_before_any_change() {
    let home = Home::new(&["chromium"]);
    home.configure("[[sink");
    let before = home.tree();
    assert_data_eq!(home.transcript(&["install"]), file!["snapshots/invalid-configuration.txt"].raw());
    assert_eq!(home.tree(), before);
    assert_eq!(home.read(CONFIG), "[[sink");
}

#[test]
fn a_program_of_the_same_name_is_not_overwritten() {
    let home = Home::new(&["chromium"]);
    fs::create_dir_all(home.path(".local/bin")).unwrap();
    fs::write(home.path(".local/bin/potbridge"), "somebody else's").unwrap();
    let before = home.tree();
    assert_data_eq!(home.transcript(&["install"]), file!["snapshots/in-the-way.txt"].raw());
    assert_eq!(home.tree(), before);
}

#[test]
fn an_incomplete_archive_is_an_error() {
    for part in ["potbridge", "potbridge-yt-dlp-plugin.zip", "extension/firefox/manifest.json"] {
        let home = Home::new(&["chromium"]);
        fs::remove_file(home.path("archive").join(part)).unwrap();
        let before = home.tree();
        assert_data_eq!(home.transcript(&["install"]), file!["snapshots/incomplete-archive.txt"].raw());
        assert_eq!(home.tree(), before, "{part}");
    }
}
