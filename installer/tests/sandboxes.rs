//! Browsers in sandboxes: snaps and flatpaks.

use crate::home::{FIREFOX, Home, RECEIPTS};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

const BRAVE: &str = "com.brave.Browser";
const BRAVES_MANIFEST: &str = ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser/NativeMessagingHosts/dev.potbridge.host.json";
const OVERRIDES: &str = ".local/share/flatpak/overrides";
const TALK: &str = "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\n";

/// `flatpak override`, as far as it writes its file: glib puts a key at the end of its group, and a new group at the end.
const FLATPAK: &str = r#"
echo "$@" >> "$HOME/flatpak.log"
PATH=/usr/bin:/bin
for app in "$@"; do :; done
mkdir -p "$HOME/.local/share/flatpak/overrides"
file="$HOME/.local/share/flatpak/overrides/$app"
add() {
    [ -e "$file" ] || : > "$file"
    awk -v group="[$1]" -v key="$2" -v value="$3" '
        /^\[/ { if (here && !done) { print key "=" value; done = 1 } here = ($0 == group) }
        here && index($0, key "=") == 1 { print key "=" value; done = 1; next }
        { print }
        END { if (!done) { if (!here) { if (NR) print ""; print group } print key "=" value } }' "$file" > "$file.new"
    mv "$file.new" "$file"
}
for argument in "$@"; do
    case "$argument" in
        --persist=*) add Context persistent "${argument#--persist=};" ;;
        --talk-name=*) add "Session Bus Policy" "${argument#--talk-name=}" talk ;;
    esac
done
"#;

/// A home with flatpaks of these applications.
fn with_flatpaks(apps: &[&str]) -> Home {
    let home = Home::new(&[]);
    for app in apps {
        fs::create_dir_all(home.path("root/var/lib/flatpak/app").join(app)).unwrap();
    }
    home.program("bin/flatpak", FLATPAK);
    fs::write(home.path("flatpak.log"), "").unwrap();
    home
}

fn install(home: &Home, more: &[&str]) -> Value {
    let arguments = [&["install", "--env-file", "app/.env", "--json"], more].concat();
    home.run(&arguments).json(0)
}

fn of<'a>(report: &'a Value, browser: &str) -> &'a Value {
    let browsers = report["browsers"].as_array().unwrap();
    browsers.iter().find(|one| one["browser"] == browser).unwrap_or_else(|| panic!("{browser}: {report}"))
}

#[test]
fn a_snap_that_starts_no_host_is_skipped_and_what_works_is_named() {
    for (snap, name, folder, instead) in [
        ("chromium", "Chromium", ".config/chromium", "Debian's package"),
        ("brave", "Brave", ".config/BraveSoftware", "brave.com"),
        ("opera", "Opera", ".config/opera", "opera.com"),
    ] {
        let home = Home::new(&[]);
        fs::create_dir_all(home.path("root/snap/bin")).unwrap();
        symlink("/usr/bin/snap", home.path("root/snap/bin").join(snap)).unwrap();
        let report = install(&home, &[]);
        let why = &of(&report, name)["why"];
        assert_eq!(
            (&of(&report, name)["outcome"], &why["code"]),
            (&"skipped".into(), &"sandbox-blocks".into())
        );
        assert!(why["message"].as_str().unwrap().starts_with(&format!("{name} is a snap")), "{why}");
        assert!(why["hint"].as_str().unwrap().contains(instead), "{why}");
        assert!(!home.path(folder).exists(), "{name}");
    }
}

#[test]
fn a_script_of_ubuntu_that_runs_a_snap_is_that_snap() {
    let script = "if ! [ -x /snap/bin/chromium ]; then\n    echo 'requires the chromium snap' >&2\n    exit 1\nfi\n\
                  exec /snap/bin/chromium \"$@\"";
    let home = Home::new(&[]);
    home.program("bin/chromium-browser", script);
    assert_eq!(install(&home, &[])["browsers"], Value::Array(Vec::new()), "the snap is not there");
    fs::create_dir_all(home.path("root/snap/bin")).unwrap();
    symlink("/usr/bin/snap", home.path("root/snap/bin/chromium")).unwrap();
    assert_eq!(of(&install(&home, &[]), "Chromium")["why"]["code"], "sandbox-blocks");
}

