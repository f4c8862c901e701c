//! `list`.

use crate::home::{CHROMIUM, FIREFOX, Home};
use serde_json::Value;
use snapbox::{assert_data_eq, file};
use std::fs;
use std::os::unix::fs::symlink;

/// A home with browsers of each packaging, and the profile of one whose program is not found.
fn many_browsers() -> Home {
    let home = Home::new(&["chromium", "microsoft-edge-stable"]);
    for folder in ["root/snap/bin", "root/opt/brave.com/brave", ".config/vivaldi"] {
        fs::create_dir_all(home.path(folder)).unwrap();
    }
    for snap in ["chromium", "firefox"] {
        symlink("/usr/bin/snap", home.path("root/snap/bin").join(snap)).unwrap();
    }
    home.program("root/opt/brave.com/brave/brave-browser", "");
    fs::create_dir_all(home.path(".local/share/flatpak/app/io.gitlab.librewolf-community")).unwrap();
    home
}

fn json(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let shown = home.run(arguments).success();
    assert_eq!(shown.lines().count(), 1, "{shown}");
    let object: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(object["ok"], true);
    object["browsers"].as_array().unwrap().clone()
}

fn of<'a>(rows: &'a [Value], id: &str, kind: &str) -> &'a Value {
    let is = |row: &&Value| row["id"] == id && row["packaging"]["kind"] == kind;
    rows.iter().find(is).unwrap_or_else(|| panic!("{id} {kind}"))
}

#[test]
fn list_shows_what_is_here_and_changes_nothing() {
    let home = many_browsers();
    let before = home.tree();
    assert_data_eq!(home.transcript(&["list"]), file!["snapshots/list.txt"].raw());
    assert_eq!(home.tree(), before);
    assert_data_eq!(Home::new(&[]).transcript(&["list"]), file!["snapshots/list-nothing.txt"].raw());
}

#[test]
fn list_all_has_every_browser_of_this_system() {
    let home = Home::new(&["firefox"]);
    let shown = home.run(&["list", "--all"]).success();
    for id in ["edge", "brave-nightly", "chrome-for-testing", "yandex", "waterfox", "tor-browser"] {
        assert!(shown.lines().any(|line| line.split_whitespace().any(|word| word == id)), "{id}: {shown}");
    }
    assert!(!shown.contains("Arc "), "Arc is no browser of Linux: {shown}");
    assert!(!shown.contains("--all"), "{shown}");
    assert_eq!(json(&home, &["list", "--json"]).len(), 1);
    let all = json(&home, &["list", "--json", "--all"]);
    assert!(all.len() > 25);
    let mut manifests = all.iter().flat_map(|row| row["manifests"].as_array().unwrap());
    assert!(manifests.all(|manifest| manifest["registry_keys"].is_array()));
    assert!(json(&Home::new(&[]), &["list", "--json"]).is_empty());
}

#[test]
fn list_says_which_are_registered() {
    let home = many_browsers();
    let states = |id: &str, kind: &str| -> Vec<String> {
        let rows = json(&home, &["list", "--json"]);
        let manifests = of(&rows, id, kind)["manifests"].as_array().unwrap().clone();
        manifests.iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(states("chromium", "native"), ["missing"]);
    home.run(&["install", "--env-file", "app/.env", "--browser", "chromium", "--browser", "edge"]).success();
    assert_eq!(states("chromium", "native"), ["registered"]);
    assert_eq!(states("edge", "native"), ["registered"]);
    assert_eq!(states("brave", "native"), ["missing"]);
    assert_eq!(states("chromium", "snap"), Vec::<String>::new());
    let rows = json(&home, &["list", "--json"]);
    assert_eq!(of(&rows, "chromium", "snap")["problem"]["code"], "sandbox-blocks");
    assert_eq!(of(&rows, "librewolf", "flatpak")["problem"]["code"], "flatpak-closed");
    assert_eq!(of(&rows, "firefox", "snap")["problem"], Value::Null);
    let vivaldi = rows.iter().find(|row| row["id"] == "vivaldi").unwrap();
    assert_eq!(vivaldi["program"], Value::Null);
    assert_eq!(vivaldi["profile"], home.path(".config/vivaldi").to_str().unwrap());

    // What is there and leads to no host.
    fs::remove_file(home.path(".local/bin/potbridge")).unwrap();
    assert_eq!(states("chromium", "native"), ["stale"]);
    fs::write(home.path(CHROMIUM), "{}").unwrap();
    assert_eq!(states("chromium", "native"), ["other"]);
    fs::write(home.path(CHROMIUM), [0xff, 0xfe]).unwrap();
    assert_eq!(states("chromium", "native"), ["other"]);
    fs::remove_file(home.path(CHROMIUM)).unwrap();
    fs::create_dir(home.path(CHROMIUM)).unwrap();
    assert_eq!(states("chromium", "native"), ["unreadable"]);
    let shown = home.run(&["list"]).success();
    assert!(shown.contains("unreadable") && shown.contains("leads to no program"), "{shown}");
}

#[test]
fn a_manifest_for_all_users_counts() {
    let home = Home::new(&["firefox", "potbridge"]);
    let folder = home.path("root/usr/lib/mozilla/native-messaging-hosts");
    fs::create_dir_all(&folder).unwrap();
    home.run(&["install", "--env-file", "app/.env"]).success();
    fs::rename(home.path(FIREFOX), folder.join("dev.potbridge.host.json")).unwrap();
    let shown = home.run(&["list"]).success();
    assert!(shown.contains("for all users"), "{shown}");
}
