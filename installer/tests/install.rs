//! `install`.

use crate::home::{CHROMIUM, CONFIG, FIREFOX, Home, RECEIPTS, STORE_ID, host};
use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

fn manifest(home: &Home, path: &str) -> Value {
    serde_json::from_str(&home.read(path)).unwrap()
}

fn mode(home: &Home, path: &str) -> u32 {
    fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777
}

#[test]
fn install_puts_everything_in_its_place() {
    let home = Home::new(&["chromium", "firefox"]);
    let shown = home.run(&["install", "--env-file", "app/.env"]).success();

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
    let config = home.config();
    assert_eq!(config["sink"][0]["path"].as_str(), home.path("app/.env").to_str());
    assert_eq!(mode(&home, CONFIG), 0o600);
    for family in ["chromium", "firefox"] {
        let folder = home.path(&format!(".local/share/potbridge/extension/{family}"));
        assert!(folder.join("manifest.json").is_file());
        assert!(shown.contains(folder.to_str().unwrap()), "{shown}");
    }
    assert_eq!(home.read(".local/share/potbridge/extension/firefox.xpi"), "packed");
    assert!(home.read(RECEIPTS).contains("extension/firefox.xpi"));
    assert!(!home.path("app/.env").exists(), "only the host makes the .env");
}

#[test]
fn a_persons_configuration_gets_the_sink_and_loses_it() {
    let home = Home::new(&["chromium"]);
    let mine = "# mine\n[[sink]]\nkind = \"keyring\" # first\n\n[store]\npath = \":memory:\"\n";
    home.configure(mine);
    home.run(&["install"]).success();
    assert_eq!(home.read(CONFIG), mine, "no other sink was asked for");
    home.run(&["install", "--env-file", "app/.env", "--extension-id", STORE_ID]).success();
    let config = home.config();
    assert_eq!(config["sink"][1]["path"].as_str(), home.path("app/.env").to_str());
    assert_eq!(config["extension_ids"][0].as_str(), Some(STORE_ID));
    let shown = home.run(&["uninstall"]).success();
    assert!(shown.contains("removed from"), "{shown}");
    assert_eq!(home.read(CONFIG), mine);
}