#[test]
fn firefoxs_snap_is_registered_and_its_question_announced() {
    let home = Home::new(&[]);
    fs::create_dir_all(home.path("root/snap/bin")).unwrap();
    symlink("/usr/bin/snap", home.path("root/snap/bin/firefox")).unwrap();
    let report = install(&home, &[]);
    assert_eq!(of(&report, "Firefox")["outcome"], "created");
    assert!(home.path(FIREFOX).exists());
    let note = |report: &Value| {
        let notes = report["notes"].as_array().unwrap();
        let is_it = |note: &&Value| note.as_str().unwrap().starts_with("Firefox is a snap");
        notes.iter().find(is_it).unwrap_or_else(|| panic!("{report}")).as_str().unwrap().to_owned()
    };
    let without_flatpak = note(&report);
    assert!(without_flatpak.contains("the desktop may ask"), "{without_flatpak}");
    assert!(
        without_flatpak
            .ends_with("PermissionStore.DeletePermission webextensions dev.potbridge.host snap.firefox"),
        "{without_flatpak}"
    );
    home.program("bin/flatpak", "");
    let short = "flatpak permission-remove webextensions dev.potbridge.host snap.firefox";
    assert!(note(&install(&home, &[])).ends_with(short));
}

#[test]
fn a_flatpak_is_skipped_unless_its_sandbox_is_to_be_opened() {
    let home = with_flatpaks(&[BRAVE]);
    let report = install(&home, &[]);
    let why = &of(&report, "Brave")["why"];
    assert_eq!(why["code"], "flatpak-closed");
    let hint = why["hint"].as_str().unwrap();
    assert!(hint.contains("potbridge-setup install --browser brave --flatpak"), "{why}");
    assert!(!hint.contains(BRAVE), "it is that flatpak: {why}");
    assert!(!home.path(".var").exists() && home.read("flatpak.log").is_empty());
}

#[test]
fn an_opened_flatpak_starts_the_host_and_is_closed_again() {
    let librewolf = "io.gitlab.librewolf-community";
    let home = with_flatpaks(&[BRAVE, librewolf]);
    let before = home.tree();
    let report = install(&home, &["--flatpak"]);
    assert_eq!(of(&report, "Brave")["outcome"], "created");
    let notes = report["notes"].to_string();
    assert!(
        notes.contains("Brave may now start any program of yours outside of its sandbox (flatpak override --user --talk-name=org.freedesktop.Flatpak com.brave.Browser); uninstall takes that back"),
        "{notes}"
    );
    for (manifest, app) in [
        (BRAVES_MANIFEST, BRAVE),
        (
            ".var/app/io.gitlab.librewolf-community/.librewolf/native-messaging-hosts/dev.potbridge.host.json",
            librewolf,
        ),
    ] {
        let manifest: Value = serde_json::from_str(&home.read(manifest)).unwrap();
        let wrapper = home.path(&format!(".var/app/{app}/data/potbridge/potbridge"));
        assert_eq!(manifest["path"], wrapper.to_str().unwrap());
        assert_eq!(home.read(&format!("{OVERRIDES}/{app}")), TALK);
        assert_eq!(
            started_by(&home, &wrapper),
            format!("{} chrome-extension://a b/", home.path(".local/bin/potbridge").display())
        );
    }
    assert_eq!(of(&install(&home, &["--flatpak"]), "Brave")["outcome"], "unchanged");
    assert_eq!(home.read("flatpak.log").lines().count(), 2, "each sandbox is opened once");
    home.run(&["uninstall"]).success();
    fs::write(home.path("flatpak.log"), "").unwrap();
    assert_eq!(home.tree(), before);
}

/// What `flatpak-spawn --host` is told by a wrapper.
fn started_by(home: &Home, wrapper: &std::path::Path) -> String {
    home.program("tmp/flatpak-spawn", "[ \"$1\" = --host ] && shift && printf %s \"$*\"");
    let mut command = Command::new(wrapper);
    let output =
        command.arg("chrome-extension://a b/").env_clear().env("PATH", home.path("tmp")).output().unwrap();
    fs::remove_file(home.path("tmp/flatpak-spawn")).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_a_flatpak_was_allowed_before_stays() {
    for before in [
        "[Context]\nsockets=x11;\n",
        "# by hand\n[Session Bus Policy]\norg.a.B=talk\n",
        "[Session Bus Policy]\norg.freedesktop.Flatpak=none\n",
        // It was open already.
        TALK,
        "[Session Bus Policy]\norg.freedesktop.Flatpak=talk\norg.a.B=own\n",
        "[Session Bus Policy]\norg.freedesktop.Flatpak=own\n",
        "[Context]\nsockets=session-bus;\n",
    ] {
        let home = with_flatpaks(&[BRAVE]);
        let file = format!("{OVERRIDES}/{BRAVE}");
        fs::create_dir_all(home.path(OVERRIDES)).unwrap();
        fs::write(home.path(&file), before).unwrap();
        assert_eq!(of(&install(&home, &["--flatpak"]), "Brave")["outcome"], "created");
        let was_open =
            ["Flatpak=talk", "Flatpak=own", "=session-bus"].iter().any(|open| before.contains(open));
        let is_added = home.read(&file).contains("org.freedesktop.Flatpak=talk\n");
        assert!(was_open || is_added, "{before}");
        assert_eq!(home.read("flatpak.log").is_empty(), was_open, "{before}");
        home.run(&["uninstall"]).success();
        assert_eq!(home.read(&file), before);
    }
}

#[test]
fn what_a_person_allows_meanwhile_stays() {
    let home = with_flatpaks(&[BRAVE]);
    let file = format!("{OVERRIDES}/{BRAVE}");
    install(&home, &["--flatpak"]);
    fs::write(home.path(&file), format!("{TALK}org.a.B=talk\n")).unwrap();
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(&file), "[Session Bus Policy]\norg.a.B=talk\n");

    // Taken back by hand, allowed something else, and opened again.
    install(&home, &["--flatpak"]);
    fs::write(home.path(&file), "[Context]\nsockets=x11;\n").unwrap();
    install(&home, &["--flatpak"]);
    assert_eq!(home.read(&file), format!("[Context]\nsockets=x11;\n\n{TALK}"));
    home.run(&["uninstall"]).success();
    assert_eq!(home.read(&file), "[Context]\nsockets=x11;\n");
}

