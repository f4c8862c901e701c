//! `install` and `uninstall`, by the real program in a home folder of its own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod home;

use home::Home;
use potbridge_protocol::names::{CHROMIUM_ID, FIREFOX_ID};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

const CHROMIUM: &str = ".config/chromium/NativeMessagingHosts/dev.potbridge.host.json";
const FIREFOX: &str = ".mozilla/native-messaging-hosts/dev.potbridge.host.json";
const CONFIG: &str = ".config/potbridge/config.toml";
const RECEIPTS: &str = ".local/share/potbridge/receipts.toml";
const STORE_ID: &str = "abcdefghijklmnopabcdefghijklmnop";

fn manifest(home: &Home, path: &str) -> Value {
    serde_json::from_str(&home.read(path)).unwrap()
}

fn mode(home: &Home, path: &str) -> u32 {
    fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777
}

#[test]
fn everything_is_in_its_place_after_install() {
    let home = Home::new(&["chromium", "firefox"]);
    let said = home.run(&["install", "--env-file", "app/.env"]).success();

    let host = home.path(".local/bin/potbridge");
    assert_eq!(mode(&home, ".local/bin/potbridge"), 0o755);
    assert_eq!(mode(&home, ".local/bin/potbridge-setup"), 0o755);
    assert_eq!(
        manifest(&home, CHROMIUM)["allowed_origins"],
        json!([format!("chrome-extension://{CHROMIUM_ID}/")])
    );
    assert_eq!(manifest(&home, FIREFOX)["allowed_extensions"], json!([FIREFOX_ID]));
    for path in [CHROMIUM, FIREFOX] {
        assert_eq!(manifest(&home, path)["path"], host.to_str().unwrap());
    }
    let config: toml::Table = toml::from_str(&home.read(CONFIG)).unwrap();
    assert_eq!(config["sink"][0]["path"].as_str(), home.path("app/.env").to_str());
    assert_eq!(mode(&home, CONFIG), 0o600);
    for family in ["chromium", "firefox"] {
        let folder = home.path(&format!(".local/share/potbridge/extension/{family}"));
        assert!(folder.join("manifest.json").is_file());
        assert!(said.contains(folder.to_str().unwrap()), "{said}");
    }
    assert!(said.contains("forgets"), "{said}");
    assert!(!home.path("app/.env").exists(), "the .env is the host's to make");
}

#[test]
fn uninstall_leaves_the_home_as_it_was_before_two_installs() {
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
    let said = home.run(&["uninstall"]).success();
    assert!(said.starts_with("nothing to remove"), "{said}");
}

#[test]
fn what_somebody_changed_is_left_and_named() {
    let home = Home::new(&["chromium", "firefox"]);
    home.run(&["install"]).success();
    fs::write(home.path(CHROMIUM), "{}").unwrap();
    fs::write(home.path(".config/potbridge/mine"), "").unwrap();
    let said = home.run(&["uninstall"]).success();
    assert!(said.contains(home.path(CHROMIUM).to_str().unwrap()), "{said}");
    assert_eq!(home.read(CHROMIUM), "{}");
    assert!(home.path(".config/potbridge/mine").exists());
    assert!(!home.path(FIREFOX).exists());
    assert!(!home.path(CONFIG).exists());
    assert!(!home.path(RECEIPTS).exists());
}

#[test]
fn a_persons_configuration_gets_the_sink_and_loses_it_again() {
    let home = Home::new(&["chromium"]);
    let mine = "# mine\n[[sink]]\nkind = \"keyring\" # first\n\n[shelf]\npath = \":memory:\"\n";
    fs::create_dir_all(home.path(".config/potbridge")).unwrap();
    fs::write(home.path(CONFIG), mine).unwrap();
    home.run(&["install"]).success();
    assert_eq!(home.read(CONFIG), mine, "it has a sink, and no other was asked for");
    home.run(&["install", "--env-file", "app/.env", "--extension-id", STORE_ID]).success();
    let config: toml::Table = toml::from_str(&home.read(CONFIG)).unwrap();
    assert_eq!(config["sink"][1]["path"].as_str(), home.path("app/.env").to_str());
    assert_eq!(config["extension_ids"][0].as_str(), Some(STORE_ID));
    let said = home.run(&["uninstall"]).success();
    assert!(said.contains("took back"), "{said}");
    assert_eq!(home.read(CONFIG), mine);
}