#[test]
fn with_keyring_a_file_is_only_used_if_named() {
    let home = Home::new(&["chromium"]);
    let shown = home.run(&["install", "--keyring"]).success();
    assert!(shown.contains("tokens go to the keyring"), "{shown}");
    let kinds = || -> Vec<String> {
        let config = home.config();
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
fn another_extension_stays_accepted_after_the_next_install() {
    let home = Home::new(&["chromium", "firefox"]);
    home.run(&["install", "--extension-id", STORE_ID, "--extension-id", "other@example.org"]).success();
    home.run(&["install"]).success();
    assert_eq!(
        manifest(&home, CHROMIUM)["allowed_origins"],
        json!([format!("chrome-extension://{CHROMIUM_ID}/"), format!("chrome-extension://{STORE_ID}/")])
    );
    assert_eq!(manifest(&home, FIREFOX)["allowed_extensions"], json!([FIREFOX_ID, "other@example.org"]));
    let config = home.config();
    assert_eq!(config["extension_ids"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_manifest_dir_replaces_the_browsers_own_folder() {
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
fn only_the_named_browser_is_registered_even_if_not_on_path() {
    let home = Home::new(&["chromium"]);
    home.run(&["install", "--browser", "firefox"]).success();
    assert!(home.path(FIREFOX).exists() && !home.path(CHROMIUM).exists());
}

#[test]
fn a_new_version_replaces_the_old_one_whole() {
    let home = Home::new(&["chromium"]);
    home.run(&["install"]).success();
    let installed = ".local/share/potbridge/extension/chromium";
    assert!(home.path(installed).join("old.js").exists());
    fs::remove_file(home.path("archive/extension/chromium/old.js")).unwrap();
    fs::write(home.path("archive/extension/chromium/new.js"), "new").unwrap();
    home.program("archive/potbridge", &(host() + "\n# 2"));
    home.run(&["install"]).success();
    assert!(home.read(".local/bin/potbridge").ends_with("# 2\n"));
    assert!(home.path(installed).join("new.js").exists());
    assert!(!home.path(installed).join("old.js").exists());
    assert!(!home.read(RECEIPTS).contains("chromium/old.js"));
}

#[test]
fn install_and_uninstall_say_what_they_did() {
    let home = Home::new(&["chromium", "firefox", "yt-dlp"]);
    let install = home.transcript(&["install", "--env-file", "app/.env", "--keyring", "--yt-dlp-plugin"]);
    assert_data_eq!(install, file!["snapshots/install.txt"].raw());
    fs::write(home.path(FIREFOX), "{}").unwrap();
    fs::create_dir_all(home.path(".local/state/potbridge")).unwrap();
    assert_data_eq!(home.transcript(&["uninstall"]), file!["snapshots/uninstall.txt"].raw());
    assert_data_eq!(home.transcript(&["uninstall"]), file!["snapshots/nothing-to-uninstall.txt"].raw());
}

#[test]
fn the_installed_program_can_install_again() {
    let home = Home::new(&["chromium"]);
    home.run(&["install"]).success();
    let once = home.tree();
    let installed = home.path(".local/bin/potbridge-setup");
    home.run_program(&installed, &["install"]).success();
    assert_eq!(home.tree(), once);
}

#[test]
fn an_installed_program_takes_no_damaged_one_for_its_own() {
    let home = Home::new(&["chromium"]);
    let before = home.tree();
    home.run(&["install"]).success();
    let receipts = home.read(RECEIPTS);
    home.program(".local/bin/potbridge", "exit 7");
    let installed = home.path(".local/bin/potbridge-setup");
    let report = home.run_program(&installed, &["install", "--json"]).json(1);
    assert_eq!(report["code"], "installed-changed", "{report}");
    assert!(report["hint"].as_str().unwrap().contains("archive"), "{report}");
    assert_eq!(home.read(RECEIPTS), receipts);
    home.run(&["install"]).success();
    assert_eq!(home.read(".local/bin/potbridge"), home.read("archive/potbridge"));
    home.run_program(&installed, &["install"]).success();
    // What somebody may have changed is kept beside.
    fs::remove_file(home.path(".local/bin/potbridge.old")).unwrap();
    home.run(&["uninstall"]).success();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_configuration_that_the_host_refuses_is_found_before_anything_is_changed() {
    let home = Home::new(&["chromium"]);
    home.configure("[donwload]\n");
    let refused =
        r#"{"ok":false,"code":"config-invalid","message":"unknown key `donwload`","hint":"fix it"}"#;
    home.program(
        "archive/potbridge",
        &format!("[ \"$1\" = config ] && echo '{refused}' && exit 1\n{}", host()),
    );
    let before = home.tree();
    let report = home.run(&["install", "--json", "--env-file", "app/.env"]).json(1);
    assert_eq!(report["code"], "config-invalid", "{report}");
    assert_eq!(report["hint"], "fix it");
    assert_eq!(home.tree(), before);
}

#[test]
fn a_configuration_that_has_no_end_is_refused() {
    let home = Home::new(&["chromium"]);
    fs::create_dir_all(home.path(".config/potbridge")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", home.path(CONFIG)).unwrap();
    let report = home.run(&["install", "--json"]).json(1);
    assert_eq!(report["code"], "config-invalid", "{report}");
    fs::remove_file(home.path(CONFIG)).unwrap();
    let made = std::process::Command::new("mkfifo").arg(home.path(CONFIG)).status().unwrap();
    assert!(made.success());
    let report = home.run(&["install", "--json", "--env-file", "app/.env"]).json(1);
    assert_eq!(report["code"], "config-invalid", "{report}");
}

#[test]
fn a_persons_configuration_keeps_its_mark_and_the_ends_of_its_lines() {
    let home = Home::new(&["chromium"]);
    let mine = "\u{feff}# mine\r\n[log]\r\nlevel = \"debug\"\r\n";
    home.configure(mine);
    home.run(&["install", "--env-file", "app/.env"]).success();
    assert!(home.read(CONFIG).starts_with(mine), "{:?}", home.read(CONFIG));
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(CONFIG), mine);
}