#[test]
fn a_users_flatpaks_may_be_elsewhere() {
    let home = with_flatpaks(&[]);
    fs::create_dir_all(home.path("flatpaks/app").join(BRAVE)).unwrap();
    fs::create_dir_all(home.path("flatpaks/overrides")).unwrap();
    fs::write(home.path("flatpaks/overrides").join(BRAVE), TALK).unwrap();
    let folder = home.path("flatpaks").display().to_string();
    let variables = [("FLATPAK_USER_DIR", folder.as_str())];
    let report = home.run_with(&variables, &["install", "--flatpak", "--json"]).json(0);
    assert_eq!(of(&report, "Brave")["outcome"], "created");
    assert!(home.read("flatpak.log").is_empty(), "it is open already");
}

#[test]
fn a_sandbox_that_keeps_no_folder_for_manifests_is_told_to() {
    let zen = "app.zen_browser.zen";
    let home = with_flatpaks(&[zen]);
    let before = home.tree();
    install(&home, &["--flatpak"]);
    assert!(
        home.path(".var/app/app.zen_browser.zen/.mozilla/native-messaging-hosts/dev.potbridge.host.json")
            .exists()
    );
    assert_eq!(
        home.read(&format!("{OVERRIDES}/{zen}")),
        format!("{TALK}\n[Context]\npersistent=.mozilla;\n")
    );
    home.run(&["uninstall"]).success();
    fs::write(home.path("flatpak.log"), "").unwrap();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_flatpak_that_cannot_be_opened_is_no_reason_to_leave_another_out() {
    let home = with_flatpaks(&[BRAVE]);
    fs::create_dir_all(home.path("root/opt/firefox")).unwrap();
    home.program("root/opt/firefox/firefox", "");
    home.program("bin/flatpak", "echo 'error: no room' >&2; exit 1");
    let report = home.run(&["install", "--flatpak", "--json"]).json(1);
    assert_eq!(of(&report, "Brave")["outcome"], "failed");
    assert!(of(&report, "Brave")["why"]["message"].as_str().unwrap().contains("no room"), "{report}");
    assert_eq!(of(&report, "Firefox")["outcome"], "created");
    assert!(!home.path(BRAVES_MANIFEST).exists());
    home.run(&["uninstall"]).success();
    assert!(!home.path(".var").exists() && !home.path(RECEIPTS).exists());
}

#[test]
fn start_does_not_open_a_browser_in_a_sandbox() {
    let home = with_flatpaks(&[BRAVE]);
    fs::create_dir_all(home.path("root/snap/bin")).unwrap();
    symlink("/usr/bin/snap", home.path("root/snap/bin/opera")).unwrap();
    for id in ["brave", "opera"] {
        let error = home.run(&["start", "--browser", id]).failure(1);
        assert!(error.contains("in a sandbox alone"), "{error}");
    }
    let error = home.run(&["start", "--browser", "tor-browser"]).failure(2);
    assert!(error.contains("start cannot open Tor Browser"), "{error}");
}

#[test]
fn a_sandbox_stays_closed_if_its_manifest_cannot_be_written() {
    let home = with_flatpaks(&[BRAVE]);
    let file = home.path(BRAVES_MANIFEST);
    let folder = file.parent().unwrap().to_owned();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "no folder").unwrap();
    home.run(&["install", "--flatpak", "--json"]).json(1);
    assert_eq!(home.read("flatpak.log"), "");
    // And no manifest stays if the sandbox cannot be opened.
    fs::remove_file(&folder).unwrap();
    home.program("bin/flatpak", "exit 1");
    home.run(&["install", "--flatpak", "--json"]).json(1);
    assert!(!file.exists());
}