fn config(home: &Home) -> toml::Table {
    toml::from_str(&home.read(CONFIG)).unwrap()
}

#[test]
fn yt_dlps_place_is_written_down_and_followed_when_it_moves() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    let before = home.tree();
    let place = home.path("bin/yt-dlp");
    let said = home.run(&["install"]).success();
    assert!(said.contains(&format!("downloads use {}", place.display())), "{said}");
    assert_eq!(config(&home)["download"]["yt_dlp"].as_str(), place.to_str());
    fs::rename(&place, home.path("app/yt-dlp")).unwrap();
    let said = home.run(&["install"]).success();
    assert!(said.contains("downloads will fail"), "{said}");
    fs::rename(home.path("app/yt-dlp"), home.path("bin/yt-dlp")).unwrap();
    let once = home.tree();
    home.run(&["install"]).success();
    assert_eq!(home.tree(), once);
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn without_yt_dlp_install_says_how_to_get_it_and_goes_on() {
    let home = Home::new(&["chromium"]);
    let said = home.run(&["install"]).success();
    assert!(said.contains("yt-dlp is not on your PATH") && said.contains("install` again"), "{said}");
    assert!(config(&home).get("download").is_none());
}

#[test]
fn a_persons_configuration_gets_yt_dlps_place_and_loses_it_again_unless_it_was_changed() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    let mine = "# mine\n[[sink]]\nkind = \"keyring\"\n\n[download]\ndir = \"/srv\" # there\n";
    fs::create_dir_all(home.path(".config/potbridge")).unwrap();
    fs::write(home.path(CONFIG), mine).unwrap();
    home.run(&["install"]).success();
    assert_eq!(config(&home)["download"]["yt_dlp"].as_str(), home.path("bin/yt-dlp").to_str());
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(CONFIG), mine);

    home.run(&["install"]).success();
    home.program("app/yt-dlp", "");
    let other = home.read(CONFIG).replace("/bin/yt-dlp", "/app/yt-dlp");
    fs::write(home.path(CONFIG), &other).unwrap();
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(CONFIG), other);
}

#[test]
fn what_a_person_says_of_yt_dlp_is_left() {
    let home = Home::new(&["chromium", "yt-dlp"]);
    home.program("app/yt-dlp", "");
    fs::create_dir_all(home.path(".config/potbridge")).unwrap();
    let there = home.path("app/yt-dlp").display().to_string();
    for (program, words) in
        [(there.as_str(), "downloads use"), ("yt-dlp", "downloads use"), ("/no/yt-dlp", "no such program")]
    {
        let mine = format!("[[sink]]\nkind = \"keyring\"\n[download]\nyt_dlp = {program:?}\n");
        fs::write(home.path(CONFIG), &mine).unwrap();
        let said = home.run(&["install"]).success();
        assert!(said.contains(words) && said.contains(program), "{said}");
        assert_eq!(home.read(CONFIG), mine);
    }
}

