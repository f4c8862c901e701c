//! `install --yt-dlp-plugin`, by the real program in a home folder of its own, and the real yt-dlp on PATH.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod home;

use home::Home;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

const PLUGIN: &str = ".config/yt-dlp/plugins/potbridge-yt-dlp-plugin.zip";

/// The providers that yt-dlp lists before it reaches for the network, which is not there.
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
    let said = String::from_utf8(output.stderr).unwrap();
    let line = said.lines().find(|line| line.contains("PO Token Providers: "));
    line.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn yt_dlp_finds_the_plugin_and_the_program_after_install() {
    let home = Home::new(&["chromium"]);
    let said = home.run(&["install", "--yt-dlp-plugin"]).success();
    let plugin = home.path(PLUGIN);
    assert!(said.contains(plugin.to_str().unwrap()), "{said}");
    assert_eq!(fs::metadata(&plugin).unwrap().permissions().mode() & 0o777, 0o644);
    let providers = providers(&home);
    let ours = format!("potbridge-{} (external)", env!("CARGO_PKG_VERSION"));
    assert!(providers.contains(&ours), "{providers}");
}

#[test]
fn it_is_put_there_only_where_it_is_asked_for_and_uninstall_takes_it_away() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install"]).success();
    assert!(!home.path(PLUGIN).exists());
    home.run(&["install", "--yt-dlp-plugin"]).success();
    let with = home.tree();
    home.run(&["install", "--yt-dlp-plugin"]).success();
    assert_eq!(home.tree(), with, "the same archive again");
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn the_next_install_keeps_it_as_new_as_the_program_unless_somebody_changed_or_removed_it() {
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--yt-dlp-plugin"]).success();
    let new = fs::read(home.path(PLUGIN)).unwrap();

    // As an older version would have left it.
    fs::write(home.path(PLUGIN), "old").unwrap();
    let receipts = home.path(".local/share/potbridge/receipts.toml");
    let known = fs::read_to_string(&receipts).unwrap();
    let hash = potbridge_setup::receipts::hash;
    fs::write(&receipts, known.replace(&hash(&new), &hash(b"old"))).unwrap();
    home.run(&["install"]).success();
    assert_eq!(fs::read(home.path(PLUGIN)).unwrap(), new);

    fs::write(home.path(PLUGIN), "mine").unwrap();
    let said = home.run(&["install"]).success();
    assert_eq!(home.read(PLUGIN), "mine");
    assert!(!said.contains(PLUGIN), "{said}");
    fs::remove_file(home.path(PLUGIN)).unwrap();
    home.run(&["install"]).success();
    assert!(!home.path(PLUGIN).exists());
}

#[test]
fn what_somebody_changed_of_it_is_left_and_named() {
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--yt-dlp-plugin"]).success();
    fs::write(home.path(PLUGIN), "mine").unwrap();
    let said = home.run(&["uninstall"]).success();
    assert!(said.contains(home.path(PLUGIN).to_str().unwrap()), "{said}");
    assert_eq!(home.read(PLUGIN), "mine");
}

#[test]
fn it_follows_the_folder_for_settings() {
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
