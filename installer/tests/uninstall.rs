//! `uninstall`.

use crate::home::{CHROMIUM, CONFIG, FIREFOX, Home, RECEIPTS};
use std::fs;

#[test]
fn the_home_is_as_it_was_before_two_installs() {
    let home = Home::new(&["chromium", "firefox"]);
    fs::write(home.path("app/.env"), "KEPT=1\n").unwrap();
    fs::create_dir_all(home.path(".config/chromium")).unwrap();
    let before = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    let once = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    assert_eq!(home.tree(), once);
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.starts_with("nothing to remove"), "{shown}");
}

#[test]
fn a_changed_file_is_left_and_named() {
    let home = Home::new(&["chromium", "firefox"]);
    home.run(&["install"]).success();
    fs::write(home.path(CHROMIUM), "{}").unwrap();
    fs::write(home.path(".config/potbridge/mine"), "").unwrap();
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.contains(home.path(CHROMIUM).to_str().unwrap()), "{shown}");
    assert_eq!(home.read(CHROMIUM), "{}");
    assert!(home.path(".config/potbridge/mine").exists());
    assert!(!home.path(FIREFOX).exists());
    assert!(!home.path(CONFIG).exists());
    assert!(!home.path(RECEIPTS).exists());
}

#[test]
fn the_installed_program_can_uninstall_itself() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install"]).success();
    home.run_program(&home.path(".local/bin/potbridge-setup"), &["uninstall"]).success();
    assert_eq!(home.tree(), before);
}
