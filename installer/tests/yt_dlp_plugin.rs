//! `install --yt-dlp-plugin`, with the real yt-dlp.

use crate::home::{CONFIG, Home, RECEIPTS};
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

const ALLOWED: &str = "[on_demand]\nallow = true\n";

#[test]
fn whoever_asks_for_it_lets_programs_have_videos_opened_and_is_told_so() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    assert!(!home.read(CONFIG).contains("on_demand"), "it was not asked for");
    let shown = home.run(&["install", "--yt-dlp-plugin"]).success();
    assert!(home.read(CONFIG).ends_with(ALLOWED), "{}", home.read(CONFIG));
    let config = home.path(CONFIG);
    let lines: Vec<_> = shown.lines().filter(|line| line.contains("on_demand")).collect();
    assert_eq!(lines.len(), 1, "{shown}");
    assert!(lines[0].starts_with(config.to_str().unwrap()), "{shown}");
    assert!(lines[0].contains("`potbridge config set on_demand.allow false` takes that back"), "{shown}");
    let report = home.run(&["install", "--yt-dlp-plugin", "--json"]).json(0);
    assert_eq!(report["on_demand"], "allowed-before");
    assert!(home.run(&["install", "--json"]).json(0).get("on_demand").is_none());
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_persons_configuration_gets_it_and_is_theirs_again_after_uninstall() {
    let home = Home::new(&["chromium"]);
    let mine = "# mine\n[store]\npath = \":memory:\"\n";
    home.configure(mine);
    home.run(&["install", "--yt-dlp-plugin"]).success();
    assert_eq!(home.config()["on_demand"]["allow"].as_bool(), Some(true));
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(CONFIG), mine);
}

#[test]
fn a_no_in_the_configuration_stays_and_is_told() {
    let home = Home::new(&["chromium"]);
    let mine = "[[sink]]\nkind = \"keyring\"\n\n[on_demand]\nallow = false # mine\n";
    home.configure(mine);
    let shown = home.run(&["install", "--yt-dlp-plugin"]).success();
    assert_eq!(home.read(CONFIG), mine);
    assert!(shown.contains("`allow = false` in [on_demand]"), "{shown}");
    assert!(shown.contains("`potbridge config set on_demand.allow true` changes that"), "{shown}");
    assert_eq!(home.run(&["install", "--yt-dlp-plugin", "--json"]).json(0)["on_demand"], "refused");
}

#[test]
fn a_configuration_in_which_serve_wrote_it_is_still_as_install_made_it() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install", "--env-file", "app/.env"]).success();
    let made = home.read(CONFIG);
    // As the host writes it: host/tests/consent.rs.
    fs::write(home.path(CONFIG), format!("{made}\n{ALLOWED}")).unwrap();
    let shown = home.run(&["uninstall"]).success();
    assert!(!shown.contains("it was changed"), "{shown}");
    assert_eq!(home.tree(), before);

    // So it is for the next install, and no more if a person has changed it too.
    home.run(&["install", "--env-file", "app/.env"]).success();
    fs::write(home.path(CONFIG), format!("{made}\n{ALLOWED}")).unwrap();
    home.run(&["install", "--keyring"]).success();
    assert_eq!(home.config()["on_demand"]["allow"].as_bool(), Some(true));
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
    home.run(&["install", "--env-file", "app/.env"]).success();
    fs::write(home.path(CONFIG), format!("{made}\n{ALLOWED}# mine\n")).unwrap();
    assert!(home.run(&["uninstall"]).success().contains("it was changed"));
}