#[test]
fn with_keyring_tokens_go_to_the_keyring_and_to_no_file_unless_one_is_named() {
    let home = Home::new(&["chromium"]);
    let said = home.run(&["install", "--keyring"]).success();
    assert!(said.contains("tokens go to the keyring"), "{said}");
    let kinds = || -> Vec<String> {
        let config: toml::Table = toml::from_str(&home.read(CONFIG)).unwrap();
        let sinks = config["sink"].as_array().unwrap();
        sinks.iter().map(|sink| sink["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(), ["keyring"]);
    home.run(&["install", "--keyring", "--env-file", "app/.env"]).success();
    assert_eq!(kinds(), ["keyring", "env-file"]);
    home.run(&["uninstall"]).success();
    assert!(!home.path(CONFIG).exists());
}

#[test]
fn another_extension_is_let_in_and_stays_so_after_the_next_install() {
    let home = Home::new(&["chromium", "firefox"]);
    home.run(&["install", "--extension-id", STORE_ID, "--extension-id", "other@example.org"]).success();
    home.run(&["install"]).success();
    assert_eq!(
        manifest(&home, CHROMIUM)["allowed_origins"],
        json!([format!("chrome-extension://{CHROMIUM_ID}/"), format!("chrome-extension://{STORE_ID}/")])
    );
    assert_eq!(manifest(&home, FIREFOX)["allowed_extensions"], json!([FIREFOX_ID, "other@example.org"]));
    let config: toml::Table = toml::from_str(&home.read(CONFIG)).unwrap();
    assert_eq!(config["extension_ids"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_manifest_dir_is_registered_in_place_of_the_browsers_own() {
    let home = Home::new(&["chromium", "firefox"]);
    home.run(&["install", "--manifest-dir", "profile/NativeMessagingHosts"]).success();
    let file = "profile/NativeMessagingHosts/dev.potbridge.host.json";
    assert!(manifest(&home, file).get("allowed_origins").is_some());
    assert!(!home.path(CHROMIUM).exists() && !home.path(FIREFOX).exists());
    home.run(&["install", "--manifest-dir", "fox", "--browser", "firefox"]).success();
    assert!(manifest(&home, "fox/dev.potbridge.host.json").get("allowed_extensions").is_some());
    home.run(&["uninstall"]).success();
    assert!(!home.path("profile").exists() && !home.path("fox").exists());
}

#[test]
fn only_the_browser_named_is_registered_even_where_it_is_not_on_path() {
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--browser", "firefox"]).success();
    assert!(home.path(FIREFOX).exists() && !home.path(CHROMIUM).exists());
}

#[test]
fn a_new_version_replaces_the_old_one_and_removes_what_it_has_no_more() {
    let home = Home::new(&["chromium"]);
    home.run(&["install"]).success();
    let installed = ".local/share/potbridge/extension/chromium";
    assert!(home.path(installed).join("old.js").exists());
    fs::remove_file(home.path("archive/extension/chromium/old.js")).unwrap();
    fs::write(home.path("archive/extension/chromium/new.js"), "new").unwrap();
    fs::write(home.path("archive/potbridge"), "#!/bin/sh\necho 2\n").unwrap();
    home.run(&["install"]).success();
    assert_eq!(home.read(".local/bin/potbridge"), "#!/bin/sh\necho 2\n");
    assert!(home.path(installed).join("new.js").exists());
    assert!(!home.path(installed).join("old.js").exists());
    assert!(!home.read(RECEIPTS).contains("chromium/old.js"));
}

#[test]
fn the_installed_program_can_uninstall_itself() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install"]).success();
    home.run_program(&home.path(".local/bin/potbridge-setup"), &["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_program_of_the_same_name_is_not_overwritten() {
    let home = Home::new(&["chromium"]);
    fs::create_dir_all(home.path(".local/bin")).unwrap();
    fs::write(home.path(".local/bin/potbridge"), "somebody else's").unwrap();
    let before = home.tree();
    let said = home.run(&["install"]).failure(1);
    assert!(said.contains(".local/bin/potbridge exists already"), "{said}");
    assert_eq!(home.tree(), before);
}

#[test]
fn nothing_changes_where_the_arguments_or_the_machine_are_wrong() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    let cases: [(&[&str], i32, &str); 5] = [
        (&["install", "--browser", "netscape"], 2, "known: chromium, chrome, firefox"),
        (&["install", "--extension-id", "*"], 2, "is no extension's id"),
        (
            &["install", "--manifest-dir", "d", "--browser", "chrome", "--browser", "firefox"],
            2,
            "--manifest-dir is for browsers of one family",
        ),
        (&["install", "--env-file", "app"], 1, "this is a folder"),
        (&["install", "--env-file", "nowhere/.env"], 1, "nowhere"),
    ];
    for (arguments, code, words) in cases {
        let said = home.run(arguments).failure(code);
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert_eq!(home.tree(), before, "{arguments:?}");
    }
    let empty = Home::new(&[]);
    let before = empty.tree();
    let said = empty.run(&["install"]).failure(1);
    assert!(said.contains("Chromium or Google Chrome or Firefox is not installed"), "{said}");
    assert!(said.contains("hint: "), "{said}");
    assert_eq!(empty.tree(), before);
}

#[test]
fn a_configuration_that_cannot_be_read_stops_install_before_anything_is_made() {
    let home = Home::new(&["chromium"]);
    fs::create_dir_all(home.path(".config/potbridge")).unwrap();
    fs::write(home.path(CONFIG), "[[sink").unwrap();
    let before = home.tree();
    let said = home.run(&["install"]).failure(1);
    assert!(said.contains("config.toml: this is not TOML"), "{said}");
    assert_eq!(home.tree(), before);
}
