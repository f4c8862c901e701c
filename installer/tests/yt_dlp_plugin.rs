//! `install --yt-dlp-plugin`, with the real yt-dlp.

use crate::home::{Home, RECEIPTS};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

const PLUGIN: &str = ".config/yt-dlp/plugins/potbridge-yt-dlp-plugin.zip";

/// The providers that yt-dlp lists. It needs no network for that.
fn providers(home: &Home) -> String {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = Command::new("yt-dlp")
        .args(["--verbose", "--extractor-retries", "0", "--proxy", &format!("http://{nobody}")])
        .arg("https://www.youtube.com/watch?v=AAAAAAAAAAA")
        .current_dir(home.path("."))
        .env("HOME", home.path(""))
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_BIN_HOME")
        .output()
        .expect("yt-dlp is on PATH, as tests/tools/install puts it");
    let shown = String::from_utf8(output.stderr).unwrap();
    let line = shown.lines().find(|line| line.contains("PO Token Providers: "));
    line.unwrap_or_else(|| panic!("{shown}")).to_owned()
}

#[test]
fn yt_dlp_finds_the_plugin_and_the_program_after_install() {
    let home = Home::new(&["chromium"]);
    let shown = home.run(&["install", "--yt-dlp-plugin"]).success();
    let plugin = home.path(PLUGIN);
    assert!(shown.contains(plugin.to_str().unwrap()), "{shown}");
    assert_eq!(fs::metadata(&plugin).unwrap().permissions().mode() & 0o777, 0o644);
    let providers = providers(&home);
    let ours = format!("potbridge-{} (external)", env!("CARGO_PKG_VERSION"));
    assert!(providers.contains(&ours), "{providers}");
}

#[test]
fn it_is_installed_only_if_asked_for_and_uninstalled() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install"]).success();
    assert!(!home.path(PLUGIN).exists());
    home.run(&["install", "--yt-dlp-plugin"]).success();
    let with = home.tree();
    home.run(&["install", "--yt-dlp-plugin"]).success();
    assert_eq!(home.tree(), with, "the archive is the same");
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn the_next_install_updates_it_unless_a_person_changed_it() {
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--yt-dlp-plugin"]).success();
    let new = fs::read(home.path(PLUGIN)).unwrap();

    // As an older version left it.
    fs::write(home.path(PLUGIN), "old").unwrap();
    let receipts = home.path(RECEIPTS);
    let known = fs::read_to_string(&receipts).unwrap();
    let hash = potbridge_setup::receipts::hash;
    fs::write(&receipts, known.replace(&hash(&new), &hash(b"old"))).unwrap();
    home.run(&["install"]).success();
    assert_eq!(fs::read(home.path(PLUGIN)).unwrap(), new);

    fs::write(home.path(PLUGIN), "mine").unwrap();
    let shown = home.run(&["install"]).success();
    assert_eq!(home.read(PLUGIN), "mine");
    assert!(!shown.contains(PLUGIN), "{shown}");
    fs::remove_file(home.path(PLUGIN)).unwrap();
    home.run(&["install"]).success();
    assert!(!home.path(PLUGIN).exists());
}

#[test]
fn a_changed_plugin_is_left_and_named() {
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--yt-dlp-plugin"]).success();
    fs::write(home.path(PLUGIN), "mine").unwrap();
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.contains(home.path(PLUGIN).to_str().unwrap()), "{shown}");
    assert_eq!(home.read(PLUGIN), "mine");
}

#[test]
fn it_follows_xdg_config_home() {
    let home = Home::new(&["chromium"]);
    let elsewhere = home.path("elsewhere");
    let program = home.path("archive/potbridge-setup");
    let output = Command::new(program)
        .args(["install", "--yt-dlp-plugin"])
        .current_dir(home.path("."))
        .env_clear()
        .env("HOME", home.path(""))
        .env("PATH", home.path("bin"))
        .env("XDG_CONFIG_HOME", &elsewhere)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(elsewhere.join("yt-dlp/plugins/potbridge-yt-dlp-plugin.zip").is_file());
    assert!(!home.path(PLUGIN).exists());
}
